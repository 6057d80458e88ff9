"""Users of embedded services that can be started twice, sent home and killed."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.patience import COMES

ROOT = Path(__file__).resolve().parents[2]


def eventually(is_so: Callable[[], object]) -> None:
    """Waits for a state, and fails when it does not come."""
    deadline = time.monotonic() + COMES
    while not is_so():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.05)


class User:
    """One process that uses a folder's services."""

    def __init__(self, folder: Path, *wanted: str, kind: str = "durable") -> None:
        self.folder = folder
        command = [sys.executable, "-m", "tests.running.user", str(folder), kind, *wanted]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)

    @property
    def urls(self) -> dict[str, str]:
        """The addresses, once the services answer."""
        if not hasattr(self, "_urls"):
            self._urls = json.loads(self.process.stdout.readline())
        return self._urls

    def leaves(self) -> None:
        """Leaves in order."""
        self.process.communicate("\n", timeout=COMES)

    def is_killed(self) -> None:
        """`kill -9`."""
        self.process.kill()
        self.process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a space in its name, below a folder that is closed to others."""
    path = tmp_path / "with a space"
    path.mkdir()
    return path


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[..., User]]:
    """Starts users; whoever is left at the end is killed, and their services are waited for."""
    started: list[User] = []

    def begin(*wanted: str, where: Path = folder, kind: str = "durable") -> User:
        started.append(User(where, *wanted, kind=kind))
        return started[-1]

    yield begin
    for user in started:
        user.is_killed()
    eventually(lambda: not servers_in(folder))


def servers_in(folder: Path) -> list[psutil.Process]:
    """Every database or Redis process that works below this folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            if process.info["name"] in ("postgres", "redis-server") and process.cwd().startswith(str(folder)):
                found.append(process)
        except psutil.Error:
            continue
    return found


def answers(url: str) -> bool:
    """True when this database takes connections."""
    try:
        psycopg.connect(url, connect_timeout=30).close()
    except psycopg.OperationalError:
        return False
    return True
