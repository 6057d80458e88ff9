"""The search field in the bar, by keyboard, by finger and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import axe, overflow, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_is_found_with_the_keyboard_alone(open_page, cast):
    page = open_page()
    sign_in(page, cast.coach)
    page.goto("/")
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("ok")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Amara Okafor")
    assert field.get_attribute("aria-activedescendant") == page.get_by_role("option").first.get_attribute("id")
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{page.url.split('/people')[0].rstrip('/')}/people/{cast.coachee.pk}/")


def test_the_list_closes_and_says_when_there_is_nobody(open_page, cast):
    page = open_page()
    sign_in(page, cast.admin)
    page.goto("/")
    page.get_by_role("combobox").fill("maya")
    expect(page.get_by_role("option")).to_have_count(1)
    page.mouse.click(300, 700)
    expect(page.get_by_role("option")).to_have_count(0)
    page.get_by_role("combobox").fill("nobody at all")
    expect(page.locator("[data-search-results]")).to_contain_text("Nobody found")
    page.get_by_role("combobox").fill("a/")  # typed where one types, a slash is a slash
    expect(page.get_by_role("combobox")).to_have_value("a/")


def test_on_a_phone_an_icon_opens_it(open_page, cast):
    page = open_page(width=390)
    sign_in(page, cast.admin)
    page.goto("/")
    assert not page.get_by_role("combobox").is_visible()
    page.get_by_role("link", name="Search").click()
    page.get_by_role("combobox").fill("amara")
    expect(page.get_by_role("option")).to_be_visible()
    assert overflow(page) == 0
    page.get_by_role("option").click()
    expect(page.get_by_role("heading", name="Amara Okafor")).to_be_visible()
    assert overflow(page) == 0


def test_without_javascript_it_is_a_page(open_page, cast):
    page = open_page(width=390, java_script_enabled=False)
    sign_in(page, cast.coach)
    page.goto("/")
    page.get_by_role("link", name="Search").click()
    page.get_by_label("Name or e-mail").fill("amara")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name="Amara Okafor").click()
    expect(page.get_by_role("heading", name="Amara Okafor")).to_be_visible()


def test_the_current_tab_is_in_view_on_a_phone(open_page, cast):
    page = open_page(width=390)
    sign_in(page, cast.admin)
    page.goto(f"/people/{cast.coachee.pk}/permissions/")
    box = page.locator(".tabs [aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert overflow(page) == 0
