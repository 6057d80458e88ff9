"""Small pieces of SQL that the steps of an import share."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from interchange.layout import File


def run(sql: str, params: dict | None = None) -> int:
    """Executes one statement; returns how many rows it concerned."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def temporary(name: str, definition: str) -> None:
    """Makes a temporary table that goes with the transaction: `definition` is its columns, or AS and a query.

    One of that name may be there from an import before, where both are part of a larger transaction.
    """
    run(f"DROP TABLE IF EXISTS pg_temp.{name}")
    columns, query = ("", definition) if definition.startswith("AS ") else (definition, "")
    run(f"CREATE TEMP TABLE {name} {columns} ON COMMIT DROP {query}")


def wanted(file: File) -> str:
    """A query for the staged rows as the table wants them, in the order of the file, with their `line`."""
    values = ", ".join(f'{sql} AS "{name}"' for name, sql in file.values.items())
    parent = f'JOIN {file.parent.table} x ON x.ref = s."{file.parent.column}"' if file.parent else ""
    return f"SELECT {values}, s.line FROM {file.staged} s {parent}"


def row(alias: str, names: Iterable[str]) -> str:
    """Those columns as one value, to be compared with IS DISTINCT FROM."""
    return "ROW(" + ", ".join(f'{alias}."{name}"' for name in names) + ")"


def same_key(file: File) -> str:
    """The condition that table row `t` and wanted row `w` are the same row."""
    return " AND ".join(f"{of('t', part)} = {of('w', part)}" for part in file.conflict)


def names(columns: Iterable[str]) -> str:
    """A list of column names."""
    return ", ".join(f'"{name}"' for name in columns)


def of(alias: str, part: str) -> str:
    """A part of a unique key, which may be an md5, as a column of `alias`."""
    return f"md5({alias}.{part[4:-1]})" if part.startswith("md5(") else f'{alias}."{part}"'
