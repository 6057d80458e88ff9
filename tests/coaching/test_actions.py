"""Assigning coaches and ending relationships."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection

from activity.encouragement import engine
from activity.models import Encouragement
from coaching.actions import CoachingError, assign_coach, assign_coach_to_many, end_relationship
from coaching.models import Relationship
from profiles.models import Person
from tests.cast import Cast
from tests.make import NOW, make_coach, make_coachee, make_person, make_relationship, make_subscription, make_survey


def test_an_assigned_coach_sees_the_coachee_at_once(cast: Cast) -> None:
    relationship = assign_coach(coach=cast.stranger_coach, coachee=cast.coachee, by=cast.admin, now=NOW)
    assert (relationship.started_at, relationship.started_by) == (NOW, cast.admin)
    assert cast.coachee in Person.objects.visible_to(cast.stranger_coach, NOW)


def test_what_is_already_due_is_open_for_the_new_coach_at_once(cast: Cast) -> None:
    make_survey(coachee=cast.coachee, due_on=(NOW - timedelta(days=3)).date())
    relationship = assign_coach(coach=cast.stranger_coach, coachee=cast.coachee, by=cast.admin, now=NOW)
    assert "survey_overdue" in set(relationship.encouragements.values_list("rule", flat=True))


def test_only_people_with_coaching_access_can_be_assigned(cast: Cast) -> None:
    with pytest.raises(CoachingError, match="Moses Manager does not have coaching access.*turn it on") as refused:
        assign_coach(coach=cast.manager, coachee=cast.coachee, by=cast.admin, now=NOW)
    assert refused.value.person == cast.manager
    assert not cast.manager.relationships_as_coach.exists()


def test_a_coach_whose_account_is_closed_cannot_be_assigned(cast: Cast) -> None:
    gone = make_coach(is_active=False)
    with pytest.raises(CoachingError, match="may not sign in"):
        assign_coach(coach=gone, coachee=cast.coachee, by=cast.admin, now=NOW)


def test_nobody_coaches_themselves(cast: Cast) -> None:
    with pytest.raises(CoachingError, match="their own coach"):
        assign_coach(coach=cast.coach, coachee=cast.coach, by=cast.admin, now=NOW)


def test_a_pair_has_one_running_relationship(cast: Cast) -> None:
    with pytest.raises(CoachingError, match="Maya Castellanos already coaches Amara Okafor"):
        assign_coach(coach=cast.coach, coachee=cast.coachee, by=cast.admin, now=NOW)


def test_a_pair_may_begin_again(cast: Cast) -> None:
    again = assign_coach(coach=cast.former_coach, coachee=cast.coachee, by=cast.admin, now=NOW)
    assert Relationship.objects.between(cast.former_coach, cast.coachee).count() == 2
    assert again.ended_at is None


def test_whoever_is_coached_becomes_a_coachee(cast: Cast) -> None:
    assign_coach(coach=cast.coach, coachee=cast.manager, by=cast.admin, now=NOW)
    grant = cast.manager.role_grants.current().get(role="coachee")
    assert (grant.granted_at, grant.granted_by) == (NOW, cast.admin)


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_make_one_relationship_and_the_other_is_told() -> None:
    coach, coachee, admin = make_coach(name="Maya"), make_coachee(name="Amara"), make_person(roles=["admin"])
    told = at_once(8, lambda: assign_coach(coach=coach, coachee=coachee, by=admin, now=NOW))
    assert Relationship.objects.between(coach, coachee).count() == 1
    assert sorted(map(type, told), key=str) == [CoachingError] * 7 + [Relationship]


def at_once(times: int, deed: Callable[[], object]) -> list[object]:
    """What each of as many threads got or was told, all started together."""
    barrier = Barrier(times)

    def one(_number: int) -> object:
        barrier.wait()
        try:
            return deed()
        except CoachingError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def test_a_writer_who_does_not_take_the_lock_is_still_stopped(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as an import that stores the pair between our look and our insert: the database says no."""
    monkeypatch.setattr("coaching.actions.why_not_pair", lambda *_: "")
    with pytest.raises(CoachingError, match="already coaches"):
        assign_coach(coach=cast.coach, coachee=cast.coachee, by=cast.admin, now=NOW)


def test_many_are_assigned_in_one_step_and_the_rest_is_told_apart(cast: Cast) -> None:
    new = [make_coachee().pk for _ in range(3)]
    asked = [*new, cast.coachee.pk, cast.coach.pk, cast.manager.pk]
    done = assign_coach_to_many(coach=cast.coach, coachees=asked, by=cast.admin, now=NOW)
    assert list(done.assigned) == sorted(new)
    assert done.already == (cast.coachee.pk,)
    assert set(done.not_coachees) == {cast.coach.pk, cast.manager.pk}
    assert Relationship.objects.running(NOW).filter(coach=cast.coach, started_by=cast.admin).count() == 3


def test_somebody_with_a_subscription_is_a_coachee_whatever_their_role(cast: Cast) -> None:
    make_subscription(coachee=cast.manager)
    done = assign_coach_to_many(coach=cast.coach, coachees=[cast.manager.pk], by=cast.admin, now=NOW)
    assert done.assigned == (cast.manager.pk,)
    assert cast.manager.role_grants.current().filter(role="coachee").count() == 1


def test_nobody_is_assigned_when_the_coach_has_no_access(cast: Cast) -> None:
    with pytest.raises(CoachingError, match="coaching access"):
        assign_coach_to_many(coach=cast.manager, coachees=[cast.coachee.pk], by=cast.admin, now=NOW)
    assert not cast.manager.relationships_as_coach.exists()


def test_many_need_as_many_queries_as_one(cast: Cast, django_assert_max_num_queries) -> None:
    def assign(count: int) -> None:
        coachees = [make_coachee().pk for _ in range(count)]
        with django_assert_max_num_queries(26):
            assign_coach_to_many(coach=cast.coach, coachees=coachees, by=cast.admin, now=NOW)

    assign(1)
    assign(30)


def test_ending_takes_the_coachee_out_of_sight_at_once(cast: Cast) -> None:
    assert end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert (cast.relationship.ended_at, cast.relationship.ended_by) == (NOW, cast.admin)
    assert cast.coachee not in Person.objects.visible_to(cast.coach, NOW)


def test_ending_closes_what_was_open(cast: Cast) -> None:
    make_survey(coachee=cast.coachee, due_on=(NOW - timedelta(days=3)).date())
    engine.sweep(NOW - timedelta(hours=1))
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert Encouragement.objects.filter(relationship=cast.relationship, rule="survey_overdue", until=NOW).exists()
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (0, 0)


def test_ending_twice_keeps_the_first_end(cast: Cast) -> None:
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    assert not end_relationship(relationship=cast.relationship, by=cast.superuser, now=NOW + timedelta(hours=1))
    assert (cast.relationship.ended_at, cast.relationship.ended_by) == (NOW, cast.admin)


def test_ending_one_that_was_to_start_later_means_it_never_runs(cast: Cast) -> None:
    later = make_relationship(coach=cast.stranger_coach, coachee=cast.coachee, started_at=NOW + timedelta(days=3))
    end_relationship(relationship=later, by=cast.admin, now=NOW)
    assert later.ended_at == later.started_at
