"""The demo is whole whenever it is made: every rule, every action, and nothing that a sweep would change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q

from activity.encouragement import engine
from activity.models import Encouragement, Event, EventKind, NotRelevant
from assessments.models import RubricVersion
from assignments.default_prompts import TEXTS
from assignments.models import Assignment, Prompt, Resource, Response, Suggestion
from coaching.models import Message, Relationship
from interchange.demo.build import make_demo
from interchange.demo.rows import ORDER
from notifications.models import Notification
from profiles.management.commands.demo_data import remove_everything
from profiles.models import Draft, Invitation, Person, RuleKey, Subscription
from profiles.zones import month_of
from sessions_app.models import (
    LogConsent,
    MicroGoal,
    PrivateNote,
    PrivateNoteVersion,
    Session,
    SessionChange,
    SharedNote,
    SharedNoteVersion,
    Takeaway,
)
from tests.make import NOW, H, make_coach, make_coachee, make_organization, make_resource

# Clocks change (Europe twice, New Zealand, Newfoundland just after midnight its time), months and years end, a leap
# day, a Friday night before a weekend without working days, a Sunday morning, a session under way.
MOMENTS = [
    "2026-03-29T00:59:30Z",
    "2026-10-25T01:30:00Z",
    "2026-09-26T14:00:00Z",
    "2026-11-01T03:45:00Z",
    "2026-11-30T22:59:59Z",
    "2026-12-31T23:59:00Z",
    "2027-01-01T00:00:00Z",
    "2028-02-29T12:00:00Z",
    "2026-11-27T22:30:00Z",
    "2026-11-22T05:10:00Z",
    "2026-11-24T09:20:00Z",
]
pytestmark = pytest.mark.django_db


def person(key: str) -> Person:
    return Person.objects.get(email=f"{key}@demo.trellis")


def open_rules(key: str, now: datetime = NOW) -> set[str]:
    return set(Encouragement.objects.open(now).filter(coachee=person(key)).values_list("rule", flat=True))


def everything_made_with(seed: int) -> dict[str, list]:
    """All rows of a fresh demo, but for the salt of the passwords."""
    remove_everything()
    make_demo(NOW, seed)
    models = {model: model._default_manager.order_by("pk") for model in (*ORDER, Event, Encouragement)}
    return {model._meta.label: [{**row, "password": ""} for row in rows.values()] for model, rows in models.items()}


@pytest.mark.parametrize("moment", MOMENTS)
def test_whole_at_any_time(moment):
    now = datetime.fromisoformat(moment).astimezone(UTC)
    make_demo(now)
    assert set(Encouragement.objects.open(now).values_list("rule", flat=True)) == set(RuleKey.values)
    assert set(Event.objects.values_list("kind", flat=True)) == set(EventKind.values)
    assert open_rules("amara", now) == {"survey_overdue", "takeaways_unshared", "manager_360_pending"}
    assert open_rules("priya", now) == set()
    changes = engine.sweep(now)
    assert (changes.opened, changes.cleared) == (0, 0)
    assert_nothing_has_happened_later_than(now)


def assert_nothing_has_happened_later_than(now: datetime) -> None:
    assert not Event.objects.filter(at__gt=now).exists()
    assert not Session.objects.filter(Q(marked_at__gt=now) | Q(cancelled_at__gt=now)).exists()
    assert not Session.objects.exclude(status__in=["scheduled", "cancelled"]).filter(ends_at__gt=now).exists()
    for written in (SharedNote, PrivateNote):
        assert not written.objects.filter(written_at__gt=now).exists()
    for written in (MicroGoal, Takeaway):
        assert not written.objects.filter(submitted_at__gt=now).exists()


def test_a_later_sweep_finds_nothing_either():
    make_demo(NOW)
    changes = engine.sweep(NOW + 30 * H)
    assert (changes.opened, changes.cleared) == (0, 0)


def test_maya_has_14_active_2_onboarding_and_5_past():
    make_demo(NOW)
    coachees = Person.objects.coached_by(person("maya"), NOW)
    active = coachees.filter(pk__in=Subscription.objects.covering(NOW).values("coachee"))
    to_come = coachees.exclude(pk__in=active).filter(pk__in=Subscription.objects.not_over(NOW).values("coachee"))
    without = coachees.filter(subscriptions=None)
    assert (len(active), len(to_come) + len(without), len(coachees) - len(active)) == (14, 2, 7)


def test_amara_is_as_in_the_picture():
    make_demo(NOW)
    amara, assignments = person("amara"), Assignment.objects.of(person("amara"))
    counts = [state(NOW).count() for state in (assignments.in_progress, assignments.completed, assignments.archived)]
    assert counts == [2, 5, 1]
    coming = Encouragement.objects.upcoming(NOW).filter(coachee=amara).values_list("rule", flat=True)
    assert {"goals_unshared", "reflections_unshared"} <= set(coming)
    assert amara.reviews_360.get().raters.filter(completed_at=None).count() == 2
    assert amara.subscriptions.get().active_from == datetime(2026, 2, 28, 23, tzinfo=UTC)


def test_nobody_uses_more_than_their_month_has():
    make_demo(NOW)
    for subscription in Subscription.objects.covering(NOW).select_related("coachee"):
        since, until = month_of(NOW, subscription.coachee.timezone)
        used = subscription.coachee.sessions_as_coachee.counting().filter(starts_at__gte=since, starts_at__lt=until)
        assert used.count() <= subscription.sessions_per_month, subscription.coachee.email


def test_there_are_coachees_without_a_coach_without_history_and_handed_over():
    make_demo(NOW)
    assert not Relationship.objects.filter(coachee__email__in=["beatriz@demo.trellis", "yusuf@demo.trellis"]).exists()
    assert not Event.objects.of(person("sunil")).exists()
    assert PrivateNote.objects.filter(author=person("maya"), coachee=person("viktor")).exists()
    assert person("viktor") not in Person.objects.visible_to(person("maya"), NOW)


def test_same_seed_same_demo():
    first, same, other = (everything_made_with(seed) for seed in (7, 7, 8))
    assert same == first
    assert other != first


def test_command_fills_once_and_begins_again_when_told(settings, capsys):
    settings.DEMO = True
    call_command("demo_data")
    Person.objects.filter(email="amara@demo.trellis").update(position="Astronaut")
    call_command("demo_data")
    assert person("amara").position == "Astronaut"
    call_command("demo_data", "--reset")
    assert person("amara").position == "Engineering Manager"
    assert all(person(key).check_password("trellis") for key in ("maya", "amara", "ines"))


def test_command_adds_the_demo_people_to_what_was_imported_before(settings):
    settings.DEMO = True
    ours = make_coachee(coach=make_coach(), organization=make_organization(name="Northwind Logistics"))
    make_resource(ref="R-01")
    call_command("demo_data")
    assert person("maya").check_password("trellis")
    assert person("amara").organization.people.contains(ours)


def test_command_refuses_outside_a_demo():
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo_data", "--reset")


def test_goals_observations_and_records_are_there():
    make_demo(NOW)
    amara = person("amara")
    assert set(amara.goals.values_list("state", flat=True)) == {"active", "achieved", "let_go"}
    for goal in amara.goals.all():
        newest = goal.changes.exclude(progress=None).order_by("at", "pk").last()
        assert newest.progress == goal.progress
    states = [(one.shared_at is None, one.acknowledged_at is None) for one in amara.observations.all()]
    assert {(True, True), (False, True), (False, False)} == set(states)
    assert not RubricVersion.objects.filter(published_at=None).exists()
    assert Invitation.objects.usable(NOW).get().person == person("yusuf")
    assert person("samuel").relationships_as_coach.running(NOW).count() > person("samuel").capacity
    assert not Notification.objects.filter(created_at__gt=NOW).exists()


def test_what_the_installation_came_with_outlives_a_new_demo():
    remove_everything()
    assert Prompt.objects.filter(program=None).count() == len(TEXTS)


def test_something_of_all_that_happens_between_sessions():
    make_demo(NOW, 1)
    amara, maya = person("amara"), person("maya")
    assert Message.objects.unread_by(maya).exists()
    assert Message.objects.unread_by(amara).count() == 1
    assert Response.objects.unread_by(maya).exists()
    assert Response.objects.filter(sender="coach", author=maya).exists()
    assert set(Resource.objects.values_list("kind", flat=True)) == {"article", "link", "file"}
    assert Suggestion.objects.standing().filter(coachee=amara).exists()
    assert maya.assignment_templates.count() == 4
    assert NotRelevant.objects.get().coachee == person("jonas")
    assert Draft.objects.get().person == maya
    assert Takeaway.objects.filter(coachee=amara, shared_at=None).exists()
    assert Takeaway.objects.filter(edited_at__isnull=False).exists()


def test_sessions_can_be_booked_and_tell_how_they_came_about():
    make_demo(NOW)
    maya, amara = person("maya"), person("amara")
    assert maya.weekly_hours.count() == 9
    assert {one.is_open for one in maya.availability_exceptions.all()} == {True, False}
    assert Session.objects.filter(coachee=amara, kind="complimentary").get().payment == "pro_bono"
    assert not Session.objects.filter(booked_at__gt=NOW).exists()
    assert not Session.objects.filter(changes=None).exists()
    assert not SessionChange.objects.filter(at__gt=NOW).exists()
    assert set(SessionChange.objects.values_list("what", flat=True)) == {
        "scheduled",
        "rescheduled",
        "cancelled",
        "marked",
    }
    assert SharedNoteVersion.objects.get().coachee == amara
    assert PrivateNoteVersion.objects.get().author == maya
    agreed = LogConsent.objects.standing().filter(coach=maya)
    assert agreed.filter(coachee=amara).exists()
    assert agreed.count() < Person.objects.filter(sessions_as_coachee__coach=maya).distinct().count()
