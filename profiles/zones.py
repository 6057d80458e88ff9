"""Days and midnights in a person's own time zone."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=1)
def known_zones() -> frozenset[str]:
    """IANA names that may be stored for a person."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}


@lru_cache(maxsize=65_536)
def start_of_day(day: date, zone: str) -> datetime:
    """The first instant of that calendar day in the zone, in UTC, exact to the second.

    Usually 00:00. Where 00:00 occurs twice it is the first one; where clocks jump over it, or over the whole day
    (Samoa, 30 December 2011), it is the instant of the jump.
    """
    return first_instant(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001, a wall clock reading on purpose


@lru_cache(maxsize=65_536)
def first_instant(reading: datetime, zone: str) -> datetime:
    """The first instant, in UTC, at which a wall clock in the zone reads this (naive); the jump where it never does."""
    tz = ZoneInfo(zone)
    instant = reading.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if instant.astimezone(tz).replace(tzinfo=None, fold=0) == reading:
        return instant
    return _first_second_at_or_after(reading, instant - _DAY, instant + _DAY, tz)


@lru_cache(maxsize=65_536)
def last_instant(reading: datetime, zone: str) -> datetime:
    """Until when, in UTC, a wall clock in the zone reads earlier than this (naive) on its way there for the last time.

    Where clocks go back from just this reading it is when they do: what follows reads later than this once.
    """
    tz = ZoneInfo(zone)
    later = reading.replace(tzinfo=tz, fold=1).astimezone(UTC)
    before = (later - _SECOND).astimezone(tz).replace(tzinfo=None, fold=0)
    return later if before == reading - _SECOND else first_instant(reading, zone)


def _first_second_at_or_after(reading: datetime, low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    """The earliest instant in (low, high] whose wall clock reads `reading` or later, by bisection."""
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle <= low:
            break
        if middle.astimezone(tz).replace(tzinfo=None, fold=0) >= reading:
            high = middle
        else:
            low = middle
    return high


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day it is in the zone: the last day whose first instant has come.

    Not simply the date a clock shows: where clocks go back over midnight the later day has begun all the same.
    """
    shown = instant.astimezone(ZoneInfo(zone)).date()
    return shown + _DAY if start_of_day(shown + _DAY, zone) <= instant else shown


def month_of(instant: datetime, zone: str) -> tuple[datetime, datetime]:
    """First instant of the calendar month in the zone, and of the next one."""
    first = local_day(instant, zone).replace(day=1)
    following = (first + 31 * _DAY).replace(day=1)
    return start_of_day(first, zone), start_of_day(following, zone)
