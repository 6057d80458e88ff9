"""Assignments as one viewer of a profile sees them: by state, with when they are due and what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
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
from profiles.models import Person, Role
from profiles.profile import Profile
from profiles.sight import Sight
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
    """A link that chooses a state, or narrows a list."""

    label: str
    url: str
    current: bool
    count: int | None = None


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
    unread: str = ""
    """How much in the thread is new to the viewer, in words."""
    instructions: SafeString = field(default_factory=lambda: SafeString(""))
    last: Response | None = None
    """The last line of the thread."""


@dataclass(frozen=True, slots=True)
class Assignments:
    """The assignments in one state, with links to the others and, on the tab, to further pages."""

    state: State
    segments: list[Segment]
    items: list[Given]
    total: int
    onward: str = ""
    back: str = ""
    narrowings: list[Segment] = field(default_factory=list)
    only: str = ""
    new_url: str = ""
    """Where the viewer gives this coachee another one; empty for those who may not."""


def state_of(asked: str | None) -> State:
    """The state of `?state=`; in progress for anything unknown."""
    return STATES.get(asked or "", STATES["in_progress"])


def shown_on_overview(profile: Profile, state: State) -> Assignments:
    """The first assignments in that state. One query."""
    rows = _ON_OVERVIEW.rows(state.key, viewer=profile.viewer.pk, coachee=profile.person.pk, now=profile.now)
    return _assembled(profile, state, [_given(row, profile) for row in rows], "person")


def shown_on_tab(profile: Profile, state: State, only: str, cursor: Cursor | None) -> Assignments:
    """A page of assignments in that state with instructions and the last line of each thread. Two queries.

    `only` narrows to `overdue` ones or those with something `unread`.
    """
    rows = _in_state(state.key, viewer=profile.viewer.pk, coachee=profile.person.pk, now=profile.now)
    if only == "overdue":
        rows = rows.filter(due_on__lt=local_day(profile.now, profile.person.timezone))
    elif only == "unread":
        rows = rows.filter(unread__gt=0)
    rows = rows.values_list(*COLUMNS, named=True)
    page = cut(rows, key=state.order, cursor=cursor, size=PAGE, descending=state.descending)
    visible = Response.objects.visible_to(profile.viewer, profile.now).filter(responded_at__lte=profile.now)
    last = visible.filter(assignment__in=[row.pk for row in page.rows])
    last = last.order_by("assignment_id", "-responded_at", "-pk")
    lines = {one.assignment_id: one for one in last.select_related("author").distinct("assignment_id")}
    items = [_given(row, profile, lines.get(row.pk), whole=True) for row in page.rows]
    return _assembled(profile, state, items, "person-assignments", only, page.onward, page.back)


def _in_state(state: str, *, viewer: int, coachee: int, now: datetime) -> QuerySet:
    """The assignments in that state that this viewer may know of, with how many responses there are."""
    looking = Person(pk=viewer)
    visible = Assignment.objects.visible_to(looking, now).filter(coachee=coachee)
    return getattr(visible, state)(now).with_responses(looking, now)


def _first_in_state(state: str, *, viewer: int, coachee: int, now: datetime) -> QuerySet:
    return _in_state(state, viewer=viewer, coachee=coachee, now=now)[:ON_OVERVIEW]


COLUMNS = ["pk", "title", "instructions", "assigned_at", "due_on", "completed_at", "archived_at", "coach__name"]
COLUMNS += ["response_count", "last_response_at", "unread"]
_ON_OVERVIEW = Prepared(_first_in_state, COLUMNS)


def _assembled(
    profile: Profile, state: State, items: list[Given], name: str, only: str = "", onward: str = "", back: str = ""
) -> Assignments:
    url = reverse(name, args=[profile.person.pk])
    segments = [
        Segment(str(one.label), f"{url}?state={one.key}", one is state, getattr(profile.person, one.key))
        for one in STATES.values()
    ]
    total = getattr(profile.person, state.key)
    kept = {"state": state.key, **({"only": only} if only else {})}
    return Assignments(
        state=state,
        segments=segments,
        items=items,
        total=total,
        onward=link(onward, **kept),
        back=link(back, **kept),
        narrowings=narrowings(url, {"state": state.key}, state, only, is_self=profile.is_self),
        only=only,
        new_url=_new_url(profile),
    )


def _new_url(profile: Profile) -> str:
    gives = profile.acts and profile.sight == Sight.COACH and Role.COACH in profile.viewer.roles
    return f"{reverse('assignments-new')}?coachee={profile.person.pk}" if gives else ""


def narrowings(
    url: str,
    kept: dict[str, object],
    state: State,
    only: str,
    counts: dict[str, int] | None = None,
    is_self: bool = False,
) -> list[Segment]:
    """Links that narrow a list: to what is late, while it is in progress, and to what is new; with numbers if known."""
    labels = {"": _("All"), "overdue": _("Overdue"), "unread": _("New answers") if is_self else _("New responses")}
    if state.key != "in_progress":
        del labels["overdue"]
    return [
        Segment(
            label,
            f"{url}?{urlencode({**kept, **({'only': key} if key else {})})}",
            key == only,
            (counts or {}).get(key),
        )
        for key, label in labels.items()
    ]


def only_of(asked: str | None, state: State) -> str:
    """What `?only=` narrows to; nothing for anything unknown, or where it says nothing."""
    return asked if asked == "unread" or (asked == "overdue" and state.key == "in_progress") else ""


def _given(row: Any, profile: Profile, last: Response | None = None, whole: bool = False) -> Given:
    today = local_day(profile.now, profile.person.timezone)
    pill, tone = pill_of(row, profile.now, zone=profile.viewer.timezone, due_today=today)
    return Given(
        pk=row.pk,
        title=row.title or _("Untitled assignment"),
        url=reverse("assignment", args=[row.pk]),
        assigned=_("Assigned %(day)s") % {"day": _day(row.assigned_at, profile.viewer.timezone, profile.now)},
        coach=row.coach__name,
        pill=pill,
        tone=tone,
        answered=answered(row, zone=profile.viewer.timezone, now=profile.now),
        unread=unread_words(row.unread, is_self=profile.is_self),
        instructions=render_markdown(row.instructions) if whole else SafeString(""),
        last=last,
    )


def unread_words(count: int, *, is_self: bool) -> str:
    """“2 new responses” to a coach, “2 new answers” to the coachee; nothing for none."""
    if not count:
        return ""
    if is_self:
        return ngettext("%(count)d new answer", "%(count)d new answers", count) % {"count": count}
    return ngettext("%(count)d new response", "%(count)d new responses", count) % {"count": count}


def _day(instant: datetime, zone: str, now: datetime) -> str:
    return short_day(local_day(instant, zone), local_day(now, zone))


def answered(row: Any, *, zone: str, now: datetime) -> str:
    """How often the coachee responded, and when last."""
    if not row.response_count:
        return _("No response yet")
    day, today = local_day(row.last_response_at, zone), local_day(now, zone)
    lately = {today: _("today"), today - timedelta(days=1): _("yesterday")}
    words = ngettext("%(count)d response, on %(day)s", "%(count)d responses, last one %(day)s", row.response_count)
    if row.response_count == 1 and day in lately:
        words = _("%(count)d response, %(day)s")
    return words % {"count": row.response_count, "day": lately.get(day) or short_day(day, today)}


def pill_of(row: Any, now: datetime, *, zone: str, due_today: date) -> tuple[str, str]:
    """What stands beside the title; due days are the coachee's, for whom it is `due_today`."""
    if row.archived_at and row.archived_at <= now:
        return _("Archived %(day)s") % {"day": _day(row.archived_at, zone, now)}, "plain"
    if row.completed_at and row.completed_at <= now:
        return _("Done %(day)s") % {"day": _day(row.completed_at, zone, now)}, "leaf"
    return due(row.due_on, due_today)


def due(day: date, today: date) -> tuple[str, str]:
    """When something is due, in words, and the colour of that: rose when late, amber today and tomorrow."""
    if day < today:
        return _("Overdue since %(day)s") % {"day": short_day(day, today)}, "rose"
    if day == today:
        return _("Due today"), "amber"
    if day == today + timedelta(days=1):
        return _("Due tomorrow"), "amber"
    return _("Due %(day)s") % {"day": short_day(day, today)}, "plain"
