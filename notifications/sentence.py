"""What sentences of notices are made of: the words, and what is looked up for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from config.text import one_line
from profiles.days import short_day
from profiles.models import Person
from profiles.zones import local_day

__all__ = ["Known", "Words", "day_of", "instant_of", "one_line"]


@dataclass(frozen=True)
class Words:
    """A sentence, what follows from it, and where to look: `url` is a path on this site, empty for nowhere."""

    sentence: str
    then: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True)
class Known:
    """What the sentences of one reader's notices need, looked up for all of them at once."""

    reader: Person
    now: datetime
    names: dict[int, str] = field(default_factory=dict)
    zones: dict[int, str] = field(default_factory=dict)
    """The time zones of the people named."""
    visible: frozenset[int] = frozenset()
    """Ids of people whose profile the reader may open."""
    running: frozenset[int] = frozenset()
    """Ids of relationships, among those told of, that run."""
    coached: frozenset[int] = frozenset()
    """Ids of people whom the reader coaches now."""
    expiring: dict[int, tuple[str, date | None]] = field(default_factory=dict)
    """The reader's credentials: title and last day."""
    assignments: frozenset[int] = frozenset()
    """Ids of assignments, among those told of, that the reader may open."""
    sessions: frozenset[int] = frozenset()
    """Ids of sessions, among those told of, that the reader may open."""
    scheduled: dict[int, datetime] = field(default_factory=dict)
    """Of these, when those that are still scheduled begin."""
    suggested: dict[int, int] = field(default_factory=dict)
    """Suggestions to the reader, among those told of, that stand: the resource of each."""

    def name(self, pk: int | None) -> str:
        """What the person is called, fit for a line of text."""
        return self.names.get(pk or 0) or _("Somebody")

    def first_name(self, pk: int | None) -> str:
        """The first word of it."""
        return self.name(pk).split(" ", 1)[0]

    def day(self, written: object) -> str:
        """A stored day in words, with the year when it is another than this one."""
        day = day_of(written)
        return short_day(day, local_day(self.now, self.reader.timezone)) if day else _("a date that is not known")

    def when(self, written: object) -> str:
        """A stored instant by the reader's clock: “Tue 24 Nov, 13:00”, with the year when it is another one."""
        at = instant_of(written)
        if at is None:
            return _("a time that is not known")
        local, today = at.astimezone(ZoneInfo(self.reader.timezone)), local_day(self.now, self.reader.timezone)
        form = pgettext("date format", "D j M, H:i")
        return format(local, form if local.year == today.year else pgettext("date format", "D j M Y, H:i"))


def day_of(written: object) -> date | None:
    """A stored day; None for what is none."""
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return None


def instant_of(written: object) -> datetime | None:
    """A stored instant; None for what is none."""
    try:
        return datetime.fromisoformat(str(written))
    except ValueError:
        return None
