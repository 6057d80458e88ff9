"""A person's profile as one viewer may see it: the head with its tabs, and what every tab builds on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from activity.sentences import Reader
from assignments.models import Assignment
from coaching.models import Relationship
from profiles.days import local_time, own_time
from profiles.models import Person, Role, Subscription
from profiles.sight import Sight
from profiles.status import STATUS_TONES, Status, status_from
from profiles.zones import local_day
from sessions_app.models import Session


@dataclass(frozen=True)
class Tab:
    """A page of the profile."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Profile:
    """Whose profile, who looks, how much they see, and the coachee's subscriptions and relationships.

    `relationships` are all spells, the newest first; for a coach only their own.
    """

    person: Person
    viewer: Person
    now: datetime
    sight: Sight
    is_coachee: bool
    subscriptions: tuple[Subscription, ...]
    relationships: tuple[Relationship, ...]

    @cached_property
    def status(self) -> Status:
        """Onboarding, active or past."""
        return status_from([(one.active_from, one.active_until) for one in self.subscriptions], self.now)

    @property
    def status_tone(self) -> str:
        """The colour of the status."""
        return STATUS_TONES[self.status]

    @cached_property
    def subscription(self) -> Subscription | None:
        """The one in force; else the next to come; else the last one."""
        coming = [one for one in self.subscriptions if one.active_until > self.now]
        return coming[0] if coming else (self.subscriptions[-1] if self.subscriptions else None)

    @cached_property
    def running(self) -> tuple[Relationship, ...]:
        """The relationships that run now."""
        return tuple(
            one
            for one in self.relationships
            if one.started_at <= self.now and (one.ended_at is None or one.ended_at > self.now)
        )

    @property
    def is_self(self) -> bool:
        """Whether people look at their own profile."""
        return self.sight == Sight.SELF

    @property
    def reads_texts(self) -> bool:
        """Whether the viewer is the coachee or a current coach."""
        return self.is_coachee and self.sight != Sight.STAFF

    @property
    def today(self) -> date:
        """The calendar day it is for the viewer."""
        return local_day(self.now, self.viewer.timezone)

    @property
    def local_time(self) -> str:
        """The time where the person is, and how far that is from the viewer's."""
        if self.is_self:
            return own_time(self.now, self.person.timezone)
        return local_time(self.now, self.person.timezone, self.viewer.timezone)

    @property
    def survey_label(self) -> str:
        """What this program calls the survey."""
        program = self.subscription.program if self.subscription else None
        return program.survey_label if program else "Behavioral Change Survey"

    @property
    def review_label(self) -> str:
        """What this program calls the 360."""
        program = self.subscription.program if self.subscription else None
        return program.review_label if program else "360 program"

    @property
    def reader(self) -> Reader:
        """The viewer, for sentences about what the coachee did."""
        return Reader(
            reads_texts=self.reads_texts,
            is_self=self.is_self,
            zone=self.viewer.timezone,
            review_label=self.review_label,
            survey_label=self.survey_label,
            assignments_url=reverse("person-assignments", args=[self.person.pk]),
        )

    def tabs(self, current: str) -> list[Tab]:
        """The tabs this viewer may open; `current` is the name of the URL of this page."""
        return [
            Tab(label(), reverse(name, args=[self.person.pk]), name == current, count(self.person))
            for name, label, count, shown in TABS
            if shown(self)
        ]


def _no_count(person: Person) -> None:
    return None


Counting = Callable[[Person], int | None]
TABS: tuple[tuple[str, Callable[[], str], Counting, Callable[[Profile], bool]], ...] = (
    ("person", lambda: _("Overview"), _no_count, lambda profile: True),
    ("person-sessions", lambda: _("Sessions"), lambda person: person.sessions_total, lambda one: one.reads_texts),
    ("person-assignments", lambda: _("Assignments"), lambda person: person.in_progress, lambda one: one.reads_texts),
    ("person-messages", lambda: _("Messages"), _no_count, lambda profile: profile.reads_texts),
)
"""Name of the URL, label, number beside it, and who may see it."""


def open_profile(viewer: Person, pk: int, now: datetime) -> Profile | None:
    """The profile, or None when there is none that this viewer may know of. Three queries."""
    visible = Person.objects.visible_to(viewer, now).with_roles().select_related("organization")
    person = visible.annotate(**_counts(viewer, now)).filter(pk=pk).first()
    if person is None:
        return None
    subscriptions = tuple(
        person.subscriptions.select_related("program", "package", "delivery_manager").order_by("starts_on")
    )
    relationships = tuple(
        Relationship.objects.filter(coachee=person).select_related("coach").order_by("-started_at", "-pk")
    )
    sight = _sight(viewer, person, relationships, now)
    if sight == Sight.COACH:
        relationships = tuple(one for one in relationships if one.coach_id == viewer.pk)
    is_coachee = bool(subscriptions or relationships) or Role.COACHEE in person.roles
    return Profile(person, viewer, now, sight, is_coachee, subscriptions, relationships)


def _sight(viewer: Person, person: Person, relationships: tuple[Relationship, ...], now: datetime) -> Sight:
    """Who is several of these has the widest sight."""
    if viewer.pk == person.pk:
        return Sight.SELF
    coaches = (
        one.coach_id == viewer.pk and one.started_at <= now and (one.ended_at is None or one.ended_at > now)
        for one in relationships
    )
    return Sight.COACH if Role.COACH in viewer.roles and any(coaches) else Sight.STAFF


def _counts(viewer: Person, now: datetime) -> dict[str, Coalesce]:
    """The numbers beside tabs and states, of what this viewer may see."""
    assignments = Assignment.objects.visible_to(viewer, now)
    return {
        "sessions_total": _number(Session.objects.visible_to(viewer, now)),
        "in_progress": _number(assignments.in_progress()),
        "completed": _number(assignments.completed()),
        "archived": _number(assignments.archived()),
    }


def _number(rows: QuerySet) -> Coalesce:
    counted = rows.filter(coachee=OuterRef("pk")).order_by().values("coachee").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), Value(0))
