"""The people every test knows, and what they are to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from coaching.models import Relationship
from profiles.models import Organization, Person, RoleGrant
from tests.make import NOW, make_package, make_program, make_subscription

ROLES = {
    "coach": ("coach", "stranger_coach", "co_coach", "former_coach", "outsider_coach"),
    "coachee": ("coachee", "other_coachee", "strangers_coachee", "deactivated", "outsider"),
    "delivery_manager": ("delivery_manager", "other_delivery_manager"),
    "admin": ("admin",),
    "sponsor": ("sponsor",),
}
PAIRS = [
    ("coach", "other_coachee"),
    ("stranger_coach", "strangers_coachee"),
    ("coach", "deactivated"),
    ("outsider_coach", "outsider"),
    ("coach", "coachee"),
    ("co_coach", "coachee"),
    ("former_coach", "coachee"),
]


@dataclass(frozen=True)
class Cast:
    """Everybody belongs to Northwind Logistics but the outsiders and `other_delivery_manager`.

    | who | is |
    |---|---|
    | coach | Maya, who coaches Amara and Jonas |
    | coachee | Amara, in Lagos; her subscription names `delivery_manager` |
    | other_coachee | Jonas, who has the same coach |
    | stranger_coach | coaches somebody else of the same organization |
    | strangers_coachee | that somebody: a delivery manager of the organization may see them, Maya may not |
    | co_coach | Amara's second coach |
    | former_coach | coached Amara until a month ago |
    | outsider_coach, outsider | a coach and her coachee in another organization |
    | delivery_manager | Inés, named by Amara's subscription |
    | other_delivery_manager | named by the outsider's subscription |
    | manager | Amara's line manager: a plain person with an account |
    | admin, superuser | staff of the installation |
    | sponsor | of Northwind Logistics |
    | deactivated | a former coachee of Maya's who may no longer sign in |
    """

    coach: Person
    coachee: Person
    other_coachee: Person
    stranger_coach: Person
    strangers_coachee: Person
    co_coach: Person
    former_coach: Person
    outsider_coach: Person
    outsider: Person
    delivery_manager: Person
    other_delivery_manager: Person
    manager: Person
    admin: Person
    superuser: Person
    sponsor: Person
    deactivated: Person
    relationship: Relationship
    """Maya's with Amara."""


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, with relationships and subscriptions and no history."""
    return make_cast()


def make_cast() -> Cast:
    """Written by the table: most tests begin with it."""
    here, there = Organization.objects.bulk_create(
        [Organization(name="Northwind Logistics"), Organization(name="Lakeside School District")]
    )
    people = {**_northwind(here), **_lakeside(there)}
    for person in people.values():
        person.set_unusable_password()
    Person.objects.bulk_create(people.values())
    granted = NOW - timedelta(days=300)
    RoleGrant.objects.bulk_create(
        RoleGrant(person=people[who], role=role, granted_at=granted) for role, some in ROLES.items() for who in some
    )
    _subscribe(people)
    return Cast(**people, relationship=_coach(people))


def _northwind(here: Organization) -> dict[str, Person]:
    def person(email: str, name: str, **fields) -> Person:
        return Person(email=f"{email}@example.org", name=name, organization=here, **fields)

    return {
        "coach": person("maya", "Maya Castellanos", timezone="Europe/Madrid"),
        "stranger_coach": person("stranger", "Stina Stranger"),
        "coachee": person(
            "amara",
            "Amara Okafor",
            timezone="Africa/Lagos",
            language="en",
            position="Engineering Manager",
            manager_name="Moses Manager",
            manager_email="manager@example.org",
        ),
        "other_coachee": person("jonas", "Jonas Lindqvist"),
        "strangers_coachee": person("sven", "Sven Unseen"),
        "co_coach": person("cornelia", "Cornelia Cole"),
        "former_coach": person("felix", "Felix Former"),
        "delivery_manager": person("ines", "Inés Robles"),
        "manager": person("manager", "Moses Manager"),
        "admin": person("admin", "Ada Admin"),
        "superuser": person("root", "Rudi Root", is_superuser=True),
        "sponsor": person("sponsor", "Silvia Sponsor"),
        "deactivated": person("dora", "Dora Deactivated", is_active=False),
    }


def _lakeside(there: Organization) -> dict[str, Person]:
    return {
        "outsider_coach": Person(email="olga@example.org", name="Olga Outsider", organization=there),
        "outsider": Person(email="omar@example.org", name="Omar Outside", organization=there),
        "other_delivery_manager": Person(email="otto@example.org", name="Otto Elsewhere", organization=there),
    }


def _subscribe(people: dict[str, Person]) -> None:
    program = make_program(name="New managers")
    for who in ("other_coachee", "strangers_coachee", "deactivated"):
        make_subscription(coachee=people[who], program=program)
    make_subscription(
        coachee=people["coachee"],
        program=program,
        delivery_manager=people["delivery_manager"],
        package=make_package(name="Leader 12"),
        complimentary_call=True,
        flash_sessions=True,
        group_module="Delegation, cohort 3",
    )
    make_subscription(coachee=people["outsider"], program=program, delivery_manager=people["other_delivery_manager"])


def _coach(people: dict[str, Person]) -> Relationship:
    """Starts everybody's relationship; returns Maya's with Amara."""
    began = {"started_at": NOW - timedelta(days=200)}
    running = [Relationship(coach=people[coach], coachee=people[coachee], **began) for coach, coachee in PAIRS]
    running[-1].ended_at = NOW - timedelta(days=30)  # the former coach's
    return Relationship.objects.bulk_create(running)[PAIRS.index(("coach", "coachee"))]
