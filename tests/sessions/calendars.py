"""Three readers of iCalendar that know nothing of each other, and what each makes of an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import icalendar
import vobject
from ical.calendar_stream import CalendarStream
from vobject import icalendar as zones


@dataclass(frozen=True)
class Seen:
    """What a calendar shows of an entry. Times are instants."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    summary: str


def by_icalendar(text: bytes) -> list[Seen]:
    """As the library `icalendar` reads it, without the zones it knows by itself."""
    calendar = icalendar.Calendar.from_ical(text)
    events = calendar.walk("VEVENT")
    assert not any(one.errors for one in calendar.walk())
    return [Seen(str(one["UID"]), _utc(one.start), _utc(one.end), str(one["SUMMARY"])) for one in events]


def by_vobject(text: bytes) -> list[Seen]:
    """As the library `vobject` reads it, by the time zone that is described beside the events."""
    _forget_zones()
    calendar = vobject.readOne(text.decode())
    events = calendar.contents.get("vevent", [])
    return [Seen(one.uid.value, _utc(one.dtstart.value), _utc(one.dtend.value), one.summary.value) for one in events]


def _forget_zones() -> None:
    """vobject goes by what it once read of a zone of that name, also where another calendar describes other years."""
    known = getattr(zones, "__tzidMap")  # noqa: B009, the name would be another one within a class
    for name in set(known) - {"UTC"}:
        del known[name]


def by_ical(text: bytes) -> list[Seen]:
    """As the library `ical` reads it."""
    [calendar] = CalendarStream.from_ics(text.decode()).calendars
    return [Seen(one.uid, _utc(one.dtstart), _utc(one.dtend), one.summary) for one in calendar.events]


READERS = (by_icalendar, by_vobject, by_ical)


def _utc(at: datetime) -> datetime:
    assert at.tzinfo is not None, "a time without a zone"
    return at.astimezone(UTC)


def lines(text: bytes) -> list[bytes]:
    """The lines as they are sent, each ended by CRLF."""
    assert text.endswith(b"\r\n")
    assert b"\n" not in text.replace(b"\r\n", b"")
    return text.split(b"\r\n")[:-1]


def value(text: bytes, name: str) -> str:
    """A property of the one event, as `icalendar` reads it."""
    [event] = icalendar.Calendar.from_ical(text).walk("VEVENT")
    return str(event[name])
