"""Assigning coaches and ending relationships in the admin, one by one and in bulk."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from coaching.models import Relationship
from profiles.models import Person
from tests.cast import Cast
from tests.make import NOW, make_coachee

ADD = "/admin/coaching/relationship/add/"
RELATIONSHIPS = "/admin/coaching/relationship/"
PEOPLE = "/admin/profiles/person/"
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    """Ada, signed in."""
    client.force_login(cast.admin)
    return client


def page(person: Person) -> str:
    """The person's page in the admin."""
    return reverse("admin:profiles_person_change", args=[person.pk])


def end(relationship: Relationship) -> str:
    """Where a relationship is ended."""
    return reverse("admin:coaching_relationship_end", args=[relationship.pk])


def told(response: HttpResponse) -> list[str]:
    """What the admin was told."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def suggested(client: Client, field: str, term: str) -> set[str]:
    """Who is suggested for a field of a relationship."""
    query = {"app_label": "coaching", "model_name": "relationship", "field_name": field, "term": term}
    return {found["text"] for found in client.get("/admin/autocomplete/", query).json()["results"]}


def test_a_coach_is_assigned_from_the_coachees_side(admin: Client, cast: Cast) -> None:
    new = make_coachee(name="Nils New")
    assert f"{ADD}?coachee={new.pk}" in admin.get(page(new)).text
    response = admin.post(f"{ADD}?coachee={new.pk}", {"coach": cast.coach.pk, "coachee": new.pk})
    assert response["Location"] == page(new)
    assert Relationship.objects.running(NOW).get(coachee=new).started_by == cast.admin
    assert new in Person.objects.coached_by(cast.coach, NOW)


def test_a_coachee_is_assigned_from_the_coachs_side(admin: Client, cast: Cast) -> None:
    new = make_coachee(name="Nils New")
    assert f"{ADD}?coach={cast.coach.pk}" in admin.get(page(cast.coach)).text
    response = admin.post(f"{ADD}?coach={cast.coach.pk}", {"coach": cast.coach.pk, "coachee": new.pk})
    assert response["Location"] == page(cast.coach)
    assert "Maya Castellanos" in told(response)[0]
    assert "Nils New" in told(response)[0]


def test_only_people_with_coaching_access_are_suggested_as_coaches(admin: Client, cast: Cast) -> None:
    assert suggested(admin, "coach", "ma") == {"Maya Castellanos · maya@example.org", "Omar"} - {"Omar"}
    assert "Moses Manager · manager@example.org" in suggested(admin, "coachee", "ma")
    assert suggested(admin, "coachee", "dora") == set()


def test_choosing_somebody_without_coaching_access_says_so_and_where_it_is_turned_on(admin: Client, cast: Cast) -> None:
    response = admin.post(ADD, {"coach": cast.manager.pk, "coachee": cast.coachee.pk})
    assert "Moses Manager does not have coaching access" in response.text
    assert f'href="{page(cast.manager)}"' in response.text
    assert not cast.manager.relationships_as_coach.exists()


def test_a_pair_is_not_assigned_twice_and_nobody_to_themselves(admin: Client, cast: Cast) -> None:
    twice = admin.post(ADD, {"coach": cast.coach.pk, "coachee": cast.coachee.pk})
    assert "Maya Castellanos already coaches Amara Okafor." in twice.text
    alone = admin.post(ADD, {"coach": cast.coach.pk, "coachee": cast.coach.pk})
    assert "Maya Castellanos cannot be their own coach." in alone.text


def test_somebody_else_was_faster(admin: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form found nothing, then another admin assigned the pair: the verb refuses and the page says so."""
    monkeypatch.setattr("coaching.admin_forms.why_not_pair", lambda *_: "")
    response = admin.post(ADD, {"coach": cast.coach.pk, "coachee": cast.coachee.pk}, follow=True)
    assert "Maya Castellanos already coaches Amara Okafor." in response.text
    assert Relationship.objects.between(cast.coach, cast.coachee).count() == 1


def test_a_relationship_is_ended_after_asking(admin: Client, cast: Cast) -> None:
    where = f"{end(cast.relationship)}?person={cast.coachee.pk}"
    assert where in admin.get(page(cast.coachee)).text
    assert "Maya Castellanos coaching Amara Okafor" in admin.get(where).text
    assert Relationship.objects.running(NOW).filter(pk=cast.relationship.pk).exists()
    assert admin.post(where)["Location"] == page(cast.coachee)
    cast.relationship.refresh_from_db()
    assert (cast.relationship.ended_at, cast.relationship.ended_by) == (NOW, cast.admin)


def test_ending_again_is_harmless(admin: Client, cast: Cast) -> None:
    admin.post(end(cast.relationship))
    response = admin.post(end(cast.relationship))
    assert "ended already" in told(response)[-1]
    assert admin.get(end(cast.relationship)).status_code == 302


def test_relationships_are_neither_edited_nor_deleted(admin: Client, cast: Cast) -> None:
    url = reverse("admin:coaching_relationship_change", args=[cast.relationship.pk])
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"coach": cast.stranger_coach.pk, "coachee": cast.coachee.pk}).status_code == 403
    assert admin.post(url.replace("change", "delete"), {"post": "yes"}).status_code == 403
    cast.relationship.refresh_from_db()
    assert cast.relationship.coach == cast.coach


def test_running_and_ended_relationships_are_told_apart(admin: Client, cast: Cast) -> None:
    def coaches(state: str) -> set[Person]:
        rows = admin.get(f"{RELATIONSHIPS}?state={state}&q=amara").context["cl"].result_list
        return {row.coach for row in rows}

    assert coaches("running") == {cast.coach, cast.co_coach}
    assert coaches("ended") == {cast.former_coach}


def bulk(people: list[Person], **more: object) -> dict[str, object]:
    """What the list of people posts for the action."""
    return {"action": "assign_coach", "_selected_action": [one.pk for one in people], **more}


def test_one_coach_is_assigned_to_many(admin: Client, cast: Cast) -> None:
    new = [make_coachee(name=f"Nils {number}") for number in range(3)]
    chosen = [*new, cast.coachee, cast.manager]
    asked = admin.post(PEOPLE, bulk(chosen))
    assert "Who is to coach these 5 people?" in asked.text
    done = admin.post(PEOPLE, bulk(chosen, apply="1", index="0", coach=cast.coach.pk))
    assert Relationship.objects.filter(coach=cast.coach, coachee__in=new, started_by=cast.admin).count() == 3
    assert told(done) == [
        "Maya Castellanos now coaches 3 more people.",
        "1 was already coached by Maya Castellanos.",
        "1 was left out: not a coachee, or Maya Castellanos in person.",
    ]


def test_the_whole_filtered_list_is_assigned_and_nobody_else(admin: Client, cast: Cast) -> None:
    new = [make_coachee(name=f"Nils {number}") for number in range(3)]
    without = f"{PEOPLE}?role=coachee&coached=no"
    admin.post(without, bulk(new[:1], select_across="1", apply="1", index="0", coach=cast.stranger_coach.pk))
    coached = Relationship.objects.filter(coach=cast.stranger_coach, started_by=cast.admin)
    assert {one.coachee for one in coached} == set(new)


def test_in_bulk_too_only_people_with_coaching_access_can_be_chosen(admin: Client, cast: Cast) -> None:
    response = admin.post(PEOPLE, bulk([cast.coachee], apply="1", index="0", coach=cast.manager.pk))
    assert "Moses Manager does not have coaching access" in response.text
    assert f'href="{page(cast.manager)}"' in response.text
    assert not cast.manager.relationships_as_coach.exists()


def test_many_relationships_are_ended_after_asking(admin: Client, cast: Cast) -> None:
    rows = Relationship.objects.filter(coachee=cast.coachee)
    chosen = {"action": "end_selected", "_selected_action": [row.pk for row in rows]}
    asked = admin.post(RELATIONSHIPS, chosen)
    assert "End these 2 relationships now?" in asked.text
    assert Relationship.objects.running(NOW).filter(coachee=cast.coachee).count() == 2
    done = admin.post(RELATIONSHIPS, {**chosen, "apply": "1", "index": "0"})
    assert told(done) == ["2 relationships ended."]
    assert not Relationship.objects.running(NOW).filter(coachee=cast.coachee).exists()


def test_over_capacity_is_asked_about_first(admin: Client, cast: Cast) -> None:
    Person.objects.filter(pk=cast.coach.pk).update(capacity=3)
    new = make_coachee(name="Nils New")
    pair = {"coach": cast.coach.pk, "coachee": new.pk}
    warned = admin.post(ADD, pair)
    assert "Maya Castellanos coaches 3 and takes on 3 at most." in warned.text
    assert not Relationship.objects.filter(coachee=new).exists()
    assert 'name="apply" value="anyway"' in warned.text
    assert admin.post(ADD, {**pair, "apply": "anyway"}).status_code == 302
    assert Relationship.objects.filter(coachee=new).exists()


def test_over_capacity_is_asked_about_in_bulk_too(admin: Client, cast: Cast) -> None:
    """Who is coached by them already takes no room twice."""
    Person.objects.filter(pk=cast.coach.pk).update(capacity=4)
    one, other = make_coachee(), make_coachee()
    chosen = {"action": "assign_coach", "index": "0", "coach": cast.coach.pk, "apply": "1"}
    within = {**chosen, "_selected_action": [one.pk, cast.coachee.pk]}
    assert admin.post(PEOPLE, within).status_code == 302
    beyond = {**chosen, "_selected_action": [other.pk]}
    assert "coaches 4 and takes on 4 at most" in admin.post(PEOPLE, beyond).text
    assert not Relationship.objects.filter(coachee=other).exists()
    assert admin.post(PEOPLE, {**beyond, "apply": "anyway"}).status_code == 302
    assert Relationship.objects.filter(coachee=other).exists()


def test_relationships_of_coaches_over_capacity_are_listed(admin: Client, cast: Cast) -> None:
    Person.objects.filter(pk=cast.coach.pk).update(capacity=2)
    found = admin.get(f"{RELATIONSHIPS}?capacity=over").context["cl"].result_list
    assert {one.coach for one in found} == {cast.coach}


def test_asking_says_what_ends_with_it(admin: Client, cast: Cast) -> None:
    assert "their sessions ahead are cancelled, and both are told" in admin.get(end(cast.relationship)).text
