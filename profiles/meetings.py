"""Sessions as one viewer of a profile sees them: times in both zones, notes, goal and takeaway as far as visible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.keyset import Cursor, Slice, cut, link
from config.text import render_markdown
from profiles.days import clock, clock_beside, in_days, long_day
from profiles.facts import Booked, month_words
from profiles.profile import Profile
from profiles.sight import Sight
from profiles.zones import local_day
from sessions_app.models import MicroGoal, PrivateNote, Session, SharedNote, SharedText, Takeaway

PAGE = 20
FURTHER = 30
"""How many sessions ahead the Overview lists; more than that is on the Sessions tab."""

TONES = {"scheduled": "sky", "cancelled": "plain", "occurred": "leaf", "did_not_occur": "amber"}


@dataclass(frozen=True, slots=True)
class Said:
    """A goal or a takeaway: its text, and whether the coach can read it."""

    text: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session, ready to show."""

    pk: int
    starts_at: datetime
    day: str
    times: str
    kind: str
    status: str
    tone: str
    reason: str
    coach: str
    in_days: str
    month: str
    unmarked: bool
    expects_goal: bool
    expects_takeaway: bool
    goal: Said | None
    takeaway: Said | None
    shared_note: SafeString
    private_note: SafeString


def visible_sessions(profile: Profile) -> QuerySet:
    """The person's sessions that this viewer may know of."""
    return Session.objects.visible_to(profile.viewer, profile.now).of(profile.person)


def coming(profile: Profile, sessions: Booked) -> list[Meeting]:
    """The next session and every further one. One query."""
    rows = _with_texts(visible_sessions(profile).upcoming(profile.now), profile)
    return [_meeting(row, profile, sessions) for row in rows[:FURTHER]]


def last(profile: Profile) -> Meeting | None:
    """The last session that is over, marked or not. One query."""
    row = _with_texts(visible_sessions(profile).past(profile.now), profile).first()
    return _meeting(row, profile, None) if row else None


@dataclass(frozen=True, slots=True)
class History:
    """The Sessions tab: those ahead on its first page, and a page of all others, the latest first."""

    coming: list[Meeting]
    past: list[Meeting]
    older: str
    newer: str


def history(profile: Profile, sessions: Booked, cursor: Cursor | None) -> History:
    """A page of the Sessions tab. At most two queries."""
    ahead = Q(status=Session.Status.SCHEDULED, ends_at__gt=profile.now)
    rows = _with_texts(visible_sessions(profile).exclude(ahead), profile)
    page: Slice = cut(rows, key="starts_at", cursor=cursor, size=PAGE)
    return History(
        coming=coming(profile, sessions) if cursor is None else [],
        past=[_meeting(row, profile, None) for row in page.rows],
        older=link(page.onward),
        newer=link(page.back),
    )


def _with_texts(rows: QuerySet, profile: Profile) -> QuerySet:
    """Brings what is written about each session, as far as this viewer may read it."""
    viewer, now = profile.viewer, profile.now
    return rows.select_related("coach").annotate(
        goal_said=_said(MicroGoal, profile),
        takeaway_said=_said(Takeaway, profile),
        shared_text=Subquery(SharedNote.objects.visible_to(viewer, now).filter(session=OuterRef("pk")).values("text")),
        private_text=Subquery(PrivateNote.objects.visible_to(viewer).filter(session=OuterRef("pk")).values("text")),
    )


def _said(model: type[SharedText], profile: Profile) -> Subquery:
    rows = model.objects.visible_to(profile.viewer, profile.now).filter(session=OuterRef("pk")).exclude(text="")
    happened = Case(
        When(shared_at__lte=profile.now, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    if profile.sight != Sight.SELF:
        rows = rows.filter(shared_at__lte=profile.now)
    return Subquery(rows.values(said=JSONObject(text="text", shared=happened)), output_field=JSONField())


def _meeting(row: Any, profile: Profile, sessions: Booked | None) -> Meeting:
    unmarked = row.status == Session.Status.SCHEDULED and row.ends_at <= profile.now
    talks = row.kind != Session.Kind.COMPLIMENTARY
    return Meeting(
        pk=row.pk,
        starts_at=row.starts_at,
        day=long_day(row.starts_at.astimezone(ZoneInfo(profile.viewer.timezone)).date(), profile.today),
        times=_times(row, profile),
        kind=row.get_kind_display(),
        status=_("Not marked yet") if unmarked else row.get_status_display(),
        tone="amber" if unmarked else TONES[row.status],
        reason=_reason(row),
        coach=row.coach.name,
        in_days=in_days(row.starts_at, profile.now),
        month=_place_in_month(row, profile, sessions) if sessions else "",
        unmarked=unmarked,
        expects_goal=talks and row.status == Session.Status.SCHEDULED and not unmarked,
        expects_takeaway=talks and row.status == Session.Status.OCCURRED,
        goal=Said(**row.goal_said) if row.goal_said else None,
        takeaway=Said(**row.takeaway_said) if row.takeaway_said else None,
        shared_note=render_markdown(row.shared_text or ""),
        private_note=render_markdown(row.private_text or ""),
    )


def _times(row: Session, profile: Profile) -> str:
    """“13:00–13:55 for you · 14:00 for Amara”; the other is the coach when coachees look at their own."""
    other = row.coach if profile.is_self else profile.person
    start, end = (at.astimezone(ZoneInfo(profile.viewer.timezone)) for at in (row.starts_at, row.ends_at))
    theirs = row.starts_at.astimezone(ZoneInfo(other.timezone))
    words = {"start": clock(start), "end": clock_beside(end, start), "theirs": clock_beside(theirs, start)}
    words["name"] = other.first_name
    if theirs.replace(tzinfo=None) == start.replace(tzinfo=None):
        return _("%(start)s–%(end)s for you and for %(name)s") % words
    return _("%(start)s–%(end)s for you · %(theirs)s for %(name)s") % words


def _reason(row: Session) -> str:
    if row.status == Session.Status.CANCELLED:
        by = {
            Session.CancelledBy.COACH: _("Cancelled by the coach"),
            Session.CancelledBy.COACHEE: _("Cancelled by the coachee"),
            Session.CancelledBy.ADMIN: _("Cancelled by an admin"),
        }.get(row.cancelled_by, "")
        return " · ".join(part for part in (by, row.get_reason_display()) if part)
    return row.get_reason_display() if row.status == Session.Status.DID_NOT_OCCUR else ""


def _place_in_month(row: Session, profile: Profile, sessions: Booked) -> str:
    """Which of the month's sessions it is, for those that count."""
    zone = profile.person.timezone
    month = sessions.in_month(row.starts_at, zone)
    if row.kind != Session.Kind.ONE_ON_ONE or row.starts_at not in month:
        return ""
    day, today = local_day(row.starts_at, zone), local_day(profile.now, zone)
    this_month = (day.year, day.month) == (today.year, today.month)
    monthly = profile.subscription.sessions_per_month if profile.subscription else None
    return month_words(month.index(row.starts_at) + 1, monthly, date_format(day, "F"), this_month)
