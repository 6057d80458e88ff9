"""The admin in a real browser: its policy lets its own scripts run, and a coach is assigned by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from coaching.models import Relationship
from tests.browser.conftest import overflow, sign_in
from tests.cast import Cast, make_cast
from tests.make import make_coachee

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """The cast, seen by the live server."""
    return make_cast()


def pick(page: Page, field: str, typed: str, name: str) -> None:
    """Types into a field with suggestions and takes the one of that name."""
    page.locator(f"#select2-id_{field}-container").click()
    page.locator(".select2-search__field").fill(typed)
    page.locator(".select2-results__option", has_text=name).click()


def test_a_coach_is_assigned_and_shows_in_their_list(cast: Cast, open_page: Callable[..., Page]) -> None:
    make_coachee(name="Nils New")
    page = open_page()
    sign_in(page, cast.admin)
    page.goto("/admin/")
    page.get_by_role("link", name="Coachees without a coach").click()
    page.get_by_role("link", name="Nils New").click()
    page.get_by_role("link", name="Assign a coach", exact=True).last.click()
    pick(page, "coach", "maya", "Maya Castellanos")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Maya Castellanos now coaches Nils New.")).to_be_visible()
    coach = open_page()
    sign_in(coach, cast.coach)
    coach.goto("/coachees/")
    expect(coach.get_by_role("link", name="Nils New", exact=True)).to_be_visible()


def test_a_coach_is_assigned_to_several(cast: Cast, open_page: Callable[..., Page]) -> None:
    new = {make_coachee(name=f"Nils {number}") for number in range(3)}
    page = open_page()
    sign_in(page, cast.admin)
    page.goto("/admin/profiles/person/?coached=no")
    for person in new:
        page.locator(f"input.action-select[value='{person.pk}']").check()
    page.locator("select[name=action]").select_option("assign_coach")
    page.locator("button[name=index], button:has-text('Run')").first.click()
    expect(page.get_by_text("Who is to coach these 3 people?")).to_be_visible()
    pick(page, "coach", "maya", "Maya Castellanos")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("Maya Castellanos now coaches 3 more people.")).to_be_visible()
    assert {one.coachee for one in Relationship.objects.filter(started_by=cast.admin)} == new


@pytest.mark.parametrize(("width", "scheme"), [(1320, "light"), (1320, "dark"), (390, "light")])
def test_no_page_is_hindered_by_the_policy_or_wider_than_the_screen(
    cast: Cast, open_page: Callable[..., Page], width: int, scheme: str
) -> None:
    page = open_page(width, color_scheme=scheme)
    sign_in(page, cast.admin)
    person, relationship = cast.coachee.pk, cast.relationship.pk
    for path in (
        "",
        "profiles/person/",
        f"profiles/person/{person}/change/",
        "profiles/subscription/add/",
        "profiles/program/add/",
        "coaching/relationship/add/",
        f"coaching/relationship/{relationship}/end/",
    ):
        assert page.goto(f"/admin/{path}").ok, path
        assert overflow(page) <= 0, path
