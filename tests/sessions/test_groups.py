"""Group sessions: scheduled by the coach, joined by whoever is enrolled, moved and called off for everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.encouragement.engine import evaluate
from activity.models import Encouragement
from coaching.models import Relationship
from notifications.models import Notification
from profiles.actions import RefusedError
from profiles.models import Person, Subscription
from profiles.once import new_form_id
from profiles.versions import ChangedMeanwhileError
from sessions_app.booking import CannotBookError, cancel
from sessions_app.group_actions import add_to_group, cancel_group, reschedule_group, schedule_group, take_seat
from sessions_app.groups import enrolled, modules_of, open_groups
from sessions_app.models import GroupMeeting, Session, SessionChange
from tests.cast import Cast
from tests.make import NOW, D, H, make_coachee, make_session
from tests.make_sessions import attended, attended_by_sessions, make_hours, make_meeting, make_module, make_seat

MODULE, AT = "Delegation, cohort 3", NOW + 3 * D


@pytest.fixture
def group(cast: Cast) -> Cast:
    """Jonas is enrolled beside Amara."""
    Subscription.objects.filter(coachee__in=[cast.other_coachee, cast.strangers_coachee]).update(group_module=MODULE)
    return cast


def meet(cast: Cast, *coachees: Person, **words) -> GroupMeeting:
    """Maya schedules a group session with these, three days ahead."""
    words = {"module": MODULE, "starts_at": AT, "by": cast.coach, "now": NOW, **words}
    return schedule_group(coach=cast.coach, coachees=list(coachees), **words)


def seats(meeting: GroupMeeting) -> list[tuple[str, int | None, str]]:
    rows = meeting.sessions.order_by("pk").select_related("coachee")
    return [(row.coachee.first_name, row.seat, row.status) for row in rows]


def told() -> list[tuple[str, str, int]]:
    """Kind, whom, and version of every notice so far, which are forgotten."""
    rows = Notification.objects.order_by("pk").select_related("person")
    found = [(row.kind, row.person.first_name, row.facts["version"]) for row in rows]
    rows.delete()
    return sorted(found)


def test_everybody_is_seated_and_told_and_taken(group: Cast) -> None:
    make_module(name=MODULE, capacity=3, minutes=90)
    meeting = meet(group, group.coachee, group.other_coachee)
    assert (meeting.capacity, meeting.minutes, meeting.version) == (3, 90, 0)
    assert seats(meeting) == [("Amara", 1, "scheduled"), ("Jonas", 2, "scheduled")]
    assert {row.ends_at for row in meeting.sessions.all()} == {AT + timedelta(minutes=90)}
    assert told() == [("session_scheduled", name, 0) for name in ("Amara", "Jonas", "Maya")]
    assert attended() == attended_by_sessions()
    assert SessionChange.objects.filter(what="scheduled", by=group.coach).count() == 2


def test_modules_nobody_described_have_eight_seats_and_an_hour(group: Cast) -> None:
    meeting = meet(group, group.coachee)
    assert (meeting.capacity, meeting.minutes) == (8, 60)


def test_only_coachees_of_the_coach_who_are_enrolled_on_that_day(group: Cast) -> None:
    own, module = group.coach, MODULE
    assert [one.first_name for one in enrolled(own, module, AT, NOW)] == ["Amara", "Jonas"]
    Subscription.objects.filter(coachee=group.other_coachee).update(active_until=AT)
    assert [one.first_name for one in enrolled(own, module, AT, NOW)] == ["Amara"]
    Relationship.objects.filter(pk=group.relationship.pk).update(ended_at=AT)
    assert not enrolled(own, module, AT, NOW).exists()
    for one in (group.coachee, group.other_coachee, group.strangers_coachee):
        with pytest.raises(CannotBookError, match=f"{one.name} is not enrolled"):
            meet(group, one)
    assert modules_of(own, NOW) == [module]
    assert modules_of(group.former_coach, NOW) == []


@pytest.mark.parametrize("whose", ["coach", "coachee"])
def test_who_is_taken_is_named_and_the_nearest_times_are_offered(group: Cast, whose: str) -> None:
    make_hours(coach=group.coach)
    if whose == "coach":
        make_session(coach=group.coach, coachee=make_coachee(coach=group.coach), starts_at=AT)
    else:
        make_session(coach=group.co_coach, coachee=group.coachee, starts_at=AT)
    with pytest.raises(CannotBookError) as refusal:
        meet(group, group.coachee, group.other_coachee)
    said = "You have something else" if whose == "coach" else "Amara Okafor is not free"
    assert str(refusal.value).startswith(said)
    assert [slot.starts_at - AT for slot in refusal.value.nearest] == [-1.5 * H, -H, H]
    assert not GroupMeeting.objects.exists()


def test_what_cannot_be_scheduled(group: Cast) -> None:
    make_module(name=MODULE, capacity=1)
    refused = {
        "This time has passed": {"starts_at": NOW},
        "two years": {"starts_at": NOW + 800 * D},
        "by their coach": {"by": group.coachee},
        "Only 1 seat is free": {},
    }
    for words, changed in refused.items():
        with pytest.raises(CannotBookError, match=words):
            meet(group, group.coachee, group.other_coachee, **changed)
    with pytest.raises(CannotBookError, match="at least one"):
        meet(group)
    assert not Session.objects.exists()


def test_the_same_form_again_leads_to_the_same_meeting(group: Cast) -> None:
    form = new_form_id(group.coach)
    assert meet(group, group.coachee, form_id=form) == meet(group, group.coachee, form_id=form)
    assert Session.objects.count() == 1


def test_seats_are_given_back_and_taken_again(group: Cast) -> None:
    make_module(name=MODULE, capacity=2)
    meeting = meet(group, group.coachee)
    jonas = take_seat(meeting, coachee=group.other_coachee, now=NOW)
    assert jonas.seat == 2
    assert take_seat(meeting, coachee=group.other_coachee, now=NOW) == jonas
    late = make_coachee(coach=group.coach, name="Lea", subscription={"group_module": MODULE})
    with pytest.raises(CannotBookError, match="All seats are taken"):
        take_seat(meeting, coachee=late, now=NOW)
    with pytest.raises(CannotBookError, match="All seats are taken"):
        add_to_group(meeting, [late], by=group.coach, now=NOW)
    cancel(meeting.sessions.get(coachee=group.coachee), by=group.coachee, now=NOW, shown=0)
    told()
    assert [one.seat for one in add_to_group(meeting, [late], by=group.coach, now=NOW)] == [1]
    assert told() == [("session_scheduled", "Lea", 0), ("session_scheduled", "Maya", 0)]
    assert attended() == attended_by_sessions()


def test_seats_are_for_those_who_are_enrolled_and_free(group: Cast) -> None:
    meeting = meet(group, group.coachee)
    plain = make_coachee(coach=group.coach, name="Pia Plain")
    with pytest.raises(CannotBookError, match="Pia Plain is not enrolled"):
        take_seat(meeting, coachee=plain, now=NOW)
    make_session(coach=group.coach, coachee=group.other_coachee, starts_at=AT - 30 * timedelta(minutes=1), minutes=30)
    assert take_seat(meeting, coachee=group.other_coachee, now=NOW).seat == 2
    busy = make_coachee(coach=group.coach, subscription={"group_module": MODULE})
    make_session(coach=group.stranger_coach, coachee=busy, starts_at=AT + 59 * timedelta(minutes=1))
    with pytest.raises(CannotBookError, match="You have something else"):
        take_seat(meeting, coachee=busy, now=NOW)
    with pytest.raises(CannotBookError, match="Only the coach"):
        add_to_group(meeting, [busy], by=group.coachee, now=NOW)


def test_a_group_moves_as_one(group: Cast) -> None:
    meeting = meet(group, group.coachee, group.other_coachee)
    gone = make_coachee(coach=group.coach, subscription={"group_module": MODULE})
    cancel(take_seat(meeting, coachee=gone, now=NOW), by=gone, now=NOW, shown=0)
    told()
    moved = reschedule_group(meeting, starts_at=AT + 30 * timedelta(minutes=1), by=group.coach, now=NOW, shown=0)
    assert moved.version == 1
    kept = meeting.sessions.filter(status="scheduled")
    assert {(row.starts_at - AT, row.ends_at - AT, row.version) for row in kept} == {(0.5 * H, 1.5 * H, 1)}
    assert told() == [("session_rescheduled", name, 1) for name in ("Amara", "Jonas", "Maya")]
    assert attended() == attended_by_sessions()
    with pytest.raises(ChangedMeanwhileError):
        reschedule_group(meeting, starts_at=AT + D, by=group.coach, now=NOW, shown=0)
    with pytest.raises(RefusedError, match="by its coach"):
        reschedule_group(meeting, starts_at=AT + D, by=group.coachee, now=NOW, shown=1)


def test_a_group_moves_only_to_where_everybody_can(group: Cast) -> None:
    meeting = meet(group, group.coachee, group.other_coachee)
    make_session(coach=group.co_coach, coachee=group.coachee, starts_at=AT + D)
    with pytest.raises(CannotBookError, match="Amara Okafor is not free"):
        reschedule_group(meeting, starts_at=AT + D, by=group.coach, now=NOW, shown=0)
    Subscription.objects.filter(coachee=group.other_coachee).update(active_until=AT + 2 * D)
    with pytest.raises(CannotBookError, match="Jonas Lindqvist is not enrolled"):
        reschedule_group(meeting, starts_at=AT + 2 * D, by=group.coach, now=NOW, shown=0)
    assert attended() == attended_by_sessions()


def test_a_group_is_called_off_for_everybody(group: Cast) -> None:
    meeting = meet(group, group.coachee, group.other_coachee)
    told()
    cancel_group(meeting, by=group.coach, now=NOW, shown=0, reason="coach_emergency")
    cancel_group(meeting, by=group.coach, now=NOW, shown=0)
    assert seats(meeting) == [("Amara", 1, "cancelled"), ("Jonas", 2, "cancelled")]
    assert set(meeting.sessions.values_list("cancelled_by", "reason", "version")) == {("coach", "coach_emergency", 1)}
    assert told() == [("session_cancelled", name, 1) for name in ("Amara", "Jonas", "Maya")]
    assert attended() == set()
    assert meet(group, group.coachee).pk != meeting.pk
    with pytest.raises(CannotBookError, match="was cancelled"):
        take_seat(meeting, coachee=group.other_coachee, now=NOW)


def test_the_coach_is_told_of_a_group_that_everybody_left(group: Cast) -> None:
    meeting = meet(group, group.coachee)
    cancel(meeting.sessions.get(), by=group.coachee, now=NOW, shown=0)
    told()
    reschedule_group(meeting, starts_at=AT + H, by=group.coach, now=NOW, shown=0)
    cancel_group(meeting, by=group.coach, now=NOW, shown=1)
    assert told() == [("session_cancelled", "Maya", 2), ("session_rescheduled", "Maya", 1)]
    assert attended() == set()


def test_what_has_begun_stays(group: Cast) -> None:
    meeting = meet(group, group.coachee)
    with pytest.raises(RefusedError, match="begun"):
        reschedule_group(meeting, starts_at=AT + D, by=group.coach, now=AT, shown=0)
    with pytest.raises(RefusedError, match="begun"):
        cancel_group(meeting, by=group.coach, now=AT, shown=0)
    with pytest.raises(CannotBookError, match="begun"):
        take_seat(meeting, coachee=group.other_coachee, now=AT)


def test_imported_groups_move_and_are_called_off_but_have_no_seats(group: Cast) -> None:
    first = make_session(coach=group.coach, coachee=group.coachee, kind="group", starts_at=AT, minutes=90)
    make_session(coach=group.coach, coachee=group.other_coachee, kind="group", starts_at=AT)
    meeting = first.meeting
    with pytest.raises(CannotBookError, match="Nobody knows how many seats"):
        add_to_group(meeting, [make_coachee(coach=group.coach)], by=group.coach, now=NOW)
    reschedule_group(meeting, starts_at=AT + D, by=group.coach, now=NOW, shown=0)
    assert {row.ends_at - row.starts_at for row in meeting.sessions.all()} == {1.5 * H, H}
    assert attended() == attended_by_sessions()
    cancel_group(meeting, by=group.coach, now=NOW, shown=1)
    assert attended() == set()


def test_open_groups_are_those_with_a_seat_for_one(group: Cast) -> None:
    mine = make_meeting(coach=group.coach, starts_at=AT, module=MODULE, capacity=2)
    make_seat(meeting=mine, coachee=group.other_coachee)
    full = make_meeting(coach=group.coach, starts_at=AT + D, module=MODULE, capacity=1)
    make_seat(meeting=full, coachee=group.other_coachee)
    make_meeting(coach=group.coach, starts_at=AT + 2 * D, module="Another module")
    make_meeting(coach=group.coach, starts_at=AT + 3 * D, module=MODULE, cancelled_at=NOW)
    make_meeting(coach=group.stranger_coach, starts_at=AT + 4 * D, module=MODULE)
    make_meeting(coach=group.former_coach, starts_at=AT + 5 * D, module=MODULE)
    make_meeting(coach=group.coach, starts_at=NOW - H, module=MODULE)
    make_meeting(coach=group.coach, starts_at=AT + 400 * D, module=MODULE)  # after the subscription
    theirs = make_meeting(coach=group.co_coach, starts_at=AT + 6 * D, module=MODULE)
    found = open_groups(group.coachee, NOW)
    assert [(one.pk, one.taken, one.capacity) for one in found] == [(mine.pk, 1, 2), (theirs.pk, 0, 8)]
    make_seat(meeting=theirs, coachee=group.coachee, status="cancelled")
    make_seat(meeting=mine, coachee=group.coachee, seat=2)
    assert [one.pk for one in open_groups(group.coachee, NOW)] == [theirs.pk]


def test_a_sweep_after_each_verb_finds_nothing_to_do(group: Cast) -> None:
    def swept() -> bool:
        stored = list(Encouragement.objects.order_by("pk").values())
        evaluate([group.relationship.pk], NOW)
        return stored == list(Encouragement.objects.order_by("pk").values())

    meeting = meet(group, group.coachee)
    of_session = Encouragement.objects.filter(rule="goals_unshared")
    assert of_session.get().since == AT - 2 * D
    reschedule_group(meeting, starts_at=AT + D, by=group.coach, now=NOW, shown=0)
    assert swept()
    assert of_session.get().since == AT - D
    cancel_group(meeting, by=group.coach, now=NOW, shown=1)
    assert swept()
    assert not of_session.exists()


def test_verbs_cost_the_same_for_two_and_for_ten(group: Cast) -> None:
    make_module(name=MODULE, capacity=20)
    costs = []
    for number in (2, 10):
        people = [make_coachee(coach=group.coach, subscription={"group_module": MODULE}) for _one in range(number)]
        with CaptureQueriesContext(connection) as queries:
            meeting = meet(group, *people)
            reschedule_group(meeting, starts_at=AT + D, by=group.coach, now=NOW, shown=0)
            cancel_group(meeting, by=group.coach, now=NOW, shown=1)
        costs.append(len(queries))
    assert costs[0] == costs[1]
