"""Proserva's guide “Coaching relationships”, played by an administrator, and read by the two it concerns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.models import Relationship
from profiles.models import Person
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import make_coach, make_coachee, make_person, make_relationship, make_session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def adam(cast):
    """Somebody who has yet to coach anybody."""
    return make_person(name="Adam Abernathy", email="adam@example.org")


def coaching_of(page: Page, typed: str, name: str) -> None:
    """Finds somebody with the search at the top and opens their Coaching tab."""
    page.goto("/")
    page.keyboard.press("/")
    page.keyboard.type(typed)
    page.get_by_role("option", name=name).first.click()
    page.get_by_role("navigation", name="Profile", exact=True).get_by_role("link", name="Coaching", exact=True).click()
    expect(page.get_by_role("heading", name="Coached by")).to_be_visible()


def add(page: Page, section: str, typed: str, name: str) -> None:
    """Adds somebody through the dialog."""
    page.locator(f"[data-section={section}]").get_by_role("link", name="Add").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").press_sequentially(typed)
    dialog.get_by_role("button", name=f"Add : {name}").click()
    expect(page.locator("#messages")).to_contain_text("Both are told.")


def remove(page: Page, section: str, name: str) -> None:
    """Removes somebody after reading what ends."""
    page.locator(f"[data-section={section}]").get_by_role("link", name=f"Remove : {name}").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("What ends at once")
    dialog.get_by_role("button", name="Remove").click()
    expect(page.locator("#messages")).to_contain_text("no longer coaches")


def test_the_guide_step_by_step(open_page, cast, adam):
    page = open_page()
    sign_in(page, cast.admin)
    coaching_of(page, "adam", "Adam Abernathy")
    expect(page.locator("[data-section=coaching]")).to_contain_text("Adam has no coaching access.")

    page.get_by_role("link", name="Edit Adam’s coaching access").click()
    page.get_by_label("Coaching access is on").check()
    page.get_by_role("button", name="Save").first.click()
    coaching_of(page, "adam", "Adam Abernathy")
    expect(page.locator("[data-section=coaching]")).to_contain_text("Adam coaches nobody yet.")

    add(page, "coaching", "amara", "Amara Okafor")
    expect(page.locator("[data-section=coaching]")).to_contain_text("Amara Okafor")
    remove(page, "coaching", "Amara Okafor")
    expect(page.locator("[data-section=coaching]")).to_contain_text("Adam coaches nobody at the moment.")

    coaching_of(page, "amara", "Amara Okafor")
    add(page, "coached-by", "adam", "Adam Abernathy")
    assert Relationship.objects.running(timezone.now()).between(adam, cast.coachee).count() == 1
    seen_by_the_two(open_page, cast, adam)
    remove(page, "coached-by", "Adam Abernathy")
    assert not Relationship.objects.running(timezone.now()).between(adam, cast.coachee).exists()


def seen_by_the_two(open_page, cast, adam):
    """Adam finds Amara among his coachees, Amara finds Adam on her own tab."""
    his, hers = open_page(), open_page()
    sign_in(his, Person.objects.get(pk=adam.pk))
    his.goto("/coachees/")
    expect(his.locator("[data-coachee='amara@example.org']")).to_be_visible()
    sign_in(hers, cast.coachee)
    hers.goto(f"/people/{cast.coachee.pk}/coaching/")
    expect(hers.locator("[data-section=coached-by]")).to_contain_text("Adam Abernathy")
    for page in (his, hers):
        page.goto("/notices/")
        expect(page.get_by_role("main")).to_contain_text("coach")


def test_the_dialog_by_keyboard(open_page, cast):
    page = open_page()
    sign_in(page, cast.admin)
    page.goto(f"/people/{cast.coachee.pk}/coaching/")
    link = page.locator("[data-section=coached-by]").get_by_role("link", name="Add")
    link.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox", name="Name or e-mail of the coach")).to_be_focused()
    page.keyboard.type("stina")
    expect(page.get_by_role("button", name="Add : Stina Stranger")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(link).to_be_focused()


def test_without_javascript_somebody_is_added_and_removed(open_page, cast):
    page = open_page(390, java_script_enabled=False)
    sign_in(page, cast.admin)
    page.goto(f"/people/{cast.coachee.pk}/coaching/")
    page.locator("[data-section=coached-by]").get_by_role("link", name="Add").click()
    page.get_by_role("main").get_by_role("searchbox").fill("stina")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Add : Stina Stranger").click()
    page.get_by_role("link", name="Remove : Stina Stranger").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("#messages")).to_contain_text("Stina Stranger no longer coaches Amara Okafor.")


def test_a_coachee_is_handed_over(open_page, cast):
    page = open_page()
    sign_in(page, cast.admin)
    page.goto(f"/people/{cast.coachee.pk}/coaching/")
    page.get_by_role("link", name="Hand over : Maya Castellanos").click()
    page.get_by_role("main").get_by_role("searchbox").press_sequentially("stina")
    page.get_by_role("link", name="Choose : Stina Stranger").click()
    expect(page.get_by_role("heading", name="What stays sealed")).to_be_visible()
    page.get_by_role("button", name="Hand over").click()
    expect(page.locator("#messages")).to_contain_text("All three are told.")
    expect(page.locator("[data-section=coached-by]")).to_contain_text("Stina Stranger")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_pages_are_accessible_and_fit(open_page, cast, width, scheme):
    now, long = timezone.now(), "Wolfeschlegelsteinhausenbergerdorff-" * 3 + "Hubert"
    coach = make_coach(name=long, capacity=1)
    for name in (long, "محمد عبد الرحمن الخطيب", "Ana"):
        make_coachee(coach=coach, name=name, started_at=now - timedelta(days=300))
    made = make_relationship(coach=coach, coachee=cast.coachee, started_at=now - timedelta(days=9))
    make_session(coach=coach, coachee=cast.coachee, starts_at=now + timedelta(days=3))
    page = open_page(width, color_scheme=scheme)
    sign_in(page, cast.admin)
    paths = [f"/people/{coach.pk}/coaching/", f"/people/{cast.coachee.pk}/coaching/add/?as=coach&q=m"]
    paths += [f"/people/{coach.pk}/coaching-access/?q=s", f"/relationships/{made.pk}/end/", "/relationships/review/"]
    paths += [f"/relationships/{made.pk}/handover/{query}" for query in ("?q=m", f"?to={cast.stranger_coach.pk}")]
    for path in paths:
        page.goto(path)
        assert axe(page) == [], path
        assert overflow(page) <= 0, path
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert overflow(page) <= 0, path
