"""Entries as calendars read them: three independent readers agree with what was meant, in every zone and week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st

from profiles.zones import known_zones
from sessions_app.ics import Entry, Mailbox, invitation, published, time_zone
from tests.make import NOW, H
from tests.sessions.calendars import READERS, by_vobject, lines, value

STARTS = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORGANIZER, READER = Mailbox("Trellis", "trellis@example.org"), Mailbox("Amara Okafor", "amara@example.org")
ZONES = (
    *("Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kolkata", "Africa/Lagos", "UTC"),
    *("America/Havana", "Africa/Casablanca", "Europe/Dublin", "America/Sao_Paulo", "Etc/GMT+5", "Pacific/Chatham"),
)
CHANGES = [
    (zone, at)
    for zone, at in (
        ("Europe/Paris", datetime(2027, 3, 28, 1, tzinfo=UTC)),
        ("Europe/Paris", datetime(2026, 10, 25, 1, tzinfo=UTC)),
        ("America/St_Johns", datetime(2027, 3, 14, 5, 30, tzinfo=UTC)),
        ("Australia/Lord_Howe", datetime(2027, 4, 3, 15, tzinfo=UTC)),
        ("America/Havana", datetime(2027, 3, 14, 5, tzinfo=UTC)),
        ("Africa/Casablanca", datetime(2027, 3, 14, 2, tzinfo=UTC)),
    )
]


def entry(**fields) -> Entry:
    made = {
        "uid": "session-7@localhost", "sequence": 0, "stamp": NOW, "starts_at": STARTS,
        "ends_at": fields.get("starts_at", STARTS) + timedelta(minutes=55), "summary": "Coaching with Maya",
        "link": "http://localhost:8000/sessions/7/join/", "words": "Join it in Trellis.",
    }  # fmt: skip
    return Entry(**{**made, **fields})


def invited(one: Entry, zone: str = "Europe/Paris") -> bytes:
    return invitation(one, zone, ORGANIZER, READER)


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("zone", ZONES)
def test_readers_see_the_instants_that_were_meant(read, zone):
    one = entry()
    [seen] = read(invited(one, zone))
    assert (seen.uid, seen.starts_at, seen.ends_at) == (one.uid, one.starts_at, one.ends_at)
    assert seen.summary == one.summary


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_the_hours_around_a_change_of_clocks_are_right(read, zone, change):
    many = [entry(starts_at=change + quarters * timedelta(minutes=15)) for quarters in range(-10, 11, 2)]
    for one in many:
        [seen] = read(invited(one, zone))
        assert (seen.starts_at, seen.ends_at) == (one.starts_at, one.ends_at)


@pytest.mark.parametrize("zone", ZONES)
def test_the_clock_described_is_that_of_the_zone(zone, tmp_path):
    """dateutil reads nothing but what is written there; `zoneinfo` is the control."""
    file = tmp_path / "zone.ics"
    file.write_bytes(time_zone(zone, 2026, 2028).to_ical())
    described = tzical(str(file)).get()
    for hour in range(0, 2 * 365 * 24, 7):
        at = datetime(2026, 2, 1, tzinfo=UTC) + hour * H
        local = at.astimezone(ZoneInfo(zone))
        if not local.fold:
            assert local.replace(tzinfo=described).utcoffset() == local.utcoffset(), at


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(
    zone=st.sampled_from(sorted(known_zones())),
    minutes=st.integers(0, 3 * 365 * 24 * 12),
    length=st.integers(1, 96),
    name=names,
    sequence=st.integers(0, 10_000),
)
def test_whatever_the_name_the_zone_and_the_time(zone, minutes, length, name, sequence):
    starts_at = NOW - timedelta(days=365) + timedelta(minutes=5 * minutes)
    ends_at = starts_at + timedelta(minutes=5 * length)
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    one = entry(starts_at=starts_at, ends_at=ends_at, summary=f"Coaching with {plain}", sequence=sequence)
    text = invitation(one, zone, ORGANIZER, Mailbox(name, "odd@example.org"))

    assert all(len(line) <= 75 for line in lines(text))
    for read in READERS:
        [seen] = read(text)
        assert (seen.starts_at, seen.ends_at) == (starts_at, ends_at), read
        assert seen.summary.strip() == one.summary.strip(), read
    assert value(text, "SEQUENCE") == str(sequence)
    assert value(text, "ATTENDEE") == "mailto:odd@example.org"


def test_a_request_has_what_google_outlook_and_apple_ask_for():
    calendar = icalendar.Calendar.from_ical(invited(entry(sequence=2)))
    [event] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], calendar["VERSION"], calendar["CALSCALE"]) == ("REQUEST", "2.0", "GREGORIAN")
    assert calendar["PRODID"]
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CONFIRMED", "OPAQUE", 2)
    assert event["DTSTAMP"].dt == NOW
    assert event["ORGANIZER"] == "mailto:trellis@example.org"
    assert event["ATTENDEE"] == "mailto:amara@example.org", "the reader, nobody else"
    assert event["DTSTART"].params["TZID"] == "Europe/Paris"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert event["LOCATION"] == event["URL"] == event["CONFERENCE"] == entry().link
    assert not calendar.walk("VALARM")


def test_a_cancellation_takes_the_same_entry_out():
    kept, gone = invited(entry()), invited(entry(sequence=1, cancelled=True))
    assert value(kept, "UID") == value(gone, "UID")
    assert value(gone, "STATUS") == "CANCELLED"
    assert icalendar.Calendar.from_ical(gone)["METHOD"] == "CANCEL"


def test_the_same_twice_is_the_same_to_the_byte():
    assert invited(entry()) == invited(entry())


@pytest.mark.parametrize("read", READERS)
def test_a_calendar_to_subscribe_to_holds_all(read):
    many = [entry(uid=f"session-{number}@localhost", starts_at=STARTS + number * 7 * 24 * H) for number in range(60)]
    seen = read(published(many, "Europe/Paris", "Coaching"))
    assert [(one.uid, one.starts_at) for one in seen] == [(one.uid, one.starts_at) for one in many]


def test_an_empty_calendar_is_one():
    text = published([], "Europe/Paris", "Coaching")
    assert by_vobject(text) == []
    assert icalendar.Calendar.from_ical(text)["METHOD"] == "PUBLISH"
