"""*Today*: what waits for the viewer. One part for each thing they are; a person who is several reads them in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coaching.coachees import entries_of
from coaching.models import Relationship
from coaching.review import COUNTED, count_to_review
from coaching.rows import Row, rows_of
from coaching.steps import CoacheesDay, day_of_coachee, is_coachee
from config.name_pages import NamePage, page_by_name
from profiles.models import Person, Role, Subscription
from profiles.status import STATUS_TONES, Status, status_at
from profiles.zones import local_day, start_of_day
from sessions_app.forecast import Losing, losing_soon
from sessions_app.marking import Marking, marking_of
from sessions_app.models import Session

A_DAY = timedelta(days=1)
ATTENTION = 5
UNMARKED = 8
FEW = 500
"""Coachees without a coach that are looked up by their ids."""
SESSIONS_READ = 200
"""Sessions looked at for the unmarked ones: a group is as many as it has people."""


@dataclass(frozen=True)
class Meeting:
    """A session as the coach has it: one, with one coachee or a group."""

    pk: int
    """Of the session; of a group that of one of its people."""
    starts_at: datetime
    ends_at: datetime
    kind: str
    status: str
    status_label: str
    people: list[Person]
    marking: Marking | None = None
    """The way to mark it, once it has ended."""


@dataclass(frozen=True)
class CoachsDay:
    """Today's sessions, who needs attention first, and ended sessions nobody has marked."""

    meetings: list[Meeting]
    attention: list[Row]
    coachees: int
    active: bool
    unmarked: list[Meeting]
    unmarked_more: int
    losing: list[Losing]
    """Who will lose sessions of their allowance first."""


@dataclass(frozen=True)
class WithoutCoach:
    """For admins: coachees with a subscription that is not over and no coach."""

    page: NamePage
    count: int
    coachees: int
    coaches: int
    to_review: int
    """Relationships that want a look, as far as they are counted."""

    @property
    def to_review_summary(self) -> str:
        """How many want a look."""
        if self.to_review > COUNTED:
            return _("More than %(count)d relationships want a look.") % {"count": COUNTED}
        wanted = ngettext(
            "%(count)d relationship wants a look.", "%(count)d relationships want a look.", self.to_review
        )
        return wanted % {"count": self.to_review}

    @property
    def summary(self) -> str:
        """How many of how many, and how many coaches there are."""
        return _("%(count)s of %(coachees)s coachees · %(coaches)s coaches") % {
            "count": self.count,
            "coachees": self.coachees,
            "coaches": self.coaches,
        }


@dataclass(frozen=True)
class Delivered:
    """For delivery managers: the coachees of their organizations, with their status."""

    page: NamePage
    count: int

    @property
    def summary(self) -> str:
        """How many there are."""
        return ngettext("%(count)s coachee", "%(count)s coachees", self.count) % {"count": self.count}


@dataclass(frozen=True)
class Today:
    """The parts that concern the viewer; None for the others."""

    coach: CoachsDay | None
    coachee: CoacheesDay | None
    without_coach: WithoutCoach | None
    delivered: Delivered | None

    @property
    def is_empty(self) -> bool:
        """Nothing here concerns this person."""
        return not (self.coach or self.coachee or self.without_coach or self.delivered)


def todays(viewer: Person, now: datetime, query: Mapping[str, str]) -> Today:
    """Everything on the viewer's Today; `query` holds the places in the lists that are paged."""
    return Today(
        coach=_day_of_coach(viewer, now) if Role.COACH in viewer.roles else None,
        coachee=day_of_coachee(viewer, now) if is_coachee(viewer, now) else None,
        without_coach=_without_coach(now, query.get("without", "")) if viewer.is_staff else None,
        delivered=_delivered(viewer, now, query.get("delivered", ""))
        if Role.DELIVERY_MANAGER in viewer.roles
        else None,
    )


def _day_of_coach(coach: Person, now: datetime) -> CoachsDay:
    entries = entries_of(coach, now, now)
    waiting = [entry for entry in entries if entry.since is not None][:ATTENTION]
    unmarked, more = _unmarked(coach, now)
    return CoachsDay(
        meetings=_meetings_today(coach, now),
        attention=rows_of(coach, waiting, now),
        coachees=len(entries),
        active=any(entry.status == Status.ACTIVE for entry in entries),
        unmarked=unmarked,
        unmarked_more=more,
        losing=losing_soon(coach, now, ATTENTION),
    )


def _meetings_today(coach: Person, now: datetime) -> list[Meeting]:
    """Sessions of the day it is in the coach's zone, those begun the day before and still on too, none called off."""
    today = local_day(now, coach.timezone)
    begins, ends = start_of_day(today, coach.timezone), start_of_day(today + A_DAY, coach.timezone)
    sessions = (
        Session.objects.filter(coach=coach, starts_at__gte=begins - A_DAY, starts_at__lt=ends, ends_at__gt=begins)
        .visible_to(coach, now)
        .exclude(status="cancelled")
        .select_related("coachee")
        .order_by("starts_at", "coachee__name", "id")
    )
    return _meetings(sessions, now)


def _unmarked(coach: Person, now: datetime) -> tuple[list[Meeting], int]:
    """The latest sessions that have ended and are still down as scheduled, and how many more there are."""
    sessions = Session.objects.filter(coach=coach, status="scheduled", ends_at__lte=now).visible_to(coach, now)
    meetings = _meetings(
        sessions.select_related("coachee").order_by("-starts_at", "coachee__name", "id")[:SESSIONS_READ], now
    )
    # A group counts once; ids of sessions are made negative to keep them apart from ids of meetings.
    count = sessions.order_by().aggregate(count=Count(Coalesce("meeting", -F("pk")), distinct=True))["count"]
    return meetings[:UNMARKED], max(count - UNMARKED, 0)


def _meetings(sessions, now: datetime) -> list[Meeting]:
    """One for each session, one for all sessions of a group; in the order given."""
    found: dict[tuple, Meeting] = {}
    for session in sessions:
        key = ("group", session.meeting_id) if session.meeting_id else ("session", session.pk)
        meeting = found.setdefault(
            key,
            Meeting(
                session.pk,
                session.starts_at,
                session.ends_at,
                session.get_kind_display(),
                session.status,
                session.get_status_display(),
                [],
                marking_of(session, now),
            ),
        )
        meeting.people.append(session.coachee)
    return list(found.values())


def _without_coach(now: datetime, after: str) -> WithoutCoach:
    running = Relationship.objects.running(now).filter(coachee=OuterRef("coachee"))
    served = Subscription.objects.not_over(now).order_by().values("coachee").distinct()
    alone = served.filter(~Exists(running))
    # Few are found by themselves; of many the first are read in the order of names, which would look long for few.
    few = list(alone.values_list("coachee", flat=True)[: FEW + 1])
    people = Person.objects.filter(pk__in=few if len(few) <= FEW else alone)
    return WithoutCoach(
        page=page_by_name(people.select_related("organization"), "without-coach", after),
        count=len(few) if len(few) <= FEW else alone.count(),
        coachees=served.count(),
        coaches=Person.objects.holding(Role.COACH).count(),
        to_review=count_to_review(now),
    )


def _delivered(manager: Person, now: datetime, after: str) -> Delivered:
    people = Person.objects.delivered_by(manager)
    listed = people.select_related("organization").annotate(status=status_at(now))
    page = page_by_name(listed, f"delivered-{manager.pk}", after)
    for person in page.people:
        person.status_label = Status(person.status).label
        person.status_tone = STATUS_TONES[person.status]
    return Delivered(page=page, count=people.count())
