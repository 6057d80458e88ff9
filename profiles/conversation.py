"""The Messages tab: the conversation of coach and coachee, the newest at the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from activity.feed import day_title
from coaching.models import Message
from config.keyset import Cursor, cut, link
from profiles.models import Person
from profiles.profile import Profile

PAGE = 30


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
    text: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one calendar day of the viewer's."""

    title: str
    letters: list[Letter]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A page of a conversation; `partner` is the other side, None when there is no coach yet."""

    partner: Person | None
    choices: list[Choice]
    days: list[Day]
    older: str = ""
    newer: str = ""


def conversation(profile: Profile, asked: str | None, cursor: Cursor | None) -> Conversation:
    """A page of the messages of the viewer with the other side. One query.

    Coachees with several coaches choose one by `?with=<id>`; the first is one who coaches them now.
    """
    coach = profile.viewer if not profile.is_self else _chosen(profile, asked)
    if coach is None:
        return Conversation(None, [], [])
    visible = Message.objects.visible_to(profile.viewer, profile.now).of(profile.person)
    rows = visible.filter(coach=coach, sent_at__lte=profile.now)
    page = cut(rows, key="sent_at", cursor=cursor, size=PAGE)
    partner = coach if profile.is_self else profile.person
    kept = {"with": coach.pk} if profile.is_self else {}
    return Conversation(
        partner=partner,
        choices=_choices(profile, coach) if profile.is_self else [],
        days=_days(page.rows, profile, coach),
        older=link(page.onward, **kept),
        newer=link(page.back, **kept),
    )


def _coaches(profile: Profile) -> list[Person]:
    """Every coach once, those of now first."""
    spells = [*profile.running, *(one for one in profile.relationships if one.started_at <= profile.now)]
    return list({one.coach_id: one.coach for one in spells}.values())


def _chosen(profile: Profile, asked: str | None) -> Person | None:
    coaches = _coaches(profile)
    return next((one for one in coaches if str(one.pk) == asked), coaches[0] if coaches else None)


def _choices(profile: Profile, coach: Person) -> list[Choice]:
    coaches = _coaches(profile)
    url = reverse("person-messages", args=[profile.person.pk])
    choices = [Choice(one.name, f"{url}?with={one.pk}", one.pk == coach.pk) for one in coaches]
    return choices if len(choices) > 1 else []


def _days(newest_first: list[Message], profile: Profile, coach: Person) -> list[Day]:
    zone = ZoneInfo(profile.viewer.timezone)
    today = profile.now.astimezone(zone).date()
    names = {Message.Sender.COACH: coach.name, Message.Sender.COACHEE: profile.person.name}
    mine = Message.Sender.COACHEE if profile.is_self else Message.Sender.COACH
    days: dict = {}
    for row in reversed(newest_first):
        day = row.sent_at.astimezone(zone).date()
        letter = Letter(row.pk, names[Message.Sender(row.sender)], row.sender == mine, row.text, row.sent_at)
        days.setdefault(day, Day(day_title(day, today), [])).letters.append(letter)
    return list(days.values())
