"""Sessions as calendars read them: iCalendar (RFC 5545), invitations by mail (RFC 5546, RFC 6047). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vDuration, vText

PRODUCT = "-//Trellis//Trellis//EN"
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f"^]+')
"""What a parameter cannot hold; RFC 6868 would write it with circumflexes, which not every calendar knows."""


@dataclass(frozen=True)
class Entry:
    """One session in one person's calendar. `uid` never changes, `sequence` rises with every change of it."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    link: str
    """The session's page, where it is joined."""
    words: str
    cancelled: bool = False


@dataclass(frozen=True)
class Mailbox:
    """A name and an address."""

    name: str
    address: str


def invitation(entry: Entry, zone: str, organizer: Mailbox, attendee: Mailbox) -> bytes:
    """The calendar part of a mail: puts the entry into the reader's calendar, moves it there, or takes it out.

    The organizer is the sender of the mail: calendars take changes from nobody else. The attendee is the reader alone.
    """
    calendar = _calendar(method_of(entry))
    event = _event(entry, zone)
    event.add("organizer", _address(organizer))
    taking_part = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE", "CUTYPE": "INDIVIDUAL"}
    event.add("attendee", _address(attendee, taking_part))
    return _with_events(calendar, [event], zone, [entry])


def method_of(entry: Entry) -> str:
    """What the mail asks of the calendar."""
    return "CANCEL" if entry.cancelled else "REQUEST"


def published(entries: Sequence[Entry], zone: str, name: str = "") -> bytes:
    """A calendar to subscribe to (with a name), or one entry to download."""
    calendar = _calendar("PUBLISH")
    if name:
        calendar.add("x-wr-calname", vText(name))
        calendar.add("x-wr-timezone", vText(zone))
        calendar.add("refresh-interval", vDuration(timedelta(hours=1)), parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vText("PT1H"))
    return _with_events(calendar, [_event(entry, zone) for entry in entries], zone, entries)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(entry: Entry, zone: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamp.astimezone(UTC).replace(microsecond=0))
    starts_at, ends_at = _by_clock(entry, zone)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    event.add("summary", entry.summary)
    event.add("description", entry.words)
    event.add("location", entry.link)
    event.add("url", entry.link)
    event.add("conference", entry.link, parameters={"VALUE": "URI", "FEATURE": "VIDEO", "LABEL": "Trellis"})
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    event.add("class", "PRIVATE")
    return event


def _by_clock(entry: Entry, zone: str) -> tuple[datetime, datetime]:
    """Start and end by the zone's clock; in UTC where one is the second of two equal readings, which has no name."""
    starts_at, ends_at = (at.astimezone(ZoneInfo(zone)) for at in (entry.starts_at, entry.ends_at))
    if starts_at.fold or ends_at.fold or zone in _LIKE_UTC:
        return entry.starts_at.astimezone(UTC), entry.ends_at.astimezone(UTC)
    return starts_at, ends_at


_LIKE_UTC = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Zulu", "UCT"})


def _address(mailbox: Mailbox, parameters: dict[str, str] | None = None) -> vCalAddress:
    address = vCalAddress(f"mailto:{mailbox.address}")
    name = _NOT_IN_A_NAME.sub(" ", mailbox.name).strip()
    address.params.update({**({"CN": name} if name else {}), **(parameters or {})})
    return address


def _with_events(calendar: Calendar, events: Iterable[Event], zone: str, entries: Sequence[Entry]) -> bytes:
    if entries and zone not in _LIKE_UTC:
        first, last = min(entry.starts_at for entry in entries), max(entry.ends_at for entry in entries)
        calendar.add_component(time_zone(zone, first.year - 1, last.year + 1))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


# The clock of a zone ------------------------------------------------------------------------------


def time_zone(zone: str, first: int, last: int) -> Timezone:
    """The zone's clock from the year `first` to the year `last`, each change written out.

    icalendar's own begins summer time by the clock after the change; RFC 5545, 3.6.5 has it by the clock before.
    """
    tz = ZoneInfo(zone)
    made = Timezone()
    made.add("tzid", zone)
    begins = datetime(first, 1, 1, tzinfo=UTC)
    made.add_component(_observance(begins.astimezone(tz), begins - _SECOND, tz))
    for change in _changes(tz, first, last):
        made.add_component(_observance(change.astimezone(tz), change - _SECOND, tz))
    return made


def _observance(since: datetime, before: datetime, tz: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    was = before.astimezone(tz).utcoffset() or timedelta()
    part = TimezoneDaylight() if since.dst() else TimezoneStandard()
    part.add("dtstart", (since.astimezone(UTC) + was).replace(tzinfo=None))
    part.add("tzoffsetfrom", was)
    part.add("tzoffsetto", since.utcoffset() or timedelta())
    part.add("tzname", since.tzname() or str(tz))
    return part


@lru_cache(maxsize=1024)
def _changes(tz: ZoneInfo, first: int, last: int) -> tuple[datetime, ...]:
    """The instants at which the clock changes, found day by day, then by bisection to the second."""
    day, until, found = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC), []
    while day < until:
        if _offset(day, tz) != _offset(day + _DAY, tz):
            found.append(_change(day, day + _DAY, tz))
        day += _DAY
    return tuple(found)


def _change(low: datetime, high: datetime, tz: ZoneInfo) -> datetime:
    before = _offset(low, tz)
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        low, high = (middle, high) if _offset(middle, tz) == before else (low, middle)
    return high


def _offset(instant: datetime, tz: ZoneInfo) -> timedelta | None:
    return instant.astimezone(tz).utcoffset()
