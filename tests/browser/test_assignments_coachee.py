"""An assignment in a browser: the coachee responds, the coach answers, done and reopened; axe and widths."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from assignments.models import Assignment, Response
from profiles.models import Draft
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, ago, make_assignment, make_resource, make_response, make_view
from tests.make_between import PDF_BYTES, make_answer, make_assignment_file, make_response_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def given(cast):
    """Something to do with long words, files and a thread; the clock stands near `NOW`."""
    with time_machine.travel(NOW, tick=True):
        made = make_assignment(coach=cast.coach, coachee=cast.coachee, title="word" * 40, instructions="word" * 100)
        made.resources.add(seen := make_resource(title="long " * 50), make_resource(title="تحدث"))
        make_view(coachee=cast.coachee, resource=seen)
        make_assignment_file(assignment=made, name=f"{'word' * 25}.pdf")
        first = make_response(assignment=made, text="word" * 100, responded_at=ago(days=2))
        make_response_file(response=first, name=f"{'word' * 25}.pdf")
        make_answer(assignment=made, text="- one\n- two", responded_at=ago(days=1), edited_at=ago(hours=20))
        make_response(assignment=made, text="| a | b |\n|-|-|\n| 1 | 2 |", responded_at=ago(minutes=1))
        yield made


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
@pytest.mark.parametrize("who", ["coach", "coachee"])
def test_every_state_is_whole_and_accessible(open_page, cast, given, who, width, scheme):
    page = open_page(width, color_scheme=scheme)
    sign_in(page, getattr(cast, who))
    own = Response.objects.filter(sender="coachee").latest("responded_at")
    pages = [f"/assignments/{given.pk}/", *([f"/responses/{own.pk}/"] if who == "coachee" else [])]
    for state in ({}, {"completed_at": NOW}, {"archived_at": NOW}):
        Assignment.objects.update(**state)
        for address in pages if not state else pages[:1]:
            page.goto(address)
            assert axe(page) == [], (address, state)
            assert not overflow(page), (address, state)


def respond(page: Page, text: str, button: str) -> None:
    page.get_by_role("textbox", name="Your").fill(text)
    page.get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize("script", [True, False])
def test_two_browsers_work_on_one_assignment(open_page, cast, script):
    """Amara responds with a file, Maya answers, Amara mends it and is done, Maya sees that, Amara reopens."""
    given = make_assignment(coach=cast.coach, coachee=cast.coachee, due_on=timezone.localdate() + timedelta(days=3))
    amara, maya = open_page(java_script_enabled=script), open_page(java_script_enabled=script)
    for page, person in ((amara, cast.coachee), (maya, cast.coach)):
        sign_in(page, person)
        page.goto(f"/assignments/{given.pk}/")
    amara.get_by_label("Files").set_input_files({"name": "Map.pdf", "mimeType": "x/y", "buffer": PDF_BYTES})
    respond(amara, "I drew **it**.", "Respond")
    expect(amara.locator(".replies strong")).to_have_text("it")
    maya.reload()
    expect(maya.locator(".replies").get_by_text("New")).to_be_visible()
    with maya.expect_download() as download:
        maya.get_by_role("link", name="Map.pdf").click()
    assert download.value.path().read_bytes() == PDF_BYTES
    respond(maya, "Who is missing?", "Answer")
    amara.get_by_role("link", name="Edit", exact=True).click()
    respond(amara, "I drew it with Hannah.", "Save")
    expect(amara.get_by_text("Who is missing?")).to_be_visible()
    expect(amara.get_by_text("edited")).to_be_visible()
    respond(amara, "Nobody now.", "Respond and mark as done")
    expect(amara.get_by_text("You marked this as done")).to_be_visible()
    maya.goto(f"/people/{cast.coachee.pk}/")
    expect(maya.locator("[data-action=completed_assignment]")).to_contain_text("Map your stakeholders")
    maya.locator("[data-action=completed_assignment]").get_by_role("link").first.click()
    expect(maya.get_by_text("Amara marked this as done")).to_be_visible()
    amara.get_by_role("button", name="Reopen").click()
    expect(amara.get_by_role("button", name="Mark as done", exact=True)).to_be_visible()


def test_what_is_typed_is_there_again_and_sent_only_once(open_page, cast):
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    page = open_page()
    sign_in(page, cast.coachee)
    page.goto(f"/assignments/{given.pk}/")
    page.get_by_role("textbox", name="Your response").press_sequentially("Half a thought")
    expect(page.get_by_text("Saved as a draft")).to_be_visible()
    page.goto("/")
    page.goto(f"/assignments/{given.pk}/")
    expect(page.get_by_role("textbox", name="Your response")).to_have_value("Half a thought")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("region", name="Preview")).to_have_text("Half a thought")
    page.get_by_role("button", name="Respond", exact=True).dblclick()
    expect(page.locator(".replies > li")).to_have_count(1)
    assert Response.objects.count() == 1
    assert not Draft.objects.exists()


def test_everything_with_the_keyboard(open_page, cast):
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    page = open_page()
    sign_in(page, cast.coachee)
    page.goto(f"/assignments/{given.pk}/")
    page.get_by_role("textbox", name="Your response").focus()
    page.keyboard.type("By hand")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Files")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Respond", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("By hand")).to_be_visible()
