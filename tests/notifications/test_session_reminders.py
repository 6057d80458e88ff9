"""Both are reminded of a session a day and an hour ahead; the coach is asked afterwards, and once more."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.models import Relationship
from notifications.models import Notification
from notifications.sending import send_due
from notifications.session_reminders import REMINDERS, _due, remind_of_sessions
from notifications.tasks import remind_of_sessions as task
from profiles.models import Person
from sessions_app.models import Session, SessionChange
from tests.make import NOW, D, H, make_coach, make_coachee, make_session
from tests.make_sessions import make_change, make_meeting, make_seat

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
TOMORROW, SOON, ENDED, UNMARKED = (reminder.kind.value for reminder in REMINDERS)


def told() -> list[tuple[str, str]]:
    """Of what, and whom, in the order it was written."""
    rows = Notification.objects.order_by("created_at", "kind", "person__name").values_list("kind", "person__name")
    return [(kind, name.split()[0]) for kind, name in rows]


def beats(since: datetime, until: datetime, step: timedelta = 5 * MINUTE) -> None:
    """The beat, twice a time."""
    while since < until:
        remind_of_sessions(since)
        remind_of_sessions(since)
        since += step


def test_a_session_from_the_day_before_to_two_weeks_after(cast):
    session = make_session(coach=cast.coach, coachee=cast.coachee, booked_at=NOW - D)
    beats(session.starts_at - 26 * H, session.starts_at + 4 * H, H)
    beats(session.starts_at + 4 * H, session.starts_at + 15 * D, 6 * H)
    both = ["Amara", "Maya"]
    assert told() == [
        *[(TOMORROW, name) for name in both],
        *[(SOON, name) for name in both],
        (ENDED, "Maya"),
        (UNMARKED, "Maya"),
    ]
    at = dict(Notification.objects.filter(person=cast.coach).values_list("kind", "created_at"))
    assert at[TOMORROW] == session.starts_at - D
    assert at[SOON] == session.starts_at - H
    assert at[ENDED] == session.starts_at + H
    assert at[UNMARKED] == session.starts_at + 3 * D + 4 * H


@pytest.mark.parametrize(
    ("ahead", "kinds"),
    [
        (D, [TOMORROW]),
        (D + MINUTE, []),
        (H + MINUTE, [TOMORROW]),
        (H, [SOON]),
        (MINUTE, [SOON]),
        (timedelta(), []),
        (-55 * MINUTE, [ENDED]),
        (-54 * MINUTE, []),
        (-3 * D, [ENDED]),
        (-3 * D - 55 * MINUTE, [UNMARKED]),
        (-14 * D - 54 * MINUTE, [UNMARKED]),
        (-14 * D - 55 * MINUTE, []),
    ],
)
def test_a_beat_that_was_down_catches_up_with_the_nearest_alone(cast, ahead, kinds):
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + ahead, booked_at=NOW - 20 * D)
    remind_of_sessions(NOW)
    assert sorted({kind for kind, _name in told()}) == kinds


@pytest.mark.parametrize(
    ("ahead", "ago", "kinds"), [(20 * H, MINUTE, []), (20 * H, 4 * H + MINUTE, [TOMORROW]), (30 * MINUTE, MINUTE, [])]
)
@pytest.mark.parametrize("moved", [True, False])
def test_who_has_just_scheduled_or_moved_it_needs_no_reminder(cast, ahead, ago, kinds, moved):
    booked_at = NOW - 9 * D if moved else NOW - ago
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + ahead, booked_at=booked_at)
    if moved:
        make_change(session=session, what="rescheduled", at=NOW - ago)
    make_change(session=session, what="payment", at=NOW)
    remind_of_sessions(NOW)
    assert sorted({kind for kind, _name in told()}) == kinds


def test_another_start_is_reminded_of_again(cast):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 20 * H)
    remind_of_sessions(NOW)
    later = NOW + 4 * D
    Session.objects.filter(pk=session.pk).update(starts_at=later, ends_at=later + H)
    remind_of_sessions(NOW)
    assert len(told()) == 2
    remind_of_sessions(later - D)
    assert len(told()) == 4


@pytest.mark.parametrize("status", ["cancelled", "occurred", "did_not_occur"])
@pytest.mark.parametrize("ahead", [20 * H, 30 * MINUTE, -2 * H, -5 * D])
def test_nothing_is_said_of_what_is_cancelled_or_marked(cast, status, ahead):
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + ahead, status=status, booked_at=NOW - 9 * D)
    assert remind_of_sessions(NOW) == 0


@pytest.mark.parametrize("ahead", [20 * H, 30 * MINUTE, -2 * H, -5 * D])
def test_nothing_is_said_once_the_relationship_has_ended(cast, ahead):
    for coach in (cast.coach, cast.former_coach):
        starts_at = NOW + ahead + (2 * H if coach == cast.coach else timedelta())
        make_session(coach=coach, coachee=cast.coachee, starts_at=starts_at, booked_at=NOW - 9 * D)
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    assert remind_of_sessions(NOW) == 0


def test_who_may_not_sign_in_is_left_out_and_the_other_is_not(cast):
    make_session(coach=cast.coach, coachee=cast.deactivated, starts_at=NOW + 20 * H)
    assert [remind_of_sessions(NOW), remind_of_sessions(NOW)] == [1, 0]
    assert told() == [(TOMORROW, "Maya")]


def test_a_groups_coach_is_told_once_of_the_meeting(cast):
    meeting = make_meeting(coach=cast.coach, starts_at=NOW + 20 * H)
    for seat, coachee in enumerate((cast.coachee, cast.other_coachee), start=1):
        make_seat(meeting=meeting, coachee=coachee, seat=seat, booked_at=NOW - 9 * D)
    beats(NOW, NOW + 26 * H, H)
    three = ["Amara", "Jonas", "Maya"]
    expected = [*[(TOMORROW, name) for name in three], *[(SOON, name) for name in three], (ENDED, "Maya")]
    assert told() == expected
    assert set(Notification.objects.filter(person=cast.coach).values_list("facts__meeting", flat=True)) == {meeting.pk}


def test_history_that_was_imported_asks_nobody(cast):
    for days in (4, 5, 13, 100):
        make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW - days * D)
    assert remind_of_sessions(NOW) == 0
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW - 2 * D)
    beats(NOW, NOW + 3 * D, 6 * H)
    assert told() == [(ENDED, "Maya"), (UNMARKED, "Maya")]


def test_the_task_twice_tells_once(cast, clock):
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 20 * H)
    task()
    task()
    assert len(told()) == 2


def test_as_many_queries_for_one_as_for_thirty():
    coach, numbers = make_coach(), []
    for number in range(30):
        coachee = make_coachee(coach=coach)
        make_session(coach=coach, coachee=coachee, starts_at=NOW + 2 * H + number * H / 2, minutes=20)
        if number in (0, 29):
            with CaptureQueriesContext(connection) as asked:
                assert remind_of_sessions(NOW) == (2 if number == 0 else 58)
            numbers.append(len(asked))
    assert numbers[0] == numbers[1]


def plan_of(reminder) -> str:
    with connection.cursor() as cursor:
        sql, params = _due(reminder, NOW).query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row for (row,) in cursor.fetchall())


def test_a_minute_reads_one_range_of_an_index_however_many_sessions_there_are(cast):
    starts = [NOW + number * 2 * H for number in range(-3_000, 3_000)]
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    sessions = Session.objects.bulk_create(
        Session(**pair, starts_at=at, ends_at=at + H, status="scheduled" if at > NOW - 90 * D else "occurred")
        for at in starts
    )
    SessionChange.objects.bulk_create(
        SessionChange(**pair, session=one, what="scheduled", at=one.starts_at - 30 * D) for one in sessions
    )
    Notification.objects.bulk_create(
        Notification(key=f"filler:{number}", person=cast.coach, kind="access_on") for number in range(6_000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE sessions_app_session, sessions_app_sessionchange, notifications_notification")
    for reminder in REMINDERS:
        plan = plan_of(reminder)
        assert not re.search(r"Seq Scan on (sessions_app_\w+|notifications_\w+)", plan)
        assert re.search(rf"Index Cond: .*\b{reminder.of} >", plan)


def test_the_mail_is_not_sent_of_what_is_no_longer_so(cast, mailoutbox):
    """Moved, cancelled, marked, or begun before the mail server was there again."""
    for hours, coachee in ((20, cast.coachee), (22, cast.other_coachee), (-3, cast.coachee)):
        make_session(coach=cast.coach, coachee=coachee, starts_at=NOW + hours * H)
    assert remind_of_sessions(NOW) == 5
    moved, cancelled, over = Session.objects.order_by("pk")
    Session.objects.filter(pk=moved.pk).update(starts_at=NOW + 5 * D, ends_at=NOW + 5 * D + H)
    Session.objects.filter(pk=cancelled.pk).update(status="cancelled")
    Session.objects.filter(pk=over.pk).update(status="occurred", marked_at=NOW)
    assert send_due(NOW) == 0
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=NOW + 30 * MINUTE)
    assert remind_of_sessions(NOW) == 2
    assert send_due(NOW + 31 * MINUTE) == 0
    assert mailoutbox == []


def test_the_mail_tells_the_time_of_both_and_leads_to_the_session(cast, mailoutbox):
    Person.objects.filter(pk=cast.coachee.pk).update(timezone="Asia/Kolkata")
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 20 * H)
    remind_of_sessions(NOW)
    send_due(NOW)
    by_reader = {mail.to[0]: mail for mail in mailoutbox}
    maya, amara = by_reader["maya@example.org"], by_reader["amara@example.org"]
    said = "Your session with Amara Okafor begins on Sun 22 Nov, 09:00 (13:30 for Amara)"
    assert maya.subject == said
    assert amara.subject == "Your session with Maya Castellanos begins on Sun 22 Nov, 13:30 (09:00 for Maya)"
    assert all(f"/sessions/{session.pk}/" in mail.body for mail in (maya, amara))


def test_the_question_leads_to_where_it_is_answered(cast, client, clock, mailoutbox):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW - 2 * H)
    remind_of_sessions(NOW)
    send_due(NOW)
    [mail] = mailoutbox
    assert mail.subject == "Did your session with Amara Okafor of Sat 21 Nov, 11:00 happen?"
    client.force_login(cast.coach)
    assert client.get(f"/sessions/{session.pk}/outcome/").status_code == 200
    assert f"/sessions/{session.pk}/outcome/" in mail.body
    bell = "/notices/"
    assert "Say whether it happened" in client.get(bell).content.decode()
    Session.objects.update(status="occurred", marked_at=NOW)
    assert "You have said so since." in client.get(bell).content.decode()
