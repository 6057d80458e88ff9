"""Pages over real HTTP: gunicorn as in production, one client, one connection that stays open."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from benchmarks.cost import HEADER, read_cost
from benchmarks.figures import Value, median, p95, timed
from config.processes import dies_with_parent, stop
from profiles.models import Person

ROOT = Path(__file__).resolve().parent.parent
FLOOR = "/benchmark/floor/"
START_SECONDS = 60


@dataclass
class Answers:
    """What a page's answers cost: milliseconds at the client, on the server, and in its database; queries; bytes."""

    client: list[float]
    server: list[float]
    database: list[float]
    queries: int
    size: int


@contextmanager
def web_server(logs: Path) -> Iterator[int]:
    """Starts the site with the benchmark's settings and yields its port."""
    port = free_port()
    env = {**os.environ, "TRELLIS_PROCESS": "web"}
    command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", f"127.0.0.1:{port}"]
    with (logs / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "config.wsgi"], cwd=ROOT, env=env, stdout=log, stderr=log,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )  # fmt: skip
    try:
        _wait_for(port, process, logs / "web.log")
        yield port
    finally:
        stop(process, (signal.SIGTERM, 10.0))


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The web server did not start:\n{log.read_text(errors='replace')}")


def sign_in(person: Person) -> str:
    """A session of this person's, as the cookie to send."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def ask(connection: http.client.HTTPConnection, path: str, cookie: str, times: int) -> Answers:
    """Asks for a page so many times after a few to warm up; raises RuntimeError for any status but 200."""
    answers = Answers([], [], [], 0, 0)
    warm_up = max(2, times // 10)
    for turn in range(warm_up + times):
        with timed() as watch:
            connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
            response = connection.getresponse()
            body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path} answered {response.status} {response.headers.get('Location', '')}")
        cost = read_cost(response.headers[HEADER])
        answers.queries, answers.size = int(cost["queries"]), len(body)
        if turn >= warm_up:
            answers.client.append(watch.seconds * 1e3)
            answers.server.append(cost["app"])
            answers.database.append(cost["db"])
    return answers


def measure(measured: Iterable[tuple[int, int, int]], times: int) -> list[dict[str, Value]]:
    """Every page for every (events, coach, coachee), each with its own floor: the same viewer, nothing on the page."""
    with tempfile.TemporaryDirectory() as logs, web_server(Path(logs)) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        return [row for events, coach, coachee in measured for row in _of(connection, events, coach, coachee, times)]


def _of(connection: http.client.HTTPConnection, events: int, coach: int, coachee: int, times: int) -> Iterator[dict]:
    viewers = {"coach": coach, "coachee": coachee}
    cookies = {name: sign_in(Person.objects.get(pk=pk)) for name, pk in viewers.items()}
    floors = {name: median(ask(connection, FLOOR, cookie, times).server) for name, cookie in cookies.items()}
    pages = (
        ("floor", FLOOR, "coach"),
        ("profile", f"/people/{coachee}/", "coach"),
        ("your coachees", "/coachees/", "coach"),
        ("today", "/", "coach"),
        ("own profile", f"/people/{coachee}/", "coachee"),
        ("today", "/", "coachee"),
    )
    for name, path, viewer in pages:
        found = ask(connection, path, cookies[viewer], times)
        yield {
            "page": name,
            "viewer": viewer,
            "events": events,
            "queries": found.queries,
            "median ms": median(found.server),
            "p95 ms": p95(found.server),
            "in database": median(found.database),
            "at the client": median(found.client),
            "p95 there": p95(found.client),
            "x floor": round(median(found.server) / floors[viewer], 2),
            "KB": round(found.size / 1024),
        }
