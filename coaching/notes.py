"""What remains with a former coach: the private notes they wrote, on a page of their own, without the profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString

from coaching.models import Relationship
from config.keyset import cut, read_cursor
from config.text import render_markdown
from profiles.models import Person
from sessions_app.models import PrivateNote

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Note:
    """A private note as its author reads it: about whom, from which session, and the text as safe HTML."""

    pk: int
    coachee: str
    session_at: datetime
    kind: str
    html: SafeString


@dataclass(frozen=True)
class NotePage:
    """Some notes, the latest first, and the links to the pages beside it, empty where there is none."""

    notes: list[Note]
    older: str
    newer: str


def notes_on_former_coachees(author: Person, now: datetime) -> QuerySet[PrivateNote]:
    """The author's private notes on people with whom they have no running relationship as a coach."""
    running = Relationship.objects.running(now).filter(coach=author, coachee=OuterRef("coachee"))
    return PrivateNote.objects.visible_to(author).saying().filter(~Exists(running))


def page_of_notes(author: Person, now: datetime, query: QueryDict) -> NotePage:
    """The notes beside the place the query names, else the latest. One query."""
    notes = notes_on_former_coachees(author, now).select_related("session", "coachee")
    found = cut(notes, key="written_at", cursor=read_cursor(query), size=PAGE_SIZE)
    older, newer = (f"?{place}" if place else "" for place in (found.onward, found.back))
    return NotePage([_note(note) for note in found.rows], older, newer)


def _note(note: PrivateNote) -> Note:
    return Note(
        pk=note.pk,
        coachee=note.coachee.name,
        session_at=note.session.starts_at,
        kind=note.session.get_kind_display(),
        html=render_markdown(note.text),
    )
