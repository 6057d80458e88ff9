"""Many open conversations at once: everybody asks every four seconds while messages are sent and a page is read."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import psutil
from django.conf import settings
from django.db import connection

from benchmarks.client import BROKEN, Client
from benchmarks.cost import HEADER, read_cost
from benchmarks.figures import Value, median, percentile
from benchmarks.forms import TOKEN
from benchmarks.pages import sign_in, web_server
from benchmarks.talking import EVERY, KNOWN
from coaching.models import Relationship
from profiles.models import Person

READERS, SECONDS, SENT_A_SECOND, PAGES_A_SECOND = 500, 30.0, 10.0, 2.0
WARM_UP = EVERY + 1.0
"""Seconds that are not measured: a worker's first answers load what the later ones have."""
MARK = re.compile(rb"crowd-(\d+)-")


@dataclass
class Reader:
    """An open page: who has it, what it asks, and where the other side writes. The place of the newest moves on."""

    cookie: str
    path: str
    known: str
    sender: str
    to: str


@dataclass
class Seen:
    """What came of it. Times are in milliseconds at the client, delays in seconds from sending to seeing."""

    polls: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    sends: list[float] = field(default_factory=list)
    sent: dict[int, float] = field(default_factory=dict)
    delays: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


def measure(now: datetime, readers: int = READERS, seconds: float = SECONDS) -> list[dict[str, Value]]:
    """So many readers for so long; a reader's first question brings them up to date and does not count.

    `share of a core` is what the processes of the web server, and the database's behind them, used of one.
    """
    opened = list(_opened(now, readers))
    with tempfile.TemporaryDirectory() as logs, web_server(Path(logs)) as port:
        asyncio.run(_catch_up(port, opened))
        asyncio.run(_run(port, opened, WARM_UP))
        before = _processor_seconds()
        seen = asyncio.run(_run(port, opened, seconds))
        used = [after - one for after, one in zip(_processor_seconds(), before, strict=True)]
        asyncio.run(_look_again(port, opened, seen))
    delays = seen.delays or [0.0]
    return [
        {
            "readers": len(opened),
            "seconds": seconds,
            "polls a second": round(len(seen.polls) / seconds),
            "queries": min(seen.queries),
            "poll median ms": median(seen.polls),
            "p95": percentile(seen.polls, 95),
            "p99": percentile(seen.polls, 99),
            "on the server": median(seen.server),
            "sent": len(seen.sends),
            "send median ms": median(seen.sends),
            "seen": len(seen.delays),
            "seen after s, median": median(delays),
            "p95 s": percentile(delays, 95),
            "page median ms": median(seen.pages),
            "page p95": percentile(seen.pages, 95),
            "web, share of a core": f"{used[0] / seconds:.0%}",
            "database": f"{used[1] / seconds:.0%}",
            "wrong answers": sum(seen.wrong.values()),
        }
    ]


def _opened(now: datetime, count: int) -> Iterator[Reader]:
    """Readers are coach and coachee by turns; the other of the two writes."""
    pairs = Relationship.objects.running(now).order_by("pk").values_list("coach", "coachee")[:count]
    cookies: dict[int, str] = {}
    for number, (coach, coachee) in enumerate(pairs):
        for one in (coach, coachee):
            if one not in cookies:
                cookies[one] = sign_in(Person.objects.get(pk=one))
        reads, writes = (coach, coachee) if number % 2 else (coachee, coach)
        path = f"/people/{coachee}/messages/"
        yield Reader(cookies[reads], f"{path}new/?with={coach}", "", cookies[writes], f"{path}?with={coach}")


async def _run(port: int, opened: list[Reader], seconds: float) -> Seen:
    seen, rng = Seen(), Random(5)
    until = time.monotonic() + seconds
    jobs = [_reads(port, one, seen, until, rng.random() * EVERY) for one in opened]
    await asyncio.gather(*jobs, _writes(port, opened, seen, until, rng), _opens_a_page(port, opened, seen, until))
    return seen


async def _catch_up(port: int, opened: list[Reader]) -> None:
    client = Client(port)
    for one in opened:
        _moved_on(one, (await client.get(one.path, one.cookie)).body)
    client.close()


def _moved_on(reader: Reader, body: bytes) -> None:
    if found := KNOWN.search(body):
        newest, read = (number.decode() for number in found.groups())
        reader.known = f"&after={newest}&read={read}"


async def _reads(port: int, reader: Reader, seen: Seen, until: float, first: float) -> None:
    """As static/js/messages.js: the next question comes four seconds after an answer."""
    client = Client(port)
    await asyncio.sleep(first)
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            answer = await client.get(reader.path + reader.known, reader.cookie)
        except BROKEN as error:
            seen.wrong[type(error).__name__] += 1
            client.close()
        else:
            seen.polls.append((time.monotonic() - began) * 1e3)
            _read(reader, seen, answer.status, answer.headers.get(HEADER.lower(), ""), answer.body)
        await asyncio.sleep(EVERY)
    client.close()


def _read(reader: Reader, seen: Seen, status: int, cost: str, body: bytes) -> None:
    if status not in (200, 204):
        seen.wrong[str(status)] += 1
        return
    if status == 204:
        seen.server.append(read_cost(cost)["app"])
        seen.queries.append(int(read_cost(cost)["queries"]))
    _moved_on(reader, body)
    for number in {int(found) for found in MARK.findall(body)}:
        if number in seen.sent:
            seen.delays.append(time.monotonic() - seen.sent.pop(number))


async def _look_again(port: int, opened: list[Reader], seen: Seen) -> None:
    """What was sent last is asked for once more, so that whatever is not seen was lost."""
    client = Client(port)
    for one in opened:
        answer = await client.get(one.path + one.known, one.cookie)
        _read(one, seen, answer.status, answer.headers.get(HEADER.lower(), ""), answer.body)
    client.close()


async def _writes(port: int, opened: list[Reader], seen: Seen, until: float, rng: Random) -> None:
    """Ten a second, each on its own, none in the last five seconds, so that all are asked for in time."""
    sending, number = set(), 0
    while time.monotonic() < until - min(EVERY + 1, until / 2):
        task = asyncio.create_task(_writes_one(port, rng.choice(opened), seen, number))
        sending.add(task)
        number += 1
        await asyncio.sleep(1 / SENT_A_SECOND)
    await asyncio.gather(*sending)


async def _writes_one(port: int, to: Reader, seen: Seen, number: int) -> None:
    began = seen.sent[number] = time.monotonic()
    cookie = f"{to.sender}; {settings.CSRF_COOKIE_NAME}={TOKEN}"
    form = urlencode({"text": f"crowd-{number}- How did it go?", "csrfmiddlewaretoken": TOKEN})
    client = Client(port)
    try:
        answer = await client.post(to.to, cookie, form)
    except BROKEN as error:
        seen.wrong[f"send: {type(error).__name__}"] += 1
    else:
        seen.sends.append((time.monotonic() - began) * 1e3)
        if answer.status != 302:
            seen.wrong[f"send: {answer.status}"] += 1
    client.close()


async def _opens_a_page(port: int, opened: list[Reader], seen: Seen, until: float) -> None:
    """Today of those who read, twice a second."""
    client, turn = Client(port), 0
    while time.monotonic() < until:
        began, turn = time.monotonic(), turn + 1
        answer = await client.get("/", opened[turn % len(opened)].cookie)
        seen.pages.append((time.monotonic() - began) * 1e3)
        if answer.status != 200:
            seen.wrong[f"page: {answer.status}"] += 1
        await asyncio.sleep(1 / PAGES_A_SECOND)
    client.close()


def _processor_seconds() -> tuple[float, float]:
    """What the web server's processes have used, and those of the database that serve us, where they run here."""
    own = [process.cpu_times() for process in psutil.Process(os.getpid()).children(recursive=True)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        served = [pid for (pid,) in cursor.fetchall() if psutil.pid_exists(pid)]
    database = [psutil.Process(pid).cpu_times() for pid in served]
    ended = sum(one.children_user + one.children_system for one in own)  # a worker is replaced now and then
    return ended + sum(one.user + one.system for one in own), sum(one.user + one.system for one in database)
