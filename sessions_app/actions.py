"""Cancelling what lies ahead of pairs whose relationship ends. Callers hold the locks on the people concerned."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from coaching.models import Relationship
from notifications.models import NoticeKind
from profiles.models import Person
from sessions_app.holding import free_all
from sessions_app.models import GroupMeeting, Session, SessionChange
from sessions_app.querysets import SessionQuerySet
from sessions_app.telling import tell_of
from sessions_app.traces import trace


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


def cancel_ahead(relationships: Collection[int], by: Person | None, now: datetime) -> int:
    """Cancels `sessions_ahead` in the name of an admin, frees the times and tells both of each; returns how many.

    In a group only this coachee's seat is given back; where nobody is left the meeting is called off.
    """
    found = sorted(sessions_ahead(relationships, now).values_list("pk", flat=True))
    if not found:
        return 0
    rows = Session.objects.filter(pk__in=found)
    rows.update(
        status=Session.Status.CANCELLED,
        cancelled_at=now,
        cancelled_by=Session.CancelledBy.ADMIN,
        version=F("version") + 1,
    )
    _call_off(rows.filter(meeting__isnull=False).values("meeting"), now)
    cancelled = list(rows.select_related("meeting"))
    free_all(found, {one.meeting_id for one in cancelled if one.meeting_id})
    trace(cancelled, SessionChange.What.CANCELLED, by=by, now=now)
    tell_of(NoticeKind.SESSION_CANCELLED, cancelled, by=by, now=now)
    return len(found)


def _call_off(meetings: Iterable, now: datetime) -> None:
    """Of meetings that the site scheduled: those in which nobody is left. Imported ones end with their sessions."""
    left = Session.objects.filter(meeting=OuterRef("pk")).exclude(status=Session.Status.CANCELLED)
    empty = GroupMeeting.objects.filter(~Exists(left), pk__in=meetings, minutes__isnull=False, cancelled_at=None)
    empty.update(cancelled_at=now, version=F("version") + 1)
