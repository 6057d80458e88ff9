"""Assignments as one viewer of a profile sees them: by state, with when they are due and what was answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from assignments.models import Assignment, Response
from config.keyset import Cursor, cut, link
from config.prepared import Prepared
from config.text import render_markdown
from profiles.days import short_day
from profiles.models import Person
from profiles.profile import Profile
from profiles.zones import local_day

ON_OVERVIEW = 10
PAGE = 20


@dataclass(frozen=True, slots=True)
class State:
    """A state of assignments: what `?state=` says, its words, and how its list is ordered."""

    key: str
    label: str | Promise
    empty_title: str | Promise
    empty_text: str | Promise
    order: str
    descending: bool


STATES = {
    "in_progress": State(
        "in_progress",
        gettext_lazy("In progress"),
        gettext_lazy("Nothing in progress"),
        gettext_lazy("What the coach gives to do between sessions will appear here."),
        "due_on",
        False,
    ),
    "completed": State(
        "completed",
        gettext_lazy("Completed"),
        gettext_lazy("Nothing completed yet"),
        gettext_lazy("Assignments marked as done will appear here."),
        "completed_at",
        True,
    ),
    "archived": State(
        "archived",
        gettext_lazy("Archived"),
        gettext_lazy("Nothing archived"),
        gettext_lazy("Assignments that were put away will appear here."),
        "archived_at",
        True,
    ),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A link that chooses a state."""

    label: str
    url: str
    current: bool
    count: int


@dataclass(frozen=True, slots=True)
class Given:
    """One assignment, ready to show."""

    pk: int
    title: str
    url: str
    assigned: str
    coach: str
    pill: str
    tone: str
    answered: str
    instructions: SafeString = field(default_factory=lambda: SafeString(""))
    responses: list[Response] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Assignments:
    """The assignments in one state, with links to the others and, on the tab, to further pages."""

    state: State
    segments: list[Segment]
    items: list[Given]
    total: int
    onward: str = ""
    back: str = ""


def state_of(asked: str | None) -> State:
    """The state of `?state=`; in progress for anything unknown."""
    return STATES.get(asked or "", STATES["in_progress"])


def shown_on_overview(profile: Profile, state: State) -> Assignments:
    """The first assignments in that state. One query."""
    rows = _ON_OVERVIEW.rows(state.key, viewer=profile.viewer.pk, coachee=profile.person.pk, now=profile.now)
    return _assembled(profile, state, [_given(row, profile, state) for row in rows], "person")


def shown_on_tab(profile: Profile, state: State, cursor: Cursor | None) -> Assignments:
    """A page of assignments in that state with instructions and responses. Two queries."""
    rows = _in_state(state.key, viewer=profile.viewer.pk, coachee=profile.person.pk, now=profile.now)
    rows = rows.values_list(*COLUMNS, named=True)
    page = cut(rows, key=state.order, cursor=cursor, size=PAGE, descending=state.descending)
    answers = defaultdict(list)
    visible = Response.objects.visible_to(profile.viewer, profile.now).filter(responded_at__lte=profile.now)
    for response in visible.filter(assignment__in=[row.pk for row in page.rows]):
        answers[response.assignment_id].append(response)
    items = [_given(row, profile, state, answers[row.pk], whole=True) for row in page.rows]
    return _assembled(profile, state, items, "person-assignments", page.onward, page.back)


def _in_state(state: str, *, viewer: int, coachee: int, now: datetime) -> QuerySet:
    """The assignments in that state that this viewer may know of, with how many responses there are."""
    visible = Assignment.objects.visible_to(Person(pk=viewer), now).filter(coachee=coachee)
    said = Q(responses__responded_at__lte=now)
    return getattr(visible, state)(now).annotate(
        answers=Count("responses", filter=said), answered_at=Max("responses__responded_at", filter=said)
    )


def _first_in_state(state: str, *, viewer: int, coachee: int, now: datetime) -> QuerySet:
    return _in_state(state, viewer=viewer, coachee=coachee, now=now)[:ON_OVERVIEW]


COLUMNS = ["pk", "title", "instructions", "assigned_at", "due_on", "completed_at", "archived_at", "coach__name"]
COLUMNS += ["answers", "answered_at"]
_ON_OVERVIEW = Prepared(_first_in_state, COLUMNS)


def _assembled(
    profile: Profile, state: State, items: list[Given], name: str, onward: str = "", back: str = ""
) -> Assignments:
    url = reverse(name, args=[profile.person.pk])
    segments = [
        Segment(str(one.label), f"{url}?state={one.key}", one is state, getattr(profile.person, one.key))
        for one in STATES.values()
    ]
    total = getattr(profile.person, state.key)
    onward, back = link(onward, state=state.key), link(back, state=state.key)
    return Assignments(state, segments, items, total, onward, back)


def _given(
    row: Any, profile: Profile, state: State, responses: list[Response] | None = None, whole: bool = False
) -> Given:
    pill, tone = _pill(row, profile)
    tab = reverse("person-assignments", args=[profile.person.pk])
    return Given(
        pk=row.pk,
        title=row.title or _("Untitled assignment"),
        url=f"{tab}?state={state.key}#assignment-{row.pk}",
        assigned=_("Assigned %(day)s") % {"day": _day(row.assigned_at, profile)},
        coach=row.coach__name,
        pill=pill,
        tone=tone,
        answered=_answered(row, profile),
        instructions=render_markdown(row.instructions) if whole else SafeString(""),
        responses=responses or [],
    )


def _day(instant: datetime, profile: Profile) -> str:
    return short_day(local_day(instant, profile.viewer.timezone), profile.today)


def _answered(row: Any, profile: Profile) -> str:
    if not row.answers:
        return _("No response yet")
    day = local_day(row.answered_at, profile.viewer.timezone)
    lately = {profile.today: _("today"), profile.today - timedelta(days=1): _("yesterday")}
    words = ngettext("%(count)d response, on %(day)s", "%(count)d responses, last one %(day)s", row.answers)
    if row.answers == 1 and day in lately:
        words = _("%(count)d response, %(day)s")
    return words % {"count": row.answers, "day": lately.get(day) or short_day(day, profile.today)}


def _pill(row: Any, profile: Profile) -> tuple[str, str]:
    """What stands beside the title; due days are the coachee's."""
    if row.archived_at and row.archived_at <= profile.now:
        return _("Archived %(day)s") % {"day": _day(row.archived_at, profile)}, "plain"
    if row.completed_at and row.completed_at <= profile.now:
        return _("Done %(day)s") % {"day": _day(row.completed_at, profile)}, "leaf"
    return due(row.due_on, local_day(profile.now, profile.person.timezone))


def due(day: date, today: date) -> tuple[str, str]:
    """When something is due, in words, and the colour of that: rose when late, amber today and tomorrow."""
    if day < today:
        return _("Overdue since %(day)s") % {"day": short_day(day, today)}, "rose"
    if day == today:
        return _("Due today"), "amber"
    if day == today + timedelta(days=1):
        return _("Due tomorrow"), "amber"
    return _("Due %(day)s") % {"day": short_day(day, today)}, "plain"
