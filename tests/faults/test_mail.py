"""Senders killed at any moment lose no mail, and repeat one at most per kill; pages that tell never wait for Redis."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.faults.site import ROOT, Site
from tests.mail_sink import Sink, sink
from tests.patience import COMES

pytestmark = pytest.mark.faults
SENDER = "from tests.faults import sender; sender.main()"
MAILS, KILLS = 60, 4
TELL = """
INSERT INTO notifications_notification (key, person_id, kind, facts, created_at, in_product, by_mail, next_try_at,
                                        attempts, problem)
SELECT 'storm' || n, %s, 'access_off', '{}', now(), true, true, now(), 0, '' FROM generate_series(1, %s) n RETURNING id
"""


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink() as made:
        yield made


def begin(site: Site, server: Sink, **env: str) -> subprocess.Popen:
    """A sender of its own."""
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", SENDER]
    return subprocess.Popen(command, cwd=ROOT, env={**site.env, "EMAIL_URL": f"smtp://127.0.0.1:{server.port}", **env})


def tell(site: Site, mails: int) -> set[str]:
    """So many mails wait, and no others; their Message-IDs."""
    site.sql("DELETE FROM notifications_notification")
    return {f"<notice-{pk}@127.0.0.1>" for (pk,) in site.sql(TELL, site.people["coach"], mails)}


def ends(*senders: subprocess.Popen) -> None:
    """Each has found nothing more to send."""
    assert [sender.wait(COMES) for sender in senders] == [0] * len(senders)


def leases_end(site: Site) -> None:
    """As when the time of all leases is over: what a killed sender held is due again. Nobody may be sending."""
    site.sql("UPDATE notifications_notification SET next_try_at = now() WHERE mailed_at IS NULL")


def test_senders_killed_at_random_lose_none_and_repeat_few(site, server):
    wanted = tell(site, MAILS)
    senders = [begin(site, server) for _ in range(2)]
    for kill in range(1, KILLS + 1):
        site.until(lambda kill=kill: len(server.ids) >= kill * MAILS // (KILLS + 2))
        victim = senders.pop(0)
        victim.kill()
        victim.wait()
        senders.append(begin(site, server))
    ends(*senders)
    leases_end(site)
    ends(begin(site, server))

    assert set(server.ids) == wanted, "none lost"
    assert len(server.ids) - MAILS <= KILLS, "at most one repeated for each kill, with the same id"
    assert site.sql("SELECT count(*) FROM notifications_notification WHERE mailed_at IS NULL") == [(0,)]


@pytest.mark.parametrize("env", [{}, {"MARKS_FIRST": "1"}], ids=["ours", "control"])
def test_one_killed_while_the_server_holds_its_mail(env, site, server):
    [wanted] = tell(site, 1)
    server.mood = "holds"
    victim = begin(site, server, **env)
    site.until(server.held.is_set)
    victim.kill()
    victim.wait()
    server.ids, server.mood = [], "ok"
    leases_end(site)
    ends(begin(site, server, **env))

    assert (wanted in server.ids) == (env == {})


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL], ids=["frozen", "killed"])
def test_a_page_that_tells_while_redis_is_away(how, site, note):
    """The mail waits in the database; the page pays a second once, and the next ones nothing for a while."""
    site.sql("DELETE FROM profiles_invitation")
    site.sql("DELETE FROM notifications_notification")
    form = site.ask("/invitations/", "admin1")
    token = form.body.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    chosen = {"csrfmiddlewaretoken": token, "only": site.people["lonely"]}
    site.redis.process.send_signal(how)
    answer = site.ask("/invitations/sent/", "admin1", chosen, form.headers["cookies"])

    assert answer.status == 302
    assert site.sql("SELECT count(*) FROM notifications_notification WHERE mailed_at IS NULL") == [(1,)]
    assert answer.seconds < 4, "one more try to connect takes four seconds, celery's own retries ten"
    note(f"{how.name}: the page that tells", answer.seconds)
