"""What is kept of every change of a session: what, when and by whom, never a text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from profiles.models import Person
from sessions_app.models import Session, SessionChange


def trace(
    sessions: Iterable[Session],
    what: SessionChange.What,
    *,
    by: Person | None,
    now: datetime,
    was_at: datetime | None = None,
) -> None:
    """Keeps what became of these sessions, which are as they are from now on. One query, however many."""
    SessionChange.objects.bulk_create(
        SessionChange(
            session=one,
            coach_id=one.coach_id,
            coachee_id=one.coachee_id,
            what=what,
            by=by,
            at=now,
            starts_at=one.starts_at,
            was_at=was_at,
            status=one.status,
            reason=one.reason,
            payment=one.payment,
        )
        for one in sessions
    )
