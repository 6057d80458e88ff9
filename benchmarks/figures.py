"""Figures as they are collected, and how they are shown: a table for people, JSON for machines."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

Value = float | int | str


@dataclass
class Stopwatch:
    """Seconds between the beginning and the end of a `with timed()`."""

    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Measures a block on the clock of the wall."""
    watch, began = Stopwatch(), time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - began


def milliseconds(job: Callable[[], object], times: int) -> list[float]:
    """How long each of so many runs took."""
    taken = []
    for _ in range(times):
        with timed() as watch:
            job()
        taken.append(watch.seconds * 1e3)
    return taken


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return round(statistics.median(values), 3)


def p95(values: Sequence[float]) -> float:
    """Nineteen of twenty are at most this."""
    return percentile(values, 95)


def percentile(values: Sequence[float], of_hundred: int) -> float:
    """So many of a hundred are at most this."""
    return round(sorted(values)[max(0, -(-len(values) * of_hundred // 100) - 1)], 3)


def rate(count: int, seconds: float) -> int:
    """So many a second."""
    return round(count / seconds) if seconds else 0


def table(title: str, rows: Sequence[dict[str, Value]]) -> str:
    """The rows under their names, numbers to the right."""
    names = list(rows[0])
    shown = [[_shown(row[name]) for name in names] for row in rows]
    widths = [max(len(name), *(len(line[at]) for line in shown)) for at, name in enumerate(names)]
    numeric = [all(isinstance(row[name], int | float) for row in rows) for name in names]

    def line(cells: Sequence[str]) -> str:
        aligned = zip(cells, widths, numeric, strict=True)
        return "  ".join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in aligned).rstrip()

    return "\n".join(["", title, line(names), line(["-" * width for width in widths]), *map(line, shown)])


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else value
