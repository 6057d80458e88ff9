"""*Messages*: the conversations of somebody, those with unread messages first, then the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Left
from django.urls import reverse

from coaching.models import Message, Relationship
from config.cursors import seal, unseal
from config.text import plain_first_line
from profiles.models import Person, Role

PAGE = 30
COUNTED = 100
READ_OF_A_TEXT = 400
"""Letters of a message that are looked at for its first line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One conversation: with whom, where it is, and the last message of it. `line` is empty for files alone."""

    partner: Person
    url: str
    line: str
    own: bool
    at: datetime
    unread: int

    @property
    def unread_words(self) -> str:
        """How many are unread, as far as it is counted."""
        return f"{COUNTED - 1}+" if self.unread >= COUNTED else str(self.unread or "")


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of conversations, and the places where the next one begins and whether there is one before."""

    entries: list[Entry]
    older: str = ""
    first: bool = True


def inbox(viewer: Person, now: datetime, *, after: str | None = None) -> Inbox:
    """The conversations after a place that an earlier page named, else the first ones. One query.

    A former coach has none with whom they coached; coachees keep all of theirs.
    """
    rows = _latest(viewer, now)
    place = unseal("inbox", after)
    if place is not None:
        waiting, at, pk = place[0], datetime.fromisoformat(place[1]), place[2]
        later = Q(waiting=waiting) & (Q(sent_at__lt=at) | Q(sent_at=at, pk__lt=pk))
        rows = rows.filter(later | Q(waiting=False) if waiting else later)
    found = list(rows.order_by("-waiting", "-sent_at", "-pk")[: PAGE + 1])
    more, shown = len(found) > PAGE, found[:PAGE]
    last = shown[-1] if shown else None
    older = seal("inbox", [last.waiting, last.sent_at.isoformat(), last.pk]) if more and last else ""
    return Inbox([_entry(row, viewer) for row in shown], older, place is None)


def only_conversation(viewer: Person, now: datetime) -> str:
    """The address of the conversation of somebody who has one only, as a coachee; else nothing. One query."""
    if Role.COACH in viewer.roles:
        return ""
    spells = Relationship.objects.filter(coachee=viewer, started_at__lte=now).order_by()
    coaches = list(spells.values_list("coach", flat=True).distinct()[:2])
    return f"{reverse('person-messages', args=[viewer.pk])}?with={coaches[0]}" if len(coaches) == 1 else ""


def _latest(viewer: Person, now: datetime) -> QuerySet[Any]:
    """The last message of each conversation, with what of it is unread."""
    pair = {"coach": OuterRef("coach"), "coachee": OuterRef("coachee")}
    last = Message.objects.filter(**pair, sent_at__lte=now).newest_first().values("pk")[:1]
    unread = Message.objects.unread_by(viewer).filter(**pair).order_by()
    pairs = Relationship.objects.filter(_talks(viewer, now)).order_by().annotate(last=Subquery(last))
    running = Relationship.objects.running(now).filter(**pair)
    return (
        Message.objects.visible_to(viewer, now)
        .filter(pk__in=pairs.values("last"))
        .annotate(
            waiting=Exists(unread),
            runs=Exists(running),
            unread=ArraySubquery(unread.values("pk")[:COUNTED]),
            begins=Left("text", READ_OF_A_TEXT),
        )
        .defer("text")
        .select_related("coach", "coachee")
    )


def _talks(viewer: Person, now: datetime) -> Q:
    """Spells whose messages this person may read."""
    as_coachee = Q(coachee=viewer, started_at__lte=now)
    if Role.COACH not in viewer.roles:
        return as_coachee
    return as_coachee | Q(pk__in=Relationship.objects.running(now).filter(coach=viewer).values("pk"))


def _entry(row: Any, viewer: Person) -> Entry:
    by_coach = row.coachee_id != viewer.pk
    mine = Message.Sender.COACH if by_coach else Message.Sender.COACHEE
    url = reverse("person-messages", args=[row.coachee_id])
    partner = row.coachee if by_coach else row.coach
    if not row.runs:
        partner.photo = ""  # of a former coach the name remains, not what their profile shows
    return Entry(
        partner=partner,
        url=url if by_coach else f"{url}?with={row.coach_id}",
        line=plain_first_line(row.begins),
        own=row.sender == mine,
        at=row.sent_at,
        unread=len(row.unread),
    )
