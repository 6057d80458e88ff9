"""Roles, time zones, subscriptions and programs, with what follows from them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError

from activity.models import Reevaluation
from coaching.actions import end_relationship
from profiles.actions import (
    RefusedError,
    end_role,
    grant_role,
    save_person,
    save_program,
    save_subscription,
    set_roles,
    set_time_zone,
    write_periods,
)
from profiles.models import Person, Subscription
from tests.cast import Cast
from tests.make import NOW, make_person, make_program, make_survey


def test_a_role_says_since_when_and_by_whom(cast: Cast) -> None:
    assert grant_role(person=cast.manager, role="coach", by=cast.admin, now=NOW)
    assert not grant_role(person=cast.manager, role="coach", by=cast.superuser, now=NOW)
    grant = cast.manager.role_grants.get(role="coach")
    assert (grant.granted_at, grant.granted_by, cast.manager.roles) == (NOW, cast.admin, {"coach"})


def test_coaching_access_stays_on_while_they_coach(cast: Cast) -> None:
    with pytest.raises(RefusedError, match="Maya Castellanos coaches 3 people. End these 3 relationships first"):
        end_role(person=cast.coach, role="coach", by=cast.admin, now=NOW)
    assert "coach" in Person.objects.get(pk=cast.coach.pk).roles


def test_coaching_access_goes_once_nobody_is_coached(cast: Cast) -> None:
    for relationship in cast.coach.relationships_as_coach.all():
        end_relationship(relationship=relationship, by=cast.admin, now=NOW)
    assert end_role(person=cast.coach, role="coach", by=cast.admin, now=NOW)
    assert "coach" not in cast.coach.roles
    assert cast.coach.role_grants.get(role="coach").ended_by == cast.admin


def test_a_coachee_with_a_coach_stays_one(cast: Cast) -> None:
    with pytest.raises(RefusedError, match="stays a coachee"):
        set_roles(person=cast.coachee, roles=["sponsor"], by=cast.admin, now=NOW)
    assert Person.objects.get(pk=cast.coachee.pk).roles == {"coachee"}


def test_admins_do_not_lock_themselves_out(cast: Cast) -> None:
    with pytest.raises(RefusedError, match="your own admin role"):
        end_role(person=cast.admin, role="admin", by=cast.admin, now=NOW)
    assert end_role(person=cast.admin, role="admin", by=cast.superuser, now=NOW)


def test_a_new_person_has_no_password_yet(cast: Cast) -> None:
    save_person(
        person=Person(email="new@example.org", name="Nora New"), roles=["coachee", "sponsor"], by=cast.admin, now=NOW
    )
    person = Person.objects.get(email="new@example.org")
    assert not person.has_usable_password()
    assert person.roles == {"coachee", "sponsor"}


def test_saving_a_person_leaves_their_password_alone(cast: Cast) -> None:
    person = make_person(password="kept")
    stale = Person.objects.get(pk=person.pk)
    stale.password, stale.name = "overwritten", "Renamed"
    save_person(person=stale, roles=[], by=cast.admin, now=NOW)
    person.refresh_from_db()
    assert person.check_password("kept")
    assert person.name == "Renamed"


def test_days_begin_elsewhere_after_a_move(cast: Cast) -> None:
    assert set_time_zone(person=cast.coachee, timezone="Pacific/Auckland", now=NOW)
    subscription = cast.coachee.subscriptions.get()
    assert subscription.active_from == datetime(2026, 2, 28, 11, tzinfo=UTC)
    assert subscription.active_until == datetime(2027, 2, 28, 11, tzinfo=UTC)


def test_encouragements_move_with_the_time_zone(cast: Cast) -> None:
    make_survey(coachee=cast.coachee, assigned_on=date(2026, 11, 11), due_on=date(2026, 11, 21))
    set_time_zone(person=cast.coachee, timezone="Pacific/Auckland", now=NOW)
    overdue = cast.relationship.encouragements.get(rule="survey_overdue")
    assert overdue.since == datetime(2026, 11, 21, 11, tzinfo=UTC)


def test_only_time_zones_are_time_zones(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="Europe/Atlantis is not a time zone"):
        set_time_zone(person=cast.coachee, timezone="Europe/Atlantis", now=NOW)


def test_the_first_subscription_makes_a_coachee(cast: Cast) -> None:
    subscription = Subscription(coachee=cast.manager, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31))
    save_subscription(subscription=subscription, by=cast.admin, now=NOW)
    assert subscription.active_from == datetime(2026, 12, 1, tzinfo=UTC)
    assert subscription.active_until == datetime(2027, 1, 1, tzinfo=UTC)
    assert cast.manager.role_grants.current().get(role="coachee").granted_by == cast.admin


def test_overlapping_subscriptions_are_refused_in_words(cast: Cast) -> None:
    subscription = Subscription(coachee=cast.coachee, starts_on=date(2027, 2, 28), ends_on=date(2027, 3, 31))
    with pytest.raises(RefusedError, match="already has a subscription"):
        save_subscription(subscription=subscription, by=cast.admin, now=NOW)


def test_a_shorter_subscription_ends_what_it_no_longer_covers(cast: Cast) -> None:
    make_survey(coachee=cast.coachee, due_on=date(2026, 11, 15))
    subscription = cast.coachee.subscriptions.get()
    save_subscription(subscription=subscription, by=cast.admin, now=NOW)
    assert cast.relationship.encouragements.filter(rule="survey_overdue", until__gt=NOW).exists()
    subscription.ends_on = date(2026, 11, 20)
    save_subscription(subscription=subscription, by=cast.admin, now=NOW)
    assert not cast.relationship.encouragements.filter(until__gt=NOW).exists()


def test_a_changed_program_marks_everybody_in_it_and_nobody_else(cast: Cast) -> None:
    program = cast.coachee.subscriptions.get().program
    cast.outsider.subscriptions.update(program=make_program(name="Another"))
    Reevaluation.objects.all().delete()
    save_program(program=program, now=NOW)
    marked = set(Reevaluation.objects.values_list("relationship__coachee", flat=True))
    assert cast.coachee.pk in marked
    assert cast.outsider.pk not in marked


def test_periods_are_written_where_they_differ_and_nowhere_else(cast: Cast) -> None:
    Person.objects.filter(pk=cast.coachee.pk).update(timezone="America/New_York")
    assert write_periods(Subscription.objects.all()) == 1
    assert cast.coachee.subscriptions.get().active_from == datetime(2026, 3, 1, 5, tzinfo=UTC)
    assert write_periods(Subscription.objects.all()) == 0
