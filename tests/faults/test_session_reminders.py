"""A worker killed while it reminds of thousands of sessions: the next run writes the rest, and nothing twice."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from celery import Celery

from tests.faults.site import Site

pytestmark = pytest.mark.faults
SESSIONS = 2_500

CROWD = """
INSERT INTO profiles_person (email, name, password, is_superuser, is_active, position, timezone, language,
                             manager_name, manager_email, created_at)
SELECT 'booked' || n || '@example.org', 'Booked ' || n, '', false, true, '', 'UTC', '', '', '', now()
  FROM generate_series(1, %(count)s) n;
INSERT INTO coaching_relationship (coach_id, coachee_id, started_at)
SELECT %(coach)s, id, now() - interval '9 days' FROM profiles_person WHERE name LIKE 'Booked %%';
INSERT INTO sessions_app_session (ref, coach_id, coachee_id, kind, starts_at, ends_at, status, reason, cancelled_by)
SELECT 'booked' || id, %(coach)s, id, 'one_on_one', day + interval '20 hours', day + interval '21 hours',
       'scheduled', '', ''
  FROM profiles_person, (SELECT now() AS day) today WHERE name LIKE 'Booked %%' ORDER BY id
"""
LAST = """
INSERT INTO notifications_notification
       (key, kind, facts, created_at, in_product, by_mail, next_try_at, attempts, problem, person_id)
SELECT 'session_tomorrow:' || id || ':' || floor(extract(epoch FROM starts_at))::bigint || ':' || coachee_id,
       'session_tomorrow', '{}', now(), true, false, now(), 0, '', coachee_id
  FROM sessions_app_session WHERE ref LIKE 'booked%' ORDER BY starts_at DESC, id DESC LIMIT 1
"""


@pytest.fixture
def crowd(site: Site) -> Iterator[Site]:
    """Thousands of sessions of the coach that begin within a day; gone afterwards, and so are their mails."""
    with psycopg.connect(site.postgres.url) as connection:
        for statement in CROWD.split(";"):
            connection.execute(statement, {"count": SESSIONS, "coach": site.people["coach"]})
    yield site
    site.end("worker")
    site.sql("DELETE FROM notifications_notification WHERE kind = 'session_tomorrow'")
    site.sql("DELETE FROM sessions_app_session WHERE ref LIKE 'booked%'")


def remind(site: Site) -> None:
    """As the beat does it."""
    with Celery(broker=site.redis.url) as celery:
        celery.send_task("notifications.tasks.remind_of_sessions")


def told(site: Site) -> int:
    """How many reminders are written."""
    return site.sql("SELECT count(*) FROM notifications_notification WHERE kind = 'session_tomorrow'")[0][0]


def test_a_worker_killed_in_the_middle_loses_no_reminder_and_doubles_none(crowd):
    site = crowd
    site.begin("worker")
    with psycopg.connect(site.postgres.url) as holder:  # the run waits for the key of the last
        holder.execute(LAST)
        remind(site)
        site.until(lambda: told(site) > 0)
        site.end("worker")
        assert 0 < told(site) < 2 * SESSIONS
        holder.rollback()

    site.begin("worker")
    for _ in range(2):
        remind(site)
    site.until(lambda: told(site) == 2 * SESSIONS)
    missing = """SELECT count(*) FROM sessions_app_session s WHERE ref LIKE 'booked%' AND 2 <> (SELECT count(*)
                   FROM notifications_notification WHERE subject_id = s.id AND kind = 'session_tomorrow')"""
    assert site.sql(missing) == [(0,)]
