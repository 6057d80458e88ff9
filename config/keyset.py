"""Lists paged by key: a page begins after a row, not after a number of rows, so nothing is skipped or doubled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import DateField, DateTimeField, Q, QuerySet
from django.http import QueryDict

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Whole microseconds since 1970 and a primary key, such as 1763730000000000.42
_WRITTEN = re.compile(r"(-?[0-9]{1,17})\.([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row of a list by its two keys; the page lies after it, or before it when going `back`."""

    at: datetime
    pk: int
    back: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of rows in the list's order, with the query strings of the next and the previous page where there are."""

    rows: list[Any]
    onward: str = ""
    back: str = ""


def read_cursor(query: QueryDict) -> Cursor | None:
    """The cursor of `?before=` (onward, to older rows) or `?after=` (back); None for none or a nonsensical one."""
    for name, back in (("before", False), ("after", True)):
        found = _WRITTEN.fullmatch(query.get(name, ""))
        if found:
            try:
                return Cursor(_EPOCH + int(found[1]) * _MICROSECOND, int(found[2]), back)
            except OverflowError:
                return None
    return None


def after(rows: QuerySet, *, key: str, cursor: Cursor | None, size: int, descending: bool = True) -> QuerySet:
    """The rows of one page and one more, ordered by `key` (an instant or a day of the model) and then by id."""
    back = cursor is not None and cursor.back
    down = descending != back
    if cursor is not None:
        rows = rows.filter(_beyond(rows, key, cursor, down))
    sign = "-" if down else ""
    return rows.order_by(f"{sign}{key}", f"{sign}pk")[: size + 1]


def sliced(found: list[Any], *, key: str, cursor: Cursor | None, size: int) -> Slice:
    """The page of the rows that `after` found; each has the attributes `pk` and `key`."""
    back = cursor is not None and cursor.back
    more, found = len(found) > size, found[:size]
    if back:
        found.reverse()
    if not found:
        # Beyond the list's end: the way back begins where one stands.
        here = _place(cursor.at, cursor.pk) if cursor else ""
        return Slice([], onward=f"before={here}" if back else "", back=f"after={here}" if cursor and not back else "")
    first, last = (_place(getattr(row, key), row.pk) for row in (found[0], found[-1]))
    return Slice(
        found,
        onward=f"before={last}" if more or back else "",
        back=f"after={first}" if (more if back else cursor is not None) else "",
    )


def cut(rows: QuerySet, *, key: str, cursor: Cursor | None, size: int, descending: bool = True) -> Slice:
    """One page of `size` rows. One query."""
    found = list(after(rows, key=key, cursor=cursor, size=size, descending=descending))
    return sliced(found, key=key, cursor=cursor, size=size)


def _beyond(rows: QuerySet, key: str, cursor: Cursor, down: bool) -> Q:
    field = rows.model._meta.get_field(key)
    is_day = isinstance(field, DateField) and not isinstance(field, DateTimeField)
    edge: date | datetime = cursor.at.date() if is_day else cursor.at
    side, closer = ("lt", "lte") if down else ("gt", "gte")
    # The first condition follows from the second; it is what the index can use.
    return Q(**{f"{key}__{closer}": edge}) & (
        Q(**{f"{key}__{side}": edge}) | Q(**{key: edge, f"pk__{side}": cursor.pk})
    )


def _place(at: date | datetime, pk: int) -> str:
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=UTC)
    return f"{(at - _EPOCH) // _MICROSECOND}.{pk}"


def beginning_with(at: datetime, pk: int) -> str:
    """The query string of the page that begins with this row, in a list that has the newest first."""
    return f"?before={_place(at, pk + 1)}"


def link(place: str, **kept: object) -> str:
    """The query string that leads to a page of a `Slice`, with what else it must keep; nothing when there is none."""
    if not place:
        return ""
    return f"?{urlencode(kept)}&{place}" if kept else f"?{place}"
