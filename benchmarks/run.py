"""All benchmarks in turn, each printed as soon as it is there."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from argparse import Namespace
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection

from benchmarks import (
    administering,
    between,
    booking,
    crowd,
    importing,
    loading,
    pages,
    searching,
    shards,
    sweeping,
    talking,
)
from benchmarks.figures import Value, table, timed
from benchmarks.folder import write_folder
from benchmarks.population import COACHEES_PER_COACH, Population
from benchmarks.shared_work import Size

EVENTS = (10, 1_000, 50_000)
FEW_EVENTS = (10, 1_000)
IMPORTED = 5_000  # coachees in the generated folder, about 300,000 rows
Rows = list[dict[str, Value]]
Empty = Callable[[], AbstractContextManager[str]]


def run(options: Namespace, now: datetime, empty: Empty) -> dict[str, Any]:
    """Fills the migrated database, runs everything, returns all figures. `empty` makes another one to import into."""
    results: dict[str, Any] = {"machine": machine(), "now": now.isoformat()}

    def show(name: str, title: str, rows: Rows) -> None:
        results[name] = rows
        print(table(title, rows), flush=True)

    people = Population(options.coachees, now, FEW_EVENTS if options.quick else EVENTS)
    show("population", "Population", populate(people))
    show("sweep", "Full sweep, four in turn", sweeps(now))
    sweeping.fresh_statistics()
    show("pages", "Pages, on the server and at the client", pages.measure(people.measured_pairs(), options.times))
    show("phases", "Where a sweep spends its time, one process", sweeping.where_time_goes(now, 20_000))
    rng = Random(people.seed)
    show("tick", "Tick", sweeping.ticks(now, rng))
    show("request", "One relationship", sweeping.in_a_request(now, rng, options.times))
    found = searching.measure(now, options.people, options.times // 5)
    show("search", f"Search among {options.people:,} people, in the database", found)
    administered, deeds = administering.measure(now, max(options.times // 8, 3))
    show("administered", "People and permissions, on the server", administered)
    show("deeds", "What admins and coaches do, from the form to the answer", deeds)
    work(now, options, show)
    show("import", "Import, from the start of the command to its end", imports(people, options.real, empty))
    return results


def work(now: datetime, options: Namespace, show: Callable[[str, str, Rows], None]) -> None:
    """What coaches and coachees do between sessions, and conversations that many have open."""
    size = Size(300, 1, 300) if options.quick else Size()
    shared, done = between.measure(now, max(options.times // 12, 1), size)
    show("between", "Between sessions, on the server", shared)
    show("between_deeds", "What coaches and coachees do there, from the form to the answer", done)
    readers, seconds = (20, 6.0) if options.quick else (crowd.READERS, crowd.SECONDS)
    show("talking", "Asking what is new in open conversations, one after another", talking.measure(now, readers, 2))
    free, fought = booking.measure(now, max(options.times // 4, 3), 5.0 if options.quick else booking.SECONDS)
    show("slots", "Free times of a coach whose month is full", free)
    show("booking", "Many who want the same times, at the client", fought)
    show("crowd", "All of them at once", crowd.measure(now, readers, seconds))


def machine() -> dict[str, Value]:
    """What it ran on."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return {"cores": os.cpu_count() or 0, "python": platform.python_version(), "postgresql": cursor.fetchone()[0]}


def populate(people: Population) -> Rows:
    """Writes everybody and everything."""
    with timed() as watch:
        counts = loading.load(people, say)
    coachees, rows = len(people.coachees), sum(counts.values())
    return [
        {
            "coachees": coachees,
            "coaches": len(people.coaches),
            "facts each": loading.facts_per_coachee(people, counts),
            "rows": rows,
            "events": counts["Event"],
            "seconds": watch.seconds,
        }
    ]


def sweeps(now: datetime) -> Rows:
    """The first writes all there is, the second applies every rule to it, the others are what the beat usually does."""
    plan = (("everything opens", 2), ("nothing differs", 2), ("nothing new", 2), ("nothing new", 1))
    return [{"sweep": name, **shards.sweep_everything(now, processes)} for name, processes in plan]


def imports(people: Population, real: Path | None, empty: Empty) -> Rows:
    """The generated folder, and the real one when there is one."""
    some = [coachee.id for coachee in people.coachees[len(people.measured) * COACHEES_PER_COACH :][:IMPORTED]]
    with tempfile.TemporaryDirectory() as folder:
        write_folder(Path(folder), some)
        rows = importing.take_in("generated", Path(folder), empty)
    return rows + (importing.take_in("real", real, empty) if real else [])


def say(line: str) -> None:
    """Progress; standard output is for the tables."""
    print(line, file=sys.stderr, flush=True)
