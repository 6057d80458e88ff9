"""Beat and worker doubled, killed, late or without a database: the same is stored in the end, and silence shows."""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest
from celery import Celery

from tests.faults.site import Site
from tests.faults.test_postgres import crash

pytestmark = pytest.mark.faults
Ledger = set[tuple]


@pytest.fixture(scope="module")
def undisturbed(_site: Site) -> Ledger:
    """What is stored for thousands of relationships when nothing goes wrong; of what was over before, nothing is.

    The tests below begin without that as well: a window that a message closed in a test before is history, which
    nothing brings back once it is deleted.
    """
    for statement in CROWD.split(";"):
        _site.sql(statement)
    _site.sql("DELETE FROM activity_encouragement")
    _site.run("manage.py", "evaluate_encouragements")
    return ledger(_site)


@pytest.fixture
def idle_site(site: Site) -> Site:
    """Nobody works, also after a test that left them at it: what is sent waits."""
    for name in ("worker", "beat", "beat2"):
        site.end(name)
    return site


CROWD = """
INSERT INTO profiles_person (email, name, password, is_superuser, is_active, position, timezone, language,
                             manager_name, manager_email, created_at)
SELECT 'crowd' || n || '@example.org', 'Crowd ' || n, '', false, true, '', 'UTC', '', '', '', now()
  FROM generate_series(1, 4000) n;
INSERT INTO profiles_subscription (coachee_id, program_id, sessions_per_month, complimentary_call, flash_sessions,
                                   group_module, starts_on, ends_on, active_from, active_until)
SELECT p.id, s.program_id, 2, false, false, '', s.starts_on, s.ends_on, s.active_from, s.active_until
  FROM profiles_person p, (SELECT * FROM profiles_subscription LIMIT 1) s WHERE p.name LIKE 'Crowd %';
INSERT INTO coaching_relationship (coach_id, coachee_id, started_at)
SELECT r.coach_id, p.id, r.started_at
  FROM profiles_person p, (SELECT * FROM coaching_relationship LIMIT 1) r WHERE p.name LIKE 'Crowd %'
"""


def ledger(site: Site) -> Ledger:
    """Everything stored about encouragements but the row's own number."""
    columns = "relationship_id, rule, subject, since, until, ended_by, facts::text"
    return set(site.sql(f"SELECT {columns} FROM activity_encouragement"))


def send(site: Site, job: str, **options: float) -> None:
    """Hands the job to whichever worker is there, as beat does."""
    with Celery(broker=site.redis.url) as celery:
        celery.send_task(f"activity.tasks.{job}", **options)


def has(site: Site, undisturbed: Ledger) -> bool:
    """That much is stored, and the same."""
    return stored(site) == len(undisturbed) and ledger(site) == undisturbed


def stored(site: Site) -> int:
    """How many encouragements are stored."""
    return site.sql("SELECT count(*) FROM activity_encouragement")[0][0]


def queue_everybody(site: Site) -> None:
    """Everything stored is lost, and everybody marked as changed."""
    site.sql("DELETE FROM activity_encouragement")
    site.sql(
        "INSERT INTO activity_reevaluation (relationship_id, asked_at) SELECT id, now() FROM coaching_relationship"
    )


def last_done(site: Site, name: str) -> datetime:
    """The heartbeat of this name."""
    rows = site.sql("SELECT at FROM activity_heartbeat WHERE name = %s", name)
    return rows[0][0] if rows else datetime.min.replace(tzinfo=UTC)


def test_a_worker_killed_in_the_middle_of_a_sweep(idle_site, undisturbed, note):
    site = idle_site
    site.sql("DELETE FROM activity_encouragement")
    site.begin("worker")
    with psycopg.connect(site.postgres.url) as holder:  # the sweep waits for the last of them
        holder.execute(
            "SELECT FROM coaching_relationship WHERE id = (SELECT max(id) FROM coaching_relationship) FOR UPDATE"
        )
        send(site, "sweep")
        site.until(lambda: stored(site) > 0)
        site.end("worker")
    assert 0 < stored(site) < len(undisturbed)

    site.begin("worker")
    send(site, "sweep")
    note("killed sweep: put right after", site.until(lambda: has(site, undisturbed)))
    site.end("worker")


def test_two_beats_and_two_sweeps_at_once_store_the_same(idle_site, undisturbed):
    site = idle_site
    queue_everybody(site)
    for name in ("worker", "beat", "beat2"):
        site.begin(name)
    for _ in range(2):
        send(site, "sweep")
    site.until(lambda: has(site, undisturbed))
    rounds = [last_done(site, "evaluate_changed"), last_done(site, "sweep")]
    send(site, "sweep")
    site.until(lambda: last_done(site, "evaluate_changed") > rounds[0] and last_done(site, "sweep") > rounds[1])

    assert ledger(site) == undisturbed
    for name in ("worker", "beat", "beat2"):
        site.end(name)


def test_what_was_queued_while_all_was_off_takes_one_tick(idle_site, undisturbed, note):
    site = idle_site
    queue_everybody(site)
    site.begin("worker")
    send(site, "evaluate_changed")

    note("outage: thousands caught up after", site.until(lambda: has(site, undisturbed)))
    assert site.sql("SELECT count(*) FROM activity_reevaluation") == [(0,)]
    site.end("worker")


@pytest.mark.parametrize("expires", [0.001, None], ids=["expired", "control"])
def test_ticks_that_piled_up_are_thrown_away(idle_site, expires):
    site = idle_site
    began = datetime.now(UTC)
    for _ in range(5):
        send(site, "beat_is_alive", expires=expires)
    send(site, "evaluate_changed")
    site.begin("worker")
    site.until(lambda: last_done(site, "evaluate_changed") > began)

    assert (last_done(site, "beat_is_alive") > began) == (expires is None)
    site.end("worker")


def test_silence_of_beat_shows(busy_site):
    site = busy_site
    site.until(lambda: site.readiness()[1]["worker"] and site.readiness()[1]["beat"])
    site.end("beat")
    site.sql("UPDATE activity_heartbeat SET at = at - interval '61 s' WHERE name = 'beat'")

    status, ready = site.readiness()
    assert (status, ready["beat"], ready["worker"]) == (200, False, True)
    site.begin("beat")
    site.until(lambda: site.readiness()[1]["beat"])


def test_worker_and_beat_outlive_a_crash_of_the_database(busy_site):
    site = busy_site
    processes = [site.kept_up[name].process.pid for name in ("worker", "beat")]
    crash(site)
    site.postgres.start()
    began = datetime.now(UTC)

    site.until(lambda: min(last_done(site, name) for name in ("worker", "beat", "evaluate_changed")) > began)
    assert processes == [site.kept_up[name].process.pid for name in ("worker", "beat")]
