"""When a calendar says that somebody is busy. Pure, and bounded: whatever the calendar, it ends with times or a reason.

Bounds of time and memory are those of the process it runs in (calendar_reader.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import recurring_ical_events
from icalendar import Calendar, Component

from profiles.zones import start_of_day
from sessions_app.fetching import CannotReadError

MOST = 5_000
"""Busy times that are kept of one calendar."""
MOST_EVENTS = 20_000
_WINDOW = timedelta(days=100)
_OURS = re.compile(r"(session|meeting)-\d+@(.+)")
_MARGIN = timedelta(days=40)
"""Longer than any single event without an end."""
_BEGIN, _END = b"\nBEGIN:VEVENT", b"\nEND:VEVENT"
_DAYS = re.compile(rb"^DT(?:START|END)[^:\r\n]*:([0-9]{8})", re.MULTILINE | re.IGNORECASE)
_TIMES = re.compile(rb"^DT(?:START|END)", re.MULTILINE | re.IGNORECASE)
_LASTS = re.compile(rb"^DURATION", re.MULTILINE | re.IGNORECASE)
_REPEATS = re.compile(rb"^(?:RRULE|RDATE|RECURRENCE-ID)|BEGIN:", re.MULTILINE | re.IGNORECASE)
_TOO_OFTEN = ("SECONDLY", "MINUTELY")
Span = tuple[datetime, datetime]


def busy_times(text: bytes, *, zone: str, since: datetime, until: datetime, host: str) -> list[Span]:
    """The busy times between two instants in UTC, sorted, those that touch joined.

    What is free, cancelled or an invitation of this site (`host`) is left out. Whole days, and times without a zone,
    are by the clock of `zone`. Raises CannotReadError.
    """
    if text.count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise CannotReadError("many")
    calendar = _events(_without_past(text, since - _MARGIN), host)
    if any(_repeats_too_often(event) for event in calendar.subcomponents):
        raise CannotReadError("many")
    joined = list(_joined(_spans(calendar, zone, since, until)))
    if len(joined) > MOST:
        raise CannotReadError("many")
    return joined


def _without_past(text: bytes, since: datetime) -> bytes:
    """The calendar without single events that were over by then: years of them would take long to read properly.

    What is not plainly so stays. A line that begins with a space belongs to the one before, so that these are no words
    of somebody's.
    """
    first, *rest = text.split(_BEGIN)
    kept = [first]
    for part in rest:
        event, end, beside = part.partition(_END)
        over = end and not _REPEATS.search(event) and _last_day(event) < since.strftime("%Y%m%d").encode()
        kept.append(beside if over else _BEGIN + part)
    return b"".join(kept)


def _last_day(event: bytes) -> bytes:
    """The day on which an event ends, or begins where nothing says when it ends; after all others when unknown."""
    days = _DAYS.findall(event)
    unread = len(days) < len(_TIMES.findall(event)) or not days  # such as a line that is folded before the day
    return b"99999999" if unread or _LASTS.search(event) else max(days)


def _events(text: bytes, host: str) -> Calendar:
    """The events of others, without the zones described beside them: their times have been read by then."""
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as wrong:
        raise CannotReadError("not_a_calendar") from wrong
    if not calendars or any(one.name != "VCALENDAR" for one in calendars):
        raise CannotReadError("not_a_calendar")
    kept = Calendar()
    own_zone = str(calendars[0].get("X-WR-TIMEZONE", ""))
    if own_zone in available_timezones():  # what repeats in UTC does so by this clock: Google writes it
        kept.add("X-WR-TIMEZONE", own_zone)
    for event in (event for calendar in calendars for event in calendar.walk("VEVENT")):
        if not _is_ours(event, host) and _makes_sense(event):
            kept.add_component(event)
    return kept


def _is_ours(event: Component, host: str) -> bool:
    uid = _OURS.fullmatch(str(event.get("UID", "")))
    return bool(uid) and uid[2] == host  # type: ignore[index]


def _makes_sense(event: Any) -> bool:
    """Whether begin, end and rule of the event can be read; one that cannot must hide no other."""
    try:
        rule = event.get("RRULE")
        return event.start <= event.end and (rule is None or hasattr(rule, "get") or isinstance(rule, list))
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError):
        return False


def _repeats_too_often(event: Component) -> bool:
    rules = event.get("RRULE", [])
    return any(
        str(often).upper() in _TOO_OFTEN
        for rule in (rules if isinstance(rules, list) else [rules])
        for often in (rule.get("FREQ", []) if hasattr(rule, "get") else [])
    )


def _spans(calendar: Calendar, zone: str, since: datetime, until: datetime) -> list[Span]:
    """Each busy time, cut to the two instants. Asked for in pieces, so that what repeats without end is noticed."""
    found: list[Span] = []
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    begins, number = since, 0
    while begins < until:
        ends = min(begins + _WINDOW, until)
        events = query.between(begins, ends)
        number += len(events)
        if number > MOST_EVENTS:
            raise CannotReadError("many")
        spans = (_span(event, zone) for event in events if _is_busy(event))
        found += [(max(span[0], since), min(span[1], until)) for span in spans if span]
        begins = ends
    return [span for span in found if span[0] < span[1]]


def _is_busy(event: Component) -> bool:
    free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    free = free or str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    return not free and str(event.get("STATUS", "")).upper() != "CANCELLED"


def _span(event: Any, zone: str) -> Span | None:
    """Begin and end of one event in UTC; None where it has no length or cannot be told."""
    try:
        starts, ends = event.start, event.end
        return _instant(starts, zone), _instant(ends, zone)
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError):  # icalendar's own errors are ValueErrors
        return None


def _instant(at: date | datetime, zone: str) -> datetime:
    if not isinstance(at, datetime):
        return start_of_day(at, zone)
    return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for span in sorted(spans):
        if current and span[0] <= current[1]:
            current = (current[0], max(current[1], span[1]))
            continue
        if current:
            yield current
        current = span
    if current:
        yield current
