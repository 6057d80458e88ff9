"""A person's profile as one viewer may see it: the head with its tabs, and what every tab builds on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from activity.sentences import Reader
from assignments.models import Assignment
from coaching.models import Goal, Relationship
from config.prepared import Prepared
from profiles.days import local_time, own_time
from profiles.models import Person, Role, Subscription
from profiles.rules import may_edit_profile
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

    `person`, `subscriptions` and `relationships` are rows of the queries below, not models. Relationships are all
    spells, the newest first; for a coach only their own.
    """

    person: Any
    viewer: Person
    now: datetime
    sight: Sight
    is_coachee: bool
    subscriptions: tuple[Any, ...]
    relationships: tuple[Any, ...]
    seen_by: str = ""
    """Whose eyes they are, where coachees look at their own profile through somebody else's."""

    @property
    def acts(self) -> bool:
        """Whether there is anything to do on the page; not where it only shows what others see."""
        return not self.seen_by

    @cached_property
    def status(self) -> Status:
        """Onboarding, active or past."""
        return status_from([(one.active_from, one.active_until) for one in self.subscriptions], self.now)

    @property
    def status_tone(self) -> str:
        """The colour of the status."""
        return STATUS_TONES[self.status]

    @cached_property
    def subscription(self) -> Any | None:
        """The one in force; else the next to come; else the last one."""
        coming = [one for one in self.subscriptions if one.active_until > self.now]
        return coming[0] if coming else (self.subscriptions[-1] if self.subscriptions else None)

    @cached_property
    def running(self) -> tuple[Any, ...]:
        """The relationships that run now."""
        return tuple(one for one in self.relationships if _runs(one, self.now))

    @property
    def is_self(self) -> bool:
        """Whether people look at their own profile."""
        return self.sight == Sight.SELF

    @property
    def reads_texts(self) -> bool:
        """Whether the viewer is the coachee or a current coach."""
        return self.is_coachee and self.sight in (Sight.SELF, Sight.COACH)

    @property
    def by_admin(self) -> bool:
        """Whether the viewer is an admin, who may also be the person's coach or the person."""
        return self.viewer.is_staff

    @property
    def schedules(self) -> bool:
        """Whether the viewer schedules sessions here: a current coach, or the coachee while anybody coaches them."""
        return self.acts and self.reads_texts and bool(self.running)

    @property
    def may_edit(self) -> bool:
        """Whether the viewer may change parts of this profile."""
        return self.acts and may_edit_profile(self.viewer, self)

    @property
    def by_delivery_manager(self) -> bool:
        """Whether the viewer delivers to this person's organization."""
        return self.person.delivered and not self.is_self

    @property
    def first_name(self) -> str:
        """The first word of the person's name, for short sentences."""
        return self.person.name.split(" ", 1)[0]

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
        label = self.subscription.program__survey_label if self.subscription else None
        return label or "Behavioral Change Survey"

    @property
    def review_label(self) -> str:
        """What this program calls the 360."""
        label = self.subscription.program__review_label if self.subscription else None
        return label or "360 program"

    @property
    def reader(self) -> Reader:
        """The viewer, for sentences about what the coachee did."""
        return Reader(
            reads_texts=self.reads_texts,
            is_self=self.is_self,
            zone=self.viewer.timezone,
            review_label=self.review_label,
            survey_label=self.survey_label,
            sessions_url=reverse("person-sessions", args=[self.person.pk]),
        )

    def tabs(self, current: str) -> list[Tab]:
        """The tabs this viewer may open; `current` is the name of the URL of this page."""
        return [
            Tab(label(), reverse(name, args=[self.person.pk]), name == current, count(self.person))
            for name, label, count, shown in TABS
            if shown(self)
        ]


def everybody(profile: Profile) -> bool:
    """Whoever may open the profile at all."""
    return True


def reads_texts(profile: Profile) -> bool:
    """The coachee and current coaches."""
    return profile.reads_texts


def not_contacts(profile: Profile) -> bool:
    """The person, their coaches and staff, but not those who only know them as their coach."""
    return profile.sight != Sight.CONTACT


def sees_assessments(profile: Profile) -> bool:
    """A coachee's own, their coaches and staff; how much of it is a question of `reads_texts`."""
    return profile.is_coachee and not_contacts(profile)


def coaches_them(profile: Profile) -> bool:
    """The person's current coaches."""
    return profile.sight == Sight.COACH


def sees_personnel(profile: Profile) -> bool:
    """The person, admins, and delivery managers; no coach as such."""
    return profile.is_self or profile.by_admin or profile.by_delivery_manager


def sees_permissions(profile: Profile) -> bool:
    """The person and admins."""
    return profile.is_self or profile.by_admin


def _no_count(person: Any) -> None:
    return None


Counting = Callable[[Any], int | None]
TABS: tuple[tuple[str, Callable[[], str], Counting, Callable[[Profile], bool]], ...] = (
    ("person", lambda: _("Overview"), _no_count, everybody),
    ("person-sessions", lambda: _("Sessions"), lambda person: person.sessions_total, reads_texts),
    ("person-assignments", lambda: _("Assignments"), lambda person: person.in_progress, reads_texts),
    ("person-goals", lambda: _("Goals"), lambda person: person.goals_in_progress, reads_texts),
    ("person-assessments", lambda: _("Assessments"), _no_count, sees_assessments),
    ("person-observations", lambda: _("Observations"), _no_count, reads_texts),
    ("person-messages", lambda: _("Messages"), _no_count, reads_texts),
    ("person-learning", lambda: _("Learning"), _no_count, not_contacts),
    ("person-credentials", lambda: _("Licenses and credentials"), _no_count, not_contacts),
    ("person-coaching", lambda: _("Coaching"), _no_count, not_contacts),
    ("person-personnel", lambda: _("Personnel"), _no_count, sees_personnel),
    ("person-permissions", lambda: _("Permissions"), _no_count, sees_permissions),
)
"""Name of the URL, label, number beside it, and who may see it: the predicate that its view asks, too."""


def open_profile(viewer: Person, pk: int, now: datetime) -> Profile | None:
    """The profile, or None when there is none that this viewer may know of. At most three queries.

    Contacts are told nothing of the person's own coaching: to them nobody is a coachee.
    """
    if pk > _LARGEST:
        return None
    roles = viewer.roles & {Role.COACH, Role.DELIVERY_MANAGER}
    found = _PERSON.rows(viewer.is_staff, roles, viewer=viewer.pk, pk=pk, now=now)
    if not found:
        return None
    person = found[0]
    sight = sight_of(viewer, person)
    if sight == Sight.CONTACT:
        return Profile(person, viewer, now, sight, False, (), ())
    subscriptions = tuple(_SUBSCRIPTIONS.rows(coachee=pk))
    relationships = tuple(_RELATIONSHIPS.rows(coachee=pk))
    if sight == Sight.COACH:
        relationships = tuple(one for one in relationships if one.coach_id == viewer.pk)
    is_coachee = bool(subscriptions or relationships) or Role.COACHEE in person.role_names
    return Profile(person, viewer, now, sight, is_coachee, subscriptions, relationships)


def _person(is_staff: bool, roles: frozenset[str], *, viewer: int, pk: int, now: datetime) -> QuerySet:
    """The person, if this viewer may know of them, with the numbers beside tabs and states."""
    looking = Person(pk=viewer, is_superuser=is_staff)
    looking.roles = roles
    sessions = Session.objects.visible_to(looking, now)
    assignments = Assignment.objects.visible_to(looking, now)
    return (
        Person.objects.visible_to(looking, now)
        .with_roles()
        .filter(pk=pk)
        .annotate(
            sessions_total=_number(sessions),
            in_progress=_number(assignments.in_progress(now)),
            completed=_number(assignments.completed(now)),
            archived=_number(assignments.archived(now)),
            goals_in_progress=_number(Goal.objects.visible_to(looking, now).filter(state=Goal.State.ACTIVE)),
            coached=_among(Person.objects.coached_by(looking, now), Role.COACH in roles),
            delivered=_among(Person.objects.delivered_by(looking), Role.DELIVERY_MANAGER in roles),
        )
    )


def _number(rows: QuerySet) -> Coalesce:
    counted = rows.filter(coachee=OuterRef("pk")).order_by().values("coachee").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number"), output_field=IntegerField()), Value(0))


def _among(people: QuerySet, asked: bool) -> Exists | Value:
    return Exists(people.filter(pk=OuterRef("pk"))) if asked else Value(False)


def _subscriptions(*, coachee: int) -> QuerySet:
    return Subscription.objects.filter(coachee=coachee).order_by("starts_on")


def _relationships(*, coachee: int) -> QuerySet:
    return Relationship.objects.filter(coachee=coachee).order_by("-started_at", "-pk")


_LARGEST = 2**63 - 1
_PERSON = Prepared(
    _person,
    ["pk", "name", "photo", "position", "timezone", "language", "organization__name", "role_names"]
    + ["about", "capacity", "coached", "delivered"]
    + ["sessions_total", "in_progress", "completed", "archived", "goals_in_progress"],
)
_SUBSCRIPTIONS = Prepared(
    _subscriptions,
    ["starts_on", "ends_on", "active_from", "active_until", "sessions_per_month", "complimentary_call"]
    + ["flash_sessions", "group_module", "delivery_manager_id", "delivery_manager__name", "package__name"]
    + ["program__name", "program__review_label", "program__survey_label"],
)
_RELATIONSHIPS = Prepared(_relationships, ["pk", "started_at", "ended_at", "coach_id", "coach__name"])


def sight_of(viewer: Person, person: Any) -> Sight:
    """Who is several of these has the widest sight."""
    if viewer.pk == person.pk:
        return Sight.SELF
    if person.coached:
        return Sight.COACH
    return Sight.STAFF if viewer.is_staff or person.delivered else Sight.CONTACT


def _runs(relationship: Any, now: datetime) -> bool:
    return relationship.started_at <= now and (relationship.ended_at is None or relationship.ended_at > now)
