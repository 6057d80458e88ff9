"""Cancelling what lies ahead of pairs whose relationship ends. Callers hold the locks on the people concerned."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import Exists, F, Func, Max, OuterRef, Q, Subquery

from coaching.models import Relationship
from sessions_app.models import Attendance, Session
from sessions_app.querysets import SessionQuerySet


def sessions_ahead(relationships: Collection[int], now: datetime) -> SessionQuerySet:
    """What is scheduled to start after now with the pairs of these relationships (ids).

    A session that another spell of the same pair covers belongs to that one and is left out.
    """
    pair = Q(coach=OuterRef("coach"), coachee=OuterRef("coachee"))
    theirs = Relationship.objects.filter(pair, pk__in=relationships)
    others = Relationship.objects.filter(
        pair, Q(ended_at=None) | Q(ended_at__gt=OuterRef("starts_at")), started_at__lte=OuterRef("starts_at")
    ).exclude(pk__in=relationships)
    return Session.objects.filter(Exists(theirs), ~Exists(others), status="scheduled", starts_at__gt=now)


def cancel_ahead(relationships: Collection[int], now: datetime) -> int:
    """Cancels `sessions_ahead` in the name of an admin and frees the times; returns how many.

    In a group only this coachee's seat is given back; the coach is free once nobody is left.
    """
    found = dict(sessions_ahead(relationships, now).order_by("pk").values_list("pk", "meeting"))
    if not found:
        return 0
    by_admin = Session.CancelledBy.ADMIN
    Session.objects.filter(pk__in=found).update(status="cancelled", cancelled_at=now, cancelled_by=by_admin)
    Attendance.objects.filter(session__in=found).delete()
    _free_coaches({meeting for meeting in found.values() if meeting})
    return len(found)


def _free_coaches(meetings: set[int]) -> None:
    """A group's coach is taken until the last of those who are left goes, or not at all."""
    left = Session.objects.filter(meeting=OuterRef("meeting")).exclude(status="cancelled").order_by()
    held = Attendance.objects.filter(meeting__in=meetings)
    held.filter(~Exists(left)).delete()
    until = left.values("meeting").annotate(until=Max("ends_at")).values("until")
    since = Func(F("during"), function="lower")
    field = DateTimeRangeField()
    held.update(during=Func(since, Subquery(until), function="tstzrange", output_field=field))
