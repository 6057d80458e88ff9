"""Sessions as one viewer of a profile sees them: times in both zones, notes, goal and takeaway as far as visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Case, JSONField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.dateformat import format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from config.keyset import Cursor, after, link, sliced
from config.prepared import Prepared
from config.text import render_markdown
from profiles.days import clock, clock_beside, in_days, long_day
from profiles.facts import Booked, month_words
from profiles.models import Person
from profiles.profile import Profile
from profiles.sight import Sight
from profiles.zones import local_day
from sessions_app.marking import Marking, marking_of
from sessions_app.models import MicroGoal, PrivateNote, Session, SharedNote, SharedText, Takeaway
from sessions_app.noting import why_no_notes
from sessions_app.sessions_filter import Filter, missing
from sessions_app.written_actions import GOAL, TAKEAWAY, is_open

PAGE = 20
FURTHER = 100
"""How many sessions ahead the Overview lists, about two years of weekly ones; the Sessions tab has them all."""

TONES = {"scheduled": "sky", "cancelled": "plain", "occurred": "leaf", "did_not_occur": "amber"}


@dataclass(frozen=True, slots=True)
class Said:
    """A goal or a takeaway: its text, whether the coach can read it, and whether that was changed since."""

    pk: int
    text: str
    shared: bool
    edited: bool


@dataclass(frozen=True, slots=True)
class Note:
    """A note on a session as safe HTML."""

    pk: int
    html: SafeString


@dataclass(frozen=True, slots=True)
class Meeting:
    """One session, ready to show."""

    pk: int
    starts_at: datetime
    ends_at: datetime
    day: str
    times: str
    kind: str
    status: str
    tone: str
    reason: str
    coach: str
    in_days: str
    month: str
    is_ahead: bool
    """Scheduled and not over: it can be joined soon, moved and called off."""
    begun: bool
    unmarked: bool
    expects_goal: bool
    expects_takeaway: bool
    writes_goal: bool
    writes_takeaway: bool
    goal: Said | None
    takeaway: Said | None
    shared_note: Note | None
    private_note: Note | None
    marking: Marking | None
    """How it is marked, or the way to mark it, for its coach."""
    writes_notes: bool
    may_change: bool
    """Whether the viewer can cancel it now."""
    may_move: bool
    """And give it another time: in a group only its coach can."""


def one_of(profile: Profile, session: int, sessions: Booked | None = None) -> Meeting | None:
    """One session (its id) of the profile's coachee, if the viewer may know of it. One query."""
    found = _ONE.rows(profile.sight, session=session, **_values(profile))
    return _meeting(found[0], profile, sessions) if found else None


def coming(profile: Profile, sessions: Booked) -> list[Meeting]:
    """The next session and every further one. One query."""
    return [_meeting(row, profile, sessions) for row in _COMING.rows(profile.sight, **_values(profile))]


def around(profile: Profile, sessions: Booked) -> tuple[list[Meeting], Meeting | None]:
    """The next session and every further one, and the last that is over, marked or not. One query."""
    found = _AROUND.rows(profile.sight, **_values(profile))
    ahead = [row for row in found if row.status == Session.Status.SCHEDULED and row.ends_at > profile.now]
    over = [row for row in found if row not in ahead]
    coming = [_meeting(row, profile, sessions) for row in ahead]
    return coming, _meeting(over[0], profile, None) if over else None


@dataclass(frozen=True, slots=True)
class History:
    """The Sessions tab: those ahead on its first page, and a page of all others, the latest first."""

    coming: list[Meeting]
    past: list[Meeting]
    filter: Filter
    older: str
    newer: str


def history(profile: Profile, sessions: Booked, query: Mapping[str, str], cursor: Cursor | None) -> History:
    """A page of the Sessions tab, filtered by what the query asks for. At most three queries."""
    visible = Session.objects.visible_to(profile.viewer, profile.now).filter(coachee=profile.person.pk)
    chosen = Filter.read(query, profile.viewer, "", visible, profile.now)
    shape, values = (cursor and cursor.back, bool(chosen.kind), bool(chosen.month), chosen.state), _values(profile)
    if cursor is not None:
        values |= {"at": cursor.at, "pk": cursor.pk}
    if chosen.kind:
        values["kind"] = chosen.kind
    if chosen.month:
        values["since"], values["until"] = chosen.during
    found = _PAST.rows(profile.sight, *shape, **values)
    page = sliced(found, key="starts_at", cursor=cursor, size=PAGE)
    return History(
        coming=coming(profile, sessions) if cursor is None and not chosen.kept else [],
        past=[_meeting(row, profile, None) for row in page.rows],
        filter=chosen,
        older=link(page.onward, **chosen.kept),
        newer=link(page.back, **chosen.kept),
    )


def _values(profile: Profile) -> dict[str, Any]:
    return {"viewer": profile.viewer.pk, "coachee": profile.person.pk, "now": profile.now}


def _one(sight: Sight, *, viewer: int, coachee: int, now: datetime, session: int) -> QuerySet:
    return _with_texts(sight, viewer, coachee, now).filter(pk=session)


def _coming(sight: Sight, *, viewer: int, coachee: int, now: datetime) -> QuerySet:
    return _with_texts(sight, viewer, coachee, now).upcoming(now)


def _around(sight: Sight, *, viewer: int, coachee: int, now: datetime) -> QuerySet:
    visible = Session.objects.visible_to(Person(pk=viewer), now).filter(coachee=coachee)
    chosen = Q(pk__in=visible.past(now).values("pk")[:1]) | Q(pk__in=visible.upcoming(now).values("pk")[:FURTHER])
    return _with_texts(sight, viewer, coachee, now).filter(chosen).order_by("starts_at", "pk")


def _past(
    sight: Sight,
    back: bool | None,
    of_kind: bool,
    in_month: bool,
    state: str,
    *,
    viewer: int,
    coachee: int,
    now: datetime,
    at: datetime | None = None,
    pk: int = 0,
    **asked: Any,
) -> QuerySet:
    """A page of all sessions but those ahead, also of the cancelled ones; `asked` are kind and month, where chosen."""
    ahead = Q(status=Session.Status.SCHEDULED, ends_at__gt=now)
    rows = _with_texts(sight, viewer, coachee, now).exclude(ahead)
    if of_kind:
        rows = rows.filter(kind=asked["kind"])
    if in_month:
        rows = rows.filter(starts_at__gte=asked["since"], starts_at__lt=asked["until"])
    rows = missing(rows, state, Person(pk=viewer), now)
    return after(rows, key="starts_at", cursor=Cursor(at, pk, bool(back)) if at else None, size=PAGE)


def _with_texts(sight: Sight, viewer: int, coachee: int, now: datetime) -> Any:
    """The coachee's sessions that this viewer may know of, with what is written about each as far as they may read."""
    reader = Person(pk=viewer)
    shared = SharedNote.objects.visible_to(reader, now).filter(session=OuterRef("pk"))
    private = PrivateNote.objects.visible_to(reader).filter(session=OuterRef("pk"))
    visible = Session.objects.visible_to(reader, now).filter(coachee=coachee)
    return visible.annotate(
        goal_said=_said(MicroGoal, sight, reader, now),
        takeaway_said=_said(Takeaway, sight, reader, now),
        shared_said=_noted(shared),
        private_said=_noted(private),
    )


def _noted(notes: QuerySet) -> Subquery:
    return Subquery(notes.values(said=JSONObject(pk="pk", text="text")), output_field=JSONField())


def _said(model: type[SharedText], sight: Sight, reader: Person, now: datetime) -> Subquery:
    rows = model.objects.visible_to(reader, now).filter(session=OuterRef("pk")).exclude(text="")
    happened, edited = _whether(shared_at__lte=now), _whether(shared_at__lte=now, edited_at__lte=now)
    if sight != Sight.SELF:
        rows = rows.filter(shared_at__lte=now)
    said = JSONObject(pk="pk", text="text", shared=happened, edited=edited)
    return Subquery(rows.values(said=said), output_field=JSONField())


def _whether(**so: datetime) -> Case:
    return Case(When(**so, then=Value(True)), default=Value(False), output_field=BooleanField())


COLUMNS = ["pk", "starts_at", "ends_at", "kind", "status", "reason", "cancelled_by"]
COLUMNS += ["coach_id", "coach__name", "coach__timezone", "version", "marked_at", "meeting_id"]
_SAID = ["goal_said", "takeaway_said", "shared_said", "private_said"]
COLUMNS += _SAID
_ONE, _COMING, _AROUND, _PAST = (Prepared(builder, COLUMNS, json=_SAID) for builder in (_one, _coming, _around, _past))


def _meeting(row: Any, profile: Profile, sessions: Booked | None) -> Meeting:
    unmarked = row.status == Session.Status.SCHEDULED and row.ends_at <= profile.now
    talks = row.kind != Session.Kind.COMPLIMENTARY
    its_coach = profile.acts and profile.viewer.pk == row.coach_id
    writes = profile.is_self and any(one.coach_id == row.coach_id for one in profile.running)
    not_begun = row.status == Session.Status.SCHEDULED and row.starts_at > profile.now
    may_change = not_begun and (its_coach or writes)
    return Meeting(
        pk=row.pk,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        day=long_day(row.starts_at.astimezone(ZoneInfo(profile.viewer.timezone)).date(), profile.today),
        times=_times(row, profile),
        kind=str(Session.Kind(row.kind).label),
        status=_("Not marked yet") if unmarked else str(Session.Status(row.status).label),
        tone="amber" if unmarked else TONES[row.status],
        reason=reason_words(row),
        coach=row.coach__name,
        in_days=in_days(row.starts_at, profile.now),
        month=_place_in_month(row, profile, sessions) if sessions else "",
        is_ahead=row.status == Session.Status.SCHEDULED and not unmarked,
        begun=row.starts_at <= profile.now,
        unmarked=unmarked,
        expects_goal=talks and row.status == Session.Status.SCHEDULED and not unmarked,
        expects_takeaway=talks and row.status == Session.Status.OCCURRED,
        writes_goal=writes and is_open(GOAL, row, profile.now),
        writes_takeaway=writes and is_open(TAKEAWAY, row, profile.now),
        goal=Said(**row.goal_said) if row.goal_said else None,
        takeaway=Said(**row.takeaway_said) if row.takeaway_said else None,
        shared_note=_note(row.shared_said),
        private_note=_note(row.private_said),
        marking=marking_of(row, profile.now) if its_coach else None,
        writes_notes=its_coach and not why_no_notes(row, profile.now),
        may_change=may_change,
        may_move=may_change and (row.kind != Session.Kind.GROUP or not profile.is_self),
    )


def _note(said: dict[str, Any] | None) -> Note | None:
    """Nothing where it says nothing."""
    if said is None:
        return None
    html = render_markdown(said["text"])
    return Note(said["pk"], html) if html else None


def _times(row: Any, profile: Profile) -> str:
    zone, name = (
        (row.coach__timezone, row.coach__name) if profile.is_self else (profile.person.timezone, profile.person.name)
    )
    return in_both_zones(row.starts_at, row.ends_at, profile.viewer.timezone, zone, name.split(" ", 1)[0])


def in_both_zones(starts_at: datetime, ends_at: datetime, viewer_zone: str, zone: str, name: str) -> str:
    """“13:00–13:55 for you · 14:00 for Amara”; the other is the coach when coachees look at their own."""
    start, end = (at.astimezone(ZoneInfo(viewer_zone)) for at in (starts_at, ends_at))
    theirs = starts_at.astimezone(ZoneInfo(zone))
    words = {"start": clock(start), "end": clock_beside(end, start), "theirs": clock_beside(theirs, start)}
    words["name"] = name
    if theirs.replace(tzinfo=None) == start.replace(tzinfo=None):
        return _("%(start)s–%(end)s for you and for %(name)s") % words
    return _("%(start)s–%(end)s for you · %(theirs)s for %(name)s") % words


def reason_words(row: Any) -> str:
    """Why a session was called off or did not take place, and who cancelled it, as far as it is known."""
    if row.status == Session.Status.CANCELLED:
        by = {
            Session.CancelledBy.COACH: _("Cancelled by the coach"),
            Session.CancelledBy.COACHEE: _("Cancelled by the coachee"),
            Session.CancelledBy.ADMIN: _("Cancelled by an admin"),
        }.get(row.cancelled_by, "")
        return " · ".join(part for part in (by, _why(row)) if part)
    return _why(row) if row.status == Session.Status.DID_NOT_OCCUR else ""


def _why(row: Any) -> str:
    return str(Session.Reason(row.reason).label) if row.reason else ""


def _place_in_month(row: Any, profile: Profile, sessions: Booked) -> str:
    """Which of the month's sessions it is, for those that count."""
    zone = profile.person.timezone
    month = sessions.in_month(row.starts_at, zone)
    if row.kind != Session.Kind.ONE_ON_ONE or row.starts_at not in month:
        return ""
    day, today = local_day(row.starts_at, zone), local_day(profile.now, zone)
    this_month = (day.year, day.month) == (today.year, today.month)
    monthly = profile.subscription.sessions_per_month if profile.subscription else None
    return month_words(month.index(row.starts_at) + 1, monthly, format(day, "F"), this_month)
