"""Import: how fast the command that an admin runs takes a folder in, and how much memory it needs."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.figures import Value, rate, timed

ROOT = Path(__file__).resolve().parent.parent


def records(folder: Path) -> int:
    """Records in all CSV files of a folder, which may contain line breaks; headers not counted."""
    total = 0
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            total += max(sum(1 for _ in csv.reader(file)) - 1, 0)
    return total


def take_in(label: str, folder: Path, empty: Callable[[], AbstractContextManager[str]]) -> list[dict[str, Value]]:
    """Imports the folder into an empty database, which `empty` makes, and then again, when nothing is new."""
    count = records(folder)
    with empty() as url:
        return [_run(f"{label}, {when}", folder, count, url) for when in ("first time", "again")]


def _run(label: str, folder: Path, count: int, url: str) -> dict[str, Value]:
    """The whole process counts: start of Python, reading, writing, events, encouragements."""
    command = [sys.executable, str(ROOT / "manage.py"), "import_program", str(folder)]
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    with timed() as watch:
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = process.stderr.read().decode() if process.stderr else ""
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"The import ended with status {process.returncode}:\n{said}")
    return {
        "import": label,
        "rows": count,
        "seconds": watch.seconds,
        "rows/s": rate(count, watch.seconds),
        "peak MB": used.ru_maxrss // 1024,
    }
