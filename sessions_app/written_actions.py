"""What a coachee writes about a session, a goal before and a takeaway after: a draft until shared with its coach.

One transaction each, in turn with whatever else changes the coachee's facts, so that of two tabs one is the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from activity.encouragement import engine
from activity.models import EventKind
from activity.record import record
from coaching.models import Relationship
from profiles.actions import RefusedError
from profiles.drafts import forget_draft
from profiles.models import Person
from profiles.versions import save_version
from sessions_app.models import MicroGoal, Session, SharedText, Takeaway

NOTHING_YET = -1
"""The version that is shown where nothing is written yet."""


@dataclass(frozen=True)
class Written:
    """What can be written about a session: its model, the action taken that sharing it is, and the word for drafts."""

    model: type[SharedText]
    event: EventKind
    word: str

    def draft_key(self, session: int) -> str:
        """The name of what the coachee has typed about this session and not sent."""
        return f"{self.word}:{session}"


GOAL = Written(MicroGoal, EventKind.SHARED_MICRO_GOAL, "goal")
TAKEAWAY = Written(Takeaway, EventKind.SHARED_TAKEAWAY, "takeaway")


def is_open(written: Written, session: Any, now: datetime) -> bool:
    """Whether this session has room for it: a goal until it ends, a takeaway from then on.

    Not for complimentary ones, which are passed over, nor for those that were cancelled or didn't occur. `session` is
    one, or a row with its kind, status and end.
    """
    if session.kind == Session.Kind.COMPLIMENTARY:
        return False
    ahead = session.status == Session.Status.SCHEDULED and session.ends_at > now
    over = session.status == Session.Status.SCHEDULED and not ahead
    return ahead if written is GOAL else over or session.status == Session.Status.OCCURRED


def why_closed(written: Written, session: Session, now: datetime) -> str:
    """The sentence that says why its coachee cannot write now; empty when they can. At most one query."""
    if is_open(written, session, now):
        running = Relationship.objects.running(now).filter(coach=session.coach_id, coachee=session.coachee_id)
        return "" if running.exists() else _("The coaching has ended. What you wrote stays here for you to read.")
    if session.kind == Session.Kind.COMPLIMENTARY:
        return _("A complimentary session has neither goals nor takeaways.")
    if session.status == Session.Status.CANCELLED:
        return _("This session was cancelled.")
    if session.status == Session.Status.DID_NOT_OCCUR:
        return _("This session didn’t take place.")
    if written is GOAL:
        return _("This session is over. A goal can be written until a session ends.")
    return _("This session is not over yet. Its takeaway can be written afterwards.")


def save_text(
    written: Written, session: Session, *, by: Person, now: datetime, shown: int, text: str
) -> SharedText | None:
    """Keeps the coachee's text: as a draft, or as an edit of what is shared. Of an empty first draft nothing is kept.

    `shown` is the version that the writer saw, NOTHING_YET where there was none. The same text again changes nothing.
    Raises ChangedMeanwhileError when another tab was faster, RefusedError when it is not the time, and where nothing
    would be left of what is shared.
    """
    with _writing(written, session, by, now) as row:
        if row is None:
            return _new(written, session, text, now, shared=False) if text.strip() else None
        is_shared = _is_shared(row, now)
        if is_shared and not text.strip():
            raise RefusedError(_("It is shared: write something, or take it back."))
        if row.text != text:
            save_version(row, shown, text=text, edited_at=now if is_shared else None)
        return row


def share(written: Written, session: Session, *, by: Person, now: datetime, shown: int, text: str) -> SharedText:
    """Shares this text with the session's coach: an action taken, now. What is shared already with it stays so.

    Raises as `save_text` does; the form and the database refuse a text without a word.
    """
    with _writing(written, session, by, now) as row:
        if row is None:
            return _new(written, session, text, now, shared=True)
        if not (_is_shared(row, now) and row.text == text):
            shared_at, edited_at = (row.shared_at, now) if _is_shared(row, now) else (now, None)
            save_version(row, shown, text=text, shared_at=shared_at, edited_at=edited_at)
        return row


def take_back(written: Written, session: Session, *, by: Person, now: datetime) -> bool:
    """Makes it a draft again, which its coach can no longer read; tells whether it was shared.

    Raises RefusedError when it is not the time.
    """
    with _writing(written, session, by, now, forgets=False) as row:
        if row is None or row.shared_at is None:
            return False
        save_version(row, row.version, shared_at=None, edited_at=None)
        return True


@contextmanager
def _writing(
    written: Written, session: Session, by: Person, now: datetime, *, forgets: bool = True
) -> Iterator[SharedText | None]:
    """What is written so far, to be changed: then the event follows, and what was typed meanwhile is forgotten."""
    with engine.changing([session.coachee_id], now):
        current = Session.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
        if why_not := why_closed(written, current, now):
            raise RefusedError(why_not)
        rows = written.model._default_manager.filter(session=session.pk)
        yield rows.first()
        record(written.event, rows)
        if forgets:
            forget_draft(by, written.draft_key(session.pk))


def _new(written: Written, session: Session, text: str, now: datetime, *, shared: bool) -> SharedText:
    return written.model._default_manager.create(
        session=session,
        coach_id=session.coach_id,
        coachee_id=session.coachee_id,
        text=text,
        submitted_at=now,
        shared_at=now if shared else None,
    )


def _is_shared(row: SharedText, now: datetime) -> bool:
    """What carries a later time is not shared yet."""
    return row.shared_at is not None and row.shared_at <= now
