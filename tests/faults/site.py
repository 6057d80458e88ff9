"""A whole Trellis of its own, to be broken: PostgreSQL, Redis, web, worker and beat, on ports of its own."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
import psycopg
import redis

from config.embedded import Postgres, Redis, free_port
from config.processes import kill_group
from config.running import collect_static, environment
from config.supervisor import Watched
from tests.migrated import fill
from tests.patience import COMES

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = "from tests.faults import people; people.main()"
HANGS = 60  # seconds after which a page counts as never answering


@dataclass(frozen=True)
class Answer:
    """What the web server said; status 0 when nobody answered."""

    status: int
    headers: dict[str, str]
    body: str
    seconds: float


class Site:
    """Production settings behind a proxy that ends TLS. No keeper watches the services: nothing comes back unasked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres, self.redis = Postgres(folder, {}, fsync=True), Redis(folder, {})
        self.postgres.start()
        self.redis.start()
        self.port = free_port()
        self.env = {
            **environment(folder, demo=False, port=self.port),
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "BASE_URL": f"https://127.0.0.1:{self.port}",
            "ALLOWED_HOSTS": "127.0.0.1",
            "DEBUG": "0",
            "WEB_CONCURRENCY": "1",
        }
        self.env.pop("TRELLIS_PROCESS", None)
        self.kept_up: dict[str, Watched] = {}
        collect_static(self.env)
        fill(self.env)
        self.people: dict[str, Any] = json.loads(self.run("manage.py", "shell", "--no-imports", "--command", PEOPLE))

    # Processes --------------------------------------------------------------------------------------

    def run(self, *arguments: str) -> str:
        """Runs Python with the site's settings, as a job; returns what it printed."""
        command = [sys.executable, *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def begin(self, name: str, command: str | None = None) -> Watched:
        """Starts web, worker or beat, watched as bin/demo watches them, in place of one that a test has left."""
        self.end(name)
        commands = {
            "web": f"gunicorn --config config/gunicorn.py --bind 127.0.0.1:{self.port} config.wsgi",
            "worker": "celery --app config worker --concurrency 2 --loglevel INFO",
            "beat": f"celery --app tests.faults.quick beat --schedule {self.folder}/{name} --pidfile= --loglevel INFO",
        }
        words = (command or commands[name.rstrip("2")]).split()
        watched = Watched(name, [sys.executable, "-m", *words], self.folder / f"{name}.log", ROOT, self.env)
        watched.start()
        self.kept_up[name] = watched
        return watched

    def end(self, name: str) -> None:
        """`kill -9` for the process and its children; it is not restarted."""
        watched = self.kept_up.pop(name, None)
        if watched is not None and watched.process is not None:
            kill_group(watched.process.pid)
            watched.process.wait()

    def until(self, is_so: Callable[[], object], within: float = COMES) -> float:
        """Waits for a state while supervising; returns the seconds it took, fails when it does not come."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < within, f"did not come within {within} s"
            for watched in self.kept_up.values():
                watched.keep_up()
            time.sleep(0.05)
        return time.monotonic() - began

    def close(self) -> None:
        """Nothing is left."""
        for name in list(self.kept_up):
            self.end(name)
        self.redis.stop()
        self.postgres.stop()

    def signal_postgres(self, how: int) -> None:
        """Sends the signal to the server and each of its children."""
        assert self.postgres.process is not None
        main = psutil.Process(self.postgres.process.pid)
        for process in [main, *main.children()]:
            with suppress(psutil.NoSuchProcess):  # it was ending anyway
                process.send_signal(how)

    # Questions --------------------------------------------------------------------------------------

    def ask(
        self,
        path: str,
        who: str | None = None,
        data: dict | None = None,
        cookies: str = "",
        seen_from: str = "10.0.0.7",
    ) -> Answer:
        """One request, as the proxy passes it on; redirects are not followed."""
        headers = {"X-Forwarded-Proto": "https", "X-Forwarded-For": seen_from, "Referer": self.env["BASE_URL"] + "/"}
        if who:
            cookies = f"__Host-sessionid={self.people['sessions'][who]}; {cookies}"
        headers["Cookie"] = cookies
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=HANGS)
        try:
            connection.request("GET" if data is None else "POST", path, data and urlencode(data), headers)
            response = connection.getresponse()
            body = response.read().decode(errors="replace")
            seconds = time.monotonic() - began
            cookie = {"cookies": "; ".join(one.split(";")[0] for one in response.headers.get_all("Set-Cookie", []))}
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()} | cookie, body, seconds)
        except (OSError, http.client.HTTPException):
            return Answer(0, {}, "", time.monotonic() - began)
        finally:
            connection.close()

    def readiness(self) -> tuple[int, dict]:
        """/readyz."""
        answer = self.ask("/readyz")
        return answer.status, json.loads(answer.body or "{}")

    def sql(self, statement: str, *params: object) -> list[tuple]:
        """Asks the database itself."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            cursor = connection.execute(statement, params or None)
            return cursor.fetchall() if cursor.description else []

    def broker(self) -> redis.Redis:
        """Redis itself."""
        return redis.Redis.from_url(self.redis.url, socket_timeout=COMES)


def is_gone(pid: int) -> bool:
    """True when no such process works any more."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
