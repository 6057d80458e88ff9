"""What coach and coachees are told when a session is scheduled, moved or cancelled. Within the verb's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from profiles.models import Person
from sessions_app.models import GroupMeeting, Session


def tell_of(
    kind: NoticeKind, sessions: Iterable[Session], *, by: Person | None, now: datetime, was_at: datetime | None = None
) -> None:
    """Tells the coach and each coachee of these sessions, as they stand in memory after the change
    and its `version`, with `meeting` loaded.

    Both by mail, also whoever did it, for the mail carries the calendar entry; in the product only the others. A
    group's coach is told once of each meeting. `kind` is SESSION_SCHEDULED, SESSION_RESCHEDULED or SESSION_CANCELLED;
    `was_at` is when a rescheduled session was to start before.
    """
    changed = sorted(sessions, key=lambda session: (session.meeting_id or 0, session.pk))
    tell([*_coachees(kind, changed, by, was_at), *_coaches(kind, changed, by, was_at)], now)


def tell_coach(
    kind: NoticeKind, session: Session, *, by: Person | None, now: datetime, was_at: datetime | None = None
) -> None:
    """Tells the coach alone of a group in which nobody is left; `session` was one of it, and has its `meeting`."""
    meeting = session.meeting
    facts = _facts(session, meeting.version if meeting else session.version, by, was_at)
    if meeting:
        facts |= _facts_of_meeting(meeting)
    key = f"{kind}:meeting-{session.meeting_id}:{facts['version']}:{session.coach_id}"
    seen = facts["by"] != session.coach_id
    tell([Notice(key, session.coach_id, kind, subject_id=session.pk, facts=facts, in_product=seen)], now)


def _coachees(
    kind: NoticeKind, sessions: list[Session], by: Person | None, was_at: datetime | None
) -> Iterator[Notice]:
    for session in sessions:
        facts = _facts(session, session.version, by, was_at)
        yield _notice(kind, session, session.coachee_id, session.coach_id, facts)


def _coaches(kind: NoticeKind, sessions: list[Session], by: Person | None, was_at: datetime | None) -> Iterator[Notice]:
    def meeting_or_session(session: Session) -> tuple[int, int]:
        return (session.meeting_id, 0) if session.meeting_id else (0, session.pk)

    for _same, rows in groupby(sessions, meeting_or_session):
        told = list(rows)
        first, meeting = told[0], told[0].meeting
        facts = _facts(first, meeting.version if meeting else first.version, by, was_at)
        if meeting:
            facts |= _facts_of_meeting(meeting)
        yield _notice(kind, first, first.coach_id, first.coachee_id if len(told) == 1 else None, facts)


def _notice(kind: NoticeKind, session: Session, person: int, about: int | None, facts: dict[str, Any]) -> Notice:
    # The version rises with every change, so that each is told of, and once.
    key = f"{kind}:{session.pk}:{session.version}:{person}"
    seen = facts["by"] != person
    return Notice(key, person, kind, about=about, subject_id=session.pk, facts=facts, in_product=seen)


def _facts(session: Session, version: int, by: Person | None, was_at: datetime | None) -> dict[str, Any]:
    return {
        "starts_at": session.starts_at.isoformat(),
        "ends_at": session.ends_at.isoformat(),
        "was_at": was_at.isoformat() if was_at else None,
        "version": version,
        "kind": session.kind,
        "by": by.pk if by else None,
        "coach": session.coach_id,
    }


def _facts_of_meeting(meeting: GroupMeeting) -> dict[str, Any]:
    """The coach of a group has one calendar entry, which stays when a single seat is given back."""
    return {"meeting": meeting.pk, "called_off": meeting.cancelled_at is not None}
