"""What past sessions are filtered by: kind, month, person, and what is still missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q
from django.utils.dateformat import format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from profiles.models import Person
from profiles.zones import local_day, start_of_day
from sessions_app.models import PrivateNote, Session, SharedNote
from sessions_app.querysets import SessionQuerySet

NAME_LENGTH = 100
MONTHS = 36
"""How many months back are offered; older ones are reached by paging."""
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
STATES: dict[str, Callable[[], str]] = {
    "unmarked": lambda: _("Not marked"),
    "no-notes": lambda: _("No notes"),
}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What was chosen; nonsense counts as nothing. `names` are words of the other person's name."""

    viewer: Person
    side: str
    now: datetime
    kind: str
    month: date | None
    state: str
    names: str
    since: date
    """The day of the first session, in the viewer's zone."""

    @classmethod
    def read(cls, query: Any, viewer: Person, side: str, mine: SessionQuerySet, now: datetime) -> Filter:
        """What was asked for, and which months there are to choose from. One query."""
        kind, state = query.get("kind", ""), query.get("state", "")
        first = mine.order_by().aggregate(first=Min("starts_at"))["first"] or now
        return cls(
            viewer=viewer,
            side=side,
            now=now,
            kind=kind if kind in Session.Kind.values else "",
            month=_month(query.get("month", "")),
            state=state if state in STATES else "",
            names=query.get("q", "").replace("\x00", "")[:NAME_LENGTH].strip(),
            since=local_day(min(first, now), viewer.timezone),
        )

    @property
    def named(self) -> bool:
        """Whether there is somebody to look for: for coaches, who have many."""
        return self.side == "coach"

    @property
    def kept(self) -> dict[str, str]:
        """What the address of another page must say."""
        month = f"{self.month:%Y-%m}" if self.month else ""
        said = {"q": self.names, "kind": self.kind, "month": month, "state": self.state}
        return {name: value for name, value in said.items() if value}

    @property
    def kinds(self) -> list[Option]:
        """The kinds of sessions."""
        return [Option(value, str(label), value == self.kind) for value, label in Session.Kind.choices]

    @property
    def states(self) -> list[Option]:
        """What can be missing."""
        return [Option(value, label(), value == self.state) for value, label in STATES.items()]

    @property
    def months(self) -> list[Option]:
        """From this month back to that of the first session, in the viewer's zone, and the chosen one."""
        today = local_day(self.now, self.viewer.timezone)
        found: list[date] = []
        month = today.replace(day=1)
        while month >= self.since.replace(day=1) and len(found) < MONTHS:
            found.append(month)
            month = (month - timedelta(days=1)).replace(day=1)
        if self.month and self.month not in found:
            found.append(self.month)
        # Translators: a month in a list to choose from; see Django's `date` filter. November 2026
        form = pgettext("date format", "F Y")
        return [Option(f"{one:%Y-%m}", format(one, form), one == self.month) for one in found]

    @property
    def during(self) -> tuple[datetime, datetime]:
        """The chosen month, as instants, by the viewer's calendar."""
        month = self.month or self.since.replace(day=1)
        zone = self.viewer.timezone
        return start_of_day(month, zone), start_of_day(_next(month), zone)

    def of(self, rows: SessionQuerySet) -> SessionQuerySet:
        """Those of the rows that were asked for."""
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.month:
            since, until = self.during
            rows = rows.filter(starts_at__gte=since, starts_at__lt=until)
        rows = missing(rows, self.state, self.viewer, self.now)
        other = "coachee" if self.side == "coach" else "coach"
        for word in self.names.split():
            rows = rows.filter(**{f"{other}__name__icontains": word})
        return rows


def missing(rows: SessionQuerySet, state: str, viewer: Person, now: datetime) -> SessionQuerySet:
    """Those that are not marked, or begun, not cancelled and without any notes that the viewer could read."""
    if state == "unmarked":
        return rows.filter(status=Session.Status.SCHEDULED, ends_at__lte=now)
    if state != "no-notes":
        return rows
    private = PrivateNote.objects.saying().filter(session=OuterRef("pk"), author=viewer)
    shared = SharedNote.objects.filter(session=OuterRef("pk"))
    begun = rows.filter(~Q(status=Session.Status.CANCELLED), starts_at__lte=now)
    return begun.filter(~Exists(private), ~Exists(shared))


def _month(written: str) -> date | None:
    found = _MONTH.fullmatch(written)
    if not found or not 1970 <= int(found[1]) <= 2100:
        return None
    return date(int(found[1]), int(found[2]), 1)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
