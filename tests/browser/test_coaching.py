"""Today, Your coachees and own notes in a browser: axe, widths, filter as one types, no JavaScript, keyboard."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activity.encouragement import engine
from coaching.models import Relationship
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import (
    make_assignment,
    make_coach,
    make_coachee,
    make_message,
    make_organization,
    make_private_note,
    make_relationship,
    make_session,
    make_survey,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALWAYS = {"starts_on": date(2020, 1, 1), "ends_on": date(2099, 12, 31)}
NAMES = ["Łukasz Ørsted", "محمد عبد الرحمن الخطيب", "Wolfeschlegelsteinhausenbergerdorff-" * 3 + "Hubert", "Ana"]


@pytest.fixture
def coach(cast):
    """A coach with coachees whose names are long, or written from right to left, and notes on a former one."""
    now = timezone.now()
    coach = make_coach(name="Maya Castellanos")
    for hour, name in enumerate(NAMES):
        coachee = make_coachee(
            coach=coach, name=name, subscription=ALWAYS, organization=make_organization(name="Fjord " + "Retail " * 12)
        )
        make_message(coach=coach, coachee=coachee, sent_at=now - timedelta(days=9 + hour))
        make_session(coach=coach, coachee=coachee, starts_at=now + timedelta(hours=1 + 2 * hour))
        make_session(coach=coach, coachee=coachee, starts_at=now - timedelta(days=3 + hour))
        make_assignment(coach=coach, coachee=coachee)
        make_survey(coachee=coachee, assigned_on=date(2026, 1, 1), due_on=date(2026, 1, 9))
    former = make_coachee(subscription=ALWAYS, name="Fiona")
    make_relationship(coach=coach, coachee=former, ended_at=now - timedelta(days=3))
    met = make_session(coach=coach, coachee=former, starts_at=now - timedelta(days=30), status="occurred")
    make_private_note(session=met, text="| a | b |\n|---|---|\n| " + "long" * 60 + " | c |")
    engine.evaluate(list(Relationship.objects.values_list("pk", flat=True)), now)
    return coach


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_pages_are_accessible_and_fit(open_page, cast, coach, width, scheme):
    page = open_page(width, color_scheme=scheme)
    coachee = coach.relationships_as_coach.last().coachee
    for viewer, paths in ((coach, ["/", "/coachees/", "/notes/"]), (coachee, ["/"]), (cast.admin, ["/", "/notes/"])):
        page.context.clear_cookies()
        sign_in(page, viewer)
        for path in paths:
            page.goto(path)
            assert axe(page) == []
            assert overflow(page) <= 0
            page.evaluate("document.documentElement.dir = 'rtl'")
            assert overflow(page) <= 0


def test_the_list_filters_as_one_types_and_the_address_follows(open_page, coach):
    page = open_page()
    sign_in(page, coach)
    page.goto("/coachees/")
    page.get_by_label("Filter by name or organization").press_sequentially("orst")
    expect(page.locator("[data-coachee]")).to_have_count(1)
    assert page.url.endswith("/coachees/?q=orst")
    assert page.evaluate("document.activeElement.id") == "q"


def test_without_javascript_the_filter_is_a_form(open_page, coach):
    page = open_page(390, java_script_enabled=False)
    sign_in(page, coach)
    page.goto("/coachees/")
    page.get_by_label("Filter by name or organization").fill("ana")
    page.get_by_role("button", name="Filter").click()
    assert page.locator("[data-coachee]").count() == 1
    page.get_by_role("link", name="Stop filtering").click()
    assert page.locator("[data-coachee]").count() == 4


def test_a_coachee_is_reached_by_keyboard(open_page, coach):
    page = open_page()
    sign_in(page, coach)
    page.goto("/coachees/")
    page.get_by_label("Filter by name or organization").focus()
    for _ in range(5):  # the button, three statuses, the first coachee
        page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == page.locator("[data-coachee] a").first.text_content()
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*/")
