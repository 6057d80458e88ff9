"""When a coach and a coachee are both free, by what is stored."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.free_time import Wanted, free_slots, free_together, is_free, nearest_free
from sessions_app.models import Attendance, BusyTime
from tests.cast import Cast
from tests.make import NOW, D, H, make_session
from tests.make_sessions import make_busy, make_exception, make_hours, make_meeting, make_rules, make_seat

MINUTE = timedelta(minutes=1)
MONDAY = datetime(2026, 11, 23, tzinfo=NOW.tzinfo)  # Maya's day begins an hour before UTC's


def starts(cast: Cast, *, days: int = 1, minutes: int = 55, **options) -> list[str]:
    """When sessions of Maya and Amara can begin from Monday on, in UTC."""
    found = free_slots(cast.coach, cast.coachee, minutes, MONDAY, MONDAY + days * D, NOW, **options)
    return [f"{slot.starts_at:%a %H:%M}" for slot in found]


@pytest.fixture
def mornings(cast: Cast) -> Cast:
    """Maya works from 9 to 12 in Madrid, 8 to 11 in UTC, and offers a time every hour."""
    make_hours(coach=cast.coach, opens=540, closes=720)
    make_rules(coach=cast.coach, step_minutes=60)
    return cast


def test_hours_are_by_the_coachs_clock(mornings: Cast) -> None:
    assert starts(mornings) == ["Mon 08:00", "Mon 09:00", "Mon 10:00"]
    assert starts(mornings, minutes=90) == ["Mon 08:00", "Mon 09:00"]


def test_without_hours_nothing_is_free(cast: Cast) -> None:
    assert starts(cast, days=30) == []


@pytest.mark.parametrize("whose", ["coach", "coachee", "as a coachee", "group"])
def test_whoever_is_taken_is_not_free(mornings: Cast, whose: str) -> None:
    cast, at = mornings, {"starts_at": MONDAY + 9 * H}
    if whose == "coach":
        make_session(coach=cast.coach, coachee=cast.other_coachee, **at)
    elif whose == "coachee":
        make_session(coach=cast.co_coach, coachee=cast.coachee, **at)
    elif whose == "as a coachee":
        make_session(coach=cast.stranger_coach, coachee=cast.coach, **at)
    else:
        make_seat(meeting=make_meeting(coach=cast.coach, **at), coachee=cast.other_coachee)
    assert starts(cast) == ["Mon 08:00", "Mon 10:00"]


def test_cancelled_sessions_and_other_people_take_nothing(mornings: Cast) -> None:
    make_session(coach=mornings.coach, coachee=mornings.coachee, starts_at=MONDAY + 9 * H, status="cancelled")
    make_session(coach=mornings.co_coach, coachee=mornings.other_coachee, starts_at=MONDAY + 9 * H)
    make_busy(coach=mornings.co_coach, starts_at=MONDAY + 9 * H)
    assert len(starts(mornings)) == 3


def test_what_the_coachs_own_calendar_says(mornings: Cast) -> None:
    make_busy(coach=mornings.coach, starts_at=MONDAY + 9 * H, lasts=30 * MINUTE)
    BusyTime.objects.create(coach=mornings.coach, during=(MONDAY + D, None))
    assert starts(mornings, days=4) == ["Mon 08:00", "Mon 10:00"]


def test_the_buffer_is_around_what_the_coach_does(cast: Cast) -> None:
    make_hours(coach=cast.coach, opens=540, closes=720)
    make_rules(coach=cast.coach, step_minutes=60, buffer_minutes=10)
    make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=MONDAY + 9 * H)
    assert starts(cast) == []  # 8:00 to 8:55 is too near to 9:00, and 9:55 to 10:00
    Attendance.objects.filter(person=cast.coach).update(person=cast.coachee)
    assert starts(cast) == ["Mon 08:00", "Mon 10:00"]


def test_what_is_moved_takes_no_time(mornings: Cast) -> None:
    moved = make_session(coach=mornings.coach, coachee=mornings.coachee, starts_at=MONDAY + 8 * H + 30 * MINUTE)
    assert starts(mornings) == ["Mon 10:00"]
    assert len(starts(mornings, without=moved.pk)) == 3
    meeting = make_meeting(coach=mornings.co_coach, starts_at=MONDAY + 10 * H)
    make_seat(meeting=meeting, coachee=mornings.coachee)
    asked = Wanted(mornings.coach, [mornings.coachee.pk], 55, session=moved.pk, meeting=meeting.pk)
    assert len(free_together(asked, MONDAY, MONDAY + D, NOW)) == 3


def test_notice_is_to_the_minute(mornings: Cast) -> None:
    in_time, late = MONDAY + 9 * H - D, MONDAY + 9 * H - D + MINUTE
    two = mornings.coach, mornings.coachee, MONDAY + 9 * H, 55
    assert is_free(*two, in_time)
    assert not is_free(*two, late)
    assert is_free(*two, late, by_coach=True)
    assert not is_free(*two, MONDAY + 9 * H, by_coach=True)  # it begins at this very instant


def test_the_furthest_day_is_one_of_the_coachs_calendar(cast: Cast) -> None:
    make_hours(coach=cast.coach, opens=0, closes=120)  # 23:00 to 1:00 in UTC
    make_rules(coach=cast.coach, step_minutes=60, furthest_days=3)
    month = NOW, NOW + 30 * D, NOW
    found = free_slots(cast.coach, cast.coachee, 55, *month)
    assert [f"{slot.starts_at:%d %H}" for slot in found] == ["22 23", "23 00", "23 23", "24 00"]
    assert len(free_slots(cast.coach, cast.coachee, 55, *month, by_coach=True)) == 60


def test_exceptions_close_and_open_days(mornings: Cast) -> None:
    make_exception(coach=mornings.coach, starts_on=date(2026, 11, 23), closes=600)
    make_exception(coach=mornings.coach, starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 25))
    extra = {"is_open": True, "opens": 1140, "closes": 1200}
    make_exception(coach=mornings.coach, starts_on=date(2026, 11, 25), ends_on=date(2026, 11, 26), **extra)
    make_exception(coach=mornings.co_coach, starts_on=date(2026, 11, 26))
    assert starts(mornings, days=4) == [
        *("Mon 09:00", "Mon 10:00"),
        *("Thu 08:00", "Thu 09:00", "Thu 10:00", "Thu 18:00"),
    ]


def test_the_nearest_are_before_and_after(mornings: Cast) -> None:
    make_session(coach=mornings.coach, coachee=mornings.other_coachee, starts_at=MONDAY + 10 * H)
    found = nearest_free(mornings.coach, mornings.coachee, MONDAY + 10 * H, 55, NOW)
    assert [f"{slot.starts_at:%a %H}" for slot in found] == ["Mon 08", "Mon 09", "Tue 08"]
    assert nearest_free(mornings.coach, mornings.coachee, datetime.max.replace(tzinfo=NOW.tzinfo), 55, NOW) == []


def test_a_full_calendar_costs_no_more(mornings: Cast) -> None:
    counts = []
    for more in (1, 300):
        for step in range(more):
            make_busy(coach=mornings.coach, starts_at=MONDAY + (more + step) * 2 * H, lasts=MINUTE)
            make_exception(coach=mornings.coach, starts_on=date(2026, 12, 1), closes=step + 1)
        with CaptureQueriesContext(connection) as queries:
            free_slots(mornings.coach, mornings.coachee, 55, MONDAY, MONDAY + 31 * D, NOW)
        counts.append(len(queries))
    assert counts == [5, 5]
