"""What people come for, in a real browser, with the demo's people and months of history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from activity.models import EventKind
from coaching.models import Relationship
from interchange.demo.build import make_demo
from profiles.models import Person, RuleKey
from tests.browser.conftest import axe, opening, overflow, sign_in
from tests.make import make_message
from tests.profiles.reading import hooks
from tests.served import wait_until_idle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FACTS = {"position", "timezone", "language", "subscription", "delivery-manager", "package", "program"}
FACTS |= {"complimentary-call", "sessions-per-month", "flash", "group-module", "review-360"}
VIEWS = [(390, "dark"), (820, "light"), (1320, "dark"), (1320, "light")]
RIGHT_TO_LEFT = "مرحبا، كيف كان الأسبوع؟ "
"""“Hello, how was the week?”"""
HIDDEN_FOCUS = """() => {
    const at = document.activeElement, look = getComputedStyle(at), box = at.getBoundingClientRect();
    const ring = (look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== 'none';
    const there = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight;
    return ring && there ? '' : at.outerHTML.slice(0, 120);
}"""


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a server with the demo, made once; long names and texts from right to left are in it."""
    with django_db_blocker.unblock(), override_settings(ALLOWED_HOSTS=["localhost"]):
        now = timezone.now()
        make_demo(now)
        amara, maya = person("amara"), person("maya")
        for minutes in range(40):
            long = "word" * 60 if minutes % 20 == 3 else RIGHT_TO_LEFT * (1 + minutes % 7)
            make_message(coach=maya, coachee=amara, text=long, sent_at=now - timedelta(days=40, minutes=minutes))
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        wait_until_idle()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def _django_db_helper(site: str) -> None:
    """In place of pytest-django's, which would empty the database after each test."""


@pytest.fixture
def open_page(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    with opening(browser, site, strict=True) as opened:
        yield opened


def person(key: str) -> Person:
    return Person.objects.get(email=f"{key}@demo.trellis")


def enter(page: Page, key: str, path: str = "/") -> None:
    sign_in(page, person(key))
    page.goto(path)


def press_until(page: Page, key: str, found: str) -> None:
    """Presses a key until the focus is on what the selector matches; every stop on the way must be visible."""
    for _ in range(60):
        page.keyboard.press(key)
        assert page.evaluate(HIDDEN_FOCUS) == ""
        if page.evaluate("found => document.activeElement.matches(found)", found):
            return
    pytest.fail(f"never got to {found}")


def at(time: Locator) -> datetime:
    """The instant of a `<time>`."""
    return datetime.fromisoformat(time.get_attribute("datetime") or "")


def test_a_coach_signs_in_and_knows_what_to_encourage(open_page: Callable[..., Page]) -> None:
    maya = person("maya")
    maya.set_password("a calm long password")
    maya.save(update_fields=["password"])
    page = open_page()
    page.goto("/")
    page.get_by_label("E-mail address").first.fill(maya.email)
    page.get_by_label("Password").fill("a calm long password")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
    page.get_by_role("link", name="Your coachees", exact=True).first.click()
    page.get_by_label("Filter by name or organization").press_sequentially("amar")
    expect(page.locator("[data-coachee]")).to_have_count(1)
    page.get_by_role("link", name="Amara Okafor", exact=True).click()
    expect(page.get_by_role("heading", name="Amara Okafor")).to_be_visible()
    overdue = page.locator("[data-rule=survey_overdue]")
    expect(overdue).to_contain_text("overdue")
    overdue.get_by_text("Why?").click()
    expect(overdue.get_by_text("Open since")).to_be_visible()
    expect(overdue.get_by_text("Goes away by itself")).to_be_visible()
    assert page.locator("[data-action]").count() > 5


@pytest.mark.parametrize("javascript", [True, False])
def test_older_actions_are_a_click_away(open_page: Callable[..., Page], javascript: bool) -> None:
    page = open_page(java_script_enabled=javascript)
    enter(page, "maya", f"/people/{person('amara').pk}/")
    taken = page.locator("[data-section=actions-taken]")
    newest, oldest = at(taken.locator("time").first), at(taken.locator("time").last)
    taken.get_by_role("link", name="Older", exact=True).click()
    expect(taken.get_by_role("link", name="Newer", exact=True)).to_be_visible()
    assert at(taken.locator("time").first) <= oldest
    assert page.locator("[data-section=next-session]").is_visible()
    taken.get_by_role("link", name="Newer", exact=True).click()
    expect(taken.get_by_role("link", name="Newer", exact=True)).to_have_count(0)
    assert at(taken.locator("time").first) == newest


def test_everything_by_keyboard(open_page: Callable[..., Page]) -> None:
    page = open_page()
    enter(page, "maya", f"/people/{person('amara').pk}/")
    press_until(page, "Tab", "a[href='#main']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    press_until(page, "Shift+Tab", "[data-menu] > summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group").get_by_role("link", name="Your profile")).to_be_visible()
    page.keyboard.press("Escape")
    press_until(page, "Tab", ".tabs a[href$='/assignments/']")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    press_until(page, "Tab", "[data-rule] summary")
    page.keyboard.press("Enter")
    expect(page.locator("[data-rule] details[open]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("[data-rule] details[open]")).to_have_count(0)
    press_until(page, "Tab", "[data-section=assignments] .segments a:nth-child(2)")
    page.keyboard.press("Enter")
    expect(page.locator("[data-section=assignments] [aria-current=page]")).to_contain_text("Completed")


def test_a_coachee_finds_her_next_step_and_her_own_page(open_page: Callable[..., Page]) -> None:
    page = open_page(390)
    enter(page, "amara")
    expect(page.get_by_role("heading", name="Your next step")).to_be_visible()
    page.locator("[data-menu] > summary").click()
    page.get_by_role("group").get_by_role("link", name="Your profile").click()
    expect(page.get_by_role("heading", name="Amara Okafor")).to_be_visible()
    page.locator(".tabs").get_by_role("link", name="Messages").click()
    expect(page.get_by_role("heading", name="Messages with Maya Castellanos")).to_be_visible()
    page.get_by_role("link", name="Older").click()
    expect(page.locator("#main").get_by_text(RIGHT_TO_LEFT.strip()).first).to_be_visible()


def test_a_stranger_is_told_kindly_that_there_is_no_such_page(browser: Browser, site: str) -> None:
    with opening(browser, site) as open_page:
        page = open_page()
        enter(page, "samuel", "/")
        stranger = Relationship.objects.exclude(coachee__relationships_as_coachee__coach=person("samuel")).first()
        assert page.goto(f"/people/{stranger.coachee_id}/").status == 404
        assert stranger.coachee.name not in page.content()
        assert axe(page) == []
        page.get_by_role("link", name="Go to Today").click()
        expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()


def pages_of(key: str) -> list[str]:
    """What this person looks at: their own pages and those of people with long names, from right to left, on track."""
    tabs = ("", "sessions/", "assignments/?state=completed", "messages/")
    if key == "maya":
        shown = [f"/people/{person('amara').pk}/{tab}" for tab in tabs]
        shown += [f"/people/{person(who).pk}/" for who in ("layla", "mia", "priya")]
        return ["/", "/coachees/", "/notes/", *shown]
    if key == "amara":
        return ["/", "/notes/", *(f"/people/{person('amara').pk}/{tab}" for tab in tabs)]
    return ["/", f"/people/{person('amara').pk}/", f"/people/{person('ines').pk}/"]


@pytest.mark.parametrize("key", ["maya", "amara", "ines"])
def test_pages_are_accessible_and_fit_every_screen(open_page: Callable[..., Page], key: str) -> None:
    page = open_page()
    sign_in(page, person(key))
    found = {}
    for number, path in enumerate(pages_of(key)):
        assert page.goto(path).ok
        page.evaluate("document.querySelectorAll('details.disclosure').forEach(one => one.open = true)")
        for which, (width, scheme) in enumerate(VIEWS):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # no colour on its way to another
            if overflow(page) > 0:
                found[path, width] = overflow(page)
            # A narrow and a wide window for each page, dark and light by turns.
            if which in (number % 2, 2 + number % 2) and (faults := axe(page)):
                found[path, width, scheme] = faults
    assert found == {}


def test_the_promised_hooks_are_on_the_pages(open_page: Callable[..., Page]) -> None:
    page = open_page()
    seen: dict[str, set[str]] = {name: set() for name in ("fact", "rule", "upcoming", "action", "section", "coachee")}
    sign_in(page, person("maya"))
    coachees = [
        str(pk) for pk in Person.objects.coached_by(person("maya"), timezone.now()).values_list("pk", flat=True)
    ]
    for path in ["/coachees/", *(f"/people/{pk}/" for pk in coachees)]:
        html = page.request.get(path).text()
        seen = {name: values | set(hooks(html, name)) for name, values in seen.items()}
    assert seen["fact"] == FACTS
    assert seen["rule"] == set(RuleKey.values)
    assert seen["upcoming"] <= set(RuleKey.values)
    assert len(seen["upcoming"]) > 3
    assert seen["section"] >= {"next-session", "last-session", "assignments"}
    assert "amara@demo.trellis" in seen["coachee"]
    assert seen["action"] <= set(EventKind.values)
    assert len(seen["action"]) > 7
