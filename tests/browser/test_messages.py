"""A coach and a coachee write to each other, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from coaching.models import Message, Relationship
from tests.browser.conftest import axe, overflow, sign_in
from tests.cast import Cast
from tests.make import make_message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def pair(cast: Cast) -> Cast:
    """The cast as of today: the relationship runs now, not only at the usual instant of tests."""
    Relationship.objects.filter(ended_at=None).update(started_at=timezone.now() - timedelta(days=200))
    return cast


def opened(open_page: Callable[..., Page], viewer, cast: Cast, **options) -> Page:
    page = open_page(**options)
    sign_in(page, viewer)
    page.goto(f"/people/{cast.coachee.pk}/messages/?with={cast.coach.pk}")
    return page


def field(page: Page):
    return page.locator("[data-compose] textarea")


def test_each_sees_at_once_what_the_other_writes_and_that_it_was_read(open_page, pair) -> None:
    maya, amara = opened(open_page, pair.coach, pair), opened(open_page, pair.coachee, pair, width=390)
    field(maya).fill("How did **it** go?")
    maya.get_by_role("button", name="Send").click()
    expect(maya.locator(".thread .own .bubble")).to_have_text("How did it go?")
    expect(field(maya)).to_have_value("")
    expect(amara.locator(".thread li:not(.own) strong")).to_have_text("it")
    expect(maya.locator("[data-seen]")).to_contain_text("Read")
    field(amara).fill("Well.")
    amara.keyboard.press("Control+Enter")
    expect(maya.locator(".thread li:not(.own) .bubble")).to_have_text("Well.")
    assert Message.objects.filter(read_at=None).count() == 0
    assert axe(maya) == axe(amara) == []
    assert overflow(amara) == 0


def test_a_double_click_sends_once_and_a_draft_survives_a_reload(open_page, pair) -> None:
    page = opened(open_page, pair.coachee, pair)
    field(page).fill("Half a thought")
    expect(page.locator("[data-draft-state]")).to_contain_text("Saved as a draft")
    page.reload()
    expect(field(page)).to_have_value("Half a thought")
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator(".thread .own")).to_have_count(1)
    expect(field(page)).to_have_value("")
    page.reload()
    expect(page.locator(".thread .own")).to_have_count(1)
    expect(field(page)).to_have_value("")
    assert Message.objects.count() == 1


def test_what_is_refused_says_why_and_stays(open_page, pair) -> None:
    page = opened(open_page, pair.coachee, pair)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".errors")).to_have_text("Write something, or attach a file.")
    field(page).fill("x" * 20_001)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".errors")).to_contain_text("20000")
    assert len(field(page).input_value()) == 20_001


def test_without_javascript_a_form_and_links_do_it(open_page, pair) -> None:
    now = timezone.now()
    for number in range(40):
        make_message(
            coach=pair.coach, coachee=pair.coachee, text=f"No {number}.", sent_at=now - timedelta(hours=number)
        )
    page = opened(open_page, pair.coach, pair, java_script_enabled=False)
    expect(page.get_by_text("No 0.", exact=True)).to_be_in_viewport()
    page.get_by_role("link", name="Older messages").click()
    expect(page.get_by_text("No 39.", exact=True)).to_be_attached()
    field(page).fill("By hand.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("By hand.", exact=True)).to_be_in_viewport()


def test_older_messages_come_on_scrolling_and_nothing_jumps(open_page, pair) -> None:
    now = timezone.now()
    for number in range(70):
        make_message(
            coach=pair.coach, coachee=pair.coachee, text=f"No {number}.", sent_at=now - timedelta(hours=number)
        )
    page = opened(open_page, pair.coach, pair)
    expect(page.get_by_text("No 0.", exact=True)).to_be_in_viewport()
    box = page.locator(".talk-scroll")
    for seen in (60, 70):
        box.evaluate("box => { box.scrollTop = -box.scrollHeight; }")
        expect(page.locator(".thread > li")).to_have_count(seen)
    days = page.locator("h3.day").evaluate_all("all => all.map(day => day.id)")
    assert len(days) == len(set(days))
    box.evaluate("box => { box.scrollTop = -box.scrollHeight; }")
    page.wait_for_function("document.querySelector('.talk-scroll').scrollTop < -100")
    make_message(coach=pair.coach, coachee=pair.coachee, text="Just now.", sent_at=timezone.now())
    expect(page.get_by_role("button", name="New messages")).to_be_visible()
    expect(page.get_by_text("No 69.", exact=True)).to_be_in_viewport()
    page.get_by_role("button", name="New messages").click()
    expect(page.get_by_text("Just now.")).to_be_in_viewport()


def test_an_open_page_loses_the_conversation_with_the_relationship(open_page, pair) -> None:
    make_message(coach=pair.coach, coachee=pair.coachee, text="Confidential.", sent_at=timezone.now())
    maya, amara = opened(open_page, pair.coach, pair), opened(open_page, pair.coachee, pair)
    for page in (maya, amara):
        field(page).fill("Half a thought")
    Relationship.objects.filter(coach=pair.coach, coachee=pair.coachee).update(ended_at=timezone.now())
    expect(maya.locator("[data-talk-state]")).to_contain_text("no longer open to you")
    expect(maya.get_by_text("Confidential.")).to_have_count(0)
    expect(amara.locator("[data-talk-state]")).to_contain_text("nobody can write here any more")
    expect(amara.get_by_text("Confidential.")).to_be_visible()
    for page in (maya, amara):
        expect(field(page)).to_have_value("Half a thought")
        expect(page.get_by_role("button", name="Send")).to_be_disabled()


def test_a_page_whose_reader_signed_out_says_so_and_goes_on_afterwards(open_page, pair) -> None:
    page = opened(open_page, pair.coachee, pair)
    field(page).fill("Half a thought")
    cookies = page.context.cookies()
    page.context.clear_cookies()
    expect(page.locator("[data-talk-state]")).to_contain_text("You are signed out")
    page.context.add_cookies(cookies)
    make_message(coach=pair.coach, coachee=pair.coachee, sender="coach", text="Still here?", sent_at=timezone.now())
    expect(page.get_by_text("Still here?")).to_be_visible()
    expect(page.locator("[data-talk-state]")).to_be_empty()
    expect(field(page)).to_have_value("Half a thought")
