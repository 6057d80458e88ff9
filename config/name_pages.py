"""Pages of people by name: by key, so that page 800 costs what page 1 does."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from config.cursors import seal, unseal

PAGE_SIZE = 25


@dataclass(frozen=True)
class NamePage:
    """Some people in the order of name and id; `following` is the sealed place after them, empty on the last page."""

    people: list
    following: str
    is_first: bool


def page_by_name(people: QuerySet, what: str, after: str = "") -> NamePage:
    """The page after a place sealed for the list called `what`, else the first one. One query."""
    place = unseal(what, after)
    if place:
        name, pk = place
        people = people.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    found = list(people.order_by("name", "pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    following = seal(what, [shown[-1].name, shown[-1].pk]) if len(found) > PAGE_SIZE else ""
    return NamePage(shown, following, is_first=not place)
