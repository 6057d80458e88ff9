"""The Messages tab: the conversation of coach and coachee, the newest at the bottom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse

from activity.feed import day_title
from coaching.models import Message
from config.keyset import Cursor, cut, link
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
    """A page of a conversation; `partner` names the other side, nobody when there is no coach yet.

    `newest` is the id of the latest message on this page, 0 where there is none.
    """

    partner: str
    choices: list[Choice]
    days: list[Day]
    older: str = ""
    newer: str = ""
    newest: int = 0


def conversation(profile: Profile, asked: str | None, cursor: Cursor | None) -> Conversation:
    """A page of the messages of the viewer with the other side. One query.

    Coachees with several coaches choose one by `?with=<id>`; the first is one who coaches them now.
    """
    coach = _chosen(profile, asked) if profile.is_self else (profile.viewer.pk, profile.viewer.name)
    if coach is None:
        return Conversation("", [], [])
    coach_id, coach_name = coach
    visible = Message.objects.visible_to(profile.viewer, profile.now).filter(coachee=profile.person.pk)
    rows = visible.filter(coach=coach_id, sent_at__lte=profile.now)
    page = cut(rows, key="sent_at", cursor=cursor, size=PAGE)
    kept = {"with": coach_id} if profile.is_self else {}
    return Conversation(
        partner=coach_name if profile.is_self else profile.person.name,
        choices=_choices(profile, coach_id) if profile.is_self else [],
        days=_days(page.rows, profile, coach_name),
        older=link(page.onward, **kept),
        newer=link(page.back, **kept),
        newest=page.rows[0].pk if page.rows else 0,
    )


def _coaches(profile: Profile) -> dict[int, str]:
    """Every coach's name by id, those of now first."""
    spells = [*profile.running, *(one for one in profile.relationships if one.started_at <= profile.now)]
    return {one.coach_id: one.coach__name for one in spells}


def _chosen(profile: Profile, asked: str | None) -> tuple[int, str] | None:
    coaches = list(_coaches(profile).items())
    return next((one for one in coaches if str(one[0]) == asked), coaches[0] if coaches else None)


def _choices(profile: Profile, chosen: int) -> list[Choice]:
    url = reverse("person-messages", args=[profile.person.pk])
    choices = [Choice(name, f"{url}?with={pk}", pk == chosen) for pk, name in _coaches(profile).items()]
    return choices if len(choices) > 1 else []


def _days(newest_first: list[Message], profile: Profile, coach: str) -> list[Day]:
    zone = ZoneInfo(profile.viewer.timezone)
    today = profile.now.astimezone(zone).date()
    names = {Message.Sender.COACH: coach, Message.Sender.COACHEE: profile.person.name}
    mine = Message.Sender.COACHEE if profile.is_self else Message.Sender.COACH
    days: dict = {}
    for row in reversed(newest_first):
        day = row.sent_at.astimezone(zone).date()
        letter = Letter(row.pk, names[Message.Sender(row.sender)], row.sender == mine, row.text, row.sent_at)
        days.setdefault(day, Day(day_title(day, today), [])).letters.append(letter)
    return list(days.values())
