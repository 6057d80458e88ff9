"""Pages of group sessions: a new one, one as its coach and its coachees see it, and times to choose from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from profiles.days import clock, clock_beside, own_time, place_of
from profiles.models import Person
from profiles.zones import local_day
from sessions_app.booking_forms import slot_value
from sessions_app.booking_week import DayOfTimes, Time, moment, short_weekday
from sessions_app.free_time import Slot, Wanted, free_together
from sessions_app.groups import Course, course, ends_at, enrollable, may_take_seat, modules_of
from sessions_app.models import GroupMeeting, Session

LOOKS_AHEAD = timedelta(days=28)
DAYS_SHOWN = 6


@dataclass(frozen=True)
class Times:
    """Times to choose from, by the coach's clock; `of_everybody`: at which all who might come are free as well."""

    days: list[DayOfTimes]
    of_everybody: bool
    clock: str


@dataclass(frozen=True)
class NewGroupPage:
    """A new group session. Without modules there is nobody to schedule it for."""

    coach: Person
    now: datetime
    modules: list[dict[str, Any]]
    course: Course | None
    people: list[Person]
    times: Times | None
    refused: str = ""
    nearest: list[Time] = field(default_factory=list)


def new_group_page(coach: Person, wanted: str, now: datetime) -> NewGroupPage:
    """The page for one of the modules of the coach's coachees, the first unless one is wanted. Eight queries."""
    names = modules_of(coach, now)
    if not names:
        return NewGroupPage(coach, now, [], None, [], None)
    name = wanted if wanted in names else names[0]
    chosen, people = course(name), list(enrollable(coach, name, now))
    links = [{"label": one, "url": f"?module={number}", "current": one == name} for number, one in enumerate(names)]
    times = _times(Wanted(coach, [one.pk for one in people], chosen.minutes, by_coach=True), now)
    return NewGroupPage(coach, now, links, chosen, people, times)


def module_asked(coach: Person, asked: str, now: datetime) -> str:
    """The module that an address asks for by its place in the list; nothing for any other."""
    names = modules_of(coach, now)
    is_number = asked.isascii() and asked.isdecimal() and len(asked) < 4
    return names[int(asked)] if is_number and int(asked) < len(names) else ""


def times_for(meeting: GroupMeeting, others: Collection[int], now: datetime) -> Times:
    """Times to which a group with these coachees (ids) can be moved. Ten queries at most."""
    minutes = int((ends_at(meeting) - meeting.starts_at) / timedelta(minutes=1))
    return _times(Wanted(meeting.coach, others, minutes, by_coach=True, meeting=meeting.pk), now)


def times_of(slots: Sequence[Slot], coach: Person, now: datetime) -> list[Time]:
    """Free times in words, by the coach's clock."""
    return [_time(slot, coach, now) for slot in slots]


def _times(wanted: Wanted, now: datetime) -> Times:
    found = free_together(wanted, now, now + LOOKS_AHEAD, now)
    of_everybody = bool(found)
    if not found and wanted.others:
        alone = Wanted(wanted.coach, [], wanted.minutes, by_coach=True, meeting=wanted.meeting)
        found = free_together(alone, now, now + LOOKS_AHEAD, now)
    coach = wanted.coach
    today = local_day(now, coach.timezone)
    by_day = groupby(found, key=lambda slot: local_day(slot.starts_at, coach.timezone))
    days = [DayOfTimes(short_weekday(day, today), [_time(slot, coach, now) for slot in slots]) for day, slots in by_day]
    return Times(days[:DAYS_SHOWN], of_everybody, own_time(now, coach.timezone))


def _time(slot: Slot, coach: Person, now: datetime) -> Time:
    here, today = slot.starts_at.astimezone(ZoneInfo(coach.timezone)), local_day(now, coach.timezone)
    return Time(slot_value(slot.starts_at), clock(here), "", moment(slot.starts_at, coach.timezone, today))


# One group ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seated:
    """Somebody who comes, with the time it is for them, as their coach reads it."""

    session: Session
    local: str


@dataclass(frozen=True)
class GroupPage:
    """A group session. Coachees are told how many seats are taken, never by whom."""

    meeting: GroupMeeting
    viewer: Person
    now: datetime
    when: str
    until: str
    taken: int
    seated: list[Seated]
    """For the coach alone."""
    mine: Session | None
    """The viewer's own seat."""
    may_take: bool
    others: list[Person]
    """Whom the coach can add."""
    refused: str = ""

    @property
    def by_coach(self) -> bool:
        """Whether the coach looks."""
        return self.viewer.pk == self.meeting.coach_id

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return ends_at(self.meeting)

    @property
    def is_ahead(self) -> bool:
        """Whether it can still be changed."""
        return self.meeting.cancelled_at is None and self.meeting.starts_at > self.now

    @property
    def is_on(self) -> bool:
        """Whether it can still be joined."""
        return self.meeting.cancelled_at is None and self.ends_at > self.now

    @property
    def left(self) -> int:
        """Free seats."""
        return max(0, (self.meeting.capacity or 0) - self.taken)

    @property
    def state(self) -> tuple[str, str]:
        """In a word, with its tone."""
        if self.meeting.cancelled_at is not None:
            return _("Cancelled"), "plain"
        return (_("Over"), "plain") if self.ends_at <= self.now else (_("Scheduled"), "sky")

    @property
    def session_to_join(self) -> int | None:
        """A session (its id) by which the viewer joins."""
        if self.mine:
            return self.mine.pk
        return self.seated[0].session.pk if self.seated else None


def group_page(meeting: GroupMeeting, viewer: Person, now: datetime, *, refused: str = "") -> GroupPage:
    """Puts the page together. Four queries at most."""
    today = local_day(now, viewer.timezone)
    here = [at.astimezone(ZoneInfo(viewer.timezone)) for at in (meeting.starts_at, ends_at(meeting))]
    rows = Session.objects.filter(meeting=meeting).exclude(status=Session.Status.CANCELLED)
    sessions = list(rows.select_related("coachee").order_by("coachee__name", "pk"))
    by_coach = viewer.pk == meeting.coach_id
    mine = next((one for one in sessions if one.coachee_id == viewer.pk), None)
    ahead = meeting.cancelled_at is None and meeting.starts_at > now
    return GroupPage(
        meeting=meeting,
        viewer=viewer,
        now=now,
        when=moment(meeting.starts_at, viewer.timezone, today),
        until=clock_beside(here[1], here[0]),
        taken=len(sessions),
        seated=_seated(sessions, viewer, now) if by_coach else [],
        mine=mine,
        may_take=not by_coach and ahead and mine is None and may_take_seat(meeting, viewer, now),
        others=_others(meeting, sessions, now) if by_coach and ahead and meeting.capacity else [],
        refused=refused,
    )


def _seated(sessions: Sequence[Session], coach: Person, now: datetime) -> list[Seated]:
    """Those of the people whom the coach still coaches."""
    shown = set(
        Session.objects.visible_to(coach, now).filter(pk__in=[one.pk for one in sessions]).values_list("pk", flat=True)
    )
    return [Seated(one, _local(one, coach)) for one in sessions if one.pk in shown]


def _local(session: Session, coach: Person) -> str:
    zone = session.coachee.timezone
    here, there = (session.starts_at.astimezone(ZoneInfo(one)) for one in (coach.timezone, zone))
    return _("%(time)s in %(place)s") % {"time": clock_beside(there, here), "place": place_of(zone)}


def _others(meeting: GroupMeeting, sessions: Sequence[Session], now: datetime) -> list[Person]:
    there = {one.coachee_id for one in sessions}
    return [one for one in enrollable(meeting.coach, meeting.module, now) if one.pk not in there]
