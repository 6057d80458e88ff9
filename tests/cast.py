"""The people every test knows, and what they are to each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from coaching.models import Relationship
from profiles.models import Person
from tests.make import (
    NOW,
    make_coach,
    make_coachee,
    make_organization,
    make_package,
    make_person,
    make_relationship,
    make_subscription,
)


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
    people = {**_northwind(), **_lakeside()}
    coachee = people["coachee"]
    relationship = make_relationship(coach=people["coach"], coachee=coachee)
    make_relationship(coach=people["co_coach"], coachee=coachee)
    make_relationship(coach=people["former_coach"], coachee=coachee, ended_at=NOW - timedelta(days=30))
    make_subscription(
        coachee=coachee,
        delivery_manager=people["delivery_manager"],
        package=make_package(name="Leader 12"),
        complimentary_call=True,
        flash_sessions=True,
        group_module="Delegation, cohort 3",
    )
    make_subscription(coachee=people["outsider"], delivery_manager=people["other_delivery_manager"])
    return Cast(**people, relationship=relationship)


def _northwind() -> dict[str, Person]:
    here = {"organization": make_organization(name="Northwind Logistics")}
    coach = make_coach(email="maya@example.org", name="Maya Castellanos", timezone="Europe/Madrid", **here)
    stranger = make_coach(email="stranger@example.org", name="Stina Stranger", **here)
    return {
        "coach": coach,
        "coachee": make_coachee(
            email="amara@example.org",
            name="Amara Okafor",
            timezone="Africa/Lagos",
            language="en",
            position="Engineering Manager",
            manager_name="Moses Manager",
            manager_email="manager@example.org",
            subscription=False,
            **here,
        ),
        "other_coachee": make_coachee(email="jonas@example.org", name="Jonas Lindqvist", coach=coach, **here),
        "stranger_coach": stranger,
        "strangers_coachee": make_coachee(email="sven@example.org", name="Sven Unseen", coach=stranger, **here),
        "co_coach": make_coach(email="cornelia@example.org", name="Cornelia Cole", **here),
        "former_coach": make_coach(email="felix@example.org", name="Felix Former", **here),
        "delivery_manager": make_person(
            email="ines@example.org", name="Inés Robles", roles=["delivery_manager"], **here
        ),
        "manager": make_person(email="manager@example.org", name="Moses Manager", **here),
        "admin": make_person(email="admin@example.org", name="Ada Admin", roles=["admin"], **here),
        "superuser": make_person(email="root@example.org", name="Rudi Root", is_superuser=True, **here),
        "sponsor": make_person(email="sponsor@example.org", name="Silvia Sponsor", roles=["sponsor"], **here),
        "deactivated": make_coachee(
            email="dora@example.org", name="Dora Deactivated", coach=coach, is_active=False, **here
        ),
    }


def _lakeside() -> dict[str, Person]:
    there = {"organization": make_organization(name="Lakeside School District")}
    coach = make_coach(email="olga@example.org", name="Olga Outsider", **there)
    return {
        "outsider_coach": coach,
        "outsider": make_coachee(
            email="omar@example.org", name="Omar Outside", coach=coach, subscription=False, **there
        ),
        "other_delivery_manager": make_person(
            email="otto@example.org", name="Otto Elsewhere", roles=["delivery_manager"], **there
        ),
    }
