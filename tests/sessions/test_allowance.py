"""The allowance of a calendar month in the coachee's zone, counted naively around month ends and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.models import Subscription
from profiles.zones import start_of_day
from sessions_app.allowance import Allowance, Month, kinds_for, month_for, next_month_with_room
from tests.cast import Cast
from tests.make import NOW, D, H, make_session, make_subscription

MINUTE = timedelta(minutes=1)
ZONES = [
    "Europe/Paris",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "America/Havana",
    "America/Asuncion",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Africa/Cairo",
]


@cache
def begins(year: int, month: int, zone: str) -> datetime:
    """The first minute at which the clock reads the first of the month or later, looked for one by one."""
    midnight = datetime(year, month, 1)  # noqa: DTZ001, what a clock shows
    at = midnight.replace(tzinfo=UTC) - 27 * H
    while at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) < midnight:
        at += MINUTE
    return at


def months() -> list[tuple[int, int]]:
    return [(2026, month) for month in range(8, 13)] + [(2027, month) for month in range(1, 9)]


def month_naively(at: datetime, zone: str) -> tuple[int, int]:
    return max(one for one in months() if begins(*one, zone) <= at)


@st.composite
def near_month_ends(draw: st.DrawFn) -> datetime:
    """Mostly within hours of a month's end, in whatever zone."""
    year, month = draw(st.sampled_from(months()[1:-2]))
    off = draw(st.integers(-30 * 60, 30 * 60) | st.integers(-20, 20).map(lambda days: days * 24 * 60))
    return datetime(year, month, 1, tzinfo=UTC) + off * MINUTE


@st.composite
def spans(draw: st.DrawFn) -> list[tuple[date, date, int | None]]:
    """Subscriptions one after the other, with gaps or none, and what they allow."""
    day, found = date(2026, 9, 1) + draw(st.integers(0, 60)) * D, []
    for _number in range(draw(st.integers(0, 3))):
        last = day + draw(st.integers(0, 90)) * D
        found.append((day, last, draw(st.none() | st.integers(0, 3))))
        day = last + draw(st.integers(1, 40)) * D
    return found


def allowance(zone: str, spans: list[tuple[date, date, int | None]], counting: list[datetime]) -> Allowance:
    rows = [
        Subscription(
            starts_on=first,
            ends_on=last,
            sessions_per_month=number,
            active_from=start_of_day(first, zone),
            active_until=start_of_day(last + D, zone),
        )
        for first, last, number in spans
    ]
    return Allowance(zone, rows, counting)


@given(st.sampled_from(ZONES), spans(), st.lists(near_month_ends(), max_size=12), near_month_ends())
@settings(max_examples=300)
def test_months_are_counted_as_by_hand(zone, spans, counting, at):
    month = allowance(zone, spans, counting).month(at)
    its = month_naively(at, zone)
    assert (month.first_day.year, month.first_day.month, month.first_day.day) == (*its, 1)
    assert month.used == sum(month_naively(one, zone) == its for one in counting)
    local = {
        month_naively(start_of_day(first + n * D, zone), zone)
        for first, last, _ in spans
        for n in range((last - first).days + 1)
    }
    assert month.covered == (its in local)


@given(st.sampled_from(ZONES), spans(), st.lists(near_month_ends(), max_size=12), near_month_ends())
@settings(max_examples=300)
def test_the_next_month_with_room_is_found_as_by_hand(zone, spans, counting, at):
    found = allowance(zone, spans, counting).next_month_with_room(at)
    expected = None
    for month in (one for one in months() if one > month_naively(at, zone)):
        used = sum(month_naively(one, zone) == month for one in counting)
        limits = [
            number for first, last, number in spans if (first.year, first.month) <= month <= (last.year, last.month)
        ]
        if any(limit is None or used < limit for limit in limits):
            expected = date(*month, 1)
            break
    assert found == expected


@pytest.mark.parametrize(
    ("used", "of", "words", "room"),
    [(1, 2, "1 of 2 in November", True), (2, 2, "2 of 2 in November", False), (3, None, "3 in November", True)],
)
def test_in_words(used: int, of: int | None, words: str, room: bool) -> None:
    month = Month(used, of, date(2026, 11, 1))
    assert (month.words, month.has_room) == (words, room)
    assert month.words_on(date(2027, 1, 5)) == words + " 2026"


def test_two_subscriptions_in_one_month_each_by_its_own_number(cast: Cast) -> None:
    cast.coachee.subscriptions.all().delete()
    make_subscription(coachee=cast.coachee, ends_on=date(2026, 11, 24), sessions_per_month=1)
    make_subscription(coachee=cast.coachee, starts_on=date(2026, 11, 25), sessions_per_month=2)
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW - 9 * D, status="occurred")
    assert month_for(cast.coachee, NOW).has_room is False
    assert month_for(cast.coachee, NOW + 5 * D).words == "1 of 2 in November"


def test_across_all_coaches_and_without_the_one_that_moves(cast: Cast, django_assert_num_queries) -> None:
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + D)
    make_session(coach=cast.former_coach, coachee=cast.coachee, starts_at=NOW - 18 * D, status="occurred")
    moving = make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=NOW + 2 * D)
    make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=NOW + 3 * D)
    with django_assert_num_queries(2):
        assert month_for(cast.coachee, NOW).words == "3 of 2 in November"
    assert month_for(cast.coachee, NOW + 3 * D, without=moving.pk).used == 2
    assert next_month_with_room(cast.coachee, NOW) == date(2026, 12, 1)


def test_kinds_say_why_not(cast: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(3):
        offers = kinds_for(cast.coach, cast.coachee, NOW)
    assert [(one.kind, one.minutes, one.why_not) for one in offers] == [
        *[("one_on_one", 55, ""), ("flash", 25, ""), ("complimentary", 30, "")]
    ]
    cast.coachee.subscriptions.update(flash_sessions=False, complimentary_call=None, sessions_per_month=0)
    assert all("not included" in one.why_not for one in kinds_for(cast.coach, cast.coachee, NOW))
    cast.coachee.subscriptions.update(active_until=NOW)
    assert kinds_for(cast.coach, cast.coachee, NOW)[0].why_not == "No subscription is in force."
