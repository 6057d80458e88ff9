"""How a session stands after its end, as pages show it to its coach: marked or to be marked, and the way to do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sessions_app.models import Session

OUTCOMES = (Session.Status.OCCURRED, Session.Status.DID_NOT_OCCUR)
"""What a session can be marked as."""


@dataclass(frozen=True, slots=True)
class Marking:
    """What `sessions/outcome.html` shows of one session that has ended. For its coach alone.

    `together` says that it belongs to a group, whose people are marked on one page.
    """

    pk: int
    version: int
    status: str
    reason: str
    marked_at: datetime | None
    together: bool

    @property
    def is_marked(self) -> bool:
        """Whether the coach, or an import, has said what became of it."""
        return self.status in OUTCOMES

    @property
    def words(self) -> str:
        """“Didn’t occur · Coachee missed it”."""
        return outcome_words(self.status, self.reason)

    @property
    def tone(self) -> str:
        """The colour of the outcome."""
        return {Session.Status.OCCURRED: "leaf"}.get(Session.Status(self.status), "amber")

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why a session may not have taken place: value and words."""
        return [(value, str(label)) for value, label in Session.Reason.choices]


def marking_of(session: Any, now: datetime) -> Marking | None:
    """For a session, or a row with its columns; None while it is not over and for what was cancelled."""
    over = session.status == Session.Status.SCHEDULED and session.ends_at <= now
    if not over and session.status not in OUTCOMES:
        return None
    together = session.meeting_id is not None
    return Marking(session.pk, session.version, session.status, session.reason, session.marked_at, together=together)


def outcome_words(status: str, reason: str) -> str:
    """What became of it, with the reason where there is one."""
    words = [str(Session.Status(status).label)]
    if reason and status == Session.Status.DID_NOT_OCCUR:
        words.append(str(Session.Reason(reason).label))
    return " · ".join(words)
