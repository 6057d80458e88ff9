"""Queries that the ORM writes once and that run many times.

Putting a large query together takes the ORM longer than the database takes to answer it. A page that is opened all
day builds its queries with the usual vocabulary (`visible_to`, `upcoming`, …), but only the first time: then the SQL
is kept and only the values change. A builder must not look at the values, for the first time it gets stand-ins; what
changes the shape of the query (who may see what, which way a list is paged) is a shape.

PostgreSQL keeps it too: planning such a query takes it longer than running it, so each connection prepares it once.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet
from psycopg.sql import Literal

_FAR = datetime(2999, 1, 1, tzinfo=UTC)
# What stands in for the value with a number, by the type of the value; no query holds any of these by itself.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 7_111_000_000_000_000_000 + number,
    str: lambda number: f"stand-in {number} 1f3c9a",
    datetime: lambda number: _FAR + timedelta(microseconds=number + 1),
    date: lambda number: date(2999, 2, number + 1),
    list: lambda number: [7_111_000_000_000.0 + number],
}


class Prepared:
    """A query by its builder, called as `builder(*shape, **values)`, and the columns its rows are made of.

    With `plan_each_time` the database sees the values when it plans: for a query whose best plan hangs on them, such as
    how much of a history to read. Columns named in `json` are read as JSON. Values are ids, texts, instants, days and
    lists, never None.
    """

    def __init__(
        self,
        builder: Callable[..., QuerySet],
        columns: Sequence[str],
        *,
        json: Sequence[str] = (),
        plan_each_time: bool = False,
    ) -> None:
        self._builder = builder
        self._columns = tuple(columns)
        self._row: Any = namedtuple("Row", self._columns)  # type: ignore[misc]  # its fields are an argument
        self._json = tuple(self._columns.index(name) for name in json)
        self._cursor_class: Any = psycopg.ClientCursor if plan_each_time else psycopg.Cursor
        self._written: dict[tuple, str] = {}

    def rows(self, *shape: Hashable, **values: Any) -> list[Any]:
        """The rows as named tuples. One query."""
        with _cursor(self._cursor_class) as cursor:
            if shape not in self._written:
                self._written[shape] = self._write(shape, values)
            cursor.execute(self._written[shape], values)
            found = cursor.fetchall()
        if self._json:
            found = [self._read_json(row) for row in found]
        return [self._row._make(row) for row in found]

    def _write(self, shape: tuple, values: dict[str, Any]) -> str:
        """The SQL with a placeholder for each value by its name, as often as it is there; constants are written out."""
        stand_ins = {name: _STAND_INS[type(value)](number) for number, (name, value) in enumerate(values.items())}
        rows = self._builder(*shape, **stand_ins).values_list(*self._columns)
        sql, params = rows.query.sql_with_params()
        named = [_name_of(param, stand_ins) for param in params]
        if unused := stand_ins.keys() - set(named):
            raise ValueError(f"the query of {self._builder.__name__} does not hold these values: {sorted(unused)}")
        places = (f"%({name})s" if name else _literal(param) for name, param in zip(named, params, strict=True))
        return sql.replace("%%", "%%%%") % tuple(places)

    def _read_json(self, row: tuple) -> tuple:
        return tuple(
            json.loads(cell) if place in self._json and cell is not None else cell for place, cell in enumerate(row)
        )


def _cursor(kind: type[psycopg.Cursor]) -> CursorWrapper:
    """Django's own cursor writes the values into the SQL; psycopg's sends them apart, so a statement can be prepared.

    It does so at the first run, see `prepare_threshold` in the settings. Django counts and translates as always.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    cursor = kind(connection.connection)
    return connection._prepare_cursor(cursor)  # type: ignore[attr-defined]  # the stubs leave it out


def _literal(constant: Any) -> str:
    return Literal(constant).as_string(connection.connection).replace("%", "%%")


def _name_of(param: Any, stand_ins: dict[str, Any]) -> str | None:
    for name, stand_in in stand_ins.items():
        if isinstance(param, type(stand_in)) and param == stand_in:
            return name
    return None
