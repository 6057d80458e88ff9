"""When a session can begin: weekly hours, exceptions, zones and rules put together. Pure: no clock, no database.

Hours are minutes after midnight by the coach's wall clock. On days on which clocks change, a window begins at the first
instant that reads within its hours and ends at the last: longer or shorter than usual, and never at a time that is not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from profiles.zones import first_instant, last_instant

_DAY = timedelta(days=1)

Minutes = tuple[int, int]
"""`[opens, closes)` in minutes after midnight of a wall clock."""
Span = tuple[datetime, datetime]
"""`[since, until)` as instants."""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time in which a session fits, as instants."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Special:
    """Days, both included, on which hours are closed, or open beside the weekly ones."""

    starts_on: date
    ends_on: date
    is_open: bool
    hours: Minutes


@dataclass(frozen=True)
class Hours:
    """When a coach works, by the clock of one zone. `weekly` is by weekday, 0 is Monday."""

    zone: str
    weekly: Mapping[int, Sequence[Minutes]]
    special: Sequence[Special] = field(default=())

    def open_on(self, day: date) -> list[Span]:
        """The windows of a day, soonest first, closed or not; hours that touch are one window."""
        extra = [special.hours for special in self._special(day) if special.is_open]
        return self._windows(day, [*self.weekly.get(day.weekday(), ()), *extra])

    def closed_on(self, day: date) -> list[Span]:
        """What exceptions close of a day."""
        return self._windows(day, [special.hours for special in self._special(day) if not special.is_open])

    def _special(self, day: date) -> Iterator[Special]:
        return (special for special in self.special if special.starts_on <= day <= special.ends_on)

    def _windows(self, day: date, hours: Iterable[Minutes]) -> list[Span]:
        midnight = datetime.combine(day, time())
        spans = []
        for opens, closes in hours:
            opening = first_instant(midnight + timedelta(minutes=opens), self.zone)
            closing = last_instant(midnight + timedelta(minutes=closes), self.zone)
            spans.append((opening, closing))
        return joined(spans)


def find_slots(
    hours: Hours, *, minutes: int, step: int, since: datetime, until: datetime, taken: Iterable[Span]
) -> list[Slot]:
    """Slots of so many minutes that begin in `[since, until)`, soonest first.

    They begin every `step` minutes from the opening of a day's window, lie within what is open (hours until midnight
    join those of the next day), and overlap nothing that is `taken`.
    """
    if since >= until:
        return []
    windows, closed = _opened(hours, since, until + timedelta(minutes=minutes))
    free = without(joined(windows), joined([*closed, *taken]))
    starts = sorted({start for window in windows for start in _steps(window, step, since, until)})
    length, begins = timedelta(minutes=minutes), [span[0] for span in free]
    found = []
    for start in starts:
        place = bisect_right(begins, start) - 1
        if place >= 0 and start + length <= free[place][1]:
            found.append(Slot(start, start + length))
    return found


def widened(spans: Iterable[Span], by: timedelta) -> list[Span]:
    """The same times with so much more before and after each."""
    return [(since - by, until + by) for since, until in spans]


def joined(spans: Iterable[tuple]) -> list[tuple]:
    """The same times in order, with those that touch or overlap as one; empty ones are left out."""
    whole: list[tuple] = []
    for since, until in sorted(span for span in spans if span[0] < span[1]):
        if whole and since <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], until))
        else:
            whole.append((since, until))
    return whole


def without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of times. Both are `joined`."""
    left: list[Span] = []
    place = 0
    for since, until in spans:
        while place < len(taken) and taken[place][1] <= since:
            place += 1
        later = place
        while later < len(taken) and taken[later][0] < until:
            if since < taken[later][0]:
                left.append((since, taken[later][0]))
            since = max(since, taken[later][1])
            later += 1
        if since < until:
            left.append((since, until))
    return left


def _opened(hours: Hours, since: datetime, until: datetime) -> tuple[list[Span], list[Span]]:
    """Windows, and what is closed, of all days that can reach into a time: one more on both sides, for clocks that go
    back over midnight."""
    zone = ZoneInfo(hours.zone)
    day, last = since.astimezone(zone).date() - _DAY, until.astimezone(zone).date() + _DAY
    windows: list[Span] = []
    closed: list[Span] = []
    while day <= last:
        windows += hours.open_on(day)
        closed += hours.closed_on(day)
        day += _DAY
    return windows, closed


def _steps(window: Span, step: int, since: datetime, until: datetime) -> Iterator[datetime]:
    """Every so many minutes from the opening, as far as it lies within `[since, until)`."""
    between = timedelta(minutes=step)
    start, closing = window
    start = start.astimezone(UTC)
    if start < since:
        start += -((start - since) // between) * between
    while start < min(closing, until):
        yield start
        start += between
