"""One shard of a sweep in a process of its own, as a worker does it. Imports no models: it is loaded before Django."""

from __future__ import annotations

import multiprocessing
import resource
from datetime import UTC, datetime

import django
from django.db import connection

from benchmarks.figures import Value, rate, timed

Job = tuple[datetime, int, int]


def sweep_everything(now: datetime, processes: int) -> dict[str, Value]:
    """One full sweep, shared out among fresh processes that are awake already."""
    with multiprocessing.get_context("spawn").Pool(processes, initializer=wake_up) as pool:
        pool.map(get_ready, range(processes * 4), chunksize=1)
        with timed() as watch:
            done = pool.map(sweep_shard, [(now, shard, processes) for shard in range(processes)], chunksize=1)
    relationships = sum(shard["relationships"] for shard in done)
    return {
        "processes": processes,
        "relationships": relationships,
        "written": sum(shard["written"] for shard in done),
        "seconds": watch.seconds,
        "relationships/s": rate(relationships, watch.seconds),
        "peak MB each": max(shard["peak"] for shard in done),
        "MB before": max(shard["before"] for shard in done),
    }


def wake_up() -> None:
    """Loads Django and connects."""
    django.setup()
    connection.ensure_connection()


def get_ready(_number: int) -> None:
    """Imports what a sweep needs; no number leaves the remainder 1 when divided by 1, so it finds nothing to do."""
    from activity.encouragement import engine

    engine.sweep(datetime.now(UTC), shard=1, of=1)


def sweep_shard(job: Job) -> dict[str, int]:
    """Sweeps; returns relationships seen, differences written and megabytes of memory at most, before and after."""
    from activity.encouragement import engine

    before = peak_megabytes()
    changes = engine.sweep(*job)
    return {
        "relationships": changes.relationships,
        "written": changes.opened + changes.cleared,
        "before": before,
        "peak": peak_megabytes(),
    }


def peak_megabytes() -> int:
    """The most this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
