"""What a calendar says of when somebody is busy, and calendars made to break whoever reads them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from sessions_app.busy import busy_times
from sessions_app.calendar_reader import read
from sessions_app.fetching import CannotReadError
from sessions_app.reading_calendars import read_outside

SINCE, UNTIL = datetime(2026, 11, 20, tzinfo=UTC), datetime(2027, 2, 20, tzinfo=UTC)


def calendar(*events: str, beside: str = "") -> bytes:
    """A calendar of these events, each its lines; what it must have is put beside them."""
    made = "".join(
        f"BEGIN:VEVENT\nUID:u{n}\nDTSTAMP:20261101T000000Z\n{one}\nEND:VEVENT\n" for n, one in enumerate(events)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//x//EN\n{beside}{made}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def busy(*events: str, zone: str = "Europe/Paris", beside: str = "", until: datetime = UNTIL) -> list[str]:
    """The busy times, written shortly: 24T09:00-10:00."""
    spans = busy_times(calendar(*events, beside=beside), zone=zone, since=SINCE, until=until, host="trellis.example")
    return [f"{a:%m-%dT%H:%M}/{b:%m-%dT%H:%M}" for a, b in spans]


def test_times_are_read_in_the_zone_they_are_in():
    assert busy("DTSTART:20261124T090000Z\nDTEND:20261124T100000Z") == ["11-24T09:00/11-24T10:00"]
    assert busy("DTSTART;TZID=Asia/Kolkata:20261124T090000\nDURATION:PT45M") == ["11-24T03:30/11-24T04:15"]
    assert busy("DTSTART;TZID=W. Europe Standard Time:20261124T090000\nDURATION:PT1H") == ["11-24T08:00/11-24T09:00"]
    assert busy("DTSTART:20261124T090000\nDTEND:20261124T100000") == ["11-24T08:00/11-24T09:00"], "the coach's clock"


def test_whole_days_are_the_coachs_own_days():
    day = "DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126"
    assert busy(day, zone="Africa/Lagos") == ["11-23T23:00/11-25T23:00"]
    assert busy("DTSTART;VALUE=DATE:20261124", zone="UTC") == ["11-24T00:00/11-25T00:00"], "one day without an end"


def test_what_is_free_cancelled_or_ours_is_left_out():
    when = "DTSTART:20261124T090000Z\nDTEND:20261124T100000Z"
    assert busy(f"{when}\nTRANSP:TRANSPARENT", f"{when}\nSTATUS:CANCELLED") == []
    assert busy(f"{when}\nX-MICROSOFT-CDO-BUSYSTATUS:FREE") == []
    ours = calendar(when).replace(b"UID:u0", b"UID:session-7@trellis.example")
    others = calendar(when).replace(b"UID:u0", b"UID:session-7@other.example")
    spans = [busy_times(one, zone="UTC", since=SINCE, until=UNTIL, host="trellis.example") for one in (ours, others)]
    assert [len(one) for one in spans] == [0, 1]


def test_what_repeats_does_so_by_its_own_clock_with_its_exceptions():
    weekly = "DTSTART;TZID=Europe/Paris:20261019T090000\nDTEND;TZID=Europe/Paris:20261019T100000\nRRULE:FREQ=WEEKLY"
    without = f"{weekly}\nEXDATE;TZID=Europe/Paris:20261130T090000"
    found = busy(without, until=SINCE + timedelta(days=21))
    assert found == ["11-23T08:00/11-23T09:00", "12-07T08:00/12-07T09:00"]


def test_overlapping_and_touching_times_are_one():
    events = [
        f"DTSTART:20261124T{a}00Z\nDTEND:20261124T{b}00Z"
        for a, b in (("0900", "1000"), ("0930", "1100"), ("1100", "1200"))
    ]
    assert busy(*events) == ["11-24T09:00/11-24T12:00"]


def test_years_of_single_events_that_are_over_change_nothing():
    past = [f"DTSTART:20{year}0105T090000Z\nDTEND:20{year}0105T100000Z" for year in range(10, 27)]
    weekly = "DTSTART:20150105T090000Z\nDTEND:20150105T100000Z\nRRULE:FREQ=WEEKLY;COUNT=621"
    long = "DTSTART:20150105T090000Z\nDTEND:20261124T100000Z"
    lasts = "DTSTART:20260101T000000Z\nDURATION:P330D"
    quoted = "DTSTART:20150105T090000Z\nDTEND:20150105T100000Z\nDESCRIPTION:a\n END:VEVENT\n DTEND:x"
    assert busy(*past, quoted) == []
    assert busy(*past, weekly) == ["11-23T09:00/11-23T10:00"]
    assert busy(*past, long, quoted) == ["11-20T00:00/11-24T10:00"]
    assert busy(*past, lasts) == ["11-20T00:00/11-27T00:00"]


def test_times_are_cut_to_what_is_asked():
    assert busy("DTSTART:20200101T000000Z\nDTEND:20300101T000000Z") == ["11-20T00:00/02-20T00:00"]


@pytest.mark.parametrize(
    "event",
    [
        "DTSTART:20261124T090000Z\nDTEND:20261124T080000Z",
        "DTSTART:20261124T090000Z\nDTEND:20261124T090000Z",
        "DTSTART:nonsense\nDTEND:20261124T090000Z",
        "DTSTART;TZID=No/Where:20261124T090000\nDTEND;VALUE=DATE:20261124",
        "SUMMARY:no time at all",
        "DTSTART:99991231T235959Z\nDURATION:P9999D",
        "DTSTART:20261124T090000Z\nDURATION:-PT1H",
        "DTSTART:20261124T090000Z\nRRULE:FREQ=SOMETIMES",
    ],
)
def test_an_event_that_makes_no_sense_hides_no_other(event):
    good = "DTSTART:20261125T090000Z\nDTEND:20261125T100000Z"
    assert "11-25T09:00/11-25T10:00" in busy(event, good)


@pytest.mark.parametrize(
    "text",
    [
        b"", b"<html>Sign in</html>", b"\x00\x01\x02", b"BEGIN:VCALENDAR", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"END:VCALENDAR", "BEGIN:VCALENDAR\r\nÄ".encode("latin-1"), b"BEGIN:VCARD\r\nEND:VCARD\r\n",
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_said_to_be_none(text):
    asked = {"url": "x", "since": SINCE.isoformat(), "until": UNTIL.isoformat(), "zone": "UTC", "host": "x"}
    assert read(asked, lambda url: text) == {"problem": "not_a_calendar"}


@pytest.mark.parametrize("often", ["SECONDLY", "MINUTELY"])
def test_what_repeats_without_end_is_refused(often):
    with pytest.raises(CannotReadError, match="many"):
        busy(f"DTSTART:20261124T090000Z\nDURATION:PT1S\nRRULE:FREQ={often}")


def test_more_busy_times_than_are_kept_are_refused():
    hourly = "DTSTART:20260101T090000Z\nDURATION:PT5M\nRRULE:FREQ=HOURLY"
    with pytest.raises(CannotReadError, match="many"):
        busy(hourly, until=SINCE + timedelta(days=400))


HOSTILE = {
    "many": calendar(*["DTSTART:20261124T090000Z"] * 25_000),
    "old": calendar(*["DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6,7,8"] * 500),
    "deep": b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 40_000 + b"END:VEVENT\r\n" * 40_000 + b"END:VCALENDAR\r\n",
    "folded": b"BEGIN:VCALENDAR\r\nX-A:" + b"\r\n a" * 400_000 + b"\r\nEND:VCALENDAR\r\n",
    "dates": calendar("DTSTART:20261124T090000Z\nRDATE:" + ",".join(["20261124T090000Z"] * 100_000)),
    "dense": calendar(
        "DTSTART:20261101T000000Z\nDURATION:PT1S\nRRULE:FREQ=DAILY;BYHOUR="
        + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(60)))
        + ";BYSECOND=" + ",".join(map(str, range(60)))
    ),
}  # fmt: skip
READER = (
    "import sys; from sessions_app.calendar_reader import main; text = open(sys.argv[1], 'rb').read();"
    " main(lambda url: text, cpu=2)"
)


@pytest.mark.parametrize("which", sorted(HOSTILE))
def test_a_hostile_calendar_ends_within_the_limits(which, tmp_path):
    """In the process that reads, as it is used (with less time): there is an answer, whatever it is."""
    file = tmp_path / "hostile.ics"
    file.write_bytes(HOSTILE[which])
    command = [sys.executable, "-c", READER, str(file)]
    reading = read_outside("https://x/", "UTC", SINCE, UNTIL, command=command, seconds=60)
    assert reading.problem in ("many", "hard", "not_a_calendar", "slow") or len(reading.busy) <= 5_000


def test_the_process_has_none_of_our_secrets():
    command = [sys.executable, "-c", "import json, os; print(json.dumps({'problem': ' '.join(sorted(os.environ))}))"]
    names = set(read_outside("https://x/", "UTC", SINCE, UNTIL, command=command).problem.split())
    assert not {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "REDIS_URL"} & names


@pytest.mark.parametrize(
    ("code", "problem"),
    [("import time; time.sleep(60)", "slow"), ("raise SystemExit(1)", "hard"), ("print('nonsense')", "hard")],
)
def test_a_process_that_hangs_or_dies_is_a_reason(code, problem):
    reading = read_outside("https://x/", "UTC", SINCE, UNTIL, command=[sys.executable, "-c", code], seconds=1)
    assert reading.problem == problem


def test_the_command_reads_and_goes_nowhere_local():
    asked = {"url": "https://127.0.0.1/a.ics", "since": SINCE.isoformat(), "until": UNTIL.isoformat()}
    asked |= {"zone": "UTC", "host": "x"}
    done = subprocess.run(
        [sys.executable, "-m", "sessions_app.calendar_reader"], input=json.dumps(asked), capture_output=True, text=True
    )
    assert json.loads(done.stdout) == {"problem": "not_public"}
