"""The brief before a session: what a coach should have in mind, read in two minutes; a coachee has their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Window
from django.db.models.functions import Left

from activity.feed import Day, actions_taken
from assignments.models import Assignment
from coaching.models import Message
from config.text import plain_first_line
from profiles.encouraged import Open, to_encourage
from profiles.profile import Profile
from profiles.zones import local_day
from sessions_app.models import Session, Takeaway

ASSIGNMENTS = 5
MESSAGES = 3
READ_OF_A_TEXT = 400
"""Letters of a message that are looked at for its first line."""


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment in progress."""

    pk: int
    title: str
    due_on: Any
    late: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message of the coachee's that the coach has not answered. `line` is empty for files alone."""

    line: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Brief:
    """What was, what is open, and what waits. Of `since`, the last session of the two, on for what was done."""

    takeaway: Takeaway | None
    tasks: list[Task]
    more_tasks: int
    since: datetime | None = None
    done: list[Day] = field(default_factory=list)
    done_more: bool = False
    to_encourage: list[Open] = field(default_factory=list)
    unanswered: list[Waiting] = field(default_factory=list)
    more_unanswered: int = 0


def brief_of(profile: Profile, session: Session) -> Brief:
    """The brief for this session as the viewer may read it. Two queries for the coachee, six for the coach."""
    tasks, more = _tasks(profile, session)
    takeaway = _takeaway(profile, session)
    if profile.is_self:
        return Brief(takeaway, tasks, more)
    since = _last_session(profile, session)
    done, done_more = _done(profile, since)
    unanswered, more_unanswered = _unanswered(profile, session)
    return Brief(
        takeaway=takeaway,
        tasks=tasks,
        more_tasks=more,
        since=since,
        done=done,
        done_more=done_more,
        to_encourage=to_encourage(profile).open,
        unanswered=unanswered,
        more_unanswered=more_unanswered,
    )


def _of_pair(rows: Any, profile: Profile, session: Session) -> Any:
    visible = rows.visible_to(profile.viewer, profile.now)
    return visible.filter(coach=session.coach_id, coachee=session.coachee_id)


def _takeaway(profile: Profile, session: Session) -> Takeaway | None:
    """The last one that was shared, from a session before this one; one's own also as a draft."""
    found = _of_pair(Takeaway.objects, profile, session).exclude(text="").filter(session__starts_at__lte=profile.now)
    if not profile.is_self:
        found = found.filter(shared_at__lte=profile.now)
    return found.select_related("session").order_by("-session__starts_at", "-pk").first()


def _tasks(profile: Profile, session: Session) -> tuple[list[Task], int]:
    today = local_day(profile.now, profile.person.timezone)
    found = _of_pair(Assignment.objects, profile, session).in_progress(profile.now)
    rows = list(found.annotate(total=Window(Count("pk"))).only("pk", "title", "due_on")[:ASSIGNMENTS])
    more = rows[0].total - len(rows) if rows else 0
    return [Task(row.pk, row.title, row.due_on, row.due_on < today) for row in rows], more


def _last_session(profile: Profile, session: Session) -> datetime | None:
    before = _of_pair(Session.objects, profile, session).filter(status=Session.Status.OCCURRED)
    earlier = before.filter(starts_at__lt=min(session.starts_at, profile.now)).order_by("-starts_at")
    return earlier.values_list("starts_at", flat=True).first()


def _done(profile: Profile, since: datetime | None) -> tuple[list[Day], bool]:
    """Actions taken since then, as far as they are on the first page of the feed, and whether there are more."""
    page = actions_taken(
        profile.person,
        viewer=profile.viewer,
        sight=profile.sight,
        now=profile.now,
        cursor=None,
        reader=profile.reader,
    )
    if since is None:
        return page.days, bool(page.older)
    days = [Day(day.title, [line for line in day.lines if _at(line) >= since]) for day in page.days]
    all_since = all(_at(line) >= since for day in page.days for line in day.lines)
    return [day for day in days if day.lines], all_since and bool(page.older)


def _at(line: Any) -> datetime:
    return datetime.fromisoformat(line.at)


def _unanswered(profile: Profile, session: Session) -> tuple[list[Waiting], int]:
    """What the coachee wrote after the coach's last message, the oldest of the last few first."""
    pair = {"coach": session.coach_id, "coachee": session.coachee_id}
    answer = Message.objects.filter(**pair, sender="coach", sent_at__gte=OuterRef("sent_at"), sent_at__lte=profile.now)
    found = _of_pair(Message.objects, profile, session).filter(sender="coachee", sent_at__lte=profile.now)
    waiting = found.filter(~Exists(answer)).annotate(total=Window(Count("pk")), begins=Left("text", READ_OF_A_TEXT))
    rows = list(waiting.defer("text").newest_first()[:MESSAGES])
    more = rows[0].total - len(rows) if rows else 0
    return [Waiting(plain_first_line(row.begins), row.sent_at) for row in reversed(rows)], more
