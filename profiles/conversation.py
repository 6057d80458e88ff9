"""A conversation of coach and coachee: a page of it, the newest at the bottom, and what is new since a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, Max, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.safestring import SafeString

from activity.feed import day_title
from coaching.models import Message, MessageFile, Relationship
from coaching.querysets import MessageQuerySet
from config.keyset import Cursor, cut, link, sliced
from config.prepared import Prepared
from config.text import render_message
from profiles.models import Person
from profiles.profile import Profile

PAGE = 30
RECENT = 100
"""So many of the latest messages are looked at for what is new, and handed over at once."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Whose conversation it is, and which of the two looks at it. `coach` and `coachee` are ids."""

    coach: int
    coachee: int
    by_coach: bool
    partner: str = ""
    runs: bool = True

    @property
    def mine(self) -> str:
        """The viewer as a sender."""
        return Message.Sender.COACH if self.by_coach else Message.Sender.COACHEE

    @property
    def url(self) -> str:
        """Where the viewer finds it."""
        url = reverse("person-messages", args=[self.coachee])
        return url if self.by_coach else f"{url}?with={self.coach}"

    @property
    def news_url(self) -> str:
        """Where the open page asks what is new."""
        url = reverse("conversation-new", args=[self.coachee])
        return f"{url}?with={self.coach}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A link to the conversation with one coach."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, ready to show."""

    pk: int
    sender: str
    own: bool
    html: SafeString
    sent_at: datetime
    files: tuple[MessageFile, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one calendar day of the viewer's."""

    on: date
    title: str
    letters: list[Letter]


@dataclass(frozen=True, slots=True)
class Mark:
    """Under an own message: when it was read, or that it was sent. `style` is how its time is written."""

    pk: int
    read_at: datetime | None
    style: str = "time"


@dataclass(frozen=True, slots=True)
class State:
    """How far it is: the greatest id, that of the last own message which was read (0 for none), and what to mark."""

    newest: int
    read: int
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of a conversation, or what is new in it. `state` is there when it reaches to the newest message.

    `unread` are the ids of the other side's messages on it that the viewer sees for the first time.
    """

    talk: Talk | None
    choices: list[Choice]
    days: list[Day]
    unread: list[int]
    older: str = ""
    newer: str = ""
    newest: int = 0
    """Id of the latest message on this page, 0 where there is none."""
    state: State | None = None
    far: bool = False
    """Whether there is so much news that what was shown before does not reach it."""
    joins: date | None = None
    """The day on whose heading an older page ends, which stands above the messages shown before it."""


class OverError(Exception):
    """Nobody can write here any more, and there is nothing new."""


def talk_of(profile: Profile, asked: str | None, *, exactly: bool = False) -> Talk | None:
    """The conversation of the viewer on this profile. Coachees choose a coach by `?with=<id>`; the first runs now.

    None for a coachee who never had a coach, and when it must be `exactly` the one asked for and there is none.
    """
    coachee = profile.person.pk
    if not profile.is_self:
        return Talk(profile.viewer.pk, coachee, True, profile.person.name)
    coaches = _coaches(profile)
    running = {one.coach_id for one in profile.running}
    first = None if exactly and asked is not None else next(iter(coaches), None)
    chosen = next((pk for pk in coaches if str(pk) == asked), first)
    return Talk(chosen, coachee, False, coaches[chosen], chosen in running) if chosen else None


def conversation(profile: Profile, talk: Talk | None, cursor: Cursor | None) -> Conversation:
    """A page of messages. Two queries."""
    choices = _choices(profile, talk) if profile.is_self else []
    if talk is None:
        return Conversation(None, choices, [], [])
    visible = Message.objects.visible_to(profile.viewer, profile.now).filter(coach=talk.coach, coachee=talk.coachee)
    page = cut(_named(visible.filter(sent_at__lte=profile.now)), key="sent_at", cursor=cursor, size=PAGE)
    zone = ZoneInfo(profile.viewer.timezone)
    days, unread = _days(page.rows, talk, profile.viewer, profile.now)
    return Conversation(
        talk,
        choices,
        days,
        unread,
        older=link(page.onward, **_kept(talk)),
        newer=link(page.back, **_kept(talk)),
        joins=cursor.at.astimezone(zone).date() if cursor and not cursor.back else None,
        newest=page.rows[0].pk if page.rows else 0,
        state=None if cursor else _state_of(page.rows, talk, profile.viewer),
    )


def news(talk: Talk, viewer: Person, now: datetime, *, after: int, read: int) -> Conversation | None:
    """What came after the message `after`, and the marks; None when nothing did and the last one read is still `read`.

    One query when there is nothing, else three. Raises Relationship.DoesNotExist when the viewer has no such
    conversation, and OverError when nobody can write in it any more and the viewer has seen everything.
    """
    found = _STATE.rows(talk.by_coach, coach=talk.coach, coachee=talk.coachee, now=now)
    if not found:
        raise Relationship.DoesNotExist
    state: dict[str, Any] = found[0].state or {}
    if (state.get("newest") or 0, (state.get("read") or [0])[0]) == (after, read):
        if not found[0].runs:
            raise OverError
        return None
    said = Message.objects.visible_to(viewer, now).filter(coach=talk.coach, coachee=talk.coachee, sent_at__lte=now)
    recent = list(_named(said).newest_first()[:RECENT])
    fresh = [row for row in recent if row.pk > after]
    older, far = "", len(fresh) == RECENT
    if far:  # the last of them stands for all that come before
        page = sliced(fresh, key="sent_at", cursor=None, size=RECENT - 1)
        fresh, older = page.rows, link(page.onward, **_kept(talk))
    days, unread = _days(fresh, talk, viewer, now)
    return Conversation(talk, [], days, unread, older, state=_state_of(recent, talk, viewer), far=far)


def _named(messages: MessageQuerySet) -> MessageQuerySet:
    """With the names of both."""
    fields = ("coach", "coachee", "sender", "text", "sent_at", "read_at", "coach__name", "coachee__name")
    return messages.select_related("coach", "coachee").only(*fields)


def _kept(talk: Talk) -> dict[str, int]:
    return {} if talk.by_coach else {"with": talk.coach}


def _newest_state(by_coach: bool, *, coach: int, coachee: int, now: datetime) -> QuerySet:
    """One row while the viewer may read the conversation: the newest message, the last own one that was read."""
    pair = {"coach": coach, "coachee": coachee}
    running = Relationship.objects.running(now).filter(**pair)
    spells = running if by_coach else Relationship.objects.filter(**pair, started_at__lte=now)
    recent = Message.objects.filter(**pair, sent_at__lte=now).newest_first().values("pk")[:RECENT]
    mine = Message.Sender.COACH if by_coach else Message.Sender.COACHEE
    read = ArrayAgg("pk", filter=Q(sender=mine, read_at__isnull=False), order_by=["-sent_at", "-pk"])
    state = JSONObject(newest=Max("pk"), read=read)
    folded = Message.objects.filter(pk__in=recent).order_by().values("coachee").annotate(state=state).values("state")
    return spells.order_by().annotate(state=Subquery(folded), runs=Exists(running))[:1]


_STATE = Prepared(_newest_state, ["state", "runs"], json=["state"])


def _coaches(profile: Profile) -> dict[int, str]:
    """Every coach's name by id, those of now first."""
    spells = [*profile.running, *(one for one in profile.relationships if one.started_at <= profile.now)]
    return {one.coach_id: one.coach__name for one in spells}


def _choices(profile: Profile, talk: Talk | None) -> list[Choice]:
    url = reverse("person-messages", args=[profile.person.pk])
    chosen = talk.coach if talk else 0
    choices = [Choice(name, f"{url}?with={pk}", pk == chosen) for pk, name in _coaches(profile).items()]
    return choices if len(choices) > 1 or not talk else []


def _state_of(newest_first: list[Message], talk: Talk, viewer: Person) -> State:
    own = [row for row in newest_first if row.sender == talk.mine]
    read = next((row for row in own if row.read_at), None)
    marks = [_read_mark(read, ZoneInfo(viewer.timezone))] if read else []
    if own and own[0] is not read:
        marks.append(Mark(own[0].pk, None))
    return State(max((row.pk for row in newest_first), default=0), read.pk if read else 0, marks)


def _read_mark(message: Message, zone: ZoneInfo) -> Mark:
    """With the day as well, when it was read on another one than it was sent."""
    read_at = message.read_at or message.sent_at
    same_day = read_at.astimezone(zone).date() == message.sent_at.astimezone(zone).date()
    return Mark(message.pk, read_at, "time" if same_day else "full")


def _days(newest_first: list[Message], talk: Talk, viewer: Person, now: datetime) -> tuple[list[Day], list[int]]:
    """The days of these messages, and the ids of those that are new to the viewer. One query."""
    zone = ZoneInfo(viewer.timezone)
    today = now.astimezone(zone).date()
    files: dict[int, list[MessageFile]] = {}
    for file in MessageFile.objects.filter(message__in=[row.pk for row in newest_first]).order_by("pk"):
        files.setdefault(file.message_id, []).append(file)
    days: dict[date, Day] = {}
    for row in reversed(newest_first):
        on = row.sent_at.astimezone(zone).date()
        own = row.sender == talk.mine
        sender = (row.coach if row.sender == Message.Sender.COACH else row.coachee).name
        letter = Letter(row.pk, sender, own, render_message(row.text), row.sent_at, tuple(files.get(row.pk, ())))
        days.setdefault(on, Day(on, day_title(on, today), [])).letters.append(letter)
    unread = [row.pk for row in newest_first if row.sender != talk.mine and row.read_at is None]
    return list(days.values()), unread
