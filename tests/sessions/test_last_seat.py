"""The last seat of a group, wanted by twenty at once: the lock and the constraint let one have it."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from sessions_app import group_actions
from sessions_app.booking import CannotBookError
from sessions_app.group_actions import cancel_group, reschedule_group, schedule_group, take_seat
from sessions_app.models import Session, SessionChange
from tests.make import NOW, D, H, make_coach, make_coachee
from tests.make_sessions import attended, attended_by_sessions, make_meeting, make_module, make_seat
from tests.models.test_at_once import without
from tests.sessions.test_at_once import Outcome, at_once, nobody_takes_turns

pytestmark = pytest.mark.django_db(transaction=True)
MODULE, TWENTY = "Delegation, cohort 3", 20


def enrol(number: int) -> tuple:
    coach = make_coach()
    return coach, [make_coachee(coach=coach, subscription={"group_module": MODULE}) for _one in range(number)]


def twenty_on_the_last_seat() -> Outcome:
    """A group of three with two in it, and twenty who want the third seat."""
    coach, coachees = enrol(TWENTY + 2)
    meeting = make_meeting(coach=coach, module=MODULE, capacity=3)
    for seat in (1, 2):
        make_seat(meeting=meeting, coachee=coachees[TWENTY + seat - 1], seat=seat)
    return at_once(TWENTY, lambda place: take_seat(meeting, coachee=coachees[place], now=NOW))


def test_one_of_twenty_gets_the_last_seat() -> None:
    outcome = twenty_on_the_last_seat()
    assert (len(outcome.done), len(outcome.refused), outcome.broken) == (1, TWENTY - 1, [])
    assert all(isinstance(one, CannotBookError) and one.taken for one in outcome.refused)
    assert Session.objects.count() == 3
    assert attended() == attended_by_sessions()


def nobody_waits():
    """The verbs without locks, of people and of the meeting."""
    plain = lambda meeting: type(meeting).objects.select_related("coach").get(pk=meeting.pk)  # noqa: E731
    return patch.multiple(group_actions, lock_people=lambda ids: None, _locked=plain)


def test_without_the_locks_the_constraint_decides() -> None:
    with nobody_takes_turns(), nobody_waits():
        outcome = twenty_on_the_last_seat()
    assert (len(outcome.done), outcome.broken) == (1, [])
    assert any("just taken" in str(one) for one in outcome.refused)


def test_control_without_both_several_get_the_last_seat() -> None:
    with without(Session, "one_coachee_per_seat"), nobody_takes_turns(), nobody_waits():
        outcome = twenty_on_the_last_seat()
        SessionChange.objects.all().delete()
    assert len(outcome.done) > 1


def test_groups_and_seats_at_the_same_time_deadlock_nobody() -> None:
    make_module(name=MODULE, capacity=10)
    coach, coachees = enrol(8)
    words = {"by": coach, "now": NOW}
    meeting = schedule_group(coach=coach, module=MODULE, starts_at=NOW + 3 * D, coachees=coachees[:4], **words)

    def deed(place: int) -> object:
        if place < 4:
            return take_seat(meeting, coachee=coachees[4 + place], now=NOW)
        if place < 8:
            return reschedule_group(meeting, starts_at=NOW + 3 * D + place * H, shown=0, **words)
        return cancel_group(meeting, shown=0, **words)

    outcome = at_once(9, deed)
    assert outcome.broken == []
    assert attended() == attended_by_sessions()
