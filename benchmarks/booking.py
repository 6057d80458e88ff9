"""Booking: what free times cost with a full calendar, fifty who want one slot, and a crowd at overlapping times."""

from __future__ import annotations

import asyncio
import http.client
import re
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.booked import Booked, first_day, make
from benchmarks.client import BROKEN, Client
from benchmarks.figures import Stopwatch, Value, median, milliseconds, p95, percentile
from benchmarks.forms import TOKEN
from benchmarks.pages import ask, sign_in, web_server
from profiles.models import Person
from profiles.once import new_form_id
from sessions_app.free_time import free_slots
from sessions_app.models import Attendance

CLIENTS, SECONDS, ROUNDS = 40, 30.0, 5
MONTH = timedelta(days=31)
PAUSE = 2.0
"""Seconds that a client of the crowd looks at the page before the next deed, on average: nobody books without a look,
and without any pause the figure would be how long forty people queue for two cores."""
LOOK_EVERY = 0.01
"""Seconds between two looks at who waits for a lock."""
HOURS = 36
"""How many hours of the crowd's calendar are fought over: fewer would be full at once, more would hardly collide."""
ADDRESS = re.compile(r"/sessions/(\d+)/")
Row = dict[str, Value]


def measure(now: datetime, times: int, seconds: float = SECONDS) -> tuple[list[Row], list[Row]]:
    """Free times, then contention; writes whom it needs first."""
    made = make(now)
    slots = _slots(made, now, times)
    with tempfile.TemporaryDirectory() as logs, web_server(Path(logs)) as port:
        page = _page(port, made, times)
        fought = [_one_slot(port, made, now, turn) for turn in range(ROUNDS)]
        stormed = _storm(port, made, now, seconds)
    return [slots, page], [_together(fought), stormed]


def _slots(made: Booked, now: datetime, times: int) -> Row:
    """A month of free times of a coach with 310 sessions and 310 other busy times in it."""
    coach, coachee = (Person.objects.get(pk=pk) for pk in made.full)
    since = first_day(now)
    with CaptureQueriesContext(connection) as asked:
        found = free_slots(coach, coachee, 25, since, since + MONTH, now)
    taken = milliseconds(lambda: free_slots(coach, coachee, 25, since, since + MONTH, now), times)
    return {
        "what": "a month",
        "found": len(found),
        "queries": len(asked),
        "median ms": median(taken),
        "p95": p95(taken),
    }


def _page(port: int, made: Booked, times: int) -> Row:
    """The page with a week of them, on the server."""
    connected = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    _coach, coachee = made.full
    answers = ask(connected, f"/people/{coachee}/sessions/new/", sign_in(Person.objects.get(pk=coachee)), times)
    figures = {"median ms": median(answers.server), "p95": p95(answers.server)}
    return {"what": "the page, a week", "found": 0, "queries": answers.queries, **figures}


# Contention -----------------------------------------------------------------------------------------


@dataclass
class Fought:
    """What came of it; milliseconds at the client."""

    took: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    booked: list[tuple[str, str]] = field(default_factory=list)
    """Sessions and the cookie of whoever booked each."""
    deadlocks: int = 0
    doubled: int = 0
    lock: float = 0.0


def _one_slot(port: int, made: Booked, now: datetime, turn: int) -> Fought:
    """Fifty coachees of one coach send the same time at once; another day each turn."""
    starts_at, seen = first_day(now) + timedelta(days=turn, hours=9), Fought()
    signed_in = [(pk, sign_in(Person.objects.get(pk=pk))) for pk in made.wanting]

    async def everybody() -> None:
        wishes = [_book(port, cookie, made.wanted, pk, starts_at, pk, seen) for pk, cookie in signed_in]
        await asyncio.gather(*wishes)

    before = _deadlocks()
    with longest_lock() as lock:
        asyncio.run(everybody())
    seen.lock = lock.seconds
    seen.deadlocks = _deadlocks() - before
    held = Attendance.objects.filter(person=made.wanted, during__contains=starts_at).count()
    seen.doubled = held - 1
    return seen


def _together(fought: list[Fought]) -> Row:
    took = [one for each in fought for one in each.took]
    answers = sum((each.answers for each in fought), Counter())
    return {
        "what": f"{len(took) // len(fought)} on one slot, {len(fought)} times",
        "asked": len(took),
        "booked": answers["302"],
        "told": answers["409"] + answers["422"],
        **_rest(took, answers, sum(each.deadlocks for each in fought), sum(abs(each.doubled) for each in fought)),
        "lock ms": max(each.lock for each in fought) * 1e3,
    }


def _storm(port: int, made: Booked, now: datetime, seconds: float) -> Row:
    """Forty clients schedule, move and cancel at overlapping times, as coach or coachee, for so many seconds."""
    cookies = {pk: sign_in(Person.objects.get(pk=pk)) for pair in made.pairs for pk in pair}
    seen, before = Fought(), _deadlocks()
    with longest_lock() as lock:
        asyncio.run(_crowd(port, made, cookies, now, seconds, seen))
    seen.deadlocks = _deadlocks() - before
    done = seen.answers["302"]
    told = sum(seen.answers[status] for status in ("403", "404", "409", "422"))
    rest = _rest(seen.took, seen.answers, seen.deadlocks, _doubled())
    asked = {"asked": len(seen.took), "booked": done, "told": told}
    return {"what": f"{CLIENTS} clients, {seconds:.0f} s", **asked, **rest, "lock ms": lock.seconds * 1e3}


def _rest(took: list[float], answers: Counter[str], deadlocks: int, doubled: int) -> Row:
    known = {"302", "403", "404", "409", "422"}
    return {
        "median ms": median(took),
        "p95": percentile(took, 95),
        "p99": percentile(took, 99),
        "longest": round(max(took), 1),
        "deadlocks": deadlocks,
        "in two places": doubled,
        "wrong answers": sum(count for status, count in answers.items() if status not in known),
    }


async def _crowd(port: int, made: Booked, cookies: dict[int, str], now: datetime, seconds: float, seen: Fought) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(_client(port, made, cookies, now, until, Random(number), seen) for number in range(CLIENTS)))


async def _client(
    port: int, made: Booked, cookies: dict[int, str], now: datetime, until: float, rng: Random, seen: Fought
) -> None:
    """One after the other: half of the time something new, else what was scheduled is moved or cancelled."""
    while time.monotonic() < until:
        await asyncio.sleep(rng.uniform(0, 2 * PAUSE))
        coach, coachee = rng.choice(made.pairs)
        by = rng.choice((coach, coachee))
        starts_at = first_day(now) + timedelta(hours=rng.randrange(HOURS))
        if rng.random() < 0.5 or not seen.booked:
            await _book(port, cookies[by], coach, coachee, starts_at, by, seen)
        else:
            await _change(port, rng, starts_at, seen)


async def _book(port: int, cookie: str, coach: int, coachee: int, starts_at: datetime, by: int, seen: Fought) -> None:
    fields = {
        "kind": "one_on_one",
        "coach": coach,
        "starts_at": starts_at.isoformat(),
        "form_id": new_form_id(Person(pk=by)),
    }
    await _send(port, f"/people/{coachee}/sessions/new/", cookie, fields, seen)


async def _change(port: int, rng: Random, starts_at: datetime, seen: Fought) -> None:
    """A session that was booked lately is moved or cancelled by whoever booked it, perhaps for the second time."""
    place, cookie = rng.choice(seen.booked[-200:])
    if rng.random() < 0.5:
        await _send(port, f"/sessions/{place}/time/", cookie, {"starts_at": starts_at.isoformat(), "version": 0}, seen)
    else:
        await _send(port, f"/sessions/{place}/cancellation/", cookie, {"reason": "", "version": 0}, seen)


async def _send(port: int, path: str, cookie: str, fields: dict[str, object], seen: Fought) -> None:
    client, began = Client(port), time.monotonic()
    body = urlencode({**fields, "csrfmiddlewaretoken": TOKEN})
    try:
        answer = await client.post(path, f"{cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}", body)
    except BROKEN as error:
        seen.answers[type(error).__name__] += 1
    else:
        seen.answers[str(answer.status)] += 1
        if answer.status == 302 and (place := ADDRESS.search(answer.headers.get("location", ""))):
            seen.booked.append((place.group(1), cookie))
    seen.took.append((time.monotonic() - began) * 1e3)
    client.close()


@contextmanager
def longest_lock() -> Iterator[Stopwatch]:
    """How long anybody waited for a lock of somebody else, as seen a hundred times a second over another connection."""
    watch, over = Stopwatch(), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            with connection.cursor() as cursor:
                cursor.execute(
                    """SELECT coalesce(max(extract(epoch FROM clock_timestamp() - waitstart)), 0)
                         FROM pg_locks WHERE NOT granted AND waitstart IS NOT NULL"""
                )
                watch.seconds = max(watch.seconds, float(cursor.fetchone()[0]))
        connection.close()

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield watch
    finally:
        over.set()
        looking.join()


def _deadlocks() -> int:
    """How many the database has broken so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def _doubled() -> int:
    """Sessions that overlap another of the same person; the constraint says that there are none."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FROM sessions_app_session a JOIN sessions_app_session b
                   ON a.id < b.id AND ARRAY[a.coach_id, a.coachee_id] && ARRAY[b.coach_id, b.coachee_id]
                  AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
                WHERE a.status <> 'cancelled' AND b.status <> 'cancelled' AND a.booked_at IS NOT NULL
                  AND b.booked_at IS NOT NULL AND a.meeting_id IS NULL AND b.meeting_id IS NULL"""
        )
        return cursor.fetchone()[0]
