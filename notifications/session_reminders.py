"""Reminders of sessions: a day and an hour ahead, “did it happen?” once over, and still not marked three days later.

Who is due follows from the sessions as they are, never from when the beat last ran. A late beat catches up with what
is still true: with the nearest reminder alone, and with nothing that has passed. A session that moves is reminded of
again, for the start is part of the key.

An import sends no mail, and what the beat finds of it afterwards is treated as any other session, but for history:
nobody is asked about sessions that ended more than three days ago, and who was never asked is not asked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from math import floor
from typing import Any

from django.db.models import Exists, F, Func, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.db.models.lookups import IsNull

from coaching.models import Relationship
from notifications.models import NoticeKind, Notification
from notifications.outbox import Notice, tell
from notifications.reminders import AT_ONCE, not_told
from sessions_app.models import Session, SessionChange
from sessions_app.querysets import SessionQuerySet

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Reminder:
    """Due from the session's `of` + `since` until before `of` + `until`. The coach is told, and maybe the coachee."""

    kind: NoticeKind
    of: str
    since: timedelta
    until: timedelta
    both: bool = False

    def holds(self, session: Session, now: datetime) -> bool:
        """Whether it is still the time to remind of this session, as it stands."""
        at = getattr(session, self.of)
        return session.status == Session.Status.SCHEDULED and at + self.since <= now < at + self.until


REMINDERS = (
    Reminder(NoticeKind.SESSION_TOMORROW, "starts_at", -_DAY, -_HOUR, both=True),
    Reminder(NoticeKind.SESSION_SOON, "starts_at", -_HOUR, timedelta(0), both=True),
    Reminder(NoticeKind.SESSION_ENDED, "ends_at", timedelta(0), 3 * _DAY),
    Reminder(NoticeKind.SESSION_UNMARKED, "ends_at", 3 * _DAY, 14 * _DAY),
)
BY_KIND = {reminder.kind: reminder for reminder in REMINDERS}


def remind_of_sessions(now: datetime) -> int:
    """Writes every reminder that is due and not written yet, and returns how many.

    Once for each session, start, kind and person; a group's coach once for the meeting. Safe to repeat, to run twice
    at once, and to be killed: what was not committed is due again.
    """
    return sum(_remind(reminder, now) for reminder in REMINDERS)


def still_due(notice: Notification, now: datetime) -> bool:
    """Whether what this reminder says is still so: its mail may leave minutes or hours after it was written."""
    session = Session.objects.filter(pk=notice.subject_id or 0).first()
    if session is None or session.starts_at.isoformat() != notice.facts.get("starts_at"):
        return False
    pair = Relationship.objects.running(now).filter(coach=session.coach_id, coachee=session.coachee_id)
    reminder = BY_KIND[NoticeKind(notice.kind)]
    return reminder.holds(_waiting_in(session, notice), now) and pair.exists()


def _waiting_in(session: Session, notice: Notification) -> Session:
    """Of a group's meeting any that is still scheduled then; the first may have been cancelled or marked."""
    if "meeting" not in notice.facts or session.status == Session.Status.SCHEDULED:
        return session
    others = Session.objects.filter(meeting=session.meeting_id, status="scheduled", starts_at=session.starts_at)
    return others.order_by("pk").first() or session


def _remind(reminder: Reminder, now: datetime) -> int:
    told, rows = 0, _due(reminder, now).iterator(chunk_size=AT_ONCE)
    while batch := list(islice(rows, AT_ONCE)):
        new = not_told(notice for row in batch for notice in _notices(reminder, row))
        tell(new, now)
        told += len(new)
    return told


def _due(reminder: Reminder, now: datetime) -> Any:
    """The sessions somebody is to be reminded of: one range of one index, and a look at a unique key for each."""
    pair = Relationship.objects.running(now).filter(coach=OuterRef("coach"), coachee=OuterRef("coachee"))
    within = {f"{reminder.of}__gt": now - reminder.until, f"{reminder.of}__lte": now - reminder.since}
    waits = Q(_untold(reminder.kind, "coach"), coach__is_active=True)
    if reminder.both:
        waits |= Q(_untold(reminder.kind, "coachee"), coachee__is_active=True)
    rows = _known_for_long(reminder, Session.objects.filter(Exists(pair), waits, status="scheduled", **within))
    return rows.order_by(reminder.of, "pk").values(
        *("pk", "meeting", "coach", "coachee", "coach__is_active", "coachee__is_active"),
        *("starts_at", "ends_at", "kind", "version"),
    )


def _known_for_long(reminder: Reminder, sessions: SessionQuerySet) -> SessionQuerySet:
    """Those that one may have forgotten: a session scheduled or moved an hour ago needs no reminder of tomorrow.

    Who was never asked whether it happened, because it was imported as history, is not reminded either.
    """
    if reminder.kind == NoticeKind.SESSION_UNMARKED:
        return sessions.exclude(Q(_untold(NoticeKind.SESSION_ENDED, "coach")), booked_at=None)
    if reminder.both:
        lately = SessionChange.objects.filter(
            session=OuterRef("pk"),
            what__in=["scheduled", "rescheduled"],
            at__gte=OuterRef("starts_at") + reminder.since,
        )
        booked_late = Q(booked_at__isnull=False, booked_at__gte=F("starts_at") + reminder.since)
        return sessions.filter(~booked_late, IsNull(Subquery(lately.values("pk")[:1]), True))
    return sessions


def _untold(kind: NoticeKind, side: str) -> Any:
    """Whether the coach or coachee of a session has no notice of this kind; the key as `_key` writes it.

    A subquery for one row is looked up by the key; `Exists` beside an OR can make the database read all notices.
    """
    what: Any = Cast(OuterRef("pk"), TextField())
    if side == "coach":  # text with an unknown part is unknown, so that without a meeting it is the session
        meeting = Func(OuterRef("meeting"), template="('g' || %(expressions)s::text)", output_field=TextField())
        what = Coalesce(meeting, what)
    start = Func(
        OuterRef("starts_at"),
        template="floor(extract(epoch FROM %(expressions)s))::bigint::text",
        output_field=TextField(),
    )
    parts = (Value(f"{kind}:"), what, Value(":"), start, Value(":"), Cast(OuterRef(side), TextField()))
    told = Notification.objects.filter(key=Concat(*parts, output_field=TextField()))
    return IsNull(Subquery(told.values("pk")[:1]), True)


def _key(kind: NoticeKind, what: str, starts_at: datetime, person: int) -> str:
    return f"{kind}:{what}:{floor(starts_at.timestamp())}:{person}"


def _notices(reminder: Reminder, row: dict[str, Any]) -> Iterator[Notice]:
    """For the coach, of a group for the whole meeting; for the coachee."""
    kind, facts = reminder.kind, _facts(row)
    if row["coach__is_active"]:
        of_meeting = {"meeting": row["meeting"]} if row["meeting"] else {}
        what = f"g{row['meeting']}" if row["meeting"] else str(row["pk"])
        yield Notice(
            key=_key(kind, what, row["starts_at"], row["coach"]),
            person=row["coach"],
            kind=kind,
            about=None if row["meeting"] else row["coachee"],
            subject_id=row["pk"],
            facts=facts | of_meeting,
        )
    if reminder.both and row["coachee__is_active"]:
        key = _key(kind, str(row["pk"]), row["starts_at"], row["coachee"])
        yield Notice(key, row["coachee"], kind, about=row["coach"], subject_id=row["pk"], facts=facts)


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    """In the shape of `sessions_app.telling`."""
    return {
        "starts_at": row["starts_at"].isoformat(),
        "ends_at": row["ends_at"].isoformat(),
        "was_at": None,
        "version": row["version"],
        "kind": row["kind"],
        "by": None,
        "coach": row["coach"],
    }
