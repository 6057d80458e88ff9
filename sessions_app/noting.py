"""Writing notes on a session: a private part, its author's alone, and a shared part that the coachee reads.

Both are saved together, once a session has begun. Each keeps its earlier texts as strictly as the current one is kept.
An emptied part is gone, and its texts before stay among the versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coaching.models import Relationship
from profiles.actions import RefusedError
from profiles.drafts import forget_draft
from profiles.models import Person
from profiles.versions import ChangedMeanwhileError, save_version
from sessions_app.models import PrivateNote, PrivateNoteVersion, Session, SharedNote, SharedNoteVersion

NOTHING_YET = -1
"""The version that is shown of a part that says nothing."""
PRIVATE, SHARED = "private", "shared"
PARTS = (PRIVATE, SHARED)


@dataclass(frozen=True)
class Notes:
    """What a coach's notes on one session say now. A private part that was emptied has a row without a text."""

    private: PrivateNote | None
    shared: SharedNote | None

    def text(self, part: str) -> str:
        """What this part says."""
        row = getattr(self, part)
        return row.text if row else ""

    def version(self, part: str) -> int:
        """Of what this part says."""
        row = getattr(self, part)
        return row.version if row and row.text else NOTHING_YET


def draft_key(session: int) -> str:
    """The name of what the coach has typed about this session and not saved."""
    return f"notes:{session}"


def notes_of(session: Session, author: Person, now: datetime) -> Notes:
    """The author's notes, as far as they may read them. Two queries."""
    return Notes(
        PrivateNote.objects.visible_to(author).filter(session=session).first(),
        SharedNote.objects.visible_to(author, now).filter(session=session).first(),
    )


def why_no_notes(session: Any, now: datetime) -> str:
    """The sentence that says why its coach cannot write notes on it now; empty when they can. No query."""
    if session.status == Session.Status.CANCELLED:
        return _("This session was cancelled, so there is nothing to note.")
    if session.starts_at > now:
        return _("Notes can be written once the session has begun.")
    return ""


def save_notes(
    session: Session, *, by: Person, now: datetime, private: str, shared: str, shown: dict[str, int]
) -> Notes:
    """Saves both parts; `shown` has the version of each that the writer saw. What is as it was stays untouched.

    Forgets what was typed. Raises ChangedMeanwhileError, whose `current` are the Notes of now, when another tab was
    faster at either part, and RefusedError before the session begins, when it was cancelled or the coaching has ended.
    """
    with transaction.atomic():
        current = _to_be_changed(session, by, now)
        changed = _changed(current, private, shared)
        for part in changed:
            _check(part, current, shown.get(part, NOTHING_YET))
        for part, text in changed.items():
            _change(part, current, session, by, now, text)
        forget_draft(by, draft_key(session.pk))
        return notes_of(session, by, now)


def restore(
    session: Session, version: PrivateNoteVersion | SharedNoteVersion, *, by: Person, now: datetime, shown: int
) -> Notes:
    """Lets a part say again what it said in an earlier version, as a new text. What was typed meanwhile is kept.

    Raises as `save_notes` does.
    """
    part = PRIVATE if isinstance(version, PrivateNoteVersion) else SHARED
    with transaction.atomic():
        current = _to_be_changed(session, by, now)
        if current.text(part) != version.text:
            _check(part, current, shown)
            _change(part, current, session, by, now, version.text)
        return notes_of(session, by, now)


def _to_be_changed(session: Session, by: Person, now: datetime) -> Notes:
    """The notes of now, behind the locks of the relationship and the session: of two tabs one is the first."""
    running = Relationship.objects.running(now).filter(coach=session.coach_id, coachee=session.coachee_id)
    if not list(running.locked().values_list("pk", flat=True)):
        raise RefusedError(_("The coaching has ended. Your private notes stay among your notes on former coachees."))
    current = Session.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
    if why_not := why_no_notes(current, now):
        raise RefusedError(why_not)
    return notes_of(current, by, now)


def _changed(notes: Notes, private: str, shared: str) -> dict[str, str]:
    """The parts that are to say something else, with what. Only spaces are nothing."""
    wanted = {part: text if text.strip() else "" for part, text in ((PRIVATE, private), (SHARED, shared))}
    return {part: text for part, text in wanted.items() if text != notes.text(part)}


def _check(part: str, notes: Notes, shown: int) -> None:
    if notes.version(part) != shown:
        raise ChangedMeanwhileError(_("This was changed while you were writing."), notes)


def _change(part: str, notes: Notes, session: Session, by: Person, now: datetime, text: str) -> None:
    row = getattr(notes, part)
    if row is None:
        _write(part, session, by, now, text)
        return
    _keep(row)
    if part == SHARED and not text:
        row.delete()
    else:
        save_version(row, row.version, text=text, edited_at=now)


def _write(part: str, session: Session, by: Person, now: datetime, text: str) -> None:
    """The first text of a part. A shared one that follows a removed one goes on counting its versions."""
    about: dict[str, Any] = {"session": session, "coachee_id": session.coachee_id, "text": text, "written_at": now}
    if part == PRIVATE:
        PrivateNote.objects.create(author=by, **about)
        return
    before = SharedNoteVersion.objects.filter(session=session).count()
    SharedNote.objects.create(coach_id=session.coach_id, version=before, **about)


def _keep(row: PrivateNote | SharedNote) -> None:
    """What it says, as a version, before it says something else."""
    if not row.text:
        return
    since = row.edited_at or row.written_at
    if isinstance(row, PrivateNote):
        kept = {"note": row, "author_id": row.author_id, "coachee_id": row.coachee_id}
        PrivateNoteVersion.objects.create(text=row.text, written_at=since, **kept)
    else:
        pair = {"coach_id": row.coach_id, "coachee_id": row.coachee_id}
        SharedNoteVersion.objects.create(session_id=row.session_id, text=row.text, written_at=since, **pair)
