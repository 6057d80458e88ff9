"""PostgreSQL crashing, frozen or away: pages answer, or say so in time, and are back at once."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from psycopg_pool import ConnectionPool

from config.bounded import GIVES_UP_AFTER, try_again
from tests.faults.site import Answer, Site

pytestmark = pytest.mark.faults
CLIENTS = 4
POOL_WAITS = 3  # seconds that a page waits for a connection, and a bit less
BOUND = 30  # seconds until a page about the outage: our own deadline of 7 and the pool's of 4, on a busy machine
BACK = 5  # seconds until pages are there again: 2, and more for a busy machine
AWAY = (200, 503)


@contextmanager
def visitors(site: Site) -> Iterator[list[Answer]]:
    """People reading pages all the while; yields the answers they get, complete after the block."""
    answers: list[Answer] = []
    leave = threading.Event()

    def read(page: str) -> None:
        while not leave.is_set():
            answers.append(site.ask(page, "maya"))

    pages = ["/", "/coachees/", f"/people/{site.people['coachee']}/", "/notes/"][:CLIENTS]
    threads = [threading.Thread(target=read, args=[page]) for page in pages]
    for thread in threads:
        thread.start()
    try:
        yield answers
        served = len(answers)
        site.until(lambda: len([one for one in answers[served:] if one.status == 200]) > 2 * CLIENTS)
    finally:
        leave.set()
        for thread in threads:
            thread.join()


def crash(site: Site) -> None:
    """As `pg_ctl stop -m immediate`: every connection is cut."""
    site.postgres.process.send_signal(signal.SIGQUIT)
    site.postgres.process.wait()


def test_a_crash_under_load_shows_nobody_an_error(site, note):
    with visitors(site) as answers:
        site.until(lambda: len(answers) > 4 * CLIENTS)
        crash(site)
        began = time.monotonic()
        site.postgres.start()
        took = time.monotonic() - began

    told = [answer for answer in answers if answer.status == 503]
    assert {answer.status for answer in answers} <= set(AWAY)
    assert not [answer.seconds for answer in told if answer.seconds < POOL_WAITS], "nobody is told before that"
    note("crash: database away for", took)
    note("crash: pages read", len(answers))
    note("crash: of them told to come back", len(told))
    note("crash: slowest", max(answer.seconds for answer in answers))


def test_who_waits_when_the_pool_gives_up_is_served_once_the_database_is_there(site):
    gave_up = threading.Event()

    def tell(pool: ConnectionPool) -> None:
        try_again(pool)
        gave_up.set()

    pool = ConnectionPool(
        site.postgres.url, open=False, min_size=1, reconnect_timeout=GIVES_UP_AFTER, reconnect_failed=tell
    )
    crash(site)
    with pool, ThreadPoolExecutor() as threads:
        waiting = threads.submit(pool.getconn, timeout=BOUND)
        assert gave_up.wait(BOUND)
        site.postgres.start()
        assert waiting.result().execute("SELECT 7").fetchone() == (7,)
        pool.putconn(waiting.result())


def test_a_frozen_database_is_given_up_on_in_time(site, note):
    with visitors(site) as answers:
        site.until(lambda: len(answers) > CLIENTS)
        site.signal_postgres(signal.SIGSTOP)
        try:
            asked = site.ask("/coachees/", "maya")
        finally:
            site.signal_postgres(signal.SIGCONT)

    assert asked.status == 503
    assert {answer.status for answer in answers} <= set(AWAY)
    assert max(answer.seconds for answer in answers) < BOUND
    note("frozen: slowest", max(answer.seconds for answer in answers))


def test_a_database_that_is_away_is_said_kindly_and_is_back_at_once(site, note):
    crash(site)
    answers = [site.ask(page, "maya") for page in ("/", "/coachees/")]  # 8 s: long enough to back off
    ready, _ = site.readiness()
    alive = site.ask("/healthz")
    site.postgres.start()
    back = site.until(lambda: site.ask("/", "maya").status == 200)

    for answer in answers:
        assert (answer.status, answer.headers["retry-after"]) == (503, "10")
        assert "Traceback" not in answer.body
        assert "psycopg" not in answer.body
    assert (ready, alive.status) == (503, 200)
    assert back < BACK
    note("away: page about it after", max(answer.seconds for answer in answers))
    note("away: back after", back)


def test_signing_in_while_it_is_away_keeps_the_address_and_not_the_password(site):
    form = site.ask("/accounts/login/")
    token = form.body.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    typed = {"csrfmiddlewaretoken": token, "login": "maya@example.org", "password": "correct horse"}
    crash(site)
    answer = site.ask("/accounts/login/", data=typed, cookies=form.headers["cookies"])
    site.postgres.start()

    assert answer.status == 503
    assert "maya@example.org" in answer.body
    assert "correct horse" not in answer.body
