"""People in the admin: finding them, changing them, and what they may do."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.models import Person
from tests.cast import Cast
from tests.make import NOW, make_coachee, make_invitation, make_organization, make_person, make_subscription

LIST = "/admin/profiles/person/"
WITHOUT_COACH = f"{LIST}?role=coachee&coached=no&status=current"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def fields(person: Person, **changed: object) -> dict[str, object]:
    """What the form of this person posts."""
    stored = {
        "name": person.name,
        "email": person.email,
        "organization": person.organization_id or "",
        "position": person.position,
        "timezone": person.timezone,
        "language": person.language,
        "manager_name": person.manager_name,
        "manager_email": person.manager_email,
        "is_active": "on" if person.is_active else "",
        "capacity": "" if person.capacity is None else str(person.capacity),
        "coaching_access": "on" if "coach" in person.roles else "",
        "other_roles": sorted(person.roles - {"coach"}),
    }
    return {name: value for name, value in {**stored, **changed}.items() if value not in ("", None)}


def page(person: Person) -> str:
    """The person's page in the admin."""
    return reverse("admin:profiles_person_change", args=[person.pk])


def shown(client: Client, url: str) -> set[str]:
    """Names on a list of people."""
    response = client.get(url)
    assert response.status_code == 200
    return {person.name for person in response.context["cl"].result_list}


def test_people_are_found_by_name_and_by_e_mail(admin: Client, cast: Cast) -> None:
    assert shown(admin, f"{LIST}?q=amara") == {"Amara Okafor"}
    assert shown(admin, f"{LIST}?q=jonas@example") == {"Jonas Lindqvist"}


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("?role=delivery_manager", "Inés Robles", "Amara Okafor"),
        ("?role=coachee", "Amara Okafor", "Maya Castellanos"),
        ("?access=yes", "Maya Castellanos", "Amara Okafor"),
        ("?access=no", "Amara Okafor", "Maya Castellanos"),
        ("?coached=yes", "Amara Okafor", "Nils Nobody"),
        ("?coached=no", "Nils Nobody", "Amara Okafor"),
        ("?status=onboarding", "Nils Nobody", "Amara Okafor"),
        ("?status=active", "Amara Okafor", "Nils Nobody"),
        ("?status=past", "Petra Past", "Amara Okafor"),
        ("?active=no", "Dora Deactivated", "Amara Okafor"),
        ("?capacity=over", "Olga Outsider", "Maya Castellanos"),
        ("?capacity=room", "Maya Castellanos", "Olga Outsider"),
        ("?account=invited", "Ina Invited", "Nils Nobody"),
        ("?account=never", "Ina Invited", "Maya Castellanos"),
        ("?account=uninvited", "Nils Nobody", "Ina Invited"),
    ],
)
def test_people_are_narrowed_down(admin: Client, cast: Cast, query: str, there: str, missing: str) -> None:
    make_coachee(name="Nils Nobody", subscription=False)
    make_coachee(name="Petra Past", subscription={"starts_on": days("2025-01-01"), "ends_on": days("2025-12-31")})
    make_invitation(person=make_person(name="Ina Invited"))
    Person.objects.filter(pk=cast.outsider_coach.pk).update(capacity=0)
    Person.objects.filter(pk=cast.coach.pk).update(last_login=NOW)
    people = shown(admin, LIST + query)
    assert there in people
    assert missing not in people


def days(text: str) -> date:
    """A day."""
    return date.fromisoformat(text)


def test_people_are_narrowed_down_to_an_organization(admin: Client, cast: Cast) -> None:
    people = shown(admin, f"{LIST}?organization__id__exact={cast.outsider.organization_id}")
    assert people == {"Olga Outsider", "Omar Outside", "Otto Elsewhere"}


def test_the_list_of_coachees_without_a_coach(admin: Client, cast: Cast) -> None:
    """Somebody whose only coach has gone counts; who has a coach, was one long ago, or is no coachee does not."""
    make_coachee(name="Nils Nobody", subscription=False)
    make_coachee(name="Petra Past", subscription={"starts_on": days("2025-01-01"), "ends_on": days("2025-12-31")})
    subscribed = make_person(name="Sara Subscribed")
    make_subscription(coachee=subscribed)
    cast.outsider.relationships_as_coachee.update(ended_at=NOW)
    assert shown(admin, WITHOUT_COACH) == {"Nils Nobody", "Sara Subscribed", "Omar Outside"}
    assert WITHOUT_COACH.replace("&", "&amp;") in admin.get("/admin/").text


def test_lists_need_as_many_queries_for_one_as_for_thirty(admin: Client, cast: Cast) -> None:
    def queries(url: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(url).status_code == 200
        return len(captured)

    urls = [LIST, "/admin/coaching/relationship/", "/admin/profiles/subscription/", page(cast.coach)]
    for url in urls:  # once for what is kept for good, such as content types
        queries(url)
    before = [queries(url) for url in urls]
    for number in range(30):
        make_coachee(coach=cast.coach, organization=make_organization(name=f"Organization {number}"))
    assert [queries(url) for url in urls] == before


def test_coaching_access_is_switched_on(admin: Client, cast: Cast) -> None:
    assert admin.post(page(cast.manager), fields(cast.manager, coaching_access="on")).status_code == 302
    grant = cast.manager.role_grants.current().get(role="coach")
    assert grant.granted_by == cast.admin


def test_coaching_access_is_not_switched_off_while_they_coach(admin: Client, cast: Cast) -> None:
    response = admin.post(page(cast.coach), fields(cast.coach, coaching_access="", name="Not saved"))
    assert "Maya Castellanos coaches 3 people. End these 3 relationships first" in response.text
    cast.coach.refresh_from_db()
    assert cast.coach.name == "Maya Castellanos"
    assert cast.coach.role_grants.current().filter(role="coach").exists()


def test_coaching_access_is_switched_off_once_nobody_is_coached(admin: Client, cast: Cast) -> None:
    cast.coach.relationships_as_coach.update(ended_at=NOW)
    admin.post(page(cast.coach), fields(cast.coach, coaching_access=""))
    assert cast.coach.role_grants.get(role="coach").ended_by == cast.admin


def test_roles_are_given_and_taken(admin: Client, cast: Cast) -> None:
    admin.post(page(cast.sponsor), fields(cast.sponsor, other_roles=["delivery_manager"]))
    assert Person.objects.get(pk=cast.sponsor.pk).roles == {"delivery_manager"}


def test_admins_cannot_shut_themselves_out(admin: Client, cast: Cast) -> None:
    response = admin.post(page(cast.admin), fields(cast.admin, other_roles=[], is_active=""))
    assert "your own admin role" in response.text
    assert "your own right to sign in" in response.text
    assert Person.objects.get(pk=cast.admin.pk).is_staff


def test_a_person_is_added_with_roles_and_without_a_password(admin: Client, cast: Cast) -> None:
    new = {"name": "Nora New", "email": "Nora@Example.org", "timezone": "Asia/Kolkata", "is_active": "on"}
    admin.post(f"{LIST}add/", {**new, "coaching_access": "on", "other_roles": ["sponsor"]})
    person = Person.objects.get(email="nora@example.org")
    assert person.roles == {"coach", "sponsor"}
    assert not person.has_usable_password()


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "amara@example.org", "already exists"),
        ("timezone", "Europe/Atlantis", "not one of the available choices"),
        ("language", "not a language", "is not a language"),
        ("name", "", "required"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    admin: Client, cast: Cast, field: str, value: str, message: str
) -> None:
    response = admin.post(page(cast.manager), fields(cast.manager, **{field: value}))
    assert message in " ".join(response.context["adminform"].form.errors[field])


def test_a_new_time_zone_moves_the_subscription(admin: Client, cast: Cast) -> None:
    before = cast.coachee.subscriptions.get().active_from
    admin.post(page(cast.coachee), fields(cast.coachee, timezone="Pacific/Auckland"))
    assert (before - cast.coachee.subscriptions.get().active_from).total_seconds() == 12 * 3600


def test_the_address_of_somebody_who_has_signed_in_is_theirs(admin: Client, cast: Cast) -> None:
    """With another address an admin could ask for a new password and read what the person may read."""
    Client().force_login(cast.coach)
    admin.post(page(cast.coach), fields(cast.coach, email="taken@example.org", name="Maya C."))
    cast.coach.refresh_from_db()
    assert (cast.coach.email, cast.coach.name) == ("maya@example.org", "Maya C.")


def test_an_address_that_was_never_used_can_be_corrected(admin: Client, cast: Cast) -> None:
    cast.coach.emailaddress_set.create(email=cast.coach.email, primary=True, verified=True)
    admin.post(page(cast.coach), fields(cast.coach, email="maia@example.org"))
    cast.coach.refresh_from_db()
    assert cast.coach.email == "maia@example.org"
    assert not cast.coach.emailaddress_set.exists()


def test_no_hash_of_a_password_is_shown(admin: Client, cast: Cast) -> None:
    cast.coach.set_password("secret")
    cast.coach.save()
    text = admin.get(page(cast.coach)).text
    assert cast.coach.password not in text
    assert "md5$" not in text


def test_a_persons_page_shows_who_coaches_them_and_whom_they_coach(admin: Client, cast: Cast) -> None:
    tables = admin.get(page(cast.coachee)).context["relationship_tables"]
    assert [line.other for line in tables[0].lines] == [cast.co_coach, cast.coach]
    coaching = admin.get(page(cast.coach)).context["relationship_tables"][1]
    assert {line.other for line in coaching.lines} == {cast.coachee, cast.other_coachee, cast.deactivated}


def test_the_list_says_how_much_of_a_capacity_is_used(admin: Client, cast: Cast) -> None:
    Person.objects.filter(pk=cast.coach.pk).update(capacity=2)
    assert "3 of 2" in admin.get(f"{LIST}?q=maya").text


def test_those_who_never_signed_in_are_invited_after_asking(admin: Client, cast: Cast) -> None:
    Person.objects.filter(pk=cast.coach.pk).update(last_login=NOW)
    chosen = {"action": "invite", "_selected_action": [cast.coach.pk, cast.manager.pk], "index": "0"}
    assert "Send each of these 2 people" in admin.post(LIST, chosen).text
    assert not cast.manager.invitations.exists()
    done = admin.post(LIST, {**chosen, "apply": "1"}, follow=True).text
    assert "1 person invited." in done
    assert "1 was left out" in done
    assert cast.manager.invitations.get().invited_by == cast.admin
    assert not cast.coach.invitations.exists()
