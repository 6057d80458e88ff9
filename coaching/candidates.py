"""Who can be chosen as a coach or a coachee: people found by name or e-mail, and why not for those who cannot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.models import Relationship
from profiles.models import Person, Role
from profiles.search import people_matching

SHOWN = 12
LONGEST = 100
"""Letters of a search that are looked at."""


@dataclass(frozen=True)
class Candidate:
    """Somebody found; `why_not` is empty for those who can be chosen, `warning` tells of a coach who is full."""

    person: Person
    about: str
    why_not: str = ""
    warning: str = ""
    access_url: str = ""
    """Where coaching access is turned on, when that is all that is missing."""


@dataclass(frozen=True)
class Found:
    """Those who can be chosen first, each part best matches first; `more` when there are others."""

    query: str
    people: list[Candidate]
    more: bool

    @property
    def nobody(self) -> bool:
        """Whether something was looked for in vain."""
        return bool(self.query) and not self.people


def edit_access_url(pk: int) -> str:
    """Where coaching access is switched."""
    return reverse("person-edit", args=[pk]) + "#coaching-access"


def coaches_for(coachee: Any, query: str, now: datetime, *, leaving: Person | None = None) -> Found:
    """Possible coaches of this person; `leaving` is the coach whose coachees go to another one."""
    return _found(query, coachee=coachee, coach=None, leaving=leaving, now=now)


def coachees_for(coach: Any, query: str, now: datetime) -> Found:
    """Possible coachees of this coach."""
    return _found(query, coachee=None, coach=coach, leaving=None, now=now)


def _found(query: str, *, coachee: Any, coach: Any, leaving: Person | None, now: datetime) -> Found:
    query = query.replace("\0", "").strip()[:LONGEST]
    if not query:
        return Found("", [], more=False)
    people = list(_people(query, coachee, coach, now))
    shown = [_candidate(person, coachee, coach, leaving) for person in people[:SHOWN]]
    return Found(query, sorted(shown, key=lambda one: bool(one.why_not)), more=len(people) > SHOWN)


def _people(query: str, coachee: Any, coach: Any, now: datetime) -> QuerySet:
    """Those who match, with their roles, how many they coach, and whether the pair is one already."""
    running = Relationship.objects.not_over(now).order_by()
    load = running.filter(coach=OuterRef("pk")).values("coach").annotate(load=Count("pk")).values("load")
    if coach is not None:
        pair = running.filter(coach=coach.pk, coachee=OuterRef("pk"))
    else:
        pair = running.filter(coach=OuterRef("pk"), coachee=coachee.pk if coachee is not None else None)
    return people_matching(query, Person.objects.select_related("organization").with_roles(), limit=SHOWN + 1).annotate(
        load=Coalesce(Subquery(load, output_field=IntegerField()), 0), already=Exists(pair)
    )


def _candidate(person: Any, coachee: Any, coach: Any, leaving: Person | None) -> Candidate:
    about = " · ".join(part for part in (person.position, str(person.organization or ""), person.email) if part)
    same = [one for one in (coachee, coach) if one is not None]
    why_not = access_url = warning = ""
    if any(person.pk == one.pk for one in same):
        why_not = _("Nobody coaches themselves")
    elif leaving is not None and person.pk == leaving.pk:
        why_not = _("The coach until now")
    elif not person.is_active:
        why_not = _("May not sign in at present")
    elif person.already:
        name = person.name if coach is None else coach.name
        why_not = _("%(name)s is their coach already") % {"name": name}
    elif coach is None and Role.COACH not in person.roles:
        why_not, access_url = _("No coaching access"), edit_access_url(person.pk)
    elif coach is None and person.capacity is not None and person.load >= person.capacity:
        warning = _("Coaches %(load)d and takes on %(capacity)d at most") % {
            "load": person.load,
            "capacity": person.capacity,
        }
    return Candidate(person, about, why_not, warning, access_url)
