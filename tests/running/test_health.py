"""/healthz and /readyz on a real server, whatever its database and its Redis do."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import psutil
import pytest

from config.embedded import free_port
from tests.migrated import fill
from tests.running.conftest import ROOT, eventually, servers_in

LONGEST = 15.0  # seconds; a probe that waits for a frozen server would wait for ever


class Site:
    """A web process of its own on embedded services of its own."""

    def __init__(self, urls: dict[str, str]) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        env = {**os.environ, "DATABASE_URL": urls["postgres"], "REDIS_URL": urls["redis"], "WEB_CONCURRENCY": "1"}
        fill(env)
        bind = self.address.removeprefix("http://")
        command = [sys.executable, "-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", bind, "config.wsgi"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        eventually(lambda: self.get("/healthz")[0] == 200)

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; 0 while nobody listens. Fails when the answer takes longer than a probe may."""
        probe = urllib.request.Request(self.address + path, headers={"Host": "10.0.0.7", "Cookie": "sessionid=stale"})
        try:
            with urllib.request.urlopen(probe, timeout=LONGEST) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode()
        except urllib.error.URLError:
            return 0, ""

    def readiness(self) -> tuple[int, dict]:
        """/readyz."""
        status, body = self.get("/readyz")
        return status, json.loads(body)


@pytest.fixture
def site(start):
    """The site, stopped at the end."""
    site = Site(start("postgres", "redis").urls)
    yield site
    site.process.terminate()
    site.process.wait()


def freeze(processes: list[psutil.Process], how: signal.Signals = signal.SIGSTOP) -> None:
    """Stops or continues each."""
    for process in processes:
        process.send_signal(how)


@pytest.mark.faults
def test_probes_answer_while_services_are_frozen(site, folder):
    status, ready = site.readiness()
    assert (status, ready["database"], ready["redis"], ready["worker"]) == (200, True, True, False)

    frozen = [process for process in servers_in(folder) if process.name() == "redis-server"]
    freeze(frozen)
    status, ready = site.readiness()
    assert (status, ready["database"], ready["redis"]) == (200, True, False)

    everything = servers_in(folder)
    freeze(everything)
    assert site.get("/healthz") == (200, "ok\n")
    for _ in range(3):  # a check that hangs must not make the next ones hang
        assert site.readiness()[0] == 503
    freeze(everything, signal.SIGCONT)

    eventually(lambda: site.readiness()[0] == 200)


def test_only_reading_is_allowed(client):
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]
    assert client.head("/healthz").status_code == 200
