"""The Sessions page and a session's own in a browser: Join opens by the clock, filters, the brief, on paper."""

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
    make_micro_goal,
    make_private_note,
    make_session,
    make_shared_note,
    make_takeaway,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ALWAYS = {"starts_on": date(2020, 1, 1), "ends_on": date(2099, 12, 31)}
MINUTE = timedelta(minutes=1)
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2


@pytest.fixture
def coach(db):
    """A coach with a session in 20 minutes, one to mark, others of the past, and much written about them."""
    now = timezone.now()
    coach = make_coach(name="Maya Castellanos", timezone="Europe/Madrid")
    amara, long = (make_coachee(coach=coach, name=name, subscription=ALWAYS) for name in ("Amara Okafor", LONG))
    pair = {"coach": coach, "coachee": amara}
    soon = make_session(**pair, starts_at=now + 20 * MINUTE)
    make_micro_goal(session=soon, text="Say no once. " + LONG)
    make_session(coach=coach, coachee=long, starts_at=now + timedelta(days=2), kind="flash")
    make_session(**pair, starts_at=now - timedelta(days=1))
    for day in range(2, 30):
        done = make_session(coach=coach, coachee=(amara, long)[day % 2], starts_at=now - timedelta(days=day, hours=3))
        type(done).objects.filter(pk=done.pk).update(status="occurred", marked_at=now - timedelta(days=day))
    met = make_session(**pair, starts_at=now - timedelta(days=40), status="occurred", kind="flash")
    make_takeaway(session=met, text="Silence is an answer too.")
    make_private_note(session=met)
    make_shared_note(session=met)
    make_assignment(**pair, title="One meeting less " + LONG)
    make_message(**pair, sender="coachee", text="May I bring the numbers?", sent_at=now - 5 * MINUTE)
    engine.evaluate(list(Relationship.objects.values_list("pk", flat=True)), now)
    return coach


def address(coach, **found) -> str:
    session = coach.sessions_as_coach.filter(**found).order_by("-starts_at").first()
    return f"/sessions/{session.pk}/"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_pages_are_accessible_and_fit(open_page, coach, width, scheme):
    page = open_page(width, color_scheme=scheme)
    soon, met = address(coach, status="scheduled", kind="one_on_one"), address(coach, status="occurred", kind="flash")
    coachee = coach.relationships_as_coach.get(coachee__name="Amara Okafor").coachee
    for viewer in (coach, coachee):
        page.context.clear_cookies()
        sign_in(page, viewer)
        for path in (
            "/sessions/",
            "/sessions/?kind=group",
            soon,
            met,
            f"{soon}join/",
            f"/people/{coachee.pk}/sessions/",
        ):
            page.goto(path)
            assert axe(page) == [], path
            assert overflow(page) <= 0, path


def test_join_opens_and_closes_by_the_clock_without_reload(open_page, coach):
    page = open_page()
    page.clock.install()
    sign_in(page, coach)
    page.goto(address(coach, status="scheduled", kind="one_on_one"))
    head = page.locator(".session-head")
    expect(head.locator("[data-join-left]")).to_have_text("in 10 min")
    expect(head.locator("[data-join-open]")).to_be_hidden()
    page.clock.fast_forward(4 * 60_000)
    expect(head.locator("[data-join-left]")).to_have_text("in 6 min")
    page.clock.fast_forward(7 * 60_000)
    expect(head.get_by_role("link", name="Join")).to_have_attribute("target", "_blank")
    expect(head.locator("[data-join-wait]")).to_be_hidden()
    page.clock.fast_forward(70 * 60_000)
    expect(head.get_by_text("This session is over.")).to_be_visible()
    expect(head.locator("[data-join-open]")).to_be_hidden()


def test_filters_narrow_the_list_and_stay_in_the_address(open_page, coach):
    page = open_page()
    sign_in(page, coach)
    page.goto("/sessions/")
    past = page.locator("[data-section=past-sessions]")
    expect(page.locator("[data-section=to-mark]")).to_contain_text("1 session")
    expect(past.locator("header")).to_contain_text("30 sessions")
    page.get_by_label("Kind").select_option("flash")
    expect(past.locator("header")).to_contain_text("1 session")
    expect(page).to_have_url("/sessions/?q=&kind=flash&month=&state=")
    page.get_by_role("link", name="Show all").first.click()
    expect(past.locator("header")).to_contain_text("30 sessions")
    page.get_by_role("searchbox", name="Coachee").press_sequentially("amara")
    expect(past.get_by_role("link", name=LONG)).to_have_count(0)
    expect(past.get_by_role("link", name="Amara Okafor").first).to_be_visible()
    expect(page.get_by_role("searchbox", name="Coachee")).to_be_focused()


def test_it_all_works_without_javascript(open_page, coach):
    page = open_page(java_script_enabled=False)
    sign_in(page, coach)
    page.goto("/sessions/")
    page.get_by_label("Missing").select_option("unmarked")
    page.get_by_role("button", name="Filter").click()
    expect(page.locator("[data-section=past-sessions] [data-session]")).to_have_count(1)
    page.goto(address(coach, status="scheduled", kind="one_on_one"))
    expect(page.locator(".session-head")).to_contain_text("opens")
    expect(page.locator("[data-section=brief]")).to_contain_text("Silence is an answer too.")
    expect(page.locator("[data-section=brief]")).to_contain_text("May I bring the numbers?")


def test_on_paper_the_brief_has_no_buttons(open_page, coach):
    page = open_page(820)
    sign_in(page, coach)
    page.goto(address(coach, status="scheduled", kind="one_on_one"))
    page.emulate_media(media="print")
    expect(page.get_by_text("Silence is an answer too.", exact=True)).to_be_visible()
    expect(page.locator(".session-deeds")).to_be_hidden()
    expect(page.locator(".bar")).to_be_hidden()
