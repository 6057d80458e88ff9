"""How one file of an import folder is described; the files themselves are in `files`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from interchange.cells import Kind


@dataclass(frozen=True)
class Column:
    """A column of a file. A required one may not be empty."""

    name: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True)
class Parent:
    """A row of another file that this one names by its id, in the column `column`."""

    column: str
    file: str
    table: str
    called: str


@dataclass(frozen=True)
class File:
    """One file of the folder, and the table it goes to."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that make a row the same row again, within the folder and in the table."""
    table: str
    values: Mapping[str, str]
    """Column of the table: SQL over `s` and `x`. What is not part of the conflict is updated by a second import."""
    conflict: tuple[str, ...]
    """The unique key of the table, as ON CONFLICT names it."""
    parent: Parent | None = None
    pair: bool = False
    """Coach and coachee must have had a relationship."""
    starts_and_ends: tuple[str, str] | None = None
    """The second of these columns may not be before the first."""
    shared: bool = False
    """Has a column `shared` that needs a text."""
    events: Mapping[str, str] = field(default_factory=dict)
    """Kind of event: label of the model whose rows it is recorded from."""

    @property
    def staged(self) -> str:
        """The temporary table with the rows as read."""
        return "import_" + self.name.removesuffix(".csv")

    @property
    def touched(self) -> str:
        """The temporary table with the ids of the rows that were new or changed."""
        return "touched_" + self.name.removesuffix(".csv")

    def column_number(self, name: str) -> int:
        """Where the column stands in the documentation; 0 for the row as a whole."""
        return next((n for n, column in enumerate(self.columns, 1) if column.name == name), 0)


def columns(required: Mapping[str, Kind], optional: Mapping[str, Kind], order: str) -> tuple[Column, ...]:
    """Columns in the given order, from those that may not be empty and those that may."""
    known = {**required, **optional}
    return tuple(Column(name, known[name], name in required) for name in order.split())
