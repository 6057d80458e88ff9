"""Slots against an oracle that walks minute by minute and looks at the clock, around the changes of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessions_app.slots import Hours, Slot, Span, Special, find_slots, widened

MINUTE = timedelta(minutes=1)
D = timedelta(days=1)
CHANGES = [
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/St_Johns", date(2026, 3, 8)),
    ("America/St_Johns", date(2026, 11, 1)),
    ("America/St_Johns", date(2010, 11, 7)),  # at 00:01 back to 23:01 of the day before
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Asia/Kolkata", date(2026, 3, 29)),
    ("Asia/Kathmandu", date(2026, 3, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),  # a day that was not
    ("America/Havana", date(2026, 3, 8)),  # there is no midnight
    ("America/Havana", date(2026, 11, 1)),
    ("Africa/Casablanca", date(2026, 2, 15)),
    ("Africa/Casablanca", date(2026, 3, 22)),
    ("UTC", date(2026, 12, 31)),
]


def oracle(hours: Hours, *, minutes: int, step: int, since: datetime, until: datetime, taken: list[Span]) -> list[Slot]:
    """What `find_slots` answers, in the slowest and plainest way."""
    zone = ZoneInfo(hours.zone)
    readings: dict[date, list[tuple[datetime, int]]] = {}
    at = since - 3 * D
    while at < until + 3 * D:
        shown = at.astimezone(zone)
        readings.setdefault(shown.date(), []).append((at, shown.hour * 60 + shown.minute))
        at += MINUTE

    def within(day: date, opens: int, closes: int) -> set[datetime]:
        """From the first minute that reads so to the last."""
        read = [at for at, reading in readings[day] if opens <= reading < closes]
        return {read[0] + MINUTE * step for step in range((read[-1] - read[0]) // MINUTE + 1)} if read else set()

    can: set[datetime] = set()
    closed: set[datetime] = set()
    starts: set[datetime] = set()
    for day in readings:
        special = [one for one in hours.special if one.starts_on <= day <= one.ends_on]
        works = [*hours.weekly.get(day.weekday(), []), *(one.hours for one in special if one.is_open)]
        opened = set().union(*(within(day, *hours) for hours in works))
        can |= opened
        starts |= {at for run in unbroken(opened) for at in run[::step]}
        closed = closed.union(*(within(day, *one.hours) for one in special if not one.is_open))
    can -= closed
    can -= {at for at in can if any(at < end and at + MINUTE > begin for begin, end in taken)}
    wanted = (start for start in sorted(starts) if since <= start < until)
    fits = [start for start in wanted if all(start + MINUTE * some in can for some in range(minutes))]
    return [Slot(start, start + MINUTE * minutes) for start in fits]


def unbroken(minutes: set[datetime]) -> list[list[datetime]]:
    """Minutes that follow each other, as runs."""
    runs: list[list[datetime]] = []
    for minute in sorted(minutes):
        if runs and runs[-1][-1] + MINUTE == minute:
            runs[-1].append(minute)
        else:
            runs.append([minute])
    return runs


def spans_of_day(step: int = 15):
    """Hours, often at night, for then clocks change."""
    times = st.integers(0, 24 * 60 // step) | st.integers(0, 5 * 60 // step)
    pairs = st.tuples(times, times).filter(lambda pair: pair[0] != pair[1])
    return pairs.map(lambda pair: (min(pair) * step, max(pair) * step))


@st.composite
def questions(draw) -> dict:
    zone, day = draw(st.sampled_from(CHANGES))
    weekly = {(day + some * D).weekday(): draw(st.lists(spans_of_day(), max_size=2)) for some in (-1, 0, 1)}
    around = st.integers(-2, 2).map(lambda days: day + days * D)
    special = [
        Special(first, first + draw(st.integers(0, 2)) * D, draw(st.booleans()), draw(spans_of_day()))
        for first in draw(st.lists(around, max_size=3))
    ]
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    since = noon + draw(st.integers(-30 * 60, 6 * 60)) * MINUTE
    taken = [
        (since + begins * MINUTE, since + (begins + lasts) * MINUTE)
        for begins, lasts in draw(st.lists(st.tuples(st.integers(-600, 2400), st.integers(1, 300)), max_size=4))
    ]
    return {
        "hours": Hours(zone, weekly, special),
        "minutes": draw(st.sampled_from([25, 30, 55, 60, 90])),
        "step": draw(st.sampled_from([10, 15, 20, 30, 60])),
        "since": since,
        "until": since + draw(st.integers(0, 40 * 60)) * MINUTE,
        "taken": taken,
    }


@settings(max_examples=60, deadline=None)
@given(questions())
def test_slots_are_what_a_walk_along_the_clock_finds(question: dict) -> None:
    assert find_slots(**question) == oracle(**question)


def readings(zone: str, day: date, hours: list[tuple[int, int]], step: int = 60, minutes: int = 30) -> list[str]:
    """What the wall shows at the starts of a week with these hours each day, of that day alone."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    every = Hours(zone, dict.fromkeys(range(7), hours))
    found = find_slots(every, minutes=minutes, step=step, since=noon - 3 * D, until=noon + 3 * D, taken=[])
    local = [slot.starts_at.astimezone(ZoneInfo(zone)) for slot in found]
    return [f"{at:%H:%M}" for at in local if at.date() == day]


@pytest.mark.parametrize(
    ("zone", "day", "hours", "shown"),
    [
        ("Europe/Paris", date(2026, 3, 29), (60, 300), ["01:00", "03:00", "04:00"]),
        ("Europe/Paris", date(2026, 3, 29), (120, 180), []),
        ("Europe/Paris", date(2026, 3, 29), (150, 240), ["03:00"]),
        ("Europe/Paris", date(2026, 10, 25), (60, 240), ["01:00", "02:00", "02:00", "03:00"]),
        ("Europe/Paris", date(2026, 10, 25), (120, 150), ["02:00", "02:00"]),
        ("Europe/Paris", date(2026, 10, 25), (60, 120), ["01:00"]),
        ("Australia/Lord_Howe", date(2026, 10, 4), (60, 240), ["01:00", "02:30", "03:30"]),
        ("Australia/Lord_Howe", date(2026, 4, 5), (60, 240), ["01:00", "01:30", "02:30", "03:30"]),
        ("Pacific/Apia", date(2011, 12, 30), (0, 1440), []),
        ("America/Havana", date(2026, 3, 8), (0, 180), ["01:00", "02:00"]),
        ("Asia/Kolkata", date(2026, 3, 29), (540, 660), ["09:00", "10:00"]),
    ],
)
def test_days_on_which_clocks_change(zone: str, day: date, hours: tuple[int, int], shown: list[str]) -> None:
    assert readings(zone, day, [hours]) == shown


def test_hours_until_midnight_join_the_next_days() -> None:
    shown = readings("Europe/Paris", date(2026, 6, 1), [(0, 60), (1380, 1440)], step=30, minutes=90)
    assert shown == ["23:00", "23:30"]  # and none at 00:00, which would end at 01:30


def test_times_may_touch_what_is_taken_but_not_the_buffer_around_it() -> None:
    monday = datetime(2026, 6, 1, tzinfo=UTC)
    hours = Hours("UTC", {0: [(540, 720)]})
    meeting = [(monday + 600 * MINUTE, monday + 630 * MINUTE)]

    def starts(buffer: int) -> list[str]:
        taken = widened(meeting, buffer * MINUTE)
        found = find_slots(hours, minutes=30, step=15, since=monday, until=monday + D, taken=taken)
        return [f"{slot.starts_at:%H:%M}" for slot in found]

    assert starts(0) == ["09:00", "09:15", "09:30", "10:30", "10:45", "11:00", "11:15", "11:30"]
    assert starts(15) == ["09:00", "09:15", "10:45", "11:00", "11:15", "11:30"]


def test_a_holiday_wins_over_extra_hours() -> None:
    monday = date(2026, 6, 1)
    hours = Hours("UTC", {}, [Special(monday, monday, True, (540, 600)), Special(monday, monday, False, (540, 570))])
    at = datetime(2026, 6, 1, tzinfo=UTC)
    found = find_slots(hours, minutes=30, step=30, since=at, until=at + D, taken=[])
    assert [f"{slot.starts_at:%H:%M}" for slot in found] == ["09:30"]
