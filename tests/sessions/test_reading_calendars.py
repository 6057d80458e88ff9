"""The coaches' own calendars: read when due, by one at a time, kept as a whole; told of when they cannot be."""

from __future__ import annotations

import sys
import threading
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from notifications.models import Notification
from profiles.models import Person
from sessions_app import reading_calendars
from sessions_app.calendar_actions import read_from, stop_reading
from sessions_app.models import BusyTime, OutsideCalendar
from sessions_app.reading_calendars import EVERY, LEASE, LONGEST_WAIT, Reading, read_due, read_outside
from sessions_app.tasks import read_calendars
from tests.make import NOW, D, H, make_person
from tests.make_sessions import make_busy, make_outside_calendar, make_rules
from tests.patience import COMES
from tests.sessions.calendar_server import NAME, serving

pytestmark = pytest.mark.django_db
ONE = (NOW + D, NOW + D + H)
TWO = (NOW + 2 * D, NOW + 2 * D + H)


def says(*busy: tuple[datetime, datetime], problem: str = "") -> reading_calendars.Read:
    """A calendar that is read as this."""
    return lambda url, zone, since, until: Reading(tuple(busy), problem)


def stored(coach: Person) -> list[tuple[datetime, datetime]]:
    return [(one.during.lower, one.during.upper) for one in BusyTime.objects.filter(coach=coach).order_by("during")]


def test_what_is_due_is_read_and_replaced_as_a_whole(cast):
    calendar = make_outside_calendar(coach=cast.coach)
    make_busy(coach=cast.coach)
    others = make_busy(coach=cast.co_coach)
    assert read_due(NOW, says(ONE, TWO)) == 1
    assert stored(cast.coach) == [ONE, TWO]
    assert list(BusyTime.objects.filter(coach=cast.co_coach)) == [others]
    calendar.refresh_from_db()
    assert calendar.read_at is not None
    assert EVERY <= calendar.next_read_at - NOW < EVERY + H
    assert read_due(NOW + EVERY - timedelta(minutes=1), says()) == 0, "not due again yet"


def test_what_is_the_same_is_not_written_again(cast):
    make_outside_calendar(coach=cast.coach)
    read_due(NOW, says(ONE))
    before = list(BusyTime.objects.values_list("pk", flat=True))
    read_due(NOW + H, says(ONE))
    assert list(BusyTime.objects.values_list("pk", flat=True)) == before
    read_due(NOW + 2 * H, says())
    assert stored(cast.coach) == []


def test_it_is_asked_as_far_ahead_as_can_be_booked_by_the_coachs_clock(cast):
    make_outside_calendar(coach=cast.coach, url="https://calendar.example.org/x")
    make_rules(coach=cast.coach, furthest_days=200)
    asked = []
    read_due(NOW, lambda *all_of_it: asked.append(all_of_it) or Reading())
    [(url, zone, since, until)] = asked
    assert (url, zone) == ("https://calendar.example.org/x", cast.coach.timezone)
    assert since < NOW
    assert until > NOW + 200 * D


def test_failures_come_later_and_later_and_keep_what_was_known(cast):
    calendar = make_outside_calendar(coach=cast.coach, read_at=NOW)
    make_busy(coach=cast.coach, starts_at=ONE[0])
    now, waits = NOW, []
    for _failure in range(10):
        read_due(now, says(problem="slow"))
        calendar.refresh_from_db()
        waits.append((calendar.next_read_at - now) // timedelta(minutes=1))
        now = calendar.next_read_at
    assert waits[:4] == [15, 30, 60, 120]
    assert waits[-1] == LONGEST_WAIT // timedelta(minutes=1)
    assert (calendar.failures, calendar.problem, stored(cast.coach)) == (10, "slow", [ONE])
    read_due(now, says(TWO))
    calendar.refresh_from_db()
    assert (calendar.failures, calendar.problem, stored(cast.coach)) == (0, "", [TWO])


@pytest.mark.parametrize("read_at", [NOW, None])
def test_after_a_day_the_coach_is_told_once(cast, read_at):
    calendar = make_outside_calendar(coach=cast.coach, read_at=read_at)
    now = NOW
    told_after = None
    for _failure in range(14):
        read_due(now, says(problem="gone"))
        if Notification.objects.exists() and told_after is None:
            told_after = now - NOW
        calendar.refresh_from_db()
        now = calendar.next_read_at
    assert timedelta(hours=24) <= told_after < timedelta(hours=48)
    [notice] = Notification.objects.all()
    assert (notice.person_id, notice.kind) == (cast.coach.pk, "calendar_unread")
    assert "example.org" not in str(notice.facts), "the address is in no notice"


def test_who_changes_the_address_meanwhile_gets_nothing_of_the_old_one(cast):
    make_outside_calendar(coach=cast.coach)
    calendar = OutsideCalendar.objects.get()
    stop_reading(cast.coach)
    read_from(cast.coach, "https://other.example.org/", NOW)
    reading_calendars._keep(calendar, Reading((ONE,)), NOW)
    assert stored(cast.coach) == []
    assert OutsideCalendar.objects.get().read_at is None


def test_two_at_once_read_each_once_and_a_killed_one_is_made_up_for(cast):
    for number in range(6):
        make_outside_calendar(coach=make_person(email=f"coach{number}@example.org"), url=f"https://a.example/{number}")
    first = reading_calendars._claimed(NOW)
    second = reading_calendars._claimed(NOW)
    assert len(first) == 4
    assert len(second) == 2
    assert not {one.pk for one in first} & {one.pk for one in second}
    # Both were killed: nothing is written, and everything is due when the leases end.
    asked = []
    assert read_due(NOW + LEASE, lambda url, *rest: asked.append(url) or Reading()) == 6
    assert len(set(asked)) == 6


@pytest.mark.django_db(transaction=True)
def test_who_reads_is_not_in_the_way_of_another(cast):
    """Rows that one worker has locked are passed over by the other, which does not wait."""
    make_outside_calendar(coach=cast.coach)
    found: list[int] = []

    def other() -> None:
        found.append(read_due(NOW, says(ONE)))
        connection.close()

    with transaction.atomic():
        list(OutsideCalendar.objects.select_for_update())
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert found == [0]


def test_a_calendar_is_read_by_a_process_of_its_own_from_a_real_server(cast, tmp_path):
    """All of it but the check of the address, which would refuse this machine."""
    code = (
        "import ssl, sys; from sessions_app.calendar_reader import main; from sessions_app.fetching import fetch;"
        " main(lambda url: fetch(url, allowed=lambda ip: True, ports=None, looked_up=lambda host, port: ['127.0.0.1'],"
        " tls=ssl.create_default_context(cafile=sys.argv[1])))"
    )
    with serving(tmp_path) as (server, certificate):
        command = [sys.executable, "-c", code, str(certificate)]
        for path, problem in (("/basic.ics", ""), ("/page.ics", "not_a_calendar"), ("/head.ics", "slow")):
            coach = make_person(email=f"c{path[1:5]}@example.org")
            calendar = make_outside_calendar(coach=coach, url=server.address(path))
            seconds = 3 if problem == "slow" else COMES
            read_due(NOW, partial(read_outside, command=command, seconds=seconds))
            calendar.refresh_from_db()
            assert calendar.problem == problem
            assert len(stored(calendar.coach)) == (0 if problem else 1)
    assert NAME in calendar.url


def test_the_task_reads_what_is_due_and_goes_nowhere_local(cast, clock):
    make_outside_calendar(coach=cast.coach, url="https://127.0.0.1/a.ics")
    read_calendars()
    assert OutsideCalendar.objects.get().problem == "not_public"
