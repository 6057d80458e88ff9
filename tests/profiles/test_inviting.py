"""The pages on which admins see who never signed in, and invite them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coaching.models import Relationship
from notifications.models import Notification
from notifications.sending import send_due
from profiles.invitations import AT_ONCE, link_token
from profiles.models import Invitation, Organization, Person
from tests.make import NOW, D, make_coach, make_invitation, make_person, make_relationship

pytestmark = pytest.mark.django_db
NO_LISTS = ("", "\n \n", "\0", "x" * 600_000, "\n".join(f"p{n}@x.org, P" for n in range(1_001)))


@pytest.fixture
def admin(client: Client, cast, clock) -> Client:
    client.force_login(cast.admin)
    return client


@pytest.fixture
def newcomer(db) -> Person:
    person = make_person(email="nadia@example.org", name="Nadia New", timezone="Europe/Paris")
    person.set_unusable_password()
    person.save()
    return person


def link_to(person: Person) -> str:
    invitation = Invitation.objects.select_related("person").get(person=person)
    return f"/invitation/{link_token(invitation, invitation.person)}/"


def mailed() -> str:
    """Sends what waits, and returns the link of the last mail."""
    send_due(NOW + timedelta(seconds=1))
    return re.search(r"http://localhost:8000(/invitation/\S+)", mail.outbox[-1].body)[1]


def never_in(*people: Person) -> None:
    """Only these have never signed in."""
    Person.objects.exclude(pk__in=[one.pk for one in people]).update(last_login=NOW)


def test_everybody_who_never_signed_in_is_listed_by_state(admin, cast):
    people = {
        state: make_person(name=f"Somebody {state}") for state in ("not-invited", "invited", "expired", "revoked")
    }
    never_in(*people.values())
    make_person(is_active=False)
    make_invitation(person=people["invited"])
    make_invitation(person=people["invited"], invited_at=NOW - 50 * D, revoked_at=NOW - 49 * D)
    make_invitation(person=people["expired"], invited_at=NOW - 20 * D)
    make_invitation(person=people["revoked"], revoked_at=NOW)
    for state, person in people.items():
        page = admin.get(f"/invitations/?state={state}").context["page"]
        assert [(row.person, row.state) for row in page.rows] == [(person, state)]
        assert {str(one.label): one.count for one in page.choices} == {
            "All": 4, "Not invited": 1, "Invited": 1, "Expired": 1, "Revoked": 1,
        }  # fmt: skip
    assert len(admin.get("/invitations/").context["page"].rows) == 4


def test_the_list_is_searched_and_paged(admin, cast):
    people = [make_person(name=f"Walk-in {number:02}") for number in range(30)]
    never_in(*people)
    first = admin.get("/invitations/?state=not-invited").context["page"]
    second = admin.get(f"/invitations/{first.following}").context["page"]
    assert [row.person for row in [*first.rows, *second.rows]] == people
    assert [row.person for row in admin.get("/invitations/?q=walk 17").context["page"].rows] == [people[17]]
    for odd in ("?q=%00", "?q=" + "x" * 9_000, "?state=nothing", "?after=made-up", "?q='%25_&state=revoked"):
        assert admin.get(f"/invitations/{odd}").status_code == 200


def test_thirty_on_the_list_take_no_more_queries_than_one(admin, cast):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            admin.get("/invitations/")
        return len(queries)

    people = [make_person(organization=Organization.objects.first()) for _ in range(24)]
    never_in(people[0])
    make_invitation(person=people[0], invited_by=cast.admin)
    one = count()
    Person.objects.filter(pk__in=[person.pk for person in people]).update(last_login=None)
    for person in people[1:]:
        make_invitation(person=person, invited_by=cast.superuser)
    assert count() == one


def test_all_of_a_list_are_invited_by_one_press(admin, cast):
    people = [make_person() for _ in range(30)]
    never_in(*people)
    make_invitation(person=people[0])
    page = admin.get("/invitations/?state=not-invited").text
    assert "Invite all 29" in page
    admin.post("/invitations/sent/", {"state": "not-invited", "all": "1"})
    assert Invitation.objects.count() == 30
    assert Notification.objects.filter(kind="invitation").count() == 29
    assert AT_ONCE == 1_000


def test_some_are_invited_and_one_taken_back(admin, cast):
    people = [make_person() for _ in range(3)]
    admin.post("/invitations/sent/", {"person": [people[0].pk, people[1].pk, "x", "9" * 30]})
    assert Invitation.objects.count() == 2
    admin.post("/invitations/sent/", {"only": people[2].pk, "person": [cast.coach.pk]})
    assert {one.person for one in Invitation.objects.all()} == set(people)
    open_one = Invitation.objects.get(person=people[0])
    answer = admin.post(f"/invitations/{open_one.pk}/revoked/", follow=True)
    assert "no longer works" in answer.text
    assert admin.post(f"/invitations/{2**62}/revoked/").status_code == 404


def test_one_person_is_invited_with_roles_and_organization(admin, cast):
    form = {"email": "New.Person@Example.org", "name": "New  Person", "roles": ["coach", "sponsor"]}
    answer = admin.post("/invitations/new/", {**form, "organization": "Northwind Logistics"})
    assert answer.status_code == 302
    person = Person.objects.get(email="new.person@example.org")
    assert (person.name, person.roles, str(person.organization)) == (
        "New Person", {"coach", "sponsor"}, "Northwind Logistics",
    )  # fmt: skip
    assert not person.has_usable_password()
    assert mail.outbox == [], "no mail leaves with the page"
    assert mailed() == link_to(person)


@pytest.mark.parametrize("typed", ["nadia@example.org", "Nadia"])
def test_what_was_typed_is_not_typed_again(admin, typed):
    form = admin.get("/invitations/new/", {"q": typed}).context["form"]
    assert form["email" if "@" in typed else "name"].value() == typed


def test_from_the_add_dialog_the_pair_begins_as_well(admin, cast):
    new = {"email": "nadia@example.org", "name": "Nadia New"}
    answer = admin.post(f"/invitations/new/?coach={cast.coach.pk}", {**new, "roles": ["coachee"]})
    assert answer["Location"] == f"/people/{cast.coach.pk}/coaching/"
    assert Relationship.objects.filter(coach=cast.coach, coachee__email=new["email"]).exists()
    other = {"email": "nils@example.org", "name": "Nils New"}
    refused = admin.post(f"/invitations/new/?coachee={cast.coachee.pk}", {**other, "roles": ["coachee"]})
    assert refused.status_code == 422
    assert "does not have coaching access" in refused.text
    assert not Person.objects.filter(email=other["email"]).exists(), "all or nothing"
    admin.post(f"/invitations/new/?coachee={cast.coachee.pk}", {**other, "roles": ["coach"]})
    assert Relationship.objects.filter(coachee=cast.coachee, coach__email=other["email"]).exists()


def test_somebody_who_is_here_already_is_named_and_offered(admin, cast):
    form = {"email": "JONAS@example.org", "name": "Jonas"}
    answer = admin.post(f"/invitations/new/?coach={cast.stranger_coach.pk}", form)
    assert answer.status_code == 422
    assert "Jonas Lindqvist has this address already." in answer.text
    assert f"/people/{cast.stranger_coach.pk}/coaching/add/?as=coachee&amp;q=jonas%40example.org" in answer.text
    assert "Add Jonas Lindqvist instead" in answer.text


def test_a_full_coach_is_warned_of(admin, cast):
    coach = make_coach(name="Full Coach", capacity=1)
    make_relationship(coach=coach, coachee=make_person())
    assert "takes on 1 at most" in admin.get(f"/invitations/new/?coach={coach.pk}").text


def test_many_are_invited_from_a_list(admin, cast):
    people = "a@new.org, Anna A\n\n  B@new.org;Bea B\nc@new.org\tCy C, Jr"
    answer = admin.post("/invitations/many/", {"people": people, "roles": ["coachee"]}, follow=True)
    assert "3 invitations are on their way." in answer.text
    made = Person.objects.filter(email__endswith="@new.org").order_by("email")
    assert [(one.email, one.name) for one in made] == [
        ("a@new.org", "Anna A"), ("b@new.org", "Bea B"), ("c@new.org", "Cy C, Jr"),
    ]  # fmt: skip
    assert send_due(NOW) == 3


def test_a_list_with_mistakes_invites_nobody_and_names_the_lines(admin, cast):
    people = "a@new.org, Anna\nnot an address, Bea\nA@new.org, Again\nmaya@example.org, Maya\nd@new.org"
    answer = admin.post("/invitations/many/", {"people": people})
    assert answer.status_code == 422
    for words in (
        "Line 2: Enter a valid email address.",
        "Line 3: a@new.org is on line 1 as well.",
        "Line 4: maya@example.org belongs to Maya Castellanos, who is here already.",
        "Line 5: Write the name as well.",
        "not an address, Bea",
    ):
        assert words in answer.text
    assert not Person.objects.filter(email__endswith="@new.org").exists()


@pytest.mark.parametrize("people", NO_LISTS, ids=range(5))
def test_lists_that_are_no_lists(admin, people):
    assert admin.post("/invitations/many/", {"people": people}).status_code == 422
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["coach", "delivery_manager", "coachee", "sponsor"])
def test_for_others_than_admins_there_is_no_such_page(who, cast, client, newcomer):
    client.force_login(getattr(cast, who))
    for path in ("/invitations/", "/invitations/new/", "/invitations/many/"):
        assert client.get(path).status_code == 404
    assert client.post("/invitations/sent/", {"only": newcomer.pk}).status_code == 404
    assert not Invitation.objects.exists()
