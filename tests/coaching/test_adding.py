"""Adding a coach or a coachee: found by name or e-mail, with why not for those who cannot be chosen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from coaching.models import Relationship
from profiles.models import Person
from tests.cast import Cast
from tests.make import NOW, make_coach, make_coachee, make_relationship

Add = Callable[..., HttpResponse]
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def add(cast: Cast, client: Client) -> Add:
    """Opens the page of a person with a search, or sends the choice, as Ada."""
    client.force_login(cast.admin)

    def asked(person: Person, side: str, q: str = "", /, **chosen: object) -> HttpResponse:
        url = f"{reverse('coaching-add', args=[person.pk])}?as={side}&q={q}"
        return client.post(url, chosen) if chosen else client.get(url)

    return asked


def pairs(coach: Person, coachee: Person) -> int:
    """How many relationships of theirs run."""
    return Relationship.objects.running(NOW).between(coach, coachee).count()


def rows(page: HttpResponse) -> dict[str, str]:
    """What is said of each person found."""
    found = page.text.split("candidates")[1].split("</ul>")[0].split("<li")[1:]
    return {row.split("<bdi>")[1].split("</bdi>")[0]: row for row in found}


def test_a_coach_is_found_and_added(cast: Cast, add: Add) -> None:
    found = rows(add(cast.coachee, "coach", "str"))
    assert f'value="{cast.stranger_coach.pk}"' in found["Stina Stranger"]
    done = add(cast.coachee, "coach", person=cast.stranger_coach.pk)
    assert done["Location"] == reverse("person-coaching", args=[cast.coachee.pk])
    assert pairs(cast.stranger_coach, cast.coachee) == 1


def test_a_coachee_is_added_from_the_coachs_side(cast: Cast, add: Add) -> None:
    assert add(cast.coach, "coachee", person=cast.outsider.pk).status_code == 302
    assert pairs(cast.coach, cast.outsider) == 1


def test_why_not(cast: Cast, add: Add) -> None:
    for name, person in (("Maya", cast.coach), ("Moses", cast.manager), ("Amara", cast.coachee)):
        row = rows(add(cast.coachee, "coach", name))[person.name]
        assert "cannot" in row
        assert "<button" not in row
    assert "Maya Castellanos is their coach already" in rows(add(cast.coachee, "coach", "Maya"))["Maya Castellanos"]
    assert "No coaching access" in rows(add(cast.coachee, "coach", "Moses"))["Moses Manager"]
    assert "Nobody coaches themselves" in rows(add(cast.coachee, "coach", "Amara"))["Amara Okafor"]
    assert "May not sign in" in rows(add(cast.stranger_coach, "coachee", "Dora"))["Dora Deactivated"]
    assert "cannot" not in rows(add(cast.coach, "coachee", "Moses"))["Moses Manager"]


def test_those_who_can_be_chosen_come_first(cast: Cast, add: Add) -> None:
    for name in ("Kim Aa", "Kim Zz"):
        make_coach(name=name, is_active=name == "Kim Zz")
    assert list(rows(add(cast.coachee, "coach", "kim"))) == ["Kim Zz", "Kim Aa"]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("coach", "Maya Castellanos already coaches Amara Okafor."),
        ("coachee", "Amara Okafor cannot be their own coach."),
        ("manager", "Moses Manager does not have coaching access."),
    ],
)
def test_a_choice_that_cannot_be_is_refused_in_words(cast: Cast, add: Add, who: str, why: str) -> None:
    before = Relationship.objects.count()
    page = add(cast.coachee, "coach", person=getattr(cast, who).pk)
    assert page.status_code == 422
    assert why in page.text
    assert ("Turn coaching access on" in page.text) == (who == "manager")
    assert Relationship.objects.count() == before


@pytest.mark.parametrize("person", ["", "x", "0", "9" * 40, "-1", "1\0", "²"])
def test_nobody_chosen(cast: Cast, add: Add, person: str) -> None:
    page = add(cast.coachee, "coach", person=person)
    assert (page.status_code, "Choose somebody from the list." in page.text) == (422, True)


@pytest.mark.parametrize("q", ["%00", "a" * 5000, "%25_'%5C:%26|!()*", "<script>", "%F0%9F%98%80"])
def test_any_search_gets_a_page(cast: Cast, add: Add, q: str) -> None:
    assert add(cast.coachee, "coach", q).status_code == 200


def test_a_full_coach_is_warned_of_and_can_be_added_anyway(cast: Cast, add: Add) -> None:
    Person.objects.filter(pk=cast.stranger_coach.pk).update(capacity=1)
    assert "Coaches 1 and takes on 1 at most" in rows(add(cast.coachee, "coach", "Stina"))["Stina Stranger"]
    warned = add(cast.coachee, "coach", person=cast.stranger_coach.pk)
    assert (warned.status_code, "Add anyway" in warned.text) == (422, True)
    assert pairs(cast.stranger_coach, cast.coachee) == 0
    assert add(cast.coachee, "coach", person=cast.stranger_coach.pk, anyway="yes").status_code == 302
    assert pairs(cast.stranger_coach, cast.coachee) == 1


def test_somebody_without_access_is_given_nobody(cast: Cast, add: Add) -> None:
    assert "has no coaching access" in add(cast.manager, "coachee").text
    page = add(cast.manager, "coachee", person=cast.coachee.pk)
    assert (page.status_code, pairs(cast.manager, cast.coachee)) == (422, 0)


def test_as_many_queries_for_ten_as_for_one(cast: Cast, add: Add, django_assert_num_queries) -> None:
    def found(count: int) -> None:
        for number in range(count):
            coach = make_coach(name=f"Quentin {number}")
            make_relationship(coach=coach, coachee=make_coachee())
        with django_assert_num_queries(12):
            assert len(rows(add(cast.coachee, "coach", "quentin"))) >= count

    found(1)
    found(9)
