"""Every tab and page around a person: what fingers hit, how small text gets, the focus, the row of tabs."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Page, expect

from coaching.models import Goal
from profiles.models import Person
from tests.browser.conftest import axe, overflow, sign_in
from tests.cast import Cast
from tests.make import (
    NOW,
    H,
    make_assignment,
    make_course,
    make_credential,
    make_employment,
    make_goal,
    make_goal_change,
    make_message,
    make_milestone,
    make_notification,
    make_reflection,
    make_session,
    make_survey,
)
from tests.make_observations import make_observation

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABS = (
    "sessions assignments goals assessments observations messages learning credentials coaching personnel permissions"
)
# A tick is a small circle with a larger target around it.
TAPPED = ".btn, .tabs a, .nav a, .segments a, button:not(.tick), select, input:not([type=checkbox], [type=radio])"
SMALL = """(tapped) => [...document.querySelectorAll('main *, .bar *')]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && one.getBoundingClientRect().width > 1)
  .flatMap((one) => {
    const said = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const text = said && parseFloat(getComputedStyle(one).fontSize) < 13 ? ['text'] : [];
    const tall = one.getBoundingClientRect().height;
    return [...text, ...(one.matches(tapped) && tall < 43.5 ? [`${tall} px`] : [])]
      .map((why) => `${why}: ${one.outerHTML.slice(0, 120)}`);
  })"""


@pytest.fixture
def story(cast):
    """Amara with something on each tab; the clock stands still."""
    amara, maya = cast.coachee, cast.coach
    with time_machine.travel(NOW, tick=True):
        goal = make_goal(coachee=amara)
        make_milestone(goal=goal)
        make_goal_change(goal=goal, progress=40)
        make_session(coach=maya, coachee=amara, starts_at=NOW + 3 * H)
        make_assignment(coach=maya, coachee=amara)
        make_observation(coach=maya, coachee=amara)
        make_message(coach=maya, coachee=amara)
        make_reflection(coachee=amara)
        make_survey(coachee=amara)
        make_course(person=amara)
        make_credential(person=amara)
        make_employment(person=amara)
        make_notification(person=amara, about=maya)
        yield cast, goal


def paths_of(cast: Cast, goal: Goal) -> list[tuple[Person, list[str]]]:
    """What each of three people looks at."""
    at, tie = f"/people/{cast.coachee.pk}/", cast.relationship.pk
    tabs = [at, *(f"{at}{tab}/" for tab in TABS.split())]
    asked = ["coaching/add/?as=coach&q=s", "learning/add/", "credentials/add/", "personnel/edit/", "edit/"]
    ties = [f"/relationships/{tie}/{page}/" for page in ("end", "handover")]
    listed = ["/relationships/review/", "/invitations/", "/invitations/new/", "/invitations/many/", "/notices/unsent/"]
    return [
        (cast.coachee, [*tabs, f"/who-can-see/goal/{goal.pk}/", "/notices/", "/search/?q=maya"]),
        (cast.coach, [tabs[3], tabs[5], f"{at}observations/new/", f"/people/{cast.coach.pk}/", f"/goals/{goal.pk}/"]),
        (cast.admin, [at, f"{at}coaching/", *(at + page for page in asked), *ties, *listed]),
    ]


def test_on_a_phone_everything_is_large_enough(open_page, story) -> None:
    page = open_page(390)
    for viewer, paths in paths_of(*story):
        page.context.clear_cookies()
        sign_in(page, viewer)
        for path in paths:
            assert page.goto(path).ok, path
            assert page.evaluate(SMALL, TAPPED) == [], path
            assert overflow(page) <= 0, path


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1320, "dark")])
def test_own_tabs_are_accessible_and_fit_either_way_round(open_page, story, width: int, scheme: str) -> None:
    page = open_page(width, color_scheme=scheme)
    viewer, paths = paths_of(*story)[0]
    sign_in(page, viewer)
    for path in paths:
        page.goto(path)
        assert axe(page) == [], path
        assert overflow(page) <= 0, path
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert overflow(page) <= 0, path


def test_all_twelve_tabs_stand_in_a_row(open_page, story) -> None:
    page = open_page(1280)
    sign_in(page, story[0].coachee)
    page.goto(f"/people/{story[0].coachee.pk}/")
    strip = page.get_by_role("navigation", name="Profile", exact=True)
    expect(strip.get_by_role("link")).to_have_count(12)
    assert strip.evaluate("(one) => one.scrollWidth - one.clientWidth") <= 0


def returns(page: Page, opener: str, first: str) -> None:
    """Opened by keyboard, the dialog begins at `first` and gives the focus back on Escape."""
    link = page.locator(opener).first
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_text(first, exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()


def test_dialogs_begin_at_what_does_no_harm_and_give_the_focus_back(open_page, story) -> None:
    cast, _ = story
    page = open_page()
    sign_in(page, cast.admin)
    page.goto(f"/people/{cast.coachee.pk}/coaching/")
    returns(page, "[data-section=coached-by] .btn-danger", "Keep")
    sign_in(page, cast.coachee)
    page.goto(f"/people/{cast.coachee.pk}/goals/")
    returns(page, ".eye", "Close")


def test_without_javascript_a_removal_and_the_eye_are_pages(open_page, story) -> None:
    cast, _ = story
    page = open_page(390, java_script_enabled=False)
    sign_in(page, cast.admin)
    page.goto(f"/people/{cast.coachee.pk}/coaching/")
    page.locator("[data-section=coached-by] .btn-danger").first.click()
    page.get_by_role("link", name="Keep").click()
    expect(page.get_by_role("heading", name="Coached by")).to_be_visible()
    sign_in(page, cast.coachee)
    page.goto(f"/people/{cast.coachee.pk}/goals/")
    page.locator(".eye").first.click()
    expect(page.get_by_role("heading", name="Who can see this goal?")).to_be_visible()
