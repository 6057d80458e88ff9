"""Open conversations: what it costs that so many pages ask every four seconds whether there is something new."""

from __future__ import annotations

import http.client
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from benchmarks.cost import HEADER, read_cost
from benchmarks.figures import Value, median, p95, timed
from benchmarks.pages import sign_in, web_server
from coaching.models import Relationship
from profiles.models import Person

OPEN = 500
EVERY = 4.0
"""Seconds between two questions of a page; see static/js/messages.js."""
KNOWN = re.compile(rb'data-newest="(\d+)" data-read="(\d+)"')


@dataclass
class Asking:
    """An open page: who has it, and what it asks."""

    cookie: str
    path: str


def measure(now: datetime, conversations: int = OPEN, rounds: int = 10) -> list[dict[str, Value]]:
    """All of them in turn over one connection, `rounds` times, while nobody writes; half are coaches' pages.

    `share of a core` is what the web server's processes use of one for so many pages, `queries` includes the session's
    and the viewer's.
    """
    with tempfile.TemporaryDirectory() as logs, web_server(Path(logs)) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        pages = [caught_up(connection, one) for one in _opened(now, conversations)]
        client, server, database, queries = [], [], [], 0
        before = _processor_seconds()
        with timed() as watch:
            for one in pages * rounds:
                with timed() as turn:
                    cost = _ask(connection, one)
                client.append(turn.seconds * 1e3)
                server.append(cost["app"])
                database.append(cost["db"])
                queries = int(cost["queries"])
        each = (_processor_seconds() - before) / len(client)
    return [
        {
            "conversations": len(pages),
            "queries": queries,
            "median ms": median(server),
            "p95 ms": p95(server),
            "in database": median(database),
            "at the client": median(client),
            "answers a second": round(len(client) / watch.seconds),
            "asked a second": round(len(pages) / EVERY),
            "share of a core": f"{each * len(pages) / EVERY:.0%}",
        }
    ]


def _opened(now: datetime, conversations: int) -> Iterator[Asking]:
    pairs = Relationship.objects.running(now).order_by("pk").values_list("coach", "coachee")[:conversations]
    cookies: dict[int, str] = {}
    for number, (coach, coachee) in enumerate(pairs):
        viewer = coach if number % 2 else coachee
        if viewer not in cookies:
            cookies[viewer] = sign_in(Person.objects.get(pk=viewer))
        yield Asking(cookies[viewer], f"/people/{coachee}/messages/new/?with={coach}")


def caught_up(connection: http.client.HTTPConnection, page: Asking) -> Asking:
    """The page as it asks once it shows everything."""
    status, body, _cost = answered(connection, page)
    found = KNOWN.search(body)
    if status == 200 and found:
        newest, read = (number.decode() for number in found.groups())
        page.path += f"&after={newest}&read={read}"
    return page


def _ask(connection: http.client.HTTPConnection, page: Asking) -> dict[str, float]:
    status, _body, cost = answered(connection, page)
    if status != 204:
        raise RuntimeError(f"{page.path} answered {status}")
    return cost


def answered(connection: http.client.HTTPConnection, page: Asking) -> tuple[int, bytes, dict[str, float]]:
    """Status, body and what it cost."""
    connection.request("GET", page.path, headers={"Cookie": page.cookie})
    response = connection.getresponse()
    return response.status, response.read(), read_cost(response.headers[HEADER])


def _processor_seconds() -> float:
    """What the processes that this one started have used, which are the web server's."""
    times = [process.cpu_times() for process in psutil.Process().children(recursive=True)]
    return sum(one.user + one.system for one in times)
