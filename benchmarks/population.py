"""Who is in the benchmark: coaches with twenty coachees each, in several zones, programs and organizations.

Everything is a function of the seed and of `now`, so that two runs measure the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random

from profiles.zones import start_of_day

COACHEES_PER_COACH = 20
ZONES = (
    "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Africa/Lagos", "America/Sao_Paulo", "Europe/London",
    "Asia/Tokyo", "Australia/Adelaide", "America/Los_Angeles", "UTC",
)  # fmt: skip
LANGUAGES = ("en", "es", "pt-BR", "de", "fr", "")
POSITIONS = ("Head of Operations", "Product Manager", "Team Lead", "Nurse Manager", "Principal", "Engineer")
PROGRAMS = ((7, 7, 7, 2, 2), (5, 7, 14, 2, 3), (7, 10, 7, 3, 2), (14, 14, 14, 2, 2))
PACKAGES = ("Starter", "Growth", "Executive")
RESOURCES = 200
FIRST_NAMES = ("Amara", "Jonas", "Lucía", "Wei", "Fatima", "Oleg", "Priya", "Tomás", "Ingrid", "Kofi", "Sana", "Marek")
LAST_NAMES = ("Okafor", "Lindqvist", "Herrera", "Chen", "Haddad", "Petrov", "Raman", "Silva", "Berg", "Mensah", "Novak")


@dataclass(frozen=True, slots=True)
class History:
    """How many rows of the kinds that grow with the years a coachee has."""

    messages: int = 14
    views: int = 14
    reflections: int = 6
    responses: int = 3
    shares: bool = True  # goals, takeaways, finished surveys and assignments
    quiet_days: float | None = None  # since the last of all that; None: up to two weeks, at random

    @classmethod
    def with_events(cls, events: int) -> History:
        """A history that makes exactly that many events, the enrolment in a 360 included; none for ten days."""
        rest = events - 1
        sent, reflections, responses = rest // 4, rest // 10, rest // 20
        views = rest - sent - reflections - responses
        return cls(2 * sent, views, reflections, responses, shares=False, quiet_days=10)


@dataclass(frozen=True, slots=True)
class Coachee:
    """One coachee and how they are placed; `slot` is unlike that of every other coachee of the same coach."""

    number: int  # from 0
    id: int
    coach: int
    slot: int
    zone: str
    starts_on: date
    ends_on: date
    history: History


@dataclass(frozen=True)
class Population:
    """`size` ordinary coachees, and before them one coach's twenty for each entry of `measured`.

    The first of these twenty has as many events as the entry says; it is the one whose pages are measured.
    """

    size: int
    now: datetime
    measured: tuple[int, ...] = ()
    seed: int = 7

    @property
    def managers(self) -> range:
        """Ids of delivery managers."""
        return range(1, 5)

    @cached_property
    def coaches(self) -> range:
        """Ids of coaches."""
        everybody = self.size + len(self.measured) * COACHEES_PER_COACH
        return range(self.managers.stop, self.managers.stop - (-everybody // COACHEES_PER_COACH))

    @cached_property
    def coachees(self) -> tuple[Coachee, ...]:
        """All coachees, those of the measured coaches first."""
        total = self.size + len(self.measured) * COACHEES_PER_COACH
        return tuple(self._coachee(number) for number in range(total))

    def measured_pairs(self) -> Iterator[tuple[int, int, int]]:
        """Events, coach's id and coachee's id of each coachee whose pages are measured."""
        for index, events in enumerate(self.measured):
            coachee = self.coachees[index * COACHEES_PER_COACH]
            yield events, coachee.coach, coachee.id

    def random(self, coachee: Coachee, what: int) -> Random:
        """Chance of its own for each coachee and kind of fact, whatever else is generated."""
        return Random((self.seed * 1_000 + what) * 100_000_000 + coachee.number)

    def _coachee(self, number: int) -> Coachee:
        index, slot = divmod(number, COACHEES_PER_COACH)
        rng = Random(self.seed * 1_000_000_000 + number)
        today = self.now.date()
        is_measured = index < len(self.measured)
        chance = 0.5 if is_measured else rng.random()
        if chance < 0.05:  # past
            starts_on, ends_on = today - timedelta(days=400), today - timedelta(days=10)
        elif chance > 0.95:  # onboarding
            starts_on, ends_on = today + timedelta(days=12), today + timedelta(days=376)
        else:
            starts_on = today - timedelta(days=rng.randrange(60, 300))
            ends_on = starts_on + timedelta(days=364)
        history = History.with_events(self.measured[index]) if is_measured and slot == 0 else History()
        return Coachee(
            number,
            self.coaches.stop + number,
            self.coaches[index],
            slot,
            rng.choice(ZONES),
            starts_on,
            ends_on,
            history,
        )


# Rows, in the order of the columns named in loading.TABLES ------------------------------------------


def organizations(population: Population) -> Iterator[tuple]:
    """One for every two hundred coachees or so."""
    for number in range(1, 2 + len(population.coachees) // 200):
        yield number, f"Organization {number}"


def programs(population: Population) -> Iterator[tuple]:
    """Several, with thresholds of their own."""
    for number, days in enumerate(PROGRAMS, 1):
        yield number, f"Program {number}", *days, [], "360 program", "Behavioral Change Survey"


def packages(population: Population) -> Iterator[tuple]:
    """What was bought."""
    yield from enumerate(PACKAGES, 1)


def people(population: Population) -> Iterator[tuple]:
    """Delivery managers, coaches, coachees."""
    for person in (*population.managers, *population.coaches):
        kind = "coach" if person in population.coaches else "manager"
        yield _person(population, person, kind, ZONES[person % len(ZONES)], None)
    for coachee in population.coachees:
        yield _person(population, coachee.id, "coachee", coachee.zone, 1 + coachee.number // 200)


def _person(population: Population, person: int, kind: str, zone: str, organization: int | None) -> tuple:
    first, last = FIRST_NAMES[person % len(FIRST_NAMES)], LAST_NAMES[person // 7 % len(LAST_NAMES)]
    position, language = POSITIONS[person % len(POSITIONS)], LANGUAGES[person % len(LANGUAGES)]
    return (
        person, "!", False, f"{kind}{person}@bench.example", f"{first} {last} {person}", organization, position, zone,
        language, "Robin Manager", f"manager{person}@bench.example", "", "", 0, True,
        population.now - timedelta(days=400),
    )  # fmt: skip


def role_grants(population: Population) -> Iterator[tuple]:
    """One role each."""
    since = population.now - timedelta(days=400)
    yield from ((manager, "delivery_manager", since) for manager in population.managers)
    yield from ((coach, "coach", since) for coach in population.coaches)
    yield from ((coachee.id, "coachee", since) for coachee in population.coachees)


def subscriptions(population: Population) -> Iterator[tuple]:
    """Nine in ten cover today; the others are over or still to come."""
    for coachee in population.coachees:
        number = coachee.number
        yield (
            coachee.id, 1 + number % len(PROGRAMS), 1 + number % len(PACKAGES), 2, number % 2 == 0, number % 3 == 0,
            "", population.managers[number % 4], coachee.starts_on, coachee.ends_on,
            start_of_day(coachee.starts_on, coachee.zone),
            start_of_day(coachee.ends_on + timedelta(days=1), coachee.zone),
        )  # fmt: skip


def relationships(population: Population) -> Iterator[tuple]:
    """One each, running."""
    for coachee in population.coachees:
        yield coachee.id, coachee.coach, population.now - timedelta(days=310 + coachee.number % 60)


def resources(population: Population) -> Iterator[tuple]:
    """The library."""
    for number in range(1, RESOURCES + 1):
        yield number, f"R-{number}", f"Resource {number}: giving feedback", f"https://example.org/resources/{number}"
