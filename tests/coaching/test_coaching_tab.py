"""The Coaching tab: who coaches whom, now and before, as far as the viewer may know."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from coaching.actions import assign_coach, end_relationship
from profiles.models import Person, RoleGrant
from tests.cast import Cast
from tests.make import NOW, D, make_coach, make_coachee, make_relationship

Look = Callable[..., str]
pytestmark = pytest.mark.usefixtures("clock")


@pytest.fixture
def look(client: Client) -> Look:
    """The tab of a person as a viewer sees it."""

    def looked(viewer: Person, person: Person, query: str = "") -> str:
        client.force_login(viewer)
        page = client.get(reverse("person-coaching", args=[person.pk]) + query)
        assert page.status_code == 200
        return page.text

    return looked


def part(page: str, section: str) -> str:
    """One of the two cards."""
    return page.split(f'data-section="{section}"')[1].split("</section>")[0]


def test_both_directions_with_dates_for_an_admin(cast: Cast, look: Look) -> None:
    assign_coach(coach=cast.stranger_coach, coachee=cast.coachee, by=cast.admin, now=NOW)
    end_relationship(relationship=cast.relationship, by=cast.superuser, now=NOW)
    page = part(look(cast.admin, cast.coachee), "coached-by")
    now_on, before = page.split("Before")
    assert all(name in now_on for name in ("Cornelia Cole", "Stina Stranger", "Added by Ada Admin"))
    assert all(name in before for name in ("Felix Former", "Maya Castellanos", "nded by Rudi Root"))
    assert "Jonas Lindqvist" in part(look(cast.admin, cast.coach), "coaching")


def test_what_begins_later_says_so_and_called_off_makes_room_again(cast: Cast, look: Look) -> None:
    pair = {"coach": cast.stranger_coach, "coachee": cast.coachee}
    later = make_relationship(**pair, started_at=NOW + 9 * D)
    now_on, before = part(look(cast.admin, cast.coachee), "coached-by").split("Before")
    assert "From" in now_on.split("Stina Stranger")[1].split("</li>")[0]
    assert "From" not in now_on.split("Cornelia Cole")[1].split("</li>")[0]
    end_relationship(relationship=later, by=cast.admin, now=NOW)
    now_on, before = part(look(cast.admin, cast.coachee), "coached-by").split("Before")
    assert ("Stina Stranger" in now_on, "Stina Stranger" in before) == (False, True)
    assert assign_coach(**pair, by=cast.admin, now=NOW)


def test_a_coach_reads_who_else_coaches_and_no_spell_of_others_that_is_over(cast: Cast, look: Look) -> None:
    make_relationship(coach=cast.coach, coachee=cast.coachee, started_at=NOW - 400 * D, ended_at=NOW - 300 * D)
    page = part(look(cast.coach, cast.coachee), "coached-by")
    assert all(name in page for name in ("Maya Castellanos", "Cornelia Cole", "Before"))
    assert "Felix Former" not in page
    assert "Added by" not in page
    assert f'href="/people/{cast.co_coach.pk}/"' not in page


def test_whom_a_coachee_coaches_is_shown_to_their_coach_as_far_as_known(cast: Cast, look: Look) -> None:
    RoleGrant.objects.create(person=cast.coachee, role="coach")
    make_relationship(coach=cast.coachee, coachee=cast.other_coachee)
    make_relationship(coach=cast.coachee, coachee=cast.outsider)
    page = part(look(cast.coach, cast.coachee), "coaching")
    assert "Jonas Lindqvist" in page
    assert "Omar Outside" not in page
    assert all(name in look(cast.coachee, cast.coachee) for name in ("Jonas Lindqvist", "Omar Outside"))


def test_a_delivery_manager_reads_coached_by_in_full_and_changes_nothing(cast: Cast, look: Look) -> None:
    page = look(cast.delivery_manager, cast.coachee)
    assert all(name in page for name in ("Maya Castellanos", "Cornelia Cole", "Felix Former"))
    assert not [deed for deed in ("Hand over", "Remove", ">Add", "coaching access</a>") if deed in page]


@pytest.mark.parametrize("who", ["coachee", "coach"])
def test_only_admins_are_offered_deeds(cast: Cast, look: Look, who: str) -> None:
    assert not [deed for deed in ("Hand over", "/end/", "/add/") if deed in look(getattr(cast, who), cast.coachee)]
    assert all(deed in look(cast.admin, cast.coachee) for deed in ("Hand over", "/end/", "/add/?as=coach"))


def test_an_empty_tab_says_so_and_what_the_viewer_may_do(cast: Cast, look: Look) -> None:
    new, coach = make_coachee(name="Nils New"), make_coach(name="Nora Next")
    assert "Nobody coaches Nils yet." in look(cast.admin, new)
    assert "Nils has no coaching access." in look(cast.admin, new)
    assert "Nora coaches nobody yet." in look(cast.admin, coach)
    assert "/add/?as=coachee" in look(cast.admin, coach)
    assert "/add/?as=coachee" not in look(cast.admin, new)
    assert "Nobody coaches you at the moment." in look(new, new)
    assert "You coach nobody at the moment." in look(coach, coach)


def test_places_taken_and_a_full_coach(cast: Cast, look: Look) -> None:
    Person.objects.filter(pk=cast.coach.pk).update(capacity=5)
    assert "3 of 5 places taken" in look(cast.admin, cast.coach)
    Person.objects.filter(pk=cast.coach.pk).update(capacity=2)
    assert "Maya coaches 3 and takes on 2 at most." in look(cast.admin, cast.coach)


def test_a_long_list_goes_on_on_further_pages(cast: Cast, look: Look) -> None:
    coach = make_coach()
    for number in range(30):
        make_coachee(coach=coach, name=f"Number {number:02}", started_at=NOW - (number + 1) * D)
    first = look(cast.admin, coach)
    older = first.split('class="btn btn-small pager-older" href="')[1].split('"')[0].replace("&amp;", "&")
    second = look(cast.admin, coach, older)
    names = [[f"Number {number:02}" in page for number in range(30)] for page in (first, second)]
    assert names == [[True] * 25 + [False] * 5, [False] * 25 + [True] * 5]
    assert look(cast.admin, coach, "?list=coaching&before=nonsense") == first or "Number 00" in first


def test_as_many_queries_for_thirty_as_for_one(cast: Cast, client: Client, django_assert_num_queries) -> None:
    client.force_login(cast.admin)
    url = reverse("person-coaching", args=[cast.coach.pk])
    with django_assert_num_queries(12):
        client.get(url)
    for number in range(30):
        make_coachee(coach=cast.coach)
        make_relationship(coach=make_coach(), coachee=cast.coach, ended_at=NOW - number * D)
    with django_assert_num_queries(12):
        client.get(url)
