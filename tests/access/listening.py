"""What is written into the logs meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(logging.Formatter().format(record))
        if not record.args:
            self.lines.append(str(vars(record)))


@contextmanager
def heard() -> Iterator[list[str]]:
    """Every line, with what stands with it, down to what is said for debugging; of Django's, what of its requests."""
    root, djangos, requests = (logging.getLogger(name) for name in ("", "django", "django.request"))
    before, ear = (root.level, requests.level), _Ear()
    root.addHandler(ear)
    djangos.addHandler(ear)  # it passes nothing on to the root
    root.setLevel(logging.DEBUG)
    requests.setLevel(logging.DEBUG)
    try:
        yield ear.lines
    finally:
        root.removeHandler(ear)
        djangos.removeHandler(ear)
        root.setLevel(before[0])
        requests.setLevel(before[1])
