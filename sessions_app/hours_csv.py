"""The log of hours as a file, with the columns of the federation's template.

UTF-8 without a byte order mark, RFC 4180. Hours are decimal, to two places, from minutes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from config.cells import guarded
from sessions_app.hours_log import HoursLog, Line

COLUMNS = (
    "Client Name",
    "Contact (Email)",
    "Individual/Group",
    "No. in Group",
    "Start Date",
    "End Date",
    "Paid Hours",
    "Pro Bono Hours",
)
"""What credentials ask for, so these words are not translated (coachtransformation.com shows the template)."""


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        """The line itself."""
        return line


def lines_of(log: HoursLog) -> Iterator[str]:
    """The file line by line."""
    writer = csv.writer(_Echo())
    yield writer.writerow(COLUMNS)
    for line in log.lines:
        yield writer.writerow(_cells(line))


def _cells(line: Line) -> list[str]:
    return [
        guarded(line.person.name),
        guarded(line.person.email),
        "Group" if line.size else "Individual",
        str(line.size) if line.size else "",
        line.first.isoformat(),
        line.last.isoformat(),
        _hours(line.paid),
        _hours(line.pro_bono),
    ]


def _hours(minutes: int) -> str:
    return f"{minutes / 60:.2f}"
