"""The page on which a coachee writes a goal or a takeaway: what it is about, what is written, and what can be done."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from config.keyset import beginning_with
from profiles.days import clock, in_days, long_day
from profiles.drafts import draft_of
from profiles.models import Draft, Person
from profiles.zones import local_day
from sessions_app.models import MicroGoal, Session, SharedText
from sessions_app.written_actions import GOAL, NOTHING_YET, Written, why_closed


@dataclass(frozen=True)
class WritingPage:
    """The session, what is written about it, what was typed and not sent, and why it is closed, if it is.

    `goal` is what the coachee wanted from the session, read beside a takeaway.
    """

    written: Written
    session: Session
    writer: Person
    now: datetime
    row: SharedText | None
    draft: Draft | None
    goal: str
    closed: str
    both: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def is_shared(self) -> bool:
        """Whether the coach can read it now."""
        return self.row is not None and self.row.shared_at is not None and self.row.shared_at <= self.now

    @property
    def version(self) -> int:
        """That of what is shown."""
        return self.row.version if self.row else NOTHING_YET

    @property
    def text(self) -> str:
        """What was typed last, else what is saved."""
        saved = self.row.text if self.row else ""
        return self.draft.fields.get("text", saved) if self.draft else saved

    @property
    def unsaved(self) -> bool:
        """Whether something was typed that differs from what is saved."""
        return self.draft is not None and self.row is not None and self.text != self.row.text

    @property
    def draft_key(self) -> str:
        """The name of what is typed and not sent."""
        return self.written.draft_key(self.session.pk)

    @property
    def kind(self) -> str:
        """The word of `profiles.audience`."""
        return "micro_goal" if self.written is GOAL else "takeaway"

    @property
    def title(self) -> str:
        """“Goal for Tuesday 24 November”."""
        at = self.session.starts_at.astimezone(ZoneInfo(self.writer.timezone))
        day = {"day": long_day(at.date(), local_day(self.now, self.writer.timezone))}
        return (_("Goal for %(day)s") if self.written is GOAL else _("Takeaway from %(day)s")) % day

    @property
    def times(self) -> str:
        """“13:00–13:55”."""
        zone = ZoneInfo(self.writer.timezone)
        return "–".join(clock(at.astimezone(zone)) for at in (self.session.starts_at, self.session.ends_at))

    @property
    def in_days(self) -> str:
        """How long until the session; nothing once it has begun."""
        return in_days(self.session.starts_at, self.now) if self.session.starts_at > self.now else ""

    @property
    def question(self) -> str:
        """What the text answers."""
        if self.written is GOAL:
            return _("What do you want from this session?")
        return _("What do you take from this session?")

    @property
    def address(self) -> str:
        """Where the text is saved."""
        return reverse(f"session-{self.written.word}", args=[self.session.pk])

    @property
    def sharing_address(self) -> str:
        """Where it is shared and taken back."""
        return reverse(f"session-{self.written.word}-sharing", args=[self.session.pk])

    @property
    def discard_address(self) -> str:
        """Where what was typed and not sent is thrown away."""
        return f"{reverse('draft-removal')}?{urlencode({'key': self.draft_key, 'next': self.address})}"

    @property
    def back(self) -> str:
        """Where the session stands among all: those ahead are on the first page."""
        ahead = self.session.status == Session.Status.SCHEDULED and self.session.ends_at > self.now
        place = "" if ahead else beginning_with(self.session.starts_at, self.session.pk)
        return f"{reverse('person-sessions', args=[self.writer.pk])}{place}#session-{self.session.pk}"


def writing_page(written: Written, session: Session, writer: Person, now: datetime) -> WritingPage:
    """Puts the page together. At most four queries."""
    goal = "" if written is GOAL else MicroGoal.objects.filter(session=session).values_list("text", flat=True).first()
    return WritingPage(
        written=written,
        session=session,
        writer=writer,
        now=now,
        row=written.model._default_manager.filter(session=session).first(),
        draft=draft_of(writer, written.draft_key(session.pk)),
        goal=goal or "",
        closed=why_closed(written, session, now),
    )
