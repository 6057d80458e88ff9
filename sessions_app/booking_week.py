"""A week of what is free between two people: in the viewer's days, for coaches in both zones, with ways to others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.dateformat import format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from profiles.days import clock, clock_beside, full_day_format, local_time, own_time
from profiles.models import Person
from profiles.zones import local_day, start_of_day
from sessions_app.booking_forms import slot_value
from sessions_app.free_time import Slot, free_slots

WEEK = timedelta(days=7)
LOOKED_THROUGH = 8
"""Weeks that are looked through for the next free time, the shown one included."""
WEEKS_AHEAD = 104


@dataclass(frozen=True)
class Pair:
    """Who is to meet, which of the two asks, and when that is.

    `until` is when their relationship ends, if that is planned; `has_hours`: whether the coach has opened any times.
    """

    coach: Person
    coachee: Person
    viewer: Person
    now: datetime
    until: datetime | None = None
    has_hours: bool = True

    @property
    def by_coach(self) -> bool:
        """Whether the coach asks."""
        return self.viewer.pk == self.coach.pk

    @property
    def other(self) -> Person:
        """The other of the two."""
        return self.coachee if self.by_coach else self.coach

    @property
    def zone(self) -> str:
        """In which times are shown."""
        return self.viewer.timezone

    @property
    def today(self) -> date:
        """The day it is for the viewer."""
        return local_day(self.now, self.zone)

    @property
    def local_time(self) -> str:
        """The time it is for the other, and how far that is from the viewer's."""
        if self.other.timezone == self.zone:
            return own_time(self.now, self.zone)
        return local_time(self.now, self.other.timezone, self.zone)


def moment(at: datetime, zone: str, today: date) -> str:
    """“Tue 24 Nov, 13:00”, with the year when it is another one than today's."""
    local = at.astimezone(ZoneInfo(zone))
    # Translators: see Django's `date` filter. Tue 24 Nov, 13:00
    this_year, other_year = pgettext("date format", "D j M, H:i"), pgettext("date format", "D j M Y, H:i")
    return format(local, this_year if local.year == today.year else other_year)


def short_weekday(day: date, today: date) -> str:
    """“Tue 24 Nov”, with the year when it is another one than today's."""
    this_year, other_year = pgettext("date format", "D j M"), pgettext("date format", "D j M Y")
    return format(day, this_year if day.year == today.year else other_year)


@dataclass(frozen=True, slots=True)
class Time:
    """A free time in words: on the viewer's clock, for coaches also on the coachee's."""

    value: str
    clock: str
    theirs: str
    day_clock: str

    @property
    def words(self) -> str:
        """“Tue 24 Nov, 13:00 · 18:30 for Amara”."""
        return f"{self.day_clock} · {self.theirs}" if self.theirs else self.day_clock


def time_of(at: datetime, pair: Pair) -> Time:
    """“13:00”, “18:30 for Amara”, and both with the day."""
    here, there = at.astimezone(ZoneInfo(pair.zone)), at.astimezone(ZoneInfo(pair.coachee.timezone))
    theirs = ""
    if pair.by_coach and there.utcoffset() != here.utcoffset():
        words = {"time": clock_beside(there, here), "name": pair.coachee.first_name}
        theirs = _("%(time)s for %(name)s") % words
    which = _which_of_two(here)
    day_clock = moment(at, pair.zone, pair.today)
    return Time(slot_value(at), f"{clock(here)}{which}", theirs, f"{day_clock}{which}")


def _which_of_two(here: datetime) -> str:
    """“ (UTC+02:00)” for a reading that comes twice, on the night when clocks go back; else nothing."""
    if here.replace(fold=0).utcoffset() == here.replace(fold=1).utcoffset():
        return ""
    offset = here.strftime("%z")
    return f" (UTC{offset[:3]}:{offset[3:5]})"


@dataclass(frozen=True, slots=True)
class DayOfTimes:
    """A day of the viewer's with what is free on it."""

    label: str
    times: list[Time]


@dataclass(frozen=True, slots=True)
class Way:
    """A link to another week."""

    label: str
    url: str


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday by the viewer's calendar, with the ways to other weeks."""

    first: date
    label: str
    since: datetime
    until: datetime
    days: list[DayOfTimes]
    earlier: str
    later: str
    next_free: Way | None
    looked_until: str

    @property
    def is_empty(self) -> bool:
        """Nothing is free in it."""
        return not self.days


@dataclass(frozen=True)
class Asked:
    """Which week is asked for, how long a session takes, and what its address keeps (`kept`) beside the week."""

    address: str
    minutes: int
    day: date | None
    kept: dict[str, str] = field(default_factory=dict)
    without: int | None = None

    def url(self, day: date | None = None, **other: str) -> str:
        """The same page at another week."""
        query = {**self.kept, **other, **({"from": day.isoformat()} if day else {})}
        return f"{self.address}?{urlencode(query)}" if query else self.address


def day_in(text: str) -> date | None:
    """The day that an address asks for; None where it names none."""
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-24") else None
    except ValueError:
        return None


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


def week_of(pair: Pair, asked: Asked, may_be: Callable[[datetime], bool]) -> Week:
    """The week that is asked for, else the first in which something is free. At most five queries.

    `may_be` says whether a session may begin at an instant, as far as the calendars do not know.
    """
    this_week = monday_of(pair.today)
    first = min(max(monday_of(asked.day), this_week), this_week + WEEKS_AHEAD * WEEK) if asked.day else this_week
    since, until = (start_of_day(day, pair.zone) for day in (first, first + LOOKED_THROUGH * WEEK))
    slots = free_slots(
        pair.coach,
        pair.coachee,
        asked.minutes,
        max(since, pair.now),
        until,
        pair.now,
        by_coach=pair.by_coach,
        without=asked.without,
    )
    free = [(local_day(slot.starts_at, pair.zone), slot) for slot in slots if may_be(slot.starts_at)]
    if asked.day is None and free:
        first = monday_of(free[0][0])
    later = next((day for day, _slot in free if day >= first + WEEK), None)
    return Week(
        first=first,
        label=_week_label(first, pair.today),
        since=max(start_of_day(first, pair.zone), pair.now),
        until=start_of_day(first + WEEK, pair.zone),
        days=_days([(day, slot) for day, slot in free if first <= day < first + WEEK], pair),
        earlier=asked.url(first - WEEK) if first > this_week else "",
        later=asked.url(first + WEEK) if first < this_week + WEEKS_AHEAD * WEEK else "",
        next_free=Way(short_weekday(later, pair.today), asked.url(later)) if later else None,
        looked_until=short_weekday(local_day(until, pair.zone) - timedelta(days=1), pair.today),
    )


def _days(free: list[tuple[date, Slot]], pair: Pair) -> list[DayOfTimes]:
    by_day = groupby(free, key=lambda one: one[0])
    return [
        DayOfTimes(short_weekday(day, pair.today), [time_of(slot.starts_at, pair) for _day, slot in slots])
        for day, slots in by_day
    ]


def _week_label(first: date, today: date) -> str:
    """“23 – 29 November”, “30 November – 6 December”, with the year when it is another one than today's."""
    last = first + WEEK - timedelta(days=1)
    # Translators: a day within a week; see Django's `date` filter. 24 November
    day, full = pgettext("date format", "j F"), full_day_format()
    if last.year != today.year:
        return f"{format(first, full)} – {format(last, full)}"
    return f"{first.day if first.month == last.month else format(first, day)} – {format(last, day)}"
