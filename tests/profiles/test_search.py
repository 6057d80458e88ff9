"""Search: who is found by what, in which order, and by whom."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from profiles import search
from profiles.folding import fold, words
from profiles.models import Person, PersonWord
from profiles.search import people_found, people_matching
from tests.make import NOW, make_coach, make_coachee, make_organization, make_person, make_relationship

pytestmark = pytest.mark.django_db


def found(query: str, viewer: Person | None = None) -> list[str]:
    people = people_found(query, viewer, NOW, limit=50) if viewer else people_matching(query, Person.objects.all())
    return [person.name for person in people]


@pytest.fixture
def people() -> None:
    for name, email in (
        ("Łukasz Ørsted-García", "lukasz.g@one.example"),
        ("Lucía O’Brien", "chief+people@two.example"),
        ("李 明", "ming@three.example"),
    ):
        make_person(name=name, email=email)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("luk", "Łukasz Ørsted-García"),
        ("GARC", "Łukasz Ørsted-García"),
        ("orsted łu", "Łukasz Ørsted-García"),
        ("Ørsted-G", "Łukasz Ørsted-García"),
        ("lucia", "Lucía O’Brien"),
        ("o'brien", "Lucía O’Brien"),
        ("brien", "Lucía O’Brien"),
        ("people", "Lucía O’Brien"),
        ("chief+people@two", "Lucía O’Brien"),
        ("lucia two", "Lucía O’Brien"),
        ("明", "李 明"),
    ],
)
def test_people_are_found_by_the_beginning_of_any_word(query, name):
    assert found(query) == [name]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    "query", ["ukasz", "luk brien", "", "   ", "@", "%", "_", "'", "\\", ":*", "l|u", "!", "(*)", "\0", "x" * 10_000]
)
def test_nothing_else_is_found(query):
    assert found(query) == []


def test_the_best_come_first():
    for name, email in (
        ("Zoe Ann", "z@x.example"),
        ("Anna Berg", "b@x.example"),
        ("Bob", "ann@x.example"),
        ("Carl", "annette@x.example"),
        ("Ann Lee", "l@x.example"),
        ("Annabel Lee", "m@x.example"),
    ):
        make_person(name=name, email=email)
    expected = ["Ann Lee", "Zoe Ann", "Anna Berg", "Annabel Lee", "Bob", "Carl"]
    assert found("ann") == expected
    assert found("lee ann") == ["Ann Lee", "Annabel Lee"]


def test_of_very_many_the_first_are_the_best_too(monkeypatch):
    """Where there are too many to sort, the index gives them in the order of the words that match."""
    for number in range(8):
        make_person(name=f"{'Zed' if number % 2 else 'Ann'} Marten {number}", email=f"mark{number}@x.example")
    make_person(name="Mar Zulu", email="zulu@x.example")
    make_person(name="Other", email="marcus@x.example")
    everybody = found("mar")
    monkeypatch.setattr(search, "FEW", 2)
    assert found("mar") == everybody
    assert found("mar")[0] == "Mar Zulu"
    assert found("mar")[-1] == "Other"
    assert set(found("mar ann")) == {f"Ann Marten {number}" for number in (0, 2, 4, 6)}
    assert [person.name for person in people_matching("mar", Person.objects.all(), limit=3)] == everybody[:3]


@pytest.mark.parametrize("few", [search.FEW, 0])
def test_everybody_finds_whom_they_may_see_and_nobody_else(cast, few, monkeypatch):
    monkeypatch.setattr(search, "FEW", few)
    viewers = [getattr(cast, who) for who in vars(cast) if isinstance(getattr(cast, who), Person)]
    for viewer in viewers:
        seen = {person.name for person in Person.objects.visible_to(viewer, NOW)}
        letters = {name for letter in "abcdefghijklmnopqrstuvwxyz" for name in found(letter, viewer)}
        assert letters == seen, viewer.name
    assert cast.outsider.name not in found("o", cast.coach)
    assert cast.former_coach.name in found("felix", cast.admin)


@pytest.mark.parametrize("few", [search.FEW, 0])
def test_addresses_that_somebody_may_not_read_find_nobody(cast, few, monkeypatch):
    monkeypatch.setattr(search, "FEW", few)
    Person.objects.filter(pk=cast.coach.pk).update(email="secret@hidden.example")
    assert found("secret", cast.coachee) == []
    assert found("maya secret", cast.coachee) == []
    assert found("maya", cast.coachee) == ["Maya Castellanos"]
    assert found("secret", cast.admin) == ["Maya Castellanos"]
    assert found(cast.coachee.email, cast.delivery_manager) == ["Amara Okafor"]


def test_words_follow_every_change_and_go_with_the_person():
    person = make_person(name="Old Name", email="old@x.example")
    Person.objects.filter(pk=person.pk).update(name="New Name")
    assert found("new") == ["New Name"]
    assert found("old") == ["New Name"]  # the address still is
    Person.objects.filter(pk=person.pk).update(email="new@x.example")
    assert found("old") == []
    Person.objects.filter(pk=person.pk).delete()
    assert not PersonWord.objects.filter(person=person.pk).exists()


def test_a_page_tells_namesakes_apart(cast, client, clock):
    client.force_login(cast.admin)
    for name, roles in (("Northwind", ["coach"]), ("Lakeside", ["coachee", "sponsor"])):
        make_person(name="Kim Park", roles=roles, position=f"Lead of {name}", organization=make_organization(name=name))
    make_person(name="Kim Gone", email="gone@x.example", is_active=False)
    page = client.get("/search/?q=kim").text
    assert page.count("Kim Park") == 2
    assert {"Lead of Northwind", "Lead of Lakeside", "Sponsor", "May not sign in", "gone@x.example"} <= set(
        re.findall(r">([^<>]+)<", page)
    )


def test_what_people_are_to_those_they_know(cast, client, clock):
    client.force_login(cast.coachee)
    page = client.get("/search/?q=maya").text
    assert "Your coach" in page
    assert cast.coach.email not in page
    assert "Your delivery manager" in client.get("/search/?q=ines").text
    client.force_login(cast.coach)
    page = client.get("/search/?q=amara").text
    assert "Your coachee" in page
    assert cast.coachee.email in page


def test_nobody_found_says_what_to_try(cast, client, clock):
    client.force_login(cast.coach)
    assert "Try fewer letters" in client.get("/search/?q=omar").text
    assert cast.outsider.name not in client.get("/search/?q=omar").text


@pytest.mark.parametrize(
    "query", ["\0", "a\0b", "x" * 10_000, "%_'\\:&|!()*", "<script>", "a b c d e f g h i j k l", "🦊", "'; --"]
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_odd_queries_get_clean_answers(cast, client, clock, query, headers):
    for viewer in (cast.admin, cast.coachee):
        client.force_login(viewer)
        response = client.get("/search/", {"q": query}, headers=headers)
        assert response.status_code == 200
        assert "<script>alert" not in response.text


def test_the_bar_gets_the_list_alone(cast, client, clock):
    client.force_login(cast.admin)
    part = client.get("/search/?q=maya", headers={"HX-Request": "true"}).text
    assert 'role="option"' in part
    assert "<html" not in part
    assert f"/people/{cast.coach.pk}/" in part


def test_more_than_fit_are_said_to_be_there(cast, client, clock):
    for _ in range(26):
        make_coachee(coach=cast.coach, name="Quentin Many")
    client.force_login(cast.coach)
    page = client.get("/search/?q=quentin").text
    assert page.count("<bdi>Quentin Many</bdi>") == 25
    assert "There are more" in page


@pytest.mark.parametrize("who", ["coach", "admin", "coachee", "delivery_manager"])
def test_as_many_queries_for_one_as_for_thirty(cast, client, clock, who):
    viewer = getattr(cast, who)
    client.force_login(viewer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert "Quentin" in client.get("/search/?q=quentin").text
        return len(counted)

    def another() -> None:
        if who == "coachee":
            make_relationship(coach=make_coach(name="Quentin"), coachee=viewer)
        else:
            make_coachee(coach=cast.coach, name="Quentin", organization=cast.coachee.organization)

    another()
    client.get("/search/?q=quentin")
    one = queries()
    for _ in range(29):
        another()
    assert queries() == one


class TestFolding(TestCase):
    """The database folds and parts as Python does, so that what is typed meets what is kept."""

    # Letters newer than the Unicode of the oldest supported PostgreSQL are left out.
    @given(st.text(st.characters(max_codepoint=0x2FFF, min_codepoint=1, exclude_categories=["Cs", "Cn"]), max_size=30))
    def test_as_in_python(self, text: str):
        with connection.cursor() as cursor:
            cursor.execute("SELECT profiles_folded(%s), array(SELECT profiles_words(%s))", [text, text])
            folded, parted = cursor.fetchone()
        assert folded == fold(text)
        assert sorted(parted) == sorted(words(text))
