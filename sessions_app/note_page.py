"""The pages on which a coach writes notes on a session, and reads what they said before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.goal_forms import Number, says_something
from config.keyset import Slice, cut, link, read_cursor
from config.markdown import MarkdownField
from config.text import render_markdown
from profiles.drafts import draft_of
from profiles.models import Draft, Person
from profiles.once import OnceForm
from sessions_app.differences import Piece, differences
from sessions_app.marking import Marking, marking_of
from sessions_app.models import MicroGoal, PrivateNoteVersion, Session, SharedNoteVersion, Takeaway
from sessions_app.noting import PARTS, PRIVATE, SHARED, Notes, draft_key, notes_of, why_no_notes
from sessions_app.outcome_page import session_day, session_times

LONGEST = 20_000
"""Characters of each part."""
PAGE_SIZE = 20
LARGEST = 2**63 - 1


class NotesForm(OnceForm):
    """Both parts. Either may be empty. `shown_…` are the versions that the writer saw."""

    private = MarkdownField(label=gettext_lazy("Private part"), rows=9, max_length=LONGEST, required=False)
    shared = MarkdownField(label=gettext_lazy("Shared part"), rows=9, max_length=LONGEST, required=False)
    shown_private = Number()
    shown_shared = Number()

    def clean_private(self) -> str:
        """Letters that show nothing are nothing."""
        return _or_nothing(self.cleaned_data["private"])

    def clean_shared(self) -> str:
        """Letters that show nothing are nothing."""
        return _or_nothing(self.cleaned_data["shared"])


def _or_nothing(text: str) -> str:
    try:
        says_something(text)
    except ValidationError:
        return ""
    return text


@dataclass(frozen=True)
class NotePage:
    """The session, what is noted, what was typed and not saved, and why it is closed, if it is.

    `goal` and `takeaway` are what the coachee shared about it; `versions` says whether there are earlier texts.
    """

    session: Session
    writer: Person
    now: datetime
    notes: Notes
    draft: Draft | None
    goal: str
    takeaway: str
    versions: bool
    closed: str
    both: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def draft_key(self) -> str:
        """The name of what is typed and not saved."""
        return draft_key(self.session.pk)

    @property
    def initial(self) -> dict[str, Any]:
        """What was typed last, else what is saved, with the versions of what is saved."""
        typed = self.draft.fields if self.draft else {}
        texts = {part: typed.get(part, self.notes.text(part)) for part in PARTS}
        return texts | {f"shown_{part}": self.notes.version(part) for part in PARTS}

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that differs from what is saved."""
        return self.draft is not None and any(self.initial[part] != self.notes.text(part) for part in PARTS)

    @property
    def private_html(self) -> SafeString:
        """As it prints and as it reads where it cannot be changed."""
        return render_markdown(self.notes.text(PRIVATE))

    @property
    def shared_html(self) -> SafeString:
        """As the coachee reads it."""
        return render_markdown(self.notes.text(SHARED))

    @property
    def day(self) -> str:
        """“Tuesday 24 November”, where the coach is."""
        return session_day(self.session, self.writer, self.now)

    @property
    def times(self) -> str:
        """“13:00–13:55”, where the coach is."""
        return session_times(self.session, self.writer)

    @property
    def address(self) -> str:
        """This page."""
        return reverse("session-notes", args=[self.session.pk])

    @property
    def discard_address(self) -> str:
        """Where what was typed and not saved is thrown away."""
        return f"{reverse('draft-removal')}?{urlencode({'key': self.draft_key, 'next': self.address})}"

    @property
    def marking(self) -> Marking | None:
        """How it is marked, or the way to mark it."""
        return marking_of(self.session, self.now)


def note_page(session: Session, writer: Person, now: datetime) -> NotePage:
    """Puts the page together. Seven queries."""
    said = {
        model: model.objects.visible_to(writer, now)
        .filter(session=session, shared_at__lte=now)
        .values_list("text", flat=True)
        .first()
        for model in (MicroGoal, Takeaway)
    }
    return NotePage(
        session=session,
        writer=writer,
        now=now,
        notes=notes_of(session, writer, now),
        draft=draft_of(writer, draft_key(session.pk)),
        goal=said[MicroGoal] or "",
        takeaway=said[Takeaway] or "",
        versions=any(versions_of(part, session, writer, now).exists() for part in PARTS),
        closed=why_no_notes(session, now),
    )


# Earlier texts ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Segment:
    """One of the two parts to choose from."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Shown:
    """One earlier text: as it read, and what changed from it to the text that followed."""

    version: Any
    html: SafeString
    pieces: list[Piece]
    followed_at: datetime | None
    """When the text that followed was replaced in turn; None where that one is what it says now."""


@dataclass(frozen=True)
class VersionsPage:
    """Earlier texts of one part, the latest first, and one of them in full."""

    session: Session
    viewer: Person
    now: datetime
    part: str
    notes: Notes
    listed: Slice
    shown: Shown | None

    @property
    def parts(self) -> list[Segment]:
        """The private and the shared part."""
        labels = {PRIVATE: _("Private part"), SHARED: _("Shared part")}
        here = reverse("session-note-versions", args=[self.session.pk])
        return [Segment(labels[part], f"{here}?part={part}", part == self.part) for part in PARTS]

    @property
    def version(self) -> int:
        """Of what it says now."""
        return self.notes.version(self.part)

    @property
    def now_html(self) -> SafeString:
        """What it says now."""
        return render_markdown(self.notes.text(self.part))

    @property
    def older(self) -> str:
        """The way to older ones."""
        return link(self.listed.onward, part=self.part)

    @property
    def newer(self) -> str:
        """The way back."""
        return link(self.listed.back, part=self.part)

    @property
    def day(self) -> str:
        """“Tuesday 24 November”, where the coach is."""
        return session_day(self.session, self.viewer, self.now)


def versions_of(part: str, session: Session, author: Person, now: datetime) -> QuerySet:
    """The earlier texts of this part that the author may read."""
    if part == PRIVATE:
        return PrivateNoteVersion.objects.visible_to(author).filter(note__session=session)
    return SharedNoteVersion.objects.visible_to(author, now).filter(session=session)


def version_or_404(part: str, pk: str, session: Session, author: Person, now: datetime) -> Any:
    """The earlier text with this number."""
    number = int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 20 else 0
    found = versions_of(part, session, author, now).filter(pk=number).first() if number <= LARGEST else None
    if found is None:
        raise Http404
    return found


def versions_page(session: Session, viewer: Person, now: datetime, query: QueryDict) -> VersionsPage:
    """Puts the page together; `part`, `show` and a place in the list come from the query. At most five queries."""
    part = SHARED if query.get("part") == SHARED else PRIVATE
    rows = versions_of(part, session, viewer, now)
    notes = notes_of(session, viewer, now)
    listed = cut(rows, key="written_at", cursor=read_cursor(query), size=PAGE_SIZE)
    asked = str(query.get("show", ""))
    shown = _shown(part, asked, session, viewer, now, notes) if asked else None
    return VersionsPage(session, viewer, now, part, notes, listed, shown)


def _shown(part: str, pk: str, session: Session, viewer: Person, now: datetime, notes: Notes) -> Shown:
    version = version_or_404(part, pk, session, viewer, now)
    # The texts of one part follow each other as their rows were made.
    later = versions_of(part, session, viewer, now).filter(pk__gt=version.pk).order_by("pk").first()
    after = later.text if later else notes.text(part)
    return Shown(version, render_markdown(version.text), differences(version.text, after), later and later.written_at)
