"""Redis killed, frozen, flushed or full: no page notices, and no work is lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import psycopg
import pytest
from kombu.exceptions import OperationalError

from config.celery import app
from tests.faults.site import Answer, Site, is_gone

pytestmark = pytest.mark.faults
PAGES = ("/", "/coachees/", "/people/{coachee}/", "/people/{coachee}/messages/", "/notes/")


def kill(site: Site) -> None:
    """`kill -9`."""
    site.redis.process.kill()
    site.redis.process.wait()


def freeze(site: Site) -> None:
    """It takes connections and never answers, until beat has given up on it once."""
    before = gave_up(site)
    site.redis.process.send_signal(signal.SIGSTOP)
    site.until(lambda: gave_up(site) > before)


def flush(site: Site) -> None:
    """Everything in it is gone."""
    site.broker().flushall()


def fill(site: Site) -> None:
    """It refuses every write, in the middle of a task, which usually ends the worker: it cannot acknowledge."""
    before, worker = gave_up(site), site.kept_up["worker"].process.pid
    with psycopg.connect(site.postgres.url) as holder:
        holder.execute("LOCK TABLE activity_reevaluation")
        site.until(lambda: site.sql("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))
        site.broker().config_set("maxmemory", "1mb")
    site.until(lambda: is_gone(worker) or gave_up(site) > before)


def gave_up(site: Site) -> int:
    """How often beat could not hand on a job."""
    return site.kept_up["beat"].log.read_text().count("Couldn't apply scheduled task")


MENDS: dict[Callable[[Site], None], Callable[[Site], object]] = {
    kill: lambda site: site.redis.start(),
    freeze: lambda site: site.redis.process.send_signal(signal.SIGCONT),
    flush: lambda site: None,
    fill: lambda site: site.broker().config_set("maxmemory", "256mb"),
}


def forget(site: Site) -> None:
    """As after a bulk change: what is stored is wrong, and the queue says whom to look at."""
    site.sql("DELETE FROM activity_encouragement")
    site.sql(
        "INSERT INTO activity_reevaluation (relationship_id, asked_at) SELECT id, now() FROM coaching_relationship"
    )


def is_caught_up(site: Site) -> bool:
    """The queue is empty and what there is to encourage is stored again."""
    [(queued,)] = site.sql("SELECT count(*) FROM activity_reevaluation")
    [(stored,)] = site.sql("SELECT count(*) FROM activity_encouragement")
    return not queued and stored > 0


PAUSED = "Too many failed login attempts"


@pytest.mark.parametrize("fault", MENDS, ids=lambda fault: fault.__name__)
def test_pages_work_meanwhile_and_the_worker_catches_up(busy_site, fault, note):
    site = busy_site
    fault(site)
    forget(site)
    answers = [site.ask(page.format(**site.people), "maya") for page in PAGES * 4]
    status, ready = site.readiness()
    MENDS[fault](site)
    caught_up = site.until(lambda: is_caught_up(site))

    assert {answer.status for answer in answers} == {200}
    assert (status, ready["database"], ready["redis"]) == (200, True, fault not in (kill, freeze))
    note(f"{fault.__name__}: slowest page", max(answer.seconds for answer in answers))
    note(f"{fault.__name__}: caught up after", caught_up)


def test_a_frozen_redis_does_not_hold_up_who_publishes(site, note):
    site.redis.process.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    with app.connection_for_write(site.redis.url) as connection, pytest.raises(OperationalError):
        app.send_task("activity.tasks.beat_is_alive", connection=connection)

    took = time.monotonic() - began
    assert took < 8, "celery's own retries take ten seconds and more"
    note("freeze: gave up publishing after", took)


def test_flushing_it_resets_no_lockout_and_a_lockout_is_one_visitors(site):
    """The limit is ten wrong passwords a minute from one address, as the proxy tells it."""
    form = site.ask("/accounts/login/")
    token = form.body.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    def guess(number: int, seen_from: str) -> Answer:
        typed = {"csrfmiddlewaretoken": token, "login": f"guess{number}@example.org", "password": "guess"}
        return site.ask("/accounts/login/", data=typed, cookies=form.headers["cookies"], seen_from=seen_from)

    for number in range(10):
        guess(number, "203.0.113.1")
    site.broker().flushall()
    assert PAUSED in guess(10, "203.0.113.1").body
    assert PAUSED not in guess(11, "203.0.113.2").body
