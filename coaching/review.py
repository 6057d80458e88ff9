"""*Relationships to review*: running ones with something about them that an admin should look at."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.models import Relationship, RelationshipReview
from coaching.querysets import RelationshipQuerySet
from config.keyset import Cursor, link, read_cursor, sliced
from profiles.models import Person, Role, RoleGrant, Subscription
from sessions_app.models import Session

PAGE_SIZE = 25
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
    """A link of the filter."""

    label: str
    url: str
    count: int
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
    held = RoleGrant.objects.current().filter(role=Role.COACH, person=OuterRef("coach"))
    return Q(coach__is_active=False) | Q(~Exists(held))


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
    """How many relationships have a reason. One query."""
    return _running(now).filter(_any(now)).count()


def relationships_to_review(query: QueryDict, now: datetime) -> ToReview:
    """The page for `?reason=`, those that run longest first. Two queries.

    The first asks each reason once for every running relationship; counts and places are worked out from that.
    """
    chosen = next((one for one in REASONS if one.name == query.get("reason")), None)
    listed = _listed(now)
    counts = {one.name: sum(getattr(row, f"is_{one.name}") for row in listed) for one in REASONS}
    wanted = [row for row in listed if chosen is None or getattr(row, f"is_{chosen.name}")]
    cursor = read_cursor(query)
    page = sliced(_from(wanted, cursor), key="started_at", cursor=cursor, size=PAGE_SIZE)
    kept = {"reason": chosen.name} if chosen else {}
    return ToReview(
        choices=[
            Choice(_("All"), "?", len(listed), chosen is None),
            *(Choice(one.label(), f"?reason={one.name}", counts[one.name], one is chosen) for one in REASONS),
        ],
        reason=chosen.name if chosen else "",
        lines=_lines(page.rows, now),
        total=len(listed),
        following=link(page.onward, **kept),
        previous=link(page.back, **kept),
    )


def _running(now: datetime) -> RelationshipQuerySet:
    return Relationship.objects.running(now)


def _any(now: datetime) -> Q:
    found = Q()
    for reason in REASONS:
        found |= reason.condition(now)
    return found


def _listed(now: datetime) -> list[Any]:
    """Those with a reason, as rows with the id, the beginning, and whether each reason holds."""
    holds = {
        f"is_{reason.name}": ExpressionWrapper(reason.condition(now), output_field=BooleanField()) for reason in REASONS
    }
    rows = _running(now).annotate(**holds).order_by("started_at", "pk")
    return [row for row in rows.values_list("pk", "started_at", *holds, named=True) if any(row[2:])]


def _from(rows: list[Any], cursor: Cursor | None) -> list[Any]:
    """The rows of a page and one more, from the cursor on or, going back, from it backwards."""
    if cursor is None:
        return rows[: PAGE_SIZE + 1]
    here = (cursor.at, cursor.pk)
    if cursor.back:
        end = bisect_left(rows, here, key=_place)
        return rows[max(end - PAGE_SIZE - 1, 0) : end][::-1]
    start = bisect_right(rows, here, key=_place)
    return rows[start : start + PAGE_SIZE + 1]


def _place(row: Any) -> tuple[datetime, int]:
    return row.started_at, row.pk


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
    found = shown.annotate(
        last_met=Subquery(met.values("coachee").annotate(last=Max("starts_at")).values("last")),
        load=Coalesce(Subquery(running.values("coach").annotate(load=Count("pk")).values("load")), 0),
        reviewed_at=Subquery(reviews.values("reviewed_at")[:1]),
        reviewer=Subquery(reviews.values("reviewed_by__name")[:1]),
        coach_has_access=Exists(RoleGrant.objects.current().filter(role=Role.COACH, person=OuterRef("coach"))),
    ).in_bulk()
    return [_line(found[row.pk], row, now) for row in rows if row.pk in found]


def _line(row: Any, holds: Any, now: datetime) -> Line:
    return Line(
        pk=row.pk,
        coach=row.coach,
        coachee=row.coachee,
        since=row.started_at,
        reasons=[words for name, words in _words(row, now) if getattr(holds, f"is_{name}")],
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
