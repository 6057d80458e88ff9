"""Finding people among 200,000: how long the database takes, for each kind of viewer and of query."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from benchmarks.figures import Value, median, p95
from benchmarks.loading import copy, follow_ids
from coaching.models import Relationship
from profiles.models import Organization, Person, RoleGrant, Subscription
from profiles.search import people_found

PEOPLE = 200_000
OF_AN_ORGANIZATION = 500
DELIVERED = 4
"""Organizations of the delivery manager."""
COACHED = 20
SHOWN = 21
FIRST = """
    Maria José Anna Fatima Wei Jonas Lucía Priya Oleg Amara Tomás Ingrid Kofi Sana Marek Chloé Yusuf Aiko Liam Noor Zoë
    Søren Ana Andrés Björn Elif Hye Igor Jürgen Kateřina Luka Mateus Nia Omar Paul Quentin Rosa Sven Thu Uma Viktor
"""
LAST = """
    García Smith Nguyen Silva Kim Müller Petrov Okafor Hansen Rossi Novák Haddad Lindqvist Chen Mensah Raman Berg Costa
    Dubois Eriksen Fischer Gruber Horvat Ivanova Jansen Kowalski López Martin Nowak O’Brien Popescu Quiroga Ramírez
    Santos Tanaka Urban Vega Weber Yılmaz Zhang
"""
SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo wu xa ye zi sha tri"
PERSON = (
    "id password is_superuser email name organization position timezone language manager_name manager_email"
    " about photo version is_active created_at"
)
QUERIES = (
    ("one letter", "m"),
    ("one rare letter", "x"),
    ("two letters", "ma"),
    ("two words", "m g"),
    ("full name", "maria garcia"),
    ("common name", "maria"),
    ("e-mail", "maria.garcia77"),
    ("domain", "example"),
    ("nobody", "nobodyatall"),
)
Row = dict[str, Value]


def measure(now: datetime, people: int, times: int) -> list[Row]:
    """Adds people until there are so many, and looks for some of them as an admin, a coach and so on."""
    viewers = _fill(now, people)
    return [_measured(name, viewer, kind, query, now, times) for name, viewer in viewers for kind, query in QUERIES]


def _measured(name: str, viewer: Person, kind: str, query: str, now: datetime, times: int) -> Row:
    taken, found, queries = [], 0, 0
    for turn in range(times + 2):
        watch = _Database()
        with connection.execute_wrapper(watch):
            found = len(people_found(query, viewer, now, limit=SHOWN))
        queries = watch.queries
        taken += [watch.seconds * 1e3] if turn > 1 else []
    figures = {"median ms": median(taken), "p95 ms": p95(taken)}
    return {"viewer": name, "query": kind, "typed": query, "found": found, "queries": queries, **figures}


class _Database:
    """Adds up what the database took."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: dict) -> Any:
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - began
            self.queries += 1


def _fill(now: datetime, people: int) -> list[tuple[str, Person]]:
    """Writes the people that are missing, the viewers among them; statistics are fresh afterwards."""
    since, rng = now - timedelta(days=400), Random(11)
    first = (Person.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    organization = (Organization.objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    numbers = range(first, first + max(people - Person.objects.count(), 100))
    places = range(organization, organization + 1 + len(numbers) // OF_AN_ORGANIZATION)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    with transaction.atomic():
        copy(Organization, ["id", "name"], ((place, f"Searched organization {place}") for place in places))
        copy(Person, PERSON.split(), _people(numbers, places, rng, now))
        copy(RoleGrant, ["person", "role", "granted_at"], ((pk, "coachee", since) for pk in numbers))
        follow_ids([Organization, Person])
    viewers = [("admin", numbers[0]), ("coach", numbers[1]), ("delivery manager", numbers[2]), ("coachee", numbers[3])]
    _roles(now, numbers, places)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [(name, Person.objects.get(pk=pk)) for name, pk in viewers]


def _people(numbers: range, places: range, rng: Random, now: datetime) -> Iterator[tuple]:
    names, families, parts = FIRST.split(), LAST.split(), SYLLABLES.split()
    for index, pk in enumerate(numbers):
        first, last = _pick(names, parts, rng), _pick(families, parts, rng)
        plain = unicodedata.normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode().lower()
        address = f"{plain}{pk % 100}.{pk}@org{index // OF_AN_ORGANIZATION}.example"
        place = places[index // OF_AN_ORGANIZATION]
        yield (
            pk, "!", False, address, f"{first} {last}", place, "Team Lead", "UTC", "", "", "", "", "", 0, True, now,
        )  # fmt: skip


def _pick(names: list[str], syllables: list[str], rng: Random) -> str:
    """Half of all names are well-known ones, each held by more than one in a hundred; the others are made up."""
    if rng.random() < 0.5:
        return rng.choice(names)
    return "".join(rng.choice(syllables) for _ in range(3)).capitalize()


def _roles(now: datetime, numbers: range, places: range) -> None:
    """One admin, one coach with their coachees, one delivery manager of some organizations, one coachee."""
    since, (admin, coach, manager, coachee) = now - timedelta(days=100), numbers[:4]
    RoleGrant.objects.filter(person__in=[admin, coach, manager], role="coachee").delete()
    for pk, role in ((admin, "admin"), (coach, "coach"), (manager, "delivery_manager")):
        RoleGrant.objects.create(person_id=pk, role=role, granted_at=since)
    own = [coachee, *range(numbers[-1] - COACHED + 2, numbers[-1] + 1)]
    Relationship.objects.bulk_create(Relationship(coach_id=coach, coachee_id=one, started_at=since) for one in own)
    named = [numbers[index] for index in range(3, len(numbers), OF_AN_ORGANIZATION)][:DELIVERED]
    days = {"starts_on": since.date(), "ends_on": (now + timedelta(days=265)).date()}
    span = {"active_from": since, "active_until": now + timedelta(days=265)}
    Subscription.objects.bulk_create(
        Subscription(coachee_id=one, delivery_manager_id=manager, **days, **span) for one in named
    )
