"""Reading the coaches' own calendars for busy times: which are due, and what becomes of the answer.

A calendar is claimed with a lease, read by a process of its own, then its busy times are replaced as a whole. A worker
that dies leaves everything as it was, and the calendar is due again when the lease ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import F

from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from sessions_app.models import Availability, BusyTime, OutsideCalendar

log = structlog.get_logger()

EVERY = timedelta(minutes=15)
LONGEST_WAIT = timedelta(days=1)
LEASE = timedelta(minutes=5)
AT_ONCE = 4
BEGINS_WITHIN = 60.0  # seconds of a run in which others are begun; the task's time limit and the lease come later
SECONDS = 25.0
"""Of one calendar, whatever it does."""
TOLD_AFTER = timedelta(days=1)
TOLD_AFTER_FAILURES = 8
"""Of one that was never read: by then, with the waits between, more than a day has passed."""
COMMAND = (sys.executable, "-m", "sessions_app.calendar_reader")
_PASSED_ON = ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "PYTHONTZPATH", "LANG")
MARGIN = timedelta(days=2)
"""Before now and after the furthest day that can be booked, for buffers and zones."""


@dataclass(frozen=True)
class Reading:
    """What a calendar said: busy times, or why it could not be read."""

    busy: tuple[tuple[datetime, datetime], ...] = ()
    problem: str = ""


Read = Callable[[str, str, datetime, datetime], Reading]


def read_outside(
    url: str, zone: str, since: datetime, until: datetime, *, command: Sequence[str] = COMMAND, seconds: float = SECONDS
) -> Reading:
    """Has the reader's process read one calendar, and ends it when it takes too long."""
    host = urlsplit(settings.BASE_URL).hostname
    asked = {"url": url, "zone": zone, "since": since.isoformat(), "until": until.isoformat(), "host": host}
    kept = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            command, input=json.dumps(asked), env=kept, cwd=settings.BASE_DIR, text=True, timeout=seconds,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
        )  # fmt: skip
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return Reading(problem="slow")
    except (subprocess.CalledProcessError, ValueError):
        return Reading(problem="hard")
    pairs = answer.get("busy", [])
    busy = tuple((datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for begins, ends in pairs)
    return Reading(busy, answer.get("problem", ""))


def read_due(now: datetime, read: Read = read_outside) -> int:
    """Reads the calendars that are due, a few at a time, and returns how many. `now` is when the run began."""
    began, number = time.monotonic(), 0
    with ThreadPoolExecutor(AT_ONCE) as threads:
        while time.monotonic() - began < BEGINS_WITHIN:
            at = now + timedelta(seconds=time.monotonic() - began)
            claimed = _claimed(at)
            if not claimed:
                break
            since, until = at - MARGIN, {one.pk: at + _furthest(one) + MARGIN for one in claimed}
            # The threads only wait for processes: the database is asked by this one alone.
            readings = threads.map(lambda one: read(one.url, one.coach.timezone, since, until[one.pk]), claimed)  # noqa: B023
            for calendar, reading in zip(claimed, readings, strict=True):
                _keep(calendar, reading, at)
            number += len(claimed)
    return number


@transaction.atomic
def _claimed(now: datetime) -> list[OutsideCalendar]:
    """Takes a few calendars that nobody else reads, those that waited longest first."""
    due = OutsideCalendar.objects.filter(next_read_at__lte=now).order_by("next_read_at", "pk")
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:AT_ONCE])
    OutsideCalendar.objects.filter(pk__in=ids).update(next_read_at=now + LEASE)
    return list(OutsideCalendar.objects.filter(pk__in=ids).select_related("coach__availability").order_by("pk"))


def _furthest(calendar: OutsideCalendar) -> timedelta:
    rules = getattr(calendar.coach, "availability", None) or Availability()
    return timedelta(days=rules.furthest_days)


@transaction.atomic
def _keep(calendar: OutsideCalendar, reading: Reading, now: datetime) -> None:
    """Writes down what became of it; nothing when the coach has put in another address meanwhile, or none."""
    row = OutsideCalendar.objects.select_for_update().filter(pk=calendar.pk, url=calendar.url).first()
    if row and reading.problem:
        _failed(row, reading.problem, now)
    elif row:
        _replace(row.coach_id, reading.busy)
        read = {"read_at": now, "next_read_at": now + EVERY, "failures": 0, "problem": ""}
        OutsideCalendar.objects.filter(pk=row.pk).update(**read)


def _failed(row: OutsideCalendar, problem: str, now: datetime) -> None:
    """What was known stays, for it is better than nothing; the next try comes later and later, up to a day."""
    wait = min(EVERY * 2 ** min(row.failures, 10), LONGEST_WAIT)
    OutsideCalendar.objects.filter(pk=row.pk).update(
        problem=problem[:200], failures=F("failures") + 1, next_read_at=now + wait
    )
    log.info("calendar_not_read", calendar=row.pk, problem=problem, failures=row.failures + 1)
    long = now - row.read_at >= TOLD_AFTER if row.read_at else row.failures + 1 >= TOLD_AFTER_FAILURES
    if long:
        since = row.read_at.isoformat() if row.read_at else "never"
        key = f"{NoticeKind.CALENDAR_UNREAD}:{row.pk}:{since}"
        tell([Notice(key, row.coach_id, NoticeKind.CALENDAR_UNREAD, facts={"problem": problem})], now)


def _replace(coach: int, busy: tuple[tuple[datetime, datetime], ...]) -> None:
    """The coach's busy times are these from now on. Nothing is written when they are already."""
    rows = BusyTime.objects.filter(coach=coach)
    stored = [(during.lower, during.upper) for during in rows.order_by("during").values_list("during", flat=True)]
    if stored == list(busy):
        return
    rows.delete()
    BusyTime.objects.bulk_create(
        [BusyTime(coach_id=coach, during=DateTimeTZRange(begins, ends)) for begins, ends in busy], 1000
    )
