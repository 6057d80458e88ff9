"""What somebody typed when the database or the web server goes away under them: it comes back, and is taken once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count

import psutil
import psycopg
import pytest

from tests.faults.site import Answer, Site
from tests.faults.test_postgres import crash
from tests.loss.forms import Form, forms

pytestmark = pytest.mark.faults
_numbers = count(1)


class Writing:
    """Maya with her conversation open and something typed that nobody has written before."""

    def __init__(self, site: Site) -> None:
        self.site, self.text = site, f"Thought {next(_numbers)}:\r\nlet us <i>meet</i> on Tuesday & talk."
        path = f"/people/{site.people['coachee']}/messages/"
        page = site.ask(path, "maya")
        assert page.status == 200, page.body
        self.cookies = page.headers["cookies"]
        self.form = _with_text(page.body, path)
        self.form.values["text"] = self.text

    def send(self, form: Form | None = None) -> Answer:
        """The form, or what came back of it."""
        sent = form or self.form
        return self.site.ask(sent.action, "maya", sent.values, self.cookies)

    def came_back(self, answer: Answer) -> Form:
        """The form on the page about the outage, with the text in it."""
        assert answer.status == 503
        back = _with_text(answer.body, "")
        assert back.values["text"] == self.text
        assert (back.action, back.values["form_id"]) == (self.form.action, self.form.values["form_id"])
        return back

    def saved(self) -> int:
        """How many messages came of it."""
        text = self.text.replace("\r\n", "\n")
        return self.site.sql("SELECT count(*) FROM coaching_message WHERE text = %s", text)[0][0]


def _with_text(body: str, path: str) -> Form:
    return next(form for form in forms(body, path) if "text" in form.values)


@contextmanager
def held(site: Site) -> Iterator[psycopg.Connection]:
    """Nobody can write a message meanwhile."""
    with psycopg.connect(site.postgres.url) as connection:
        connection.execute("LOCK TABLE coaching_message IN EXCLUSIVE MODE")
        yield connection
        connection.rollback()


def test_restarted_between_form_and_answer_nobody_notices(site):
    writing = Writing(site)
    crash(site)
    site.postgres.start()
    answer = writing.send()
    if answer.status == 503:  # it takes a moment on a busy machine
        answer = writing.send(writing.came_back(answer))
    assert answer.status == 302
    assert writing.saved() == 1


def test_away_the_text_comes_back_and_is_sent_once(site):
    writing = Writing(site)
    crash(site)
    back = writing.came_back(writing.send())
    site.postgres.start()
    answers = [writing.send(back), writing.send(back), writing.send()]
    assert {(one.status, one.headers["location"]) for one in answers} == {(302, answers[0].headers["location"])}
    assert writing.saved() == 1


def test_frozen_while_it_was_being_written(site):
    writing = Writing(site)
    site.signal_postgres(signal.SIGSTOP)
    try:
        back = writing.came_back(writing.send())
    finally:
        site.signal_postgres(signal.SIGCONT)
    site.until(lambda: site.ask("/", "maya").status == 200)
    assert writing.send(back).status == 302
    assert writing.saved() == 1


def test_busy_for_too_long(site):
    writing = Writing(site)
    with held(site):
        back = writing.came_back(writing.send())
    assert writing.saved() == 0
    assert writing.send(back).status == 302
    assert writing.saved() == 1


def test_the_web_server_is_killed_in_the_middle(site):
    writing = Writing(site)
    waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%%coaching_message%%'"
    with ThreadPoolExecutor() as threads, held(site):
        sending = threads.submit(writing.send)
        site.until(lambda: site.sql(waits))
        for worker in psutil.Process(site.kept_up["web"].process.pid).children():
            worker.kill()
        assert sending.result().status == 0
    site.until(lambda: site.ask("/healthz").status == 200)
    site.until(lambda: not site.sql(waits))
    assert writing.saved() == 0
    assert {writing.send().status for _reload in range(2)} == {302}  # as the browser offers
    assert writing.saved() == 1
