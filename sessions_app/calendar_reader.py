"""A process of its own that fetches one calendar and says when its owner is busy: the command
`python -m sessions_app.calendar_reader`.

It reads one JSON object from standard input and writes one to standard output: {"busy": [[from, to], …]} in UTC, or
{"problem": reason}. It has no settings, secrets or database, little memory and little time, so that the worst that a
calendar can do is to end it.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
from collections.abc import Callable
from datetime import datetime

from sessions_app.busy import busy_times
from sessions_app.fetching import CannotReadError, fetch

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 12
LIVES_SECONDS = 30
"""Whoever started it ends it sooner, unless they were killed themselves."""


def read(asked: dict, fetched: Callable[[str], bytes]) -> dict:
    """What is written: the busy times, or what went wrong."""
    try:
        since, until = datetime.fromisoformat(asked["since"]), datetime.fromisoformat(asked["until"])
        text = fetched(asked["url"])
        busy = busy_times(text, zone=asked["zone"], since=since, until=until, host=asked["host"])
    except CannotReadError as problem:
        return {"problem": str(problem)}
    except (MemoryError, RecursionError):
        return {"problem": "hard"}
    except Exception:  # noqa: BLE001 - whatever a strange calendar makes its reader do, it is no calendar for us
        return {"problem": "not_a_calendar"}
    return {"busy": [[begins.isoformat(), ends.isoformat()] for begins, ends in busy]}


def main(fetched: Callable[[str], bytes] = fetch, cpu: int = CPU_SECONDS) -> None:
    """Reads, within the limits."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(LIVES_SECONDS)
    json.dump(read(json.load(sys.stdin), fetched), sys.stdout)


if __name__ == "__main__":
    main()
