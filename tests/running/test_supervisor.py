"""What bin/demo does with its processes."""

import sys
from pathlib import Path

import psutil
import pytest

from config.processes import kill_group
from config.supervisor import Watched
from tests.running.conftest import eventually

WITH_A_CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"


@pytest.fixture
def watched(tmp_path: Path):
    """A process that has a child, as a worker has."""
    one = Watched("worker", [sys.executable, "-c", WITH_A_CHILD], tmp_path / "log", tmp_path, {})
    one.start()
    eventually(lambda: psutil.Process(one.process.pid).children())
    yield one
    kill_group(one.process.pid)
    one.process.wait()


def test_a_process_that_died_is_started_again_and_its_children_are_ended(watched):
    died, orphan = watched.process, psutil.Process(watched.process.pid).children()[0]
    died.kill()
    died.wait()

    eventually(lambda: watched.keep_up() or (watched.process and watched.process.pid != died.pid))

    eventually(lambda: not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE)
    assert not watched.is_down()


def test_a_process_that_runs_is_left_alone(watched):
    before = watched.process

    watched.keep_up()

    assert watched.process is before


def test_what_keeps_dying_is_started_less_and_less_often(tmp_path):
    doomed = Watched("beat", ["false"], tmp_path / "log", tmp_path, {"PATH": "/usr/bin:/bin"})
    doomed.start()
    pauses = []
    for _ in range(3):
        doomed.process.wait()
        doomed.keep_up()
        pauses.append(doomed.pause)
        doomed.retry_at = 0.0  # time passes
        doomed.keep_up()

    assert pauses == [2, 4, 8]
