"""Assigning coaches and ending relationships. One transaction each; people are locked before relationships.

Both of a pair are told in the same transaction (`coaching.telling`); an import writes relationships by itself and
tells nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from activity.encouragement import engine
from coaching.models import Relationship
from coaching.telling import tell_of_beginning, tell_of_end
from profiles.actions import RefusedError, grant_role, lock_people, violates
from profiles.models import Person, Role, RoleGrant
from sessions_app.actions import cancel_ahead


class CoachingError(RefusedError):
    """A relationship that cannot be. `str()` says why; `person` is on whose page it can be put right."""


class NoRoomError(CoachingError):
    """The coach has as many coachees as they take on; asking again without `within_capacity` assigns all the same."""


@dataclass(frozen=True)
class Assigned:
    """What became of assigning one coach to many: ids of people."""

    assigned: tuple[int, ...]
    already: tuple[int, ...]
    not_coachees: tuple[int, ...]
    """Neither coachees nor anybody else the coach can be given in bulk, such as the coach themselves."""


def why_not_coach(coach: Person) -> str:
    """The sentence that says why this person cannot be assigned as a coach; empty when they can."""
    if not coach.is_active:
        return _("%(name)s may not sign in at present and cannot be assigned.") % {"name": coach.name}
    if not coach.role_grants.current().filter(role=Role.COACH).exists():
        return _(
            "%(name)s does not have coaching access. Only people with coaching access can be coaches:"
            " turn it on, then add them."
        ) % {"name": coach.name}
    return ""


def why_not_pair(coach: Person, coachee: Person, now: datetime) -> str:
    """The sentence that says why these two cannot begin a relationship now; empty when they can."""
    if coach == coachee:
        return _("%(name)s cannot be their own coach.") % {"name": coach.name}
    if reason := why_not_coach(coach):
        return reason
    if Relationship.objects.not_over(now).between(coach, coachee).exists():
        return already_coaches(coach, coachee)
    return ""


def already_coaches(coach: Person, coachee: Person) -> str:
    """Says that this pair is one already."""
    return _("%(coach)s already coaches %(coachee)s.") % {"coach": coach.name, "coachee": coachee.name}


def why_no_room(coach: Person, more: int, now: datetime) -> str:
    """The sentence that warns of so many more coachees than this coach takes on; empty when there is room."""
    if coach.capacity is None:
        return ""
    coached = Relationship.objects.not_over(now).filter(coach=coach).count()
    if coached + more <= coach.capacity:
        return ""
    return _("%(name)s coaches %(coached)d and takes on %(capacity)d at most.") % {
        "name": coach.name,
        "coached": coached,
        "capacity": coach.capacity,
    }


def assign_coach(
    *, coach: Person, coachee: Person, by: Person | None, now: datetime, within_capacity: bool = False
) -> Relationship:
    """Begins a relationship now and tells both; the person coached becomes a coachee if they were none.

    Raises CoachingError when the coach has no coaching access, when both are one person, or when the relationship
    runs already, also if somebody else has begun it in this very moment; NoRoomError over the coach's capacity, if
    it is to be `within_capacity`.
    """
    try:
        with transaction.atomic():
            lock_people([coach.pk, coachee.pk])
            if reason := why_not_pair(coach, coachee, now):
                raise CoachingError(reason, None if coach == coachee else coach)
            if within_capacity and (reason := why_no_room(coach, 1, now)):
                raise NoRoomError(reason, coach)
            with engine.changing([coachee.pk], now):
                relationship = Relationship.objects.create(coach=coach, coachee=coachee, started_at=now, started_by=by)
            grant_role(person=coachee, role=Role.COACHEE, by=by, now=now)
            tell_of_beginning([relationship], now)
    except IntegrityError as error:
        if violates(error, "one_running_relationship_per_pair", "relationship_started_once"):
            raise CoachingError(already_coaches(coach, coachee), coach) from error
        raise
    return relationship


def assign_coach_to_many(*, coach: Person, coachees: Iterable[int], by: Person | None, now: datetime) -> Assigned:
    """Gives one coach to many coachees, by id, in one transaction; those already coached by them stay as they are.

    Raises CoachingError when the coach has no coaching access; then nobody is assigned.
    """
    asked = set(coachees)
    with transaction.atomic():
        lock_people([coach.pk, *asked])
        if reason := why_not_coach(coach):
            raise CoachingError(reason, coach)
        possible = _coachees_among(asked) - {coach.pk}
        with engine.changing(sorted(possible), now):
            running = Relationship.objects.not_over(now).filter(coach=coach, coachee__in=possible)
            already = set(running.values_list("coachee", flat=True))
            assigned = sorted(possible - already)
            begun = Relationship.objects.bulk_create(
                Relationship(coach=coach, coachee_id=pk, started_at=now, started_by=by) for pk in assigned
            )
        _make_coachees(assigned, by, now)
        tell_of_beginning(begun, now)
    return Assigned(tuple(assigned), tuple(sorted(already)), tuple(sorted(asked - possible)))


def _coachees_among(ids: set[int]) -> set[int]:
    """Those who have the role or a subscription."""
    held = RoleGrant.objects.current().filter(role=Role.COACHEE)
    is_coachee = Q(pk__in=held.values("person")) | Q(subscriptions__isnull=False)
    return set(Person.objects.filter(is_coachee, pk__in=ids).values_list("pk", flat=True))


def _make_coachees(ids: list[int], by: Person | None, now: datetime) -> None:
    """Those with a subscription alone get the role as well."""
    held = RoleGrant.objects.current().filter(role=Role.COACHEE, person__in=ids).values_list("person", flat=True)
    RoleGrant.objects.bulk_create(
        RoleGrant(person_id=pk, role=Role.COACHEE, granted_by=by, granted_at=now) for pk in set(ids) - set(held)
    )


def end_relationship(*, relationship: Relationship, by: Person | None, now: datetime) -> bool:
    """Ends the relationship now, and with it all that the coach may see. The row stays.

    Sessions ahead are cancelled, and both are told. Twice is harmless: tells whether it was this call that ended it.
    One that had yet to start never runs.
    """
    ended = end_relationships(relationships=[relationship.pk], by=by, now=now)
    relationship.refresh_from_db(fields=["ended_at", "ended_by"])
    return bool(ended)


def end_relationships(*, relationships: Iterable[int], by: Person | None, now: datetime) -> list[int]:
    """Ends many, by id, in one transaction, as `end_relationship` does; returns the ids of those that were not over."""
    asked = Relationship.objects.filter(pk__in=list(relationships))
    with transaction.atomic():
        pairs = list(asked.values_list("coach", "coachee"))
        lock_people({person for pair in pairs for person in pair})
        with engine.changing(sorted({coachee for _coach, coachee in pairs}), now):
            ended = list(asked.not_over(now))
            ids = sorted(one.pk for one in ended)
            close(ids, by, now)
        tell_of_end(ended, now)
    return ids


def close(ids: list[int], by: Person | None, now: datetime) -> None:
    """Ends these rows, which the caller has locked, and cancels the sessions ahead."""
    Relationship.objects.not_over(now).filter(pk__in=ids).update(ended_at=Greatest("started_at", now), ended_by=by)
    cancel_ahead(ids, by, now)
