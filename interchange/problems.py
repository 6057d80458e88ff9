"""What is wrong with an import folder, in the words of `file:line: column: what is wrong`."""

from __future__ import annotations

from dataclasses import dataclass

MOST = 100  # as many problems are listed
ROW = "row"  # stands where a problem concerns the whole row


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to put right. Sorts by file in the order of the documentation, then line, then column."""

    file_number: int
    line: int
    column_number: int
    file: str
    column: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.column}: {self.message}"


class ImportRefusedError(Exception):
    """The folder has problems; nothing of it was written. `problems` are at most the first 100, sorted."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.more = len(problems) > MOST
        self.problems = sorted(problems)[:MOST]


def shown(value: str, length: int = 60) -> str:
    """A cell as it may be shown on a terminal: in quotes, cut, without control characters."""
    cut = value if len(value) <= length else value[: length - 1] + "…"
    return "“" + "".join(char if char.isprintable() else "�" for char in cut) + "”"
