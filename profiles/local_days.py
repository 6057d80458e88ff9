"""The calendar day of an instant, worked out by the database with Python's time zones.

The database has time zones of its own, which may be older or lack a name; pages group by Python's. So the query
brings along the zone's changes of offset.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db.models import FloatField, Func, IntegerField, Value
from django.db.models.expressions import Combinable

_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_STEP = timedelta(days=14)
_SECOND = timedelta(seconds=1)
Changes = tuple[str, str]
"""A zone's changes of offset as the database reads arrays: when, in seconds since 1970, and the offsets in seconds."""


@lru_cache(maxsize=1_024)
def offset_changes(zone: str, until_year: int) -> Changes:
    """When the zone's offset changed from 2000 on, and the offsets.

    The offsets begin with the one before the first change, so there is one more of them.
    """
    tz = ZoneInfo(zone)
    end = datetime(until_year, 1, 1, tzinfo=UTC)
    changes, offsets = [], [_offset(_FIRST, tz)]
    at = _FIRST
    while at < end:
        if _offset(at + _STEP, tz) != offsets[-1]:
            change = _first_other(at, at + _STEP, tz)
            changes.append(change.timestamp())
            offsets.append(_offset(change, tz))
            at = change
        else:
            at += _STEP
    return _array(changes), _array(offsets)


def _array(numbers: list[float]) -> str:
    return "{" + ",".join(f"{number:.0f}" for number in numbers) + "}"


def _offset(at: datetime, tz: ZoneInfo) -> float:
    return at.astimezone(tz).utcoffset().total_seconds()  # type: ignore[union-attr]


def _first_other(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    """The first second in (low, high] at which the offset is not what it was at `low`, by bisection."""
    before = _offset(low, tz)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle <= low:
            break
        if _offset(middle, tz) == before:
            low = middle
        else:
            high = middle
    return high


def local_day_number(at: str | Combinable, changes: str, offsets: str) -> Func:
    """A column that is equal for instants of the same calendar day; the zone by its `offset_changes`."""
    seconds = Func(at, template="extract(epoch FROM %(expressions)s)::float8", output_field=FloatField())
    place = Func(seconds, _numbers(changes), function="width_bucket", output_field=IntegerField())
    offset = Func(
        _numbers(offsets),
        place,
        template="((%(expressions)s])",
        arg_joiner=")[1 + ",
        output_field=FloatField(),
    )
    return Func(
        seconds, offset, template="floor((%(expressions)s) / 86400)", arg_joiner=" + ", output_field=FloatField()
    )


def _numbers(array: str) -> Func:
    return Func(Value(array), template="%(expressions)s::float8[]", output_field=ArrayField(FloatField()))
