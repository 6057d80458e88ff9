"""Scheduling, rescheduling and cancelling: what is written, what is told, what is refused and with which words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activity.encouragement import engine
from activity.models import Encouragement
from coaching.models import Relationship
from notifications.models import Notification
from profiles.actions import RefusedError
from profiles.models import Person, Subscription
from profiles.once import new_form_id
from profiles.versions import ChangedMeanwhileError
from sessions_app.booking import CannotBookError, cancel, is_late, reschedule, schedule
from sessions_app.models import Attendance, Session, SessionChange
from tests.cast import Cast
from tests.make import NOW, D, H, make_relationship, make_session, make_subscription
from tests.make_sessions import attended, attended_by_sessions, make_hours, make_meeting, make_seat

IN_DECEMBER = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def hours(cast: Cast) -> None:
    """Every coach of Amara's is there day and night."""
    for coach in (cast.coach, cast.co_coach):
        make_hours(coach=coach)


def book(cast: Cast, starts_at: datetime = NOW + 3 * D, *, by: Person | None = None, **fields) -> Session:
    """Maya with Amara, one-on-one and by Amara unless said otherwise."""
    words = {"coach": cast.coach, "coachee": cast.coachee, "kind": "one_on_one", "starts_at": starts_at, **fields}
    return schedule(**words, by=by or cast.coachee, now=NOW)


def refused(cast: Cast, *args, **fields) -> str:
    """The sentence, and that nothing was changed."""
    before = Session.objects.count(), SessionChange.objects.count(), Notification.objects.count(), attended()
    with pytest.raises(CannotBookError) as refusal:
        book(cast, *args, **fields)
    assert (Session.objects.count(), SessionChange.objects.count(), Notification.objects.count(), attended()) == before
    return str(refusal.value)


def told() -> list[tuple[str, str, bool]]:
    rows = Notification.objects.order_by("pk").select_related("person")
    return sorted((row.person.first_name, row.kind, row.in_product) for row in rows if row.by_mail)


# Scheduling ---------------------------------------------------------------------------------------


def test_a_session_takes_both_their_time_and_both_are_told(cast: Cast) -> None:
    session = book(cast)
    assert (session.minutes, session.status, session.version) == (55, "scheduled", 0)
    assert (session.booked_by, session.booked_at, session.payment) == (cast.coachee, NOW, "paid")
    assert attended() == attended_by_sessions()
    assert {row.person for row in Attendance.objects.all()} == {cast.coach, cast.coachee}
    assert told() == [("Amara", "session_scheduled", False), ("Maya", "session_scheduled", True)]
    change = session.changes.get()
    assert (change.what, change.by, change.at, change.starts_at) == ("scheduled", cast.coachee, NOW, NOW + 3 * D)


@pytest.mark.parametrize(("kind", "minutes", "payment"), [("flash", 25, "paid"), ("complimentary", 30, "pro_bono")])
def test_each_kind_has_its_length(cast: Cast, kind: str, minutes: int, payment: str) -> None:
    session = book(cast, kind=kind)
    assert (session.minutes, session.payment) == (minutes, payment)


def test_encouragements_follow_at_once(cast: Cast) -> None:
    engine.sweep(NOW)
    session = book(cast)
    upcoming = Encouragement.objects.filter(rule="goals_unshared", relationship=cast.relationship)
    assert [one.subject for one in upcoming] == [session.ref]
    moved = reschedule(session, starts_at=NOW + 5 * D, by=cast.coach, now=NOW, shown=0)
    assert [one.since for one in upcoming.all()] == [NOW + 3 * D]
    cancel(moved, by=cast.coach, now=NOW, shown=1)
    assert not upcoming.all().exists()
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (0, 0)


def test_the_same_form_again_leads_to_the_same_session(cast: Cast) -> None:
    form_id = new_form_id(cast.coachee)
    assert book(cast, form_id=form_id) == book(cast, form_id=form_id)
    assert (Session.objects.count(), len(told())) == (1, 2)


def test_a_coachee_gets_free_times_only_and_a_coach_any_that_nobody_took(cast: Cast) -> None:
    soon = NOW + 2 * H  # within the day of notice
    assert "not free" in refused(cast, soon)
    assert book(cast, soon, by=cast.coach).starts_at == soon
    assert "not free" in refused(cast, soon + H / 4, by=cast.coach)


def test_who_is_late_is_offered_the_nearest_times(cast: Cast) -> None:
    book(cast, coachee=cast.other_coachee, by=cast.coach)
    with pytest.raises(CannotBookError) as refusal:
        book(cast)
    assert refusal.value.taken
    near = [slot.starts_at for slot in refusal.value.nearest]
    assert len(near) == 3
    assert all(abs(at - (NOW + 3 * D)) <= 2 * H for at in near)
    assert book(cast, near[0]).starts_at == near[0]


def test_never_in_the_past_nor_too_far_ahead(cast: Cast) -> None:
    assert "passed" in refused(cast, NOW, by=cast.coach)
    assert "two years" in refused(cast, NOW + 800 * D, by=cast.coach)
    assert "two years" in refused(cast, datetime.max.replace(tzinfo=UTC), by=cast.coach)


def test_only_while_the_relationship_runs_then_too(cast: Cast) -> None:
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW + 5 * D)
    book(cast, NOW + 4 * D)
    assert "ends before" in refused(cast, NOW + 6 * D)
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW - D)
    assert "has ended" in refused(cast, NOW + 4 * D, by=cast.coach)


def test_nobody_else_schedules_for_them(cast: Cast) -> None:
    assert "Only the coach" in refused(cast, by=cast.admin)


# What is included ---------------------------------------------------------------------------------


def test_a_full_month_is_refused_with_the_next_one(cast: Cast) -> None:
    book(cast)
    book(cast, NOW + 4 * D, coach=cast.co_coach)
    assert refused(cast, NOW + 5 * D) == "You have 2 of 2 in November. The next month with room is December."
    assert refused(cast, NOW + 5 * D, by=cast.coach).startswith("Amara has 2 of 2 in November.")
    book(cast, IN_DECEMBER)


def test_a_full_month_names_the_first_with_room_or_says_that_there_is_none(cast: Cast) -> None:
    Subscription.objects.filter(coachee=cast.coachee).update(sessions_per_month=1)
    for at in (NOW + 3 * D, IN_DECEMBER):
        book(cast, at)
    assert "The next month with room is January 2027." in refused(cast, NOW + 5 * D)
    subscription = cast.coachee.subscriptions.get()
    Subscription.objects.filter(pk=subscription.pk).update(
        ends_on=date(2026, 12, 31), active_until=datetime(2026, 12, 31, 23, tzinfo=UTC)
    )
    assert "No later month of the subscription has room." in refused(cast, NOW + 5 * D)


def test_the_month_is_the_coachees(cast: Cast) -> None:
    cast.coachee.timezone = "Pacific/Auckland"
    cast.coachee.save()
    Subscription.objects.filter(coachee=cast.coachee).update(sessions_per_month=1)
    last_of_november = datetime(2026, 11, 30, 10, 30, tzinfo=UTC)  # 23:30 in Auckland
    book(cast, last_of_november)
    assert "December" in refused(cast, datetime(2026, 11, 29, 10, tzinfo=UTC))
    book(cast, datetime(2026, 11, 30, 11, 30, tzinfo=UTC))  # 00:30 on 1 December


@pytest.mark.parametrize("number", [None, 5])
def test_what_nobody_knows_limits_nothing(cast: Cast, number: int | None) -> None:
    Subscription.objects.filter(coachee=cast.coachee).update(sessions_per_month=number)
    for hours in range(4):
        book(cast, NOW + 3 * D + 2 * hours * H)


def test_none_at_all_are_not_included(cast: Cast) -> None:
    Subscription.objects.filter(coachee=cast.coachee).update(sessions_per_month=0, flash_sessions=None)
    assert refused(cast) == "One-on-one sessions are not included."
    assert refused(cast, kind="flash") == "Flash coaching is not included."


def test_flash_and_complimentary_sessions_use_up_nothing(cast: Cast) -> None:
    for number, kind in enumerate(["flash", "flash", "flash", "complimentary", "one_on_one", "one_on_one"]):
        book(cast, NOW + 3 * D + number * H, kind=kind, by=cast.coach)


def test_no_subscription_on_that_day(cast: Cast) -> None:
    after = datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert "No subscription is in force" in refused(cast, after, by=cast.coach)
    make_subscription(coachee=cast.coachee, starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 31))
    book(cast, after, by=cast.coach)


@pytest.mark.parametrize(
    ("status", "reason", "again"),
    [
        *[("scheduled", "", False), ("occurred", "", False), ("did_not_occur", "coachee_missed", False)],
        *[("did_not_occur", "coach_missed", True), ("cancelled", "", True)],
    ],
)
def test_one_complimentary_session_of_a_pair(cast: Cast, status: str, reason: str, again: bool) -> None:
    make_session(
        coach=cast.coach, coachee=cast.coachee, kind="complimentary", starts_at=NOW - D, status=status, reason=reason
    )
    if again:
        book(cast, kind="complimentary")
    else:
        assert "one complimentary session" in refused(cast, kind="complimentary")
    book(cast, NOW + 4 * D, kind="complimentary", coach=cast.co_coach)


def test_a_complimentary_session_comes_before_the_subscription(cast: Cast) -> None:
    cast.coachee.subscriptions.update(active_from=NOW + 9 * D)
    book(cast, kind="complimentary")
    cast.coachee.subscriptions.update(complimentary_call=None)
    Session.objects.update(status="cancelled")
    assert refused(cast, NOW + 2 * D, kind="complimentary") == "A complimentary session is not included."


# Rescheduling -------------------------------------------------------------------------------------


def test_moving_takes_the_new_time_and_gives_back_the_old(cast: Cast) -> None:
    session = book(cast)
    moved = reschedule(session, starts_at=NOW + 4 * D, by=cast.coachee, now=NOW + H, shown=0)
    assert (moved.starts_at, moved.minutes, moved.version) == (NOW + 4 * D, 55, 1)
    assert attended() == attended_by_sessions()
    change = session.changes.last()
    assert (change.what, change.was_at, change.starts_at) == ("rescheduled", NOW + 3 * D, NOW + 4 * D)
    assert told()[0] == ("Amara", "session_rescheduled", False)
    assert [row.facts["version"] for row in Notification.objects.order_by("pk")] == [0, 0, 1, 1]
    book(cast, coachee=cast.other_coachee, by=cast.coach)


def test_by_minutes_into_its_own_time(cast: Cast) -> None:
    session = book(cast)
    reschedule(session, starts_at=session.starts_at + H / 2, by=cast.coachee, now=NOW, shown=0)
    assert attended() == attended_by_sessions()


def test_within_its_full_month_but_not_into_another(cast: Cast) -> None:
    first, _second = book(cast), book(cast, NOW + 4 * D)
    reschedule(first, starts_at=NOW + 5 * D, by=cast.coachee, now=NOW, shown=0)
    later = book(cast, IN_DECEMBER)
    with pytest.raises(CannotBookError, match="You have 2 of 2 in November"):
        reschedule(later, starts_at=NOW + 6 * D, by=cast.coachee, now=NOW, shown=0)
    later.refresh_from_db()
    assert (later.starts_at, later.version) == (IN_DECEMBER, 0)


def test_the_second_tab_is_told(cast: Cast) -> None:
    session = book(cast)
    reschedule(session, starts_at=NOW + 4 * D, by=cast.coach, now=NOW, shown=0)
    for _again in range(2):  # the same once more is no other
        assert reschedule(session, starts_at=NOW + 4 * D, by=cast.coach, now=NOW, shown=0).version == 1
    with pytest.raises(ChangedMeanwhileError) as faster:
        reschedule(session, starts_at=NOW + 5 * D, by=cast.coachee, now=NOW, shown=0)
    assert faster.value.current.starts_at == NOW + 4 * D
    with pytest.raises(ChangedMeanwhileError):
        cancel(session, by=cast.coachee, now=NOW, shown=0)
    assert Session.objects.get().status == "scheduled"


def test_what_was_imported_obeys_when_it_is_moved(cast: Cast) -> None:
    for days in (3, 4, 5):
        row = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + days * D)
    reschedule(row, starts_at=NOW + 6 * D, by=cast.coach, now=NOW, shown=0)
    later = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=IN_DECEMBER)
    with pytest.raises(CannotBookError, match="3 of 2 in November"):
        reschedule(later, starts_at=NOW + 7 * D, by=cast.coach, now=NOW, shown=0)


def test_what_has_begun_stays(cast: Cast) -> None:
    begun = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW)
    with pytest.raises(RefusedError, match="begun"):
        reschedule(begun, starts_at=NOW + D, by=cast.coach, now=NOW, shown=0)
    with pytest.raises(RefusedError, match="begun"):
        cancel(begun, by=cast.coach, now=NOW, shown=0)


# Cancelling ---------------------------------------------------------------------------------------


def test_cancelling_frees_the_time_and_the_month(cast: Cast) -> None:
    first, _second = book(cast), book(cast, NOW + 4 * D)
    gone = cancel(first, by=cast.coachee, now=NOW, shown=0)
    assert (gone.status, gone.cancelled_by, gone.cancelled_at, gone.version) == ("cancelled", "coachee", NOW, 1)
    assert attended() == attended_by_sessions()
    assert cancel(first, by=cast.coach, now=NOW + H, shown=0).cancelled_by == "coachee"
    assert [kind for who, kind, _new in told() if who == "Maya"].count("session_cancelled") == 1
    book(cast)


@pytest.mark.parametrize(
    ("who", "reason", "ahead", "counts"),
    [
        ("coachee", "", 23.9, True),
        ("coachee", "", 24, False),
        ("coachee", "coachee_emergency", 1, False),
        ("coach", "", 1, False),
        ("coach", "coach_emergency", 1, False),
    ],
)
def test_what_counts_that_was_cancelled(cast: Cast, who: str, reason: str, ahead: float, counts: bool) -> None:
    session, now = book(cast), NOW + 3 * D - ahead * H
    assert is_late(session, now) == (ahead < 24)
    cancel(session, by=getattr(cast, who), now=now, shown=0, reason=reason)
    assert Session.objects.counting().exists() == counts
    book(cast, NOW + 5 * D)
    if counts:
        assert "2 of 2" in refused(cast, NOW + 6 * D)
    else:
        book(cast, NOW + 6 * D)


@pytest.mark.parametrize(("who", "reason"), [("coachee", "other"), ("coachee", "coach_missed"), ("coach", "nonsense")])
def test_reasons_that_are_not_theirs_to_give(cast: Cast, who: str, reason: str) -> None:
    with pytest.raises(RefusedError, match="reason"):
        cancel(book(cast), by=getattr(cast, who), now=NOW, shown=0, reason=reason)


def test_leaving_a_group_gives_back_the_seat_and_the_coach_stays(cast: Cast) -> None:
    meeting = make_meeting(coach=cast.coach)
    leaving = make_seat(meeting=meeting, coachee=cast.coachee)
    make_seat(meeting=meeting, coachee=cast.other_coachee, seat=2)
    cancel(leaving, by=cast.coachee, now=NOW, shown=0)
    assert attended() == attended_by_sessions()
    make_seat(meeting=meeting, coachee=cast.strangers_coachee, seat=1)
    seat = meeting.sessions.get(coachee=cast.other_coachee)
    with pytest.raises(RefusedError, match="for everybody"):
        reschedule(seat, starts_at=NOW + 9 * D, by=cast.other_coachee, now=NOW, shown=0)


def test_nothing_of_a_stranger_is_touched(cast: Cast) -> None:
    session = book(cast)
    make_relationship(coach=cast.stranger_coach, coachee=cast.outsider)
    for who in (cast.stranger_coach, cast.admin, cast.co_coach):
        with pytest.raises(RefusedError):
            cancel(session, by=who, now=NOW, shown=0)
        with pytest.raises(RefusedError):
            reschedule(session, starts_at=NOW + 9 * D, by=who, now=NOW, shown=0)
    assert Session.objects.get().version == 0


# Queries ------------------------------------------------------------------------------------------


def test_as_many_queries_however_full_the_calendar(cast: Cast) -> None:
    Subscription.objects.filter(coachee=cast.coachee).update(sessions_per_month=90)
    counts = []
    for calendar in range(2):
        for number in range(30 * calendar):
            make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 10 * D + number * H)
            make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=NOW + 20 * D + number * H)
        at = NOW + (3 + calendar) * D
        with CaptureQueriesContext(connection) as scheduling:
            session = book(cast, at)
        with CaptureQueriesContext(connection) as moving:
            reschedule(session, starts_at=at + 2 * H, by=cast.coachee, now=NOW, shown=0)
        with CaptureQueriesContext(connection) as cancelling:
            cancel(session, by=cast.coachee, now=NOW, shown=1)
        counts.append([len(scheduling), len(moving), len(cancelling)])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 40
