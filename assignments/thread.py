"""An assignment on its own page, as one of the two sees it: what to do, with what, and the thread below."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import rules
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from activity.feed import day_title
from assignments.models import Assignment, AssignmentFile, Resource, ResourceView, Response, ResponseFile
from assignments.thread_actions import EDITABLE_FOR, is_own, is_unread, why_closed, why_not_edit
from config.keyset import Cursor, cut, link
from config.text import render_markdown
from profiles.days import short_day
from profiles.given import due
from profiles.profile import Profile
from profiles.zones import local_day

PAGE = 50


@dataclass(frozen=True, slots=True)
class Reply:
    """A line of the thread, ready to show. `person` is anything with pk, name and photo; `name` is how to call them."""

    pk: int
    person: Any
    name: str
    own: bool
    new: bool
    text: SafeString
    at: datetime
    edited: bool
    editable_until: datetime | None
    files: list[ResponseFile] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one calendar day of the viewer's."""

    title: str
    replies: list[Reply]


@dataclass(frozen=True, slots=True)
class Thread:
    """A page of the thread, the oldest on top. `shown` are its rows."""

    days: list[Day]
    shown: list[Response]
    earlier: str = ""
    later: str = ""


@dataclass(frozen=True, slots=True)
class AssignmentPage:
    """An assignment with everything on its page. `closed` says why nothing can be added, if so."""

    row: Any
    title: str
    pill: str
    tone: str
    back: str
    instructions: SafeString
    resources: list[Resource]
    files: list[AssignmentFile]
    thread: Thread
    closed: str
    may_complete: bool
    may_change: bool
    as_template: str


def find_assignment(profile: Profile, pk: int) -> Any | None:
    """The assignment as of now, or None when this viewer may not know of it. One query."""
    rows = Assignment.objects.visible_to(profile.viewer, profile.now).as_of(profile.now).select_related("coach")
    return rows.filter(pk=pk, coachee=profile.person.pk, assigned_at__lte=profile.now).first()


def assignment_page(profile: Profile, row: Any, cursor: Cursor | None) -> AssignmentPage:
    """Everything on the page of an assignment from `find_assignment`. Four queries."""
    pill, tone = _pill(row, profile)
    state = "archived" if row.put_away else "completed" if row.is_done else "in_progress"
    return AssignmentPage(
        row=row,
        title=row.title or _("Untitled assignment"),
        pill=pill,
        tone=tone,
        back=f"{reverse('person-assignments', args=[profile.person.pk])}?state={state}",
        instructions=render_markdown(row.instructions),
        resources=_resources(profile, row),
        files=list(row.files.all()),
        thread=_thread(profile, row, cursor),
        closed=why_closed(row, profile.viewer),
        may_complete=rules.has_perm("assignments.complete_assignment", profile.viewer, row),
        may_change=rules.has_perm("assignments.change_assignment", profile.viewer, row),
        as_template=f"{reverse('template-new')}?assignment={row.pk}",
    )


def _resources(profile: Profile, row: Any) -> list[Resource]:
    """What goes with it, each with `seen_at`, when the coachee viewed it last."""
    views = ResourceView.objects.filter(coachee=row.coachee_id, resource=OuterRef("pk"), viewed_at__lte=profile.now)
    seen_at = Subquery(views.order_by("-viewed_at").values("viewed_at")[:1])
    return list(row.resources.annotate(seen_at=seen_at).order_by("title", "pk"))


def _thread(profile: Profile, row: Any, cursor: Cursor | None) -> Thread:
    """The latest lines, or those beside the place of the cursor. Two queries."""
    visible = Response.objects.visible_to(profile.viewer, profile.now)
    rows = visible.filter(assignment=row.pk, responded_at__lte=profile.now).select_related("author")
    page = cut(rows.prefetch_related("files"), key="responded_at", cursor=cursor, size=PAGE)
    zone = ZoneInfo(profile.viewer.timezone)
    days: dict[Any, Day] = {}
    for response in reversed(page.rows):
        day = response.responded_at.astimezone(zone).date()
        days.setdefault(day, Day(day_title(day, profile.today), [])).replies.append(_reply(response, row, profile))
    return Thread(list(days.values()), page.rows, earlier=link(page.onward), later=link(page.back))


def _reply(response: Response, row: Any, profile: Profile) -> Reply:
    own = is_own(response, profile.viewer)
    person = profile.person if response.sender == Response.Sender.COACHEE else response.author or row.coach
    editable = own and not why_not_edit(response, row, profile.viewer, profile.now)
    # Of a coach before this one, and of a former coach, the name remains, not what their profile shows.
    known = own or (row.pair_runs and person.pk in (row.coach_id, row.coachee_id))
    return Reply(
        pk=response.pk,
        person=SimpleNamespace(pk=person.pk, name=person.name, photo=person.photo if known else ""),
        name=_("You") if own else person.name,
        own=own,
        new=is_unread(response, profile.viewer),
        text=render_markdown(response.text),
        at=response.responded_at,
        edited=response.edited_at is not None,
        editable_until=response.responded_at + EDITABLE_FOR if editable else None,
        files=list(response.files.all()),
    )


def _pill(row: Any, profile: Profile) -> tuple[str, str]:
    """How it stands beside the title; due days are the coachee's."""
    if row.put_away:
        return _("Archived %(day)s") % {"day": _day(row.archived_at, profile)}, "plain"
    if row.is_done:
        return _("Done %(day)s") % {"day": _day(row.completed_at, profile)}, "leaf"
    return due(row.due_on, local_day(profile.now, profile.person.timezone))


def _day(instant: datetime, profile: Profile) -> str:
    return short_day(local_day(instant, profile.viewer.timezone), profile.today)
