"""The Sessions page: what is to be marked, what lies ahead day by day, and all past sessions, filtered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.steps import is_coachee
from config.keyset import Cursor, cut, link
from profiles.days import in_days, long_day
from profiles.meetings import TONES, in_both_zones, reason_words
from profiles.models import Person, Role
from profiles.zones import local_day
from sessions_app.groups import OpenGroup, open_groups
from sessions_app.marking import Marking, marking_of
from sessions_app.models import PrivateNote, Session, SharedNote
from sessions_app.querysets import SessionQuerySet
from sessions_app.sessions_filter import Filter

PAGE = 20
AHEAD = 200
"""Rows read of what lies ahead: a group is as many as it has people."""
TO_MARK = 10

Status = Session.Status


@dataclass(frozen=True, slots=True)
class Entry:
    """A session ready to show; a group's, as the coach has it ahead, is one with all its people."""

    pk: int
    starts_at: datetime
    ends_at: datetime
    day: str
    times: str
    kind: str
    status: str
    tone: str
    reason: str
    in_days: str
    is_ahead: bool
    """Scheduled and not over: it can be joined soon, moved and called off."""
    unmarked: bool
    begun: bool
    noted: bool
    takes_notes: bool
    """Whether the viewer may write notes on it: its coach, once it has begun, unless it was cancelled."""
    meeting: int | None
    marking: Marking | None
    """What a coach has yet to say of it."""
    people: list[Person] = field(default_factory=list)
    is_group: bool = False
    """A group as its coach has it, who moves and calls off all of it."""

    @property
    def may_change(self) -> bool:
        """Whether it can still be moved or called off."""
        return self.is_ahead and not self.begun


@dataclass(frozen=True, slots=True)
class Day:
    """What lies ahead on one of the viewer's days."""

    title: str
    today: bool
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class SessionsPage:
    """The page of one side: as a coach, or as a coachee. `sides` are both, for who is both."""

    side: str
    sides: list[dict[str, Any]]
    filter: Filter
    shows_ahead: bool
    """On the first page, unless it is filtered."""
    days: list[Day]
    to_mark: list[Entry]
    to_mark_count: int
    groups: list[OpenGroup]
    """Group sessions in which a coachee can take a seat."""
    past: list[Entry]
    count: int
    older: str
    newer: str

    @property
    def as_coach(self) -> bool:
        """Whether these are the sessions that the viewer holds."""
        return self.side == "coach"

    @property
    def all(self) -> str:
        """Where nothing is filtered."""
        return reverse("sessions") + (f"?as={self.side}" if self.sides else "")

    @property
    def to_mark_more(self) -> bool:
        """Whether there are more to mark than are shown."""
        return self.to_mark_count > sum(len(entry.people) for entry in self.to_mark)


def sides_of(viewer: Person, now: datetime) -> list[str]:
    """Coach, coachee, or both; nothing for people without sessions of their own."""
    held = [side.value for side in (Role.COACH, Role.COACHEE) if side in viewer.roles]
    return held or ([Role.COACHEE.value] if is_coachee(viewer, now) else [])


def sessions_page(viewer: Person, now: datetime, query: Any, cursor: Cursor | None) -> SessionsPage:
    """Puts the page together; a fixed number of queries. `query` are the filters and the side, as typed."""
    offered = sides_of(viewer, now)
    side = query.get("as") if query.get("as") in offered else offered[0]
    mine = _of_side(viewer, side, now)
    chosen = Filter.read(query, viewer, side, mine, now)
    kept = chosen.kept | ({"as": side} if side != offered[0] else {})
    found = chosen.of(mine.exclude(status=Status.SCHEDULED, ends_at__gt=now))
    page = cut(_with_notes(found, viewer), key="starts_at", cursor=cursor, size=PAGE)
    first = cursor is None and not chosen.kept
    to_mark = _to_mark(mine, side, now) if first else []
    marked_above = {row.pk for row in to_mark}
    return SessionsPage(
        side=side,
        sides=_sides(offered, side),
        filter=chosen,
        shows_ahead=first,
        days=_days(_grouped(mine.upcoming(now)[:AHEAD], viewer, side, now), viewer, now) if first else [],
        to_mark=_grouped(to_mark, viewer, side, now)[:TO_MARK],
        to_mark_count=to_mark[0].total if to_mark else 0,
        groups=open_groups(viewer, now) if first and side == "coachee" else [],
        past=[_once(_entry(row, viewer, side, now), marked_above) for row in page.rows],
        count=found.order_by().count(),
        older=link(page.onward, **kept),
        newer=link(page.back, **kept),
    )


def _once(entry: Entry, above: set[int]) -> Entry:
    """Without the way to mark it where that stands above already."""
    return replace(entry, marking=None) if entry.pk in above else entry


def _of_side(viewer: Person, side: str, now: datetime) -> SessionQuerySet:
    other = "coachee" if side == "coach" else "coach"
    return Session.objects.visible_to(viewer, now).filter(**{side: viewer}).select_related(other)


def _sides(offered: list[str], side: str) -> list[dict[str, Any]]:
    if len(offered) < 2:
        return []
    labels = {"coach": _("You coach"), "coachee": _("You are coached")}
    return [{"label": labels[one], "url": f"?as={one}", "current": one == side} for one in offered]


def _to_mark(mine: SessionQuerySet, side: str, now: datetime) -> list[Any]:
    """The latest of those that a coach has yet to mark, with the number of all as `total`."""
    if side != "coach":
        return []
    over = mine.filter(status=Status.SCHEDULED, ends_at__lte=now).order_by("-starts_at", "coachee__name", "-pk")
    return list(over.annotate(total=Window(Count("pk")))[:TO_MARK])


def _with_notes(rows: SessionQuerySet, viewer: Person) -> SessionQuerySet:
    private = PrivateNote.objects.saying().filter(session=OuterRef("pk"), author=viewer)
    shared = SharedNote.objects.filter(session=OuterRef("pk"))
    return rows.annotate(noted=Exists(private) | Exists(shared))


def _days(entries: Iterable[Entry], viewer: Person, now: datetime) -> list[Day]:
    today = local_day(now, viewer.timezone)

    def day(entry: Entry) -> date:
        return entry.starts_at.astimezone(ZoneInfo(viewer.timezone)).date()

    return [Day(long_day(on, today), on == today, list(some)) for on, some in groupby(entries, key=day)]


def _grouped(rows: Iterable[Any], viewer: Person, side: str, now: datetime) -> list[Entry]:
    """One entry for each session, one for all of a group's, in the order given."""
    found: dict[Any, Entry] = {}
    for row in rows:
        key = ("group", row.meeting_id) if row.meeting_id and side == "coach" else row.pk
        if key in found:
            found[key].people.append(row.coachee)
        else:
            found[key] = _entry(row, viewer, side, now)
    return list(found.values())


def _entry(row: Any, viewer: Person, side: str, now: datetime) -> Entry:
    other = row.coachee if side == "coach" else row.coach
    unmarked = row.status == Status.SCHEDULED and row.ends_at <= now
    here = row.starts_at.astimezone(ZoneInfo(viewer.timezone)).date()
    return Entry(
        pk=row.pk,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        day=long_day(here, local_day(now, viewer.timezone)),
        times=in_both_zones(row.starts_at, row.ends_at, viewer.timezone, other.timezone, other.first_name),
        kind=str(Session.Kind(row.kind).label),
        status=_("Not marked yet") if unmarked else str(Status(row.status).label),
        tone="amber" if unmarked else TONES[row.status],
        reason=reason_words(row),
        in_days=in_days(row.starts_at, now),
        is_ahead=row.status == Status.SCHEDULED and not unmarked,
        unmarked=unmarked,
        begun=row.starts_at <= now,
        noted=getattr(row, "noted", False),
        takes_notes=side == "coach" and row.starts_at <= now and row.status != Status.CANCELLED,
        meeting=row.meeting_id,
        marking=marking_of(row, now) if unmarked and side == "coach" else None,
        people=[other],
        is_group=bool(row.meeting_id) and side == "coach",
    )
