"""Whose time a session takes: the rows of `Attendance`, written and given back. Callers hold the locks on the people.

A session takes the time of its coach and its coachee. In a group each coachee has a row for their own session, and the
coach one for the meeting: until it is called off where the site scheduled it, and for imported ones, whose seats nobody
can take, as long as somebody is left.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import DatabaseError
from django.db.models import Exists, F, Func, Max, OuterRef, QuerySet, Subquery

from sessions_app.models import Attendance, GroupMeeting, Session

TAKEN = "no_double_booking"
_IN_EACH_OTHERS_WAY = {"40P01", "55P03"}
"""A deadlock, and a lock that somebody held for too long, as PostgreSQL numbers them (appendix A of its manual)."""


def came_second(error: DatabaseError) -> bool:
    """Whether the database refused because somebody else took the time, or because too many asked for it at once."""
    cause: Any = error.__cause__
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    return constraint == TAKEN or getattr(cause, "sqlstate", None) in _IN_EACH_OTHERS_WAY


def hold(session: Session) -> None:
    """Takes the time of everybody in this session as it stands, in place of what it held before.

    Raises IntegrityError (`no_double_booking`) when one of them is taken.
    """
    Attendance.objects.filter(session=session).delete()
    during = (session.starts_at, session.ends_at)
    people = [session.coachee_id] if session.meeting_id else [session.coach_id, session.coachee_id]
    Attendance.objects.bulk_create(Attendance(session=session, person_id=one, during=during) for one in people)
    if session.meeting is not None:
        hold_meeting(session.meeting)


def hold_meeting(meeting: GroupMeeting) -> None:
    """Takes the coach's time for a group meeting: for its length, or as long as the longest session in it.

    Raises IntegrityError (`no_double_booking`) when the coach is taken.
    """
    Attendance.objects.filter(meeting=meeting).delete()
    left = meeting.sessions.exclude(status=Session.Status.CANCELLED).order_by()
    ends = [at for at in (_end(meeting), left.aggregate(until=Max("ends_at"))["until"]) if at]
    if ends and meeting.cancelled_at is None:
        during = (meeting.starts_at, max(ends))
        Attendance.objects.create(person_id=meeting.coach_id, meeting=meeting, during=during)


def _end(meeting: GroupMeeting) -> datetime | None:
    return meeting.starts_at + timedelta(minutes=meeting.minutes) if meeting.minutes else None


def free(session: Session) -> None:
    """Gives back the time that this session takes; in a group this coachee's, and the coach's as said above."""
    free_all([session.pk], {session.meeting_id} if session.meeting_id else set())


def free_all(sessions: Collection[int], meetings: Collection[int]) -> None:
    """Gives back what these sessions (ids) take, which are in these meetings (ids), in three queries at most."""
    Attendance.objects.filter(session__in=sessions).delete()
    if meetings:
        _free_coaches(Attendance.objects.filter(meeting__in=meetings))


def _free_coaches(held: QuerySet) -> None:
    """Where nothing is left, a group's coach is free; of imported meetings the longest session may have gone."""
    left = Session.objects.filter(meeting=OuterRef("meeting")).exclude(status=Session.Status.CANCELLED).order_by()
    planned = GroupMeeting.objects.filter(pk=OuterRef("meeting"), minutes__isnull=False, cancelled_at=None)
    held.filter(~Exists(left), ~Exists(planned)).delete()
    until = left.values("meeting").annotate(until=Max("ends_at")).values("until")
    since = Func(F("during"), function="lower")
    field = DateTimeRangeField()
    during = Func(since, Subquery(until), function="tstzrange", output_field=field)
    held.filter(~Exists(planned)).update(during=during)
