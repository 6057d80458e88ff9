"""How several processes share the tests: by file, so that what a file's tests share is made once; the longest first."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = "tests/faults/"
"""These share a whole site with its own servers. pytest-xdist has a marker for that, which pytest 9.2 ignores."""
RUNNING = "tests/running/"
LONGEST = (TOGETHER, "tests/access/test_c", "tests/access/", "tests/browser/", RUNNING, "tests/benchmarks/")


def place(nodeid: str) -> int:
    """Where a test stands in the row: long files begin early, so that no process ends long after the others."""
    return next((number for number, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


def has_processes(item: pytest.Item) -> bool:
    """True for tests of real processes that run beside them, whose timing nobody holds."""
    return item.nodeid.startswith(RUNNING) or any(map(item.get_closest_marker, ("faults", "browser")))


class ByFile(LoadScopeScheduling):
    """Hands out whole files in the order of the tests."""

    def __init__(self, config, log=None) -> None:
        config.option.loadscopereorder = False  # else those with most tests come first, which are the quickest
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else nodeid.split("::")[0]
