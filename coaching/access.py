"""Coaching access: who may be given coachees. It is the role `coach`; turning it off answers what becomes of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from activity.encouragement import engine
from coaching.actions import CoachingError, close, why_not_coach
from coaching.handover import move
from coaching.models import Relationship
from coaching.telling import tell_of_end
from profiles.actions import end_role, grant_role, lock_people, why_role_stays
from profiles.models import Person, Role


@dataclass(frozen=True)
class End:
    """All relationships of this coach end."""


@dataclass(frozen=True)
class HandOver:
    """All relationships of this coach go to another one; where that one coaches them already, they only end."""

    to: Person


def turn_on(*, person: Person, by: Person | None, now: datetime) -> bool:
    """Lets the person be given coachees, and tells them; tells whether it was off."""
    return grant_role(person=person, role=Role.COACH, by=by, now=now)


def turn_off(
    *,
    person: Person,
    by: Person | None,
    now: datetime,
    then: End | HandOver | None = None,
    seen: Collection[int] | None = None,
) -> bool:
    """Ends coaching access together with what depends on it, in one transaction; tells whether it was on.

    Raises CoachingError, and changes nothing, when relationships run and `then` does not say what becomes of them,
    when they cannot be handed over, or when they are no longer those whose ids were `seen` by who answered.
    """
    with transaction.atomic():
        spells = _locked(person, then.to if isinstance(then, HandOver) else None, now)
        if seen is not None and {one.pk for one in spells} != set(seen):
            raise CoachingError(_("Their relationships have changed since you opened this page. Look again."), person)
        if spells and then is None:
            raise CoachingError(why_role_stays(person=person, role=Role.COACH, by=by, now=now), person)
        if spells:
            with engine.changing([one.coachee_id for one in spells], now):
                _answer(spells, then, by, now)
        return end_role(person=person, role=Role.COACH, by=by, now=now)


def why_not_take_all(person: Person, to: Person, now: datetime) -> str:
    """The sentence that says why `to` cannot take on everybody whom `person` coaches; empty when they can."""
    if to == person:
        return _("Choose another coach than %(name)s.") % {"name": person.name}
    if reason := why_not_coach(to):
        return reason
    if Relationship.objects.not_over(now).between(person, to).exists():
        sentence = _("%(coach)s coaches %(name)s, who cannot take on themselves. Choose another coach.")
        return sentence % {"coach": person.name, "name": to.name}
    return ""


def _locked(person: Person, to: Person | None, now: datetime) -> list[Relationship]:
    """What runs or is to begin, with everybody concerned locked in id order before anything is decided."""
    relationships = Relationship.objects.not_over(now).filter(coach=person)
    people = {person.pk, *([to.pk] if to else []), *relationships.values_list("coachee", flat=True)}
    lock_people(people)
    spells = list(relationships)
    if {one.coachee_id for one in spells} - people:
        raise CoachingError(_("Somebody was added in this very moment. Look again."), person)
    if to and (reason := why_not_take_all(person, to, now)):
        raise CoachingError(reason, to)
    return spells


def _answer(spells: list[Relationship], then: End | HandOver | None, by: Person | None, now: datetime) -> None:
    if isinstance(then, HandOver):
        move(spells, then.to, by, now)
        return
    close([one.pk for one in spells], by, now)
    tell_of_end(spells, now)
