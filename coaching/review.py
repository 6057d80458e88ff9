"""*Relationships to review*: running ones with something about them that an admin should look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.models import Relationship, RelationshipReview
from coaching.querysets import RelationshipQuerySet
from config.keyset import Cursor, after, link, read_cursor, sliced
from profiles.models import Person, Role, RoleGrant, Subscription
from sessions_app.models import Session

PAGE_SIZE = 25
COUNTED = 500
"""Counts say *more than* this from here on, and the database stops looking."""
QUIET = timedelta(days=60)
REVIEWED_EVERY = timedelta(days=183)
"""Six months."""
AGAIN = timedelta(minutes=1)
"""A second click of the same admin within this time is the same review."""


@dataclass(frozen=True)
class Reason:
    """Why a relationship is listed: its name in the address, what the filter calls it, and its condition."""

    name: str
    label: Callable[[], str]
    condition: Callable[[datetime], Q]


@dataclass(frozen=True)
class Choice:
    """A link of the filter. The count is `COUNTED` with a plus where there are more."""

    label: str
    url: str
    count: int | str
    current: bool


@dataclass(frozen=True)
class Line:
    """A relationship with its reasons in words, and who looked at it last."""

    pk: int
    coach: Person
    coachee: Person
    since: datetime
    reasons: list[str]
    reviewed_at: datetime | None
    reviewed_by: str


@dataclass(frozen=True)
class ToReview:
    """One page of the list."""

    choices: list[Choice]
    reason: str
    lines: list[Line]
    total: int
    following: str
    previous: str


def _quiet(now: datetime) -> Q:
    met = Session.objects.filter(
        coach=OuterRef("coach"),
        coachee=OuterRef("coachee"),
        status__in=["scheduled", "occurred"],
        starts_at__gt=now - QUIET,
    )
    return Q(~Exists(met), started_at__lte=now - QUIET)


def _subscription_over(now: datetime) -> Q:
    theirs = Subscription.objects.filter(coachee=OuterRef("coachee"))
    return Q(Exists(theirs), ~Exists(theirs.not_over(now)))


def _without_access(now: datetime) -> Q:
    held = RoleGrant.objects.current().filter(role=Role.COACH, person=OuterRef("coach"), person__is_active=True)
    return Q(~Exists(held))


def _over_capacity(now: datetime) -> Q:
    limited = Relationship.objects.running(now).filter(coach__capacity__isnull=False).order_by()
    coached = limited.values("coach").annotate(load=Count("pk"))
    return Q(coach__in=coached.filter(load__gt=F("coach__capacity")).values("coach"))


def _not_reviewed(now: datetime) -> Q:
    lately = RelationshipReview.objects.filter(relationship=OuterRef("pk"), reviewed_at__gt=now - REVIEWED_EVERY)
    return Q(~Exists(lately), started_at__lte=now - REVIEWED_EVERY)


REASONS = (
    Reason("quiet", lambda: _("No session for 60 days"), _quiet),
    Reason("subscription", lambda: _("Subscription over"), _subscription_over),
    Reason("access", lambda: _("Coach without access"), _without_access),
    Reason("capacity", lambda: _("Coach over capacity"), _over_capacity),
    Reason("unreviewed", lambda: _("Not reviewed for six months"), _not_reviewed),
)


def mark_reviewed(*, relationship: Relationship, by: Person, now: datetime) -> bool:
    """Writes down that this admin looked at the relationship; a double click is one review. Tells whether it is new."""
    with transaction.atomic():
        list(Relationship.objects.filter(pk=relationship.pk).locked())
        if relationship.reviews.filter(reviewed_by=by, reviewed_at__gt=now - AGAIN).exists():
            return False
        RelationshipReview.objects.create(relationship=relationship, reviewed_by=by, reviewed_at=now)
    return True


def count_to_review(now: datetime) -> int:
    """How many relationships have a reason, or `COUNTED` + 1 when there are more. At most two queries.

    Most have the last reason: where it alone is enough, nobody looks for the others.
    """
    unreviewed = list(_those_with(REASONS[-1], now).order_by().values_list("pk", flat=True)[: COUNTED + 1])
    if len(unreviewed) > COUNTED:
        return COUNTED + 1
    return min(_distinct(_found(REASONS[:-1], now).values(), unreviewed), COUNTED + 1)


def relationships_to_review(query: QueryDict, now: datetime) -> ToReview:
    """The page for `?reason=`, those that run longest first. Two queries, and one more when a reason is a common one.

    The first fetches whom each reason concerns, a few more than are counted. Where those are all, places are worked out
    from them; of a common reason the third reads the page, which then is never far.
    """
    chosen = next((one for one in REASONS if one.name == query.get("reason")), None)
    found = _found(REASONS, now)
    cursor = read_cursor(query)
    wanted = [chosen] if chosen else list(REASONS)
    rows = _page_of([one for one in wanted if len(found[one.name]) > COUNTED], cursor, now)
    rows += [row for one in wanted if len(found[one.name]) <= COUNTED for row in found[one.name]]
    page = sliced(_from(rows, cursor), key="started_at", cursor=cursor, size=PAGE_SIZE)
    kept = {"reason": chosen.name} if chosen else {}
    total = _distinct(found.values())
    return ToReview(
        choices=[
            Choice(_("All"), "?", _counted(total), chosen is None),
            *(
                Choice(one.label(), f"?reason={one.name}", _counted(len(found[one.name])), one is chosen)
                for one in REASONS
            ),
        ],
        reason=chosen.name if chosen else "",
        lines=_lines(page.rows, now),
        total=total,
        following=link(page.onward, **kept),
        previous=link(page.back, **kept),
    )


def _running(now: datetime) -> RelationshipQuerySet:
    return Relationship.objects.running(now)


def _those_with(reason: Reason, now: datetime) -> QuerySet:
    return _running(now).filter(reason.condition(now))


def _counted(count: int) -> int | str:
    return count if count <= COUNTED else f"{COUNTED}+"


def _distinct(found: Iterable[list[Any]], others: Iterable[int] = ()) -> int:
    """How many relationships these are, each counted once whatever it has."""
    return len({row.pk for rows in found for row in rows}.union(others))


def _rows(reason: Reason, rows: QuerySet) -> QuerySet:
    return rows.values_list("pk", "started_at", Value(reason.name), named=True)


def _found(reasons: Iterable[Reason], now: datetime) -> dict[str, list[Any]]:
    """By reason those who have it, in no order, at most one more than are counted. One query."""
    each = [_rows(one, _those_with(one, now).order_by())[: COUNTED + 1] for one in reasons]
    return _by_reason(reasons, each)


def _page_of(reasons: list[Reason], cursor: Cursor | None, now: datetime) -> list[Any]:
    """The nearest to the cursor with each reason, enough to fill a page. One query, none without reasons."""
    each = [
        _rows(one, after(_those_with(one, now), key="started_at", cursor=cursor, size=PAGE_SIZE, descending=False))
        for one in reasons
    ]
    return [row for rows in _by_reason(reasons, each).values() for row in rows]


def _by_reason(reasons: Iterable[Reason], each: list[QuerySet]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {one.name: [] for one in reasons}
    if each:
        for row in each[0].union(*each[1:], all=True):
            found[row[2]].append(row)
    return found


def _from(rows: list[Any], cursor: Cursor | None) -> list[Any]:
    """The rows of a page and one more, from the cursor on or, going back, from it backwards; each once."""
    back = cursor is not None and cursor.back
    each = {(row.started_at, row.pk): row for row in rows}
    if cursor is not None:
        here = (cursor.at, cursor.pk)
        each = {place: row for place, row in each.items() if (place < here if back else place > here)}
    return [each[place] for place in sorted(each, reverse=back)[: PAGE_SIZE + 1]]


def _lines(rows: list[Any], now: datetime) -> list[Line]:
    """With the last session, how many the coach has, and the last review."""
    met = Session.objects.filter(
        coach=OuterRef("coach"),
        coachee=OuterRef("coachee"),
        status__in=["scheduled", "occurred"],
        starts_at__lte=now,
    ).order_by()
    running = _running(now).filter(coach=OuterRef("coach")).order_by()
    reviews = RelationshipReview.objects.filter(relationship=OuterRef("pk")).order_by("-reviewed_at")
    shown = Relationship.objects.filter(pk__in=[row.pk for row in rows]).select_related("coach", "coachee")
    holds = {
        f"is_{reason.name}": ExpressionWrapper(reason.condition(now), output_field=BooleanField()) for reason in REASONS
    }
    found = shown.annotate(
        **holds,
        last_met=Subquery(met.values("coachee").annotate(last=Max("starts_at")).values("last")),
        load=Coalesce(Subquery(running.values("coach").annotate(load=Count("pk")).values("load")), 0),
        reviewed_at=Subquery(reviews.values("reviewed_at")[:1]),
        reviewer=Subquery(reviews.values("reviewed_by__name")[:1]),
        coach_has_access=Exists(RoleGrant.objects.current().filter(role=Role.COACH, person=OuterRef("coach"))),
    ).in_bulk()
    return [_line(found[row.pk], now) for row in rows if row.pk in found]


def _line(row: Any, now: datetime) -> Line:
    return Line(
        pk=row.pk,
        coach=row.coach,
        coachee=row.coachee,
        since=row.started_at,
        reasons=[words for name, words in _words(row, now) if getattr(row, f"is_{name}")],
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewer or "",
    )


def _words(row: Any, now: datetime) -> list[tuple[str, str]]:
    quiet = (now - max(row.last_met or row.started_at, row.started_at)).days
    months = (now - max(row.reviewed_at or row.started_at, row.started_at)).days // 30
    coach = row.coach
    access = _("%(name)s may not sign in") if row.coach_has_access else _("%(name)s has no coaching access")
    return [
        ("quiet", ngettext("No session for %(count)d day", "No session for %(count)d days", quiet) % {"count": quiet}),
        ("subscription", _("The subscription is over")),
        ("access", access % {"name": coach.name}),
        (
            "capacity",
            _("%(name)s coaches %(load)d, takes on %(capacity)s")
            % {"name": coach.name, "load": row.load, "capacity": coach.capacity},
        ),
        (
            "unreviewed",
            (
                ngettext("Not reviewed for %(count)d month", "Not reviewed for %(count)d months", months)
                % {"count": months}
            ),
        ),
    ]
