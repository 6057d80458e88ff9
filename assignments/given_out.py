"""*Assignments* of a coach: what was given to everybody they coach, by state, narrowed to what wants attention."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.giving import Recipient, recipients
from assignments.giving_forms import key_in
from assignments.models import Assignment
from config.keyset import cut, link, read_cursor
from profiles.given import STATES, Segment, State, answered, narrowings, only_of, pill_of, state_of, unread_words
from profiles.models import Person, Role
from profiles.zones import local_day

PAGE = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One assignment in the list."""

    pk: int
    title: str
    url: str
    coachee: Any
    coachee_url: str
    pill: str
    tone: str
    answered: str
    unread: str


@dataclass(frozen=True)
class GivenOut:
    """A page of assignments with the ways to narrow the list, each with how many there are."""

    state: State
    segments: list[Segment]
    narrowings: list[Segment]
    rows: list[Row]
    people: Sequence[Recipient]
    coachee: Recipient | None
    only: str
    elsewhere: list[Segment]
    """Other states in which there are new responses."""
    own_url: str
    onward: str
    back: str


def given_out(coach: Person, asked: QueryDict, now: datetime) -> GivenOut:
    """`?state=`, `?coachee=` and `?only=overdue|unread` choose. Three queries."""
    people = recipients(coach, now)
    state = state_of(asked.get("state"))
    coachee = next((one for one in people if one.pk == key_in(asked.get("coachee"))), None)
    only = only_of(asked.get("only"), state)
    mine = Assignment.objects.visible_to(coach, now).filter(coach=coach)
    if coachee:
        mine = mine.filter(coachee=coachee.pk)
    mine = mine.with_responses(coach, now)
    late = _late(people)
    counts = _counts(mine, late, now)
    rows = _narrowed(getattr(mine, state.key)(now), only, late)
    page = cut(rows.values_list(*COLUMNS, named=True), **_order(state), cursor=read_cursor(asked), size=PAGE)
    kept = {"coachee": coachee.pk} if coachee else {}
    places = {**kept, "state": state.key, **({"only": only} if only else {})}
    days = {one.pk: one.today for one in people}
    return GivenOut(
        state=state,
        segments=_states(state, counts, kept),
        narrowings=narrowings(reverse("assignments"), {**kept, "state": state.key}, state, only, _here(counts, state)),
        rows=[_row(row, coach, days, now) for row in page.rows],
        people=people,
        coachee=coachee,
        only=only,
        elsewhere=_elsewhere(state, counts, kept),
        own_url=reverse("person-assignments", args=[coach.pk]) if Role.COACHEE in coach.roles else "",
        onward=link(page.onward, **places),
        back=link(page.back, **places),
    )


COLUMNS = ["pk", "title", "due_on", "assigned_at", "completed_at", "archived_at", "response_count", "last_response_at"]
COLUMNS += ["unread", "coachee_id", "coachee__name", "coachee__photo"]


def _order(state: State) -> dict[str, Any]:
    return {"key": state.order, "descending": state.descending}


def _late(people: Sequence[Recipient]) -> Q:
    """Due before the day it is for the coachee. At any instant the world has no more than three days."""
    days: dict[date, list[int]] = defaultdict(list)
    for one in people:
        days[one.today].append(one.pk)
    found = Q(pk__in=[])
    for today, coachees in days.items():
        found |= Q(due_on__lt=today, coachee__in=coachees)
    return found


def _narrowed(rows: QuerySet, only: str, late: Q) -> QuerySet:
    if only == "overdue":
        return rows.filter(late)
    return rows.filter(unread__gt=0) if only == "unread" else rows


def _counts(mine: Any, late: Q, now: datetime) -> dict[str, int]:
    """How many there are in each state, how many of those have new responses, and how many are late. One query."""
    put_away = Q(archived_at__lte=now)
    done = Q(completed_at__lte=now) & ~Q(archived_at__isnull=False, archived_at__lte=now)
    states = {
        "archived": put_away,
        "completed": done,
        "in_progress": Q(assigned_at__lte=now)
        & (Q(archived_at=None) | Q(archived_at__gt=now))
        & (Q(completed_at=None) | Q(completed_at__gt=now)),
    }
    counted = {name: Count("pk", filter=which) for name, which in states.items()}
    unread = {f"unread_{name}": Count("pk", filter=which & Q(unread__gt=0)) for name, which in states.items()}
    return mine.aggregate(**counted, **unread, overdue=Count("pk", filter=states["in_progress"] & late))


def _states(current: State, counts: dict[str, int], kept: dict[str, Any]) -> list[Segment]:
    return [Segment(str(one.label), _url(one, kept), one is current, counts[one.key]) for one in STATES.values()]


def _elsewhere(current: State, counts: dict[str, int], kept: dict[str, Any]) -> list[Segment]:
    return [
        Segment(str(one.label), _url(one, {**kept, "only": "unread"}), False, counts[f"unread_{one.key}"])
        for one in STATES.values()
        if one is not current and counts[f"unread_{one.key}"]
    ]


def _url(state: State, kept: dict[str, Any]) -> str:
    return f"{reverse('assignments')}?{urlencode({**kept, 'state': state.key})}"


def _here(counts: dict[str, int], state: State) -> dict[str, int]:
    return {"overdue": counts["overdue"], "unread": counts[f"unread_{state.key}"]}


def _row(row: Any, coach: Person, days: dict[int, date], now: datetime) -> Row:
    today = days.get(row.coachee_id) or local_day(now, "UTC")
    pill, tone = pill_of(row, now, zone=coach.timezone, due_today=today)
    return Row(
        pk=row.pk,
        title=row.title or _("Untitled assignment"),
        url=reverse("assignment", args=[row.pk]),
        coachee=SimpleNamespace(pk=row.coachee_id, name=row.coachee__name, photo=row.coachee__photo),
        coachee_url=reverse("person-assignments", args=[row.coachee_id]),
        pill=pill,
        tone=tone,
        answered=answered(row, zone=coach.timezone, now=now),
        unread=unread_words(row.unread, is_self=False),
    )
