"""Scheduling in a browser, by coach and coachee at once: with and without JavaScript, at any width, by keyboard."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine

from sessions_app.models import Session
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, D, H, make_coachee, make_session
from tests.make_sessions import make_hours

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def story(cast):
    """Maya is there from 12:00 to 15:00; Amara, in India now, has no other coach. The clock stands still."""
    with time_machine.travel(NOW, tick=True):
        make_hours(coach=cast.coach, opens=12 * 60, closes=15 * 60)
        cast.coachee.relationships_as_coachee.exclude(coach=cast.coach).update(ended_at=NOW - D)
        cast.coachee.timezone = "Asia/Kolkata"
        cast.coachee.save()
        yield cast


@pytest.mark.parametrize("scripts", [True, False])
def test_two_people_schedule_move_and_cancel(open_page, story, scripts):
    amara, maya = open_page(390, java_script_enabled=scripts), open_page(1320, java_script_enabled=scripts)
    sign_in(amara, story.coachee)
    sign_in(maya, story.coach)
    amara.goto("/")
    amara.get_by_role("link", name="Schedule a session").click()
    for way, week in (("after", "23 – 29 November"), ("after", "30 November – 6 December"), ("before", "23 – 29")):
        amara.get_by_role("link", name=f"The week {way}").click()
        amara.get_by_role("heading", name=week).wait_for()
    tuesday = amara.get_by_role("group", name="Tue 24 Nov")
    tuesday.get_by_role("radio", name="17:30").check()
    if scripts:
        assert amara.locator(".slot-bar output").inner_text() == "Tue 24 Nov, 17:30"
    amara.get_by_role("button", name="Schedule", exact=True).click()
    amara.get_by_text("Scheduled for Tue 24 Nov, 17:30. Both of you get an invitation by mail.").wait_for()
    maya.goto(f"/people/{story.coachee.pk}/")
    maya.locator("[data-section=next-session]").get_by_role("link", name="Reschedule").click()
    maya.get_by_role("group", name="Wed 25 Nov").get_by_role("radio", name="13:30 18:00 for Amara").check()
    maya.get_by_role("button", name="Move to this time").click()
    maya.get_by_text("Moved to Wed 25 Nov, 13:30.").wait_for()
    amara.goto(f"/people/{story.coachee.pk}/sessions/")
    amara.get_by_role("link", name="Cancel").click()
    amara.get_by_text("It does not count then: November has room again.").wait_for()
    amara.get_by_role("button", name="Cancel the session").click()
    amara.get_by_text("You have now used or scheduled 0 of 2 in November.").wait_for()
    assert Session.objects.get().status == "cancelled"


def test_who_comes_second_takes_another_time_at_once(open_page, story):
    other = make_coachee(coach=story.coach, name="Jonas Second")
    pages = [open_page(390), open_page(820)]
    for page, person in zip(pages, (story.coachee, other), strict=True):
        sign_in(page, person)
        page.goto(f"/people/{person.pk}/sessions/new/?from=2026-11-24")
        page.locator(f'input[value="{TUESDAY.isoformat()}"]').check(force=True)
    first, second = pages
    first.get_by_role("button", name="Schedule", exact=True).click()
    first.get_by_text("Scheduled for").wait_for()
    second.get_by_role("button", name="Schedule", exact=True).click()
    second.get_by_text("This time is not free any more.").wait_for()
    assert axe(second) == []
    assert overflow(second) <= 0
    second.get_by_role("button", name="Tue 24 Nov").first.click()
    second.get_by_text("Scheduled for Tue 24 Nov").wait_for()
    assert Session.objects.count() == 2


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_every_page_of_scheduling_is_whole_and_accessible(open_page, story, width, scheme):
    session = make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW + 20 * H)
    for person in (story.coach, story.coachee):
        page = open_page(width, color_scheme=scheme)
        sign_in(page, person)
        new = f"/people/{story.coachee.pk}/sessions/new/"
        for address in (new, f"{new}?kind=flash&from=2026-11-24", f"{new}?from=2027-11-24"):
            page.goto(address)
            page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = !one.dataset.menu))")
            assert axe(page) == []
            assert overflow(page) <= 0
        for address in (f"/sessions/{session.pk}/time/", f"/sessions/{session.pk}/cancellation/"):
            page.goto(address)
            assert axe(page) == []
            assert overflow(page) <= 0


def test_times_are_chosen_with_the_keyboard_and_large_enough_for_thumbs(open_page, story):
    page = open_page(390, has_touch=True)
    sign_in(page, story.coachee)
    page.goto(f"/people/{story.coachee.pk}/sessions/new/?from=2026-11-24")
    heights = page.locator(".slot, .slot-bar .btn, .week-step").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 44
    page.locator(".slot input").first.focus()
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".slot:has(:checked)")
    assert chosen.evaluate("(one) => getComputedStyle(one).outlineStyle") == "solid"
    assert chosen.locator("b").inner_text() == page.locator(".slot b").nth(1).inner_text()
    page.keyboard.press("Enter")
    page.get_by_text("Scheduled for").wait_for()


def test_a_full_month_says_so_and_leads_on(open_page, story):
    for day in (3, 4):
        make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW + day * D)
    page = open_page(390)
    sign_in(page, story.coachee)
    page.goto(f"/people/{story.coachee.pk}/sessions/new/?from=2026-11-23")
    page.get_by_text("You have 2 of 2 in November. The next month with room is December.").wait_for()
    page.get_by_role("link", name="Times in December").click()
    page.get_by_role("group", name="Tue 1 Dec").wait_for()
    assert axe(page) == []
