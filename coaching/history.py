"""Who assigned, ended or changed what: the events that the database keeps (`config.audit`), told in sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.models import Relationship
from profiles.models import Person, Role

SIZE = 50
Names = Callable[[int | None], str]


class Place(NamedTuple):
    """Of an event in the history: when, in which source, and its number there. Newer ones are greater."""

    at: datetime
    source: int
    number: int


@dataclass(frozen=True)
class Source:
    """The events of one model, who is concerned by them, and how they are told."""

    model: str
    concerns: Callable[[int], Q]
    people: Callable[[Any], Iterable[int | None]]
    sentence: Callable[[Any, Names], str]
    by: str = ""
    """The field that says who did it, for what was done outside of the site."""


@dataclass(frozen=True)
class Line:
    """One event: when, by whom (a person, or the name of what did it), and what."""

    at: datetime
    by: Person | None
    by_what: str
    what: str
    about: Person | None
    """On whose page more about it can be found."""


@dataclass(frozen=True)
class History:
    """A page of lines, newest first, and where the next one begins."""

    lines: list[Line]
    onward: Place | None


def _of_relationship(event: Any, name: Names) -> str:
    pair = {"coach": name(event.coach_id), "coachee": name(event.coachee_id)}
    if event.pgh_label == "begun":
        return _("assigned %(coach)s to %(coachee)s") % pair
    if event.pgh_label == "ended":
        ended = _("ended %(coach)s coaching %(coachee)s")
        return (ended if event.ended_at else _("resumed %(coach)s coaching %(coachee)s")) % pair
    if event.pgh_label == "deleted":
        return _("deleted the relationship of %(coach)s and %(coachee)s") % pair
    return _("changed the relationship of %(coach)s and %(coachee)s") % pair


def _of_review(event: Any, name: Names) -> str:
    pair = {"coach": name(event.pair[0]), "coachee": name(event.pair[1])}
    if event.pgh_label == "reviewed":
        return _("reviewed %(coach)s coaching %(coachee)s") % pair
    return _("changed a review of %(coach)s coaching %(coachee)s") % pair


def _of_role(event: Any, name: Names) -> str:
    facts = {"name": name(event.person_id), "role": dict(Role.choices).get(event.role, event.role)}
    taken = event.pgh_label == "deleted" or (event.pgh_label == "ended" and event.ended_at)
    if event.pgh_label == "changed":
        return _("changed a role of %(name)s: %(role)s") % facts
    if event.role == Role.COACH:
        return (_("took coaching access from %(name)s") if taken else _("gave coaching access to %(name)s")) % facts
    return (_("took a role from %(name)s: %(role)s") if taken else _("gave a role to %(name)s: %(role)s")) % facts


def _of_account(event: Any, name: Names) -> str:
    who = {"name": name(event.pgh_obj_id)}
    if event.pgh_label == "sign_in":
        return (_("turned sign-in on for %(name)s") if event.is_active else _("turned sign-in off for %(name)s")) % who
    if event.pgh_label == "superuser":
        made = _("made %(name)s a superuser")
        return (made if event.is_superuser else _("made %(name)s no superuser any more")) % who
    if event.pgh_label == "address":
        return _("changed the e-mail address of %(name)s") % who
    return _("erased %(name)s") % who


_RELATIONSHIPS = Source(
    "coaching.RelationshipEvent",
    lambda person: Q(coach_id=person) | Q(coachee_id=person),
    lambda event: (event.coachee_id, event.coach_id, event.ended_by_id, event.started_by_id),
    _of_relationship,
)
_REVIEWS = Source(
    "coaching.RelationshipReviewEvent",
    lambda person: Q(relationship_id__in=Relationship.objects.filter(Q(coach=person) | Q(coachee=person)).values("pk")),
    lambda event: (event.pair[1], event.pair[0], event.reviewed_by_id),
    _of_review,
    by="reviewed_by_id",
)
_ROLES = Source(
    "profiles.RoleGrantEvent",
    lambda person: Q(person_id=person),
    lambda event: (event.person_id, event.granted_by_id, event.ended_by_id),
    _of_role,
)
_ACCOUNTS = Source(
    "profiles.PersonEvent",
    lambda person: Q(pgh_obj_id=person),
    lambda event: (event.pgh_obj_id,),
    _of_account,
)
SOURCES = (_RELATIONSHIPS, _REVIEWS, _ROLES, _ACCOUNTS)
KINDS = {
    "relationships": (gettext_lazy("Relationships"), {_RELATIONSHIPS: Q()}),
    "reviews": (gettext_lazy("Reviews"), {_REVIEWS: Q()}),
    "access": (gettext_lazy("Coaching access"), {_ROLES: Q(role=Role.COACH)}),
    "roles": (gettext_lazy("Other roles"), {_ROLES: ~Q(role=Role.COACH)}),
    "accounts": (gettext_lazy("Sign-in and addresses"), {_ACCOUNTS: Q()}),
}


def history(
    *,
    kind: str = "",
    person: int | None = None,
    relationship: int | None = None,
    before: Place | None = None,
    size: int = SIZE,
) -> History:
    """What happened, newest first: all of it, or of one of `KINDS`, about a person or a relationship, by id.

    One query a source, and one or two for the people.
    """
    wanted = KINDS[kind][1] if kind else dict.fromkeys(SOURCES, Q())
    found: list[tuple[Place, Source, Any]] = []
    for source, narrowed in wanted.items():
        events = _narrowed(source, narrowed, person, relationship)
        place = SOURCES.index(source)
        for event in _older(events, place, before)[: size + 1]:
            found.append((Place(event.pgh_created_at, place, event.pgh_id), source, event))
    found.sort(key=lambda one: one[0], reverse=True)
    shown = found[:size]
    return History(_told(shown), shown[-1][0] if len(found) > size else None)


def _narrowed(source: Source, narrowed: Q, person: int | None, relationship: int | None) -> QuerySet:
    events = apps.get_model(source.model)._default_manager.filter(narrowed)
    if person is not None:
        events = events.filter(source.concerns(person))
    if relationship is None:
        return events
    if source is _RELATIONSHIPS:
        return events.filter(pgh_obj_id=relationship)
    return events.filter(relationship_id=relationship) if source is _REVIEWS else events.none()


def _older(events: QuerySet, source: int, before: Place | None) -> QuerySet:
    events = events.order_by("-pgh_created_at", "-pgh_id")
    if before is None:
        return events
    at_once = Q(pgh_created_at=before.at)
    if source == before.source:
        at_once &= Q(pgh_id__lt=before.number)
    events = events.filter(pgh_created_at__lte=before.at)  # what the index can use
    earlier = Q(pgh_created_at__lt=before.at)
    return events.filter(earlier | at_once if source <= before.source else earlier)


def _told(found: list[tuple[Place, Source, Any]]) -> list[Line]:
    _bring_pairs([event for _place, source, event in found if source is _REVIEWS])
    concerned = {pk for _place, source, event in found for pk in (*source.people(event), _user(event)) if pk}
    people = Person.objects.in_bulk(concerned) if concerned else {}

    def name(pk: int | None) -> str:
        return people[pk].name if pk in people else _("somebody who is gone")

    return [_line(source, event, people, name) for _place, source, event in found]


def _line(source: Source, event: Any, people: dict[int, Person], name: Names) -> Line:
    by = people.get(_user(event) or _by(source, event) or 0)
    about = next(iter(source.people(event)), None)
    return Line(
        at=event.pgh_created_at,
        by=by,
        by_what="" if by else _outside(event),
        what=source.sentence(event, name),
        about=people.get(about or 0),
    )


def _user(event: Any) -> int | None:
    return (event.pgh_context or {}).get("user")


def _by(source: Source, event: Any) -> int | None:
    """Who it was by the row itself, where the database was not told."""
    field = {"begun": "started_by_id", "given": "granted_by_id", "ended": "ended_by_id"}.get(event.pgh_label, source.by)
    return getattr(event, field, None) if field else None


def _outside(event: Any) -> str:
    command = (event.pgh_context or {}).get("command")
    return _("The command %(name)s") % {"name": command} if command else _("Outside of the site")


def _bring_pairs(reviews: list[Any]) -> None:
    """Coach and coachee of the relationships that were reviewed."""
    asked = {event.relationship_id for event in reviews}
    pairs = Relationship.objects.filter(pk__in=asked).values_list("pk", "coach_id", "coachee_id") if asked else []
    known = {pk: (coach, coachee) for pk, coach, coachee in pairs}
    for event in reviews:
        event.pair = known.get(event.relationship_id, (None, None))
