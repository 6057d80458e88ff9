"""What a search shows of the people it finds: enough to tell namesakes apart, and no more than the viewer may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from profiles.models import Person, Role
from profiles.search import LONGEST_QUERY, people_found


@dataclass(frozen=True)
class Result:
    """Somebody found: what they are (to the viewer), and a line about them."""

    person: Person
    kinds: tuple[str, ...]
    about: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """The first who were found; `more` when there are others."""

    query: str
    people: list[Result]
    more: bool


def search_results(query: str, viewer: Person, now: datetime, *, limit: int) -> Results:
    """The first `limit` people whom this viewer finds, the best matches first. At most six queries."""
    query = query.replace("\0", "").strip()[:LONGEST_QUERY]
    found = list(_with_ties(query, viewer, now, limit + 1)) if query else []
    return Results(query, [_result(person, viewer) for person in found[:limit]], more=len(found) > limit)


def _with_ties(query: str, viewer: Person, now: datetime, limit: int) -> Any:
    """The people with their roles, and what they are to the viewer."""
    running = apps.get_model("coaching", "Relationship").objects.running(now)
    named = apps.get_model("profiles", "Subscription").objects.not_over(now).filter(coachee=viewer)
    return (
        people_found(query, viewer, now, limit=limit)
        .select_related("organization")
        .with_roles()
        .annotate(
            coached=Exists(running.filter(coach=viewer, coachee=OuterRef("pk"))),
            coaches=Exists(running.filter(coachee=viewer, coach=OuterRef("pk"))),
            manages=Exists(named.filter(delivery_manager=OuterRef("pk"))),
        )
    )


def _result(person: Any, viewer: Person) -> Result:
    coached = person.coached and Role.COACH in viewer.roles
    contact = (person.coaches or person.manages) and not (viewer.is_staff or coached or person == viewer)
    ties = (
        (person == viewer, _("You")),
        (coached, _("Your coachee")),
        (person.coaches, _("Your coach")),
        (person.manages, _("Your delivery manager")),
    )
    kinds = [words for holds, words in ties if holds]
    if viewer.is_staff:
        kinds += [str(label) for role, label in Role.choices if role in person.roles or _is_root(person, role)]
    elif not kinds:
        kinds = [str(Role.COACHEE.label)]  # whom a delivery manager sees
    about = (person.position, person.organization.name if person.organization else "", "" if contact else person.email)
    return Result(person, tuple(kinds), tuple(part for part in about if part))


def _is_root(person: Person, role: str) -> bool:
    return role == Role.ADMIN and person.is_superuser
