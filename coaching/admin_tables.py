"""Who coaches a person and whom they coach, for the person's page in the admin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.models import Relationship
from profiles.models import Person, Role

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One relationship as seen from one of the two."""

    other: Person
    other_url: str
    since: datetime
    until: datetime | None
    end_url: str


@dataclass(frozen=True)
class Table:
    """Relationships of one kind; the first of them, where there are many."""

    title: str
    empty: str
    lines: list[Line]
    more: int
    more_url: str
    add_url: str
    add_text: str


def relationship_tables(person: Person, now: datetime) -> dict[str, list[Table]]:
    """*Coached by*, and *Coaching* where the person coaches or may coach. Five queries at most."""
    tables = [_coached_by(person, now)]
    coaching = _coaching(person, now)
    if coaching.lines or Role.COACH in person.roles:
        tables.append(coaching)
    return {"relationship_tables": tables}


def _coached_by(person: Person, now: datetime) -> Table:
    relationships = Relationship.objects.not_over(now).filter(coachee=person).select_related("coach")
    return _table(
        person,
        relationships.order_by("coach__name", "pk"),
        "coach",
        title=_("Coached by"),
        empty=_("%(name)s has no coach.") % {"name": person.name},
        add_text=_("Assign a coach"),
    )


def _coaching(person: Person, now: datetime) -> Table:
    relationships = Relationship.objects.not_over(now).filter(coach=person).select_related("coachee")
    return _table(
        person,
        relationships.order_by("coachee__name", "pk"),
        "coachee",
        title=_("Coaching"),
        empty=_("%(name)s coaches nobody at present.") % {"name": person.name},
        add_text=_("Assign a coachee"),
    )


def _table(person: Person, relationships: QuerySet, other: str, *, title: str, empty: str, add_text: str) -> Table:
    count = relationships.count()
    own = "coachee" if other == "coach" else "coach"
    return Table(
        title=title,
        empty=empty,
        lines=[_line(person, row, getattr(row, other)) for row in relationships[:SHOWN]],
        more=max(count - SHOWN, 0),
        more_url=f"{reverse('admin:coaching_relationship_changelist')}?{urlencode({'q': person.email})}",
        add_url=f"{reverse('admin:coaching_relationship_add')}?{urlencode({own: person.pk})}",
        add_text=add_text,
    )


def _line(person: Person, relationship: Relationship, other: Person) -> Line:
    end = reverse("admin:coaching_relationship_end", args=[relationship.pk])
    return Line(
        other=other,
        other_url=reverse("admin:profiles_person_change", args=[other.pk]),
        since=relationship.started_at,
        until=relationship.ended_at,
        end_url=f"{end}?{urlencode({'person': person.pk})}",
    )
