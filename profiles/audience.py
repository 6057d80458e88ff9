"""“Who can see this?”: the people who can read one text, by asking the querysets that guard the pages it stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.models import BehaviorSurvey, Observation, Review360
from assignments.models import Assignment, Reflection
from coaching.models import Goal, Message, Relationship
from profiles.days import short_day
from profiles.models import Person, Role
from profiles.querysets import PersonQuerySet
from profiles.zones import local_day
from sessions_app.models import MicroGoal, PrivateNote, SharedNote, Takeaway

Guard = Callable[[Person, datetime], QuerySet]
LARGEST = 2**63 - 1
MANAGERS = 20
COACHES = 100
"""How many delivery managers of an organization, and how many coaches of a person, those of now first, are asked."""


@dataclass(frozen=True)
class Kind:
    """A kind of text: the queryset that guards it, and what staff learn of it although they cannot read it.

    `writer` is the field of whoever wrote it where a draft is theirs, else it is the coachee's; `pair` says that it
    belongs to one coach and the coachee.
    """

    model: Any
    question: str | Promise
    guard: Guard
    pair: bool
    writer: str = "coachee_id"
    dates: str | Promise = ""


def _visible(model: Any) -> Guard:
    return lambda viewer, now: model.objects.visible_to(viewer, now)


def _said(model: Any) -> Guard:
    """What is dated later is still a draft, as on the pages."""
    return lambda viewer, now: model.objects.visible_to(viewer, now).filter(Q(coachee=viewer) | Q(shared_at__lte=now))


SENT = gettext_lazy("Admins and delivery managers see that and when a message was sent, never what it says.")
SHARED = gettext_lazy("Admins and delivery managers see that and when it was shared, never what it says.")
KINDS: dict[str, Kind] = {
    "private_note": Kind(
        PrivateNote,
        gettext_lazy("Who can see this private note?"),
        lambda viewer, now: PrivateNote.objects.visible_to(viewer),
        pair=True,
        writer="author_id",
    ),
    "shared_note": Kind(
        SharedNote, gettext_lazy("Who can see this shared note?"), _visible(SharedNote), True, "coach_id"
    ),
    "micro_goal": Kind(
        MicroGoal, gettext_lazy("Who can see this goal for a session?"), _said(MicroGoal), True, dates=SHARED
    ),
    "takeaway": Kind(Takeaway, gettext_lazy("Who can see this takeaway?"), _said(Takeaway), True, dates=SHARED),
    "message": Kind(Message, gettext_lazy("Who can see this conversation?"), _visible(Message), True, dates=SENT),
    "assignment": Kind(
        Assignment,
        gettext_lazy("Who can see this assignment?"),
        _visible(Assignment),
        True,
        "coach_id",
        gettext_lazy("Admins and delivery managers see that and when something was handed in, never what it says."),
    ),
    "goal": Kind(Goal, gettext_lazy("Who can see this goal?"), _visible(Goal), False),
    "reflection": Kind(
        Reflection,
        gettext_lazy("Who can see this reflection?"),
        _said(Reflection),
        False,
        dates=gettext_lazy("Admins and delivery managers see that and when a prompt was answered, never the answer."),
    ),
    "observation": Kind(
        Observation, gettext_lazy("Who can see this observation?"), _visible(Observation), False, "coach_id"
    ),
    "survey": Kind(
        BehaviorSurvey,
        gettext_lazy("Who can see this survey and its report?"),
        _visible(BehaviorSurvey),
        False,
        dates=gettext_lazy("Admins and delivery managers see when it is due and that it is closed, not what it says."),
    ),
    "review": Kind(
        Review360,
        gettext_lazy("Who can see this 360 review and its report?"),
        _visible(Review360),
        False,
        dates=gettext_lazy("Admins and delivery managers see when it is due and that it is closed, not what it says."),
    ),
}
"""By the word that stands in the address and in the tag `who_can_see`."""


@dataclass(frozen=True)
class Reader:
    """Somebody who can read it, and why."""

    person: Person
    is_viewer: bool
    why: str


@dataclass(frozen=True)
class Audience:
    """The answer: who can, and in sentences who cannot and what will change that.

    `back` is where the viewer reads about the coachee: the profile, or a former coach's own notes.
    """

    question: str
    readers: list[Reader]
    sentences: list[str]
    back: str
    back_words: str


@dataclass(frozen=True)
class _Case:
    """One text: the row, who might read it, the coachee's relationships (newest first), and who looks when."""

    kind: Kind
    row: Any
    people: dict[int, Person]
    spells: list[Relationship]
    viewer: Person
    now: datetime

    @property
    def coachee(self) -> Person:
        return self.people[self.row.coachee_id]

    @property
    def is_draft(self) -> bool:
        """Not shared, where there is sharing."""
        return hasattr(self.row, "shared_at") and (self.row.shared_at is None or self.row.shared_at > self.now)

    @property
    def is_private_note(self) -> bool:
        return self.kind.model is PrivateNote

    def running_with(self, coach: int) -> Relationship | None:
        """The relationship that runs now."""
        return next((one for one in self.spells if one.coach_id == coach and _runs(one, self.now)), None)

    def day(self, instant: datetime) -> str:
        """The viewer's calendar day in words."""
        zone = self.viewer.timezone
        return short_day(local_day(instant, zone), local_day(self.now, zone))


def audience_or_404(kind_name: str, pk: int, viewer: Person, now: datetime) -> Audience:
    """Who can read this text. 404 where there is none, or the viewer is not among them. At most five queries."""
    kind = KINDS.get(kind_name)
    row = kind.guard(viewer, now).filter(pk=pk).first() if kind and pk <= LARGEST else None
    if kind is None or row is None:
        raise Http404
    spells = list(Relationship.objects.filter(coachee=row.coachee_id).order_by("-started_at", "-pk"))
    people = {one.pk: one for one in _candidates(kind, row, spells, now)}
    case = _Case(kind, row, people, spells, viewer, now)
    can = _who_can(case)
    if viewer.pk not in can:
        raise Http404
    ordered = sorted(can, key=lambda one: (one != row.coachee_id, people[one].name, one))
    if viewer.pk != row.coachee_id:
        for one in {*ordered} - {viewer.pk, row.coachee_id}:
            people[one].photo = ""  # of another coach a coach learns the name, not what their profile shows
    readers = [Reader(people[one], one == viewer.pk, _why(case, one)) for one in ordered]
    sentences = [*_draft(case), *_sealed(case, can), *_nobody_else(case)]
    return Audience(str(kind.question), readers, sentences, *_back(case))


def _candidates(kind: Kind, row: Any, spells: list[Relationship], now: datetime) -> PersonQuerySet:
    """Everybody who might: the coachee, whoever coaches or coached them, the author, their delivery managers."""
    running = [one.coach_id for one in spells if _runs(one, now)]
    coaches = [*running, *(one.coach_id for one in spells)][:COACHES]
    known = {row.coachee_id, getattr(row, kind.writer), getattr(row, "coach_id", None), *coaches} - {None}
    return Person.objects.with_roles().near(row.coachee_id, known, MANAGERS)


def _who_can(case: _Case) -> set[int]:
    """Those of the people whom the guard lets have the row, in one query for all of them.

    Nobody reads without signing in, and for coaches the profile, where these texts stand, opens with coaching access.
    """
    asked = {one.pk: one for one in case.people.values() if one.is_active and _comes_near(case, one)}
    return {pk for pk, can in _let_in(case, asked).items() if can}


def _comes_near(case: _Case, person: Person) -> bool:
    return person.pk == case.row.coachee_id or Role.COACH in person.roles or case.is_private_note


def _let_in(case: _Case, asked: dict[Any, Person]) -> dict[Any, bool]:
    """By key, whether the guard lets this person have the row. One query."""
    lets = {
        f"can_{number}": Exists(case.kind.guard(one, case.now).filter(pk=OuterRef("pk")))
        for number, one in enumerate(asked.values())
    }
    found = case.kind.model.objects.filter(pk=case.row.pk).annotate(**lets).values_list(*lets).first()
    return dict(zip(asked, found or (), strict=False)) if lets else {}


def _runs(spell: Relationship, now: datetime) -> bool:
    return spell.started_at <= now and (spell.ended_at is None or spell.ended_at > now)


# In words -----------------------------------------------------------------------------------------


def _why(case: _Case, person: int) -> str:
    if case.is_private_note or (case.is_draft and person != case.row.coachee_id):
        return _("wrote it")
    if person == case.row.coachee_id:
        return _("coachee")
    spell = case.running_with(person)
    return _("coach since %(day)s") % {"day": case.day(spell.started_at)} if spell else _("coach")


def _draft(case: _Case) -> list[str]:
    """What sharing it will change."""
    if not case.is_draft:
        return []
    if case.kind.model is Observation:
        words = _("It is a draft. Once shared, %(name)s and every current coach can read it.")
        return [words % {"name": case.coachee.name}]
    if case.kind.pair:
        return [_("It is a draft. Once you share it, the coach of that session can read it.")]
    return [
        _("It is private: your coaches see the prompt and when you answered it. Once you share it, they can read it.")
    ]


def _sealed(case: _Case, can: set[int]) -> list[str]:
    """What became of former coaches, for the coachee, who knows them; what becomes of a private note."""
    if case.is_private_note:
        return [_("It stays yours alone, also after the coaching has ended.")]
    if case.viewer.pk != case.row.coachee_id or case.is_draft:
        return []
    former = [one for one in case.spells if one.coach_id not in can and one.ended_at and one.ended_at <= case.now]
    if not case.kind.pair:
        return [_("Your former coaches can no longer read it.")] if former else []
    return [
        _("%(name)s coached you until %(day)s and can no longer read it.")
        % {"name": case.people[one.coach_id].name, "day": case.day(one.ended_at)}
        for one in former
        if one.coach_id == case.row.coach_id and one.ended_at
    ][:1]


def _nobody_else(case: _Case) -> list[str]:
    """What being a coach, an admin and so on opens, asked of somebody who is that and nothing else."""
    groups = {
        _("coach"): _somebody(Role.COACH),
        _("admin"): _somebody(Role.ADMIN),
        _("sponsor"): _somebody(Role.SPONSOR),
        _("delivery manager"): _somebody(Role.DELIVERY_MANAGER),
    }
    if opened := [name for name, can in _let_in(case, groups).items() if can]:
        return [_("Every %(group)s can read it.") % {"group": name} for name in opened]
    if case.is_private_note:
        words = _("Nobody else can: not %(name)s, no other coach, admin, sponsor or delivery manager.")
        return [words % {"name": case.coachee.name}]
    dates = [] if case.kind.pair and case.is_draft else [str(case.kind.dates)]
    return [_("Nobody else can: no other coach, admin, sponsor or delivery manager."), *filter(None, dates)]


def _somebody(role: Role) -> Person:
    person = Person(pk=0, is_superuser=role == Role.ADMIN)
    person.roles = frozenset({role})
    return person


def _back(case: _Case) -> tuple[str, str]:
    if case.viewer.pk != case.row.coachee_id and not case.running_with(case.viewer.pk):
        return reverse("own-notes"), _("Your notes on former coachees")
    return case.coachee.get_absolute_url(), case.coachee.name
