"""What is typed survives a server that is away, a session that ends, a second tab, and the way back."""

from __future__ import annotations

import pytest
import time_machine
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from assignments.models import Reflection
from profiles.models import Draft
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, make_reflection
from tests.make_between import make_prompt

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "Your reflection"


@pytest.fixture
def address(cast):
    """Of the one prompt that Amara is asked."""
    prompt = make_prompt(text="Where did you hold back?", program=cast.coachee.subscriptions.get().program)
    return f"/reflections/new/?prompt={prompt.pk}"


@pytest.fixture
def amara(open_page, cast, address):
    page = open_page(820)
    sign_in(page, cast.coachee)
    page.goto(address)
    return page


def says(page, words):
    expect(page.locator("[data-draft-words]")).to_contain_text(words)


def kept():
    return [draft.fields["text"] for draft in Draft.objects.all()]


def test_what_is_typed_is_there_in_another_browser(open_page, cast, amara, address):
    amara.get_by_label(TEXT).press_sequentially("In the budget round.")
    says(amara, "Saved as a draft")
    expect(amara.get_by_text("4 words")).to_be_visible()
    phone = open_page(390)
    sign_in(phone, cast.coachee)
    phone.goto(address)
    assert phone.get_by_label(TEXT).input_value() == "In the budget round."


def test_while_the_server_is_away_it_goes_on_trying(amara):
    amara.context.set_offline(True)
    amara.get_by_label(TEXT).press_sequentially("Into the void")
    says(amara, "the server does not answer")
    amara.context.set_offline(False)
    says(amara, "Saved as a draft")
    assert kept() == ["Into the void"]


def test_what_was_sent_to_a_server_that_was_away_is_there_when_it_is_back(amara, address):
    amara.context.set_offline(True)
    amara.get_by_label(TEXT).fill("Sent, and lost?")
    amara.get_by_role("button", name="Keep private").click()
    amara.wait_for_url("chrome-error://**")
    amara.context.set_offline(False)
    amara.goto(address)
    expect(amara.get_by_label(TEXT)).to_have_value("Sent, and lost?")
    says(amara, "Saved as a draft")
    amara.get_by_role("button", name="Keep private").click()
    expect(amara.get_by_text("Saved. Only you can read it.")).to_be_visible()
    assert (Reflection.objects.get().text, kept()) == ("Sent, and lost?", [])


def test_what_was_taken_does_not_come_back(amara, address):
    amara.get_by_label(TEXT).fill("Said once")
    amara.get_by_role("button", name="Keep private").click()
    expect(amara.get_by_text("Saved. Only you can read it.")).to_be_visible()
    amara.goto(address)
    expect(amara.get_by_label(TEXT)).to_have_value("")
    amara.reload()
    expect(amara.get_by_label(TEXT)).to_have_value("")
    assert kept() == []


def test_when_the_session_ends_it_waits_until_one_signs_in_again(amara, cast):
    Session.objects.all().delete()
    amara.get_by_label(TEXT).press_sequentially("Still here")
    says(amara, "you are signed out")
    other_tab = amara.context.new_page()
    sign_in(other_tab, cast.coachee)
    says(amara, "Saved as a draft")
    assert kept() == ["Still here"]
    amara.get_by_role("button", name="Keep private").click()
    expect(amara.get_by_text("Saved. Only you can read it.")).to_be_visible()


def test_somebody_else_who_signs_in_gets_nothing_of_it(amara, cast):
    Session.objects.all().delete()
    amara.get_by_label(TEXT).press_sequentially("Amara's own")
    says(amara, "you are signed out")
    sign_in(amara.context.new_page(), cast.other_coachee)
    amara.get_by_label(TEXT).press_sequentially(" words")
    says(amara, "you are signed out")
    assert kept() == []


@pytest.mark.parametrize(
    ("choice", "left"), [("Keep what is here", "From the second"), ("Take over what is saved", "From the first")]
)
def test_a_second_tab_asks_before_it_writes_over_the_first(amara, address, choice, left):
    second = amara.context.new_page()
    second.goto(address)
    amara.get_by_label(TEXT).fill("From the first")
    says(amara, "Saved as a draft")
    second.get_by_label(TEXT).fill("From the second")
    says(second, "in another tab")
    assert kept() == ["From the first"]
    assert axe(second) == []
    second.get_by_role("button", name=choice).click()
    says(second, "Saved as a draft")
    assert (second.get_by_label(TEXT).input_value(), kept()) == (left, [left])


def test_without_javascript_a_draft_is_a_button_and_nothing_is_missing(open_page, cast, address):
    page = open_page(390, java_script_enabled=False)
    sign_in(page, cast.coachee)
    page.goto(address)
    page.get_by_label(TEXT).fill("By hand")
    page.get_by_role("button", name="Save draft").click()
    assert page.get_by_label(TEXT).input_value() == "By hand"
    page.get_by_role("button", name="Share with Cornelia and Maya").click()
    page.get_by_role("button", name="Take back").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label(TEXT).fill("By hand, twice")
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("By hand, twice").is_visible()
    assert Reflection.objects.get().shared_at is None


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_every_page_of_reflections_is_whole_and_accessible(open_page, cast, address, width, scheme):
    long = "Unbreakable" + "word" * 40
    with time_machine.travel(NOW, tick=True):
        made = make_reflection(coachee=cast.coachee, prompt=long, text=f"{long}\n\n- one\n- تحدثت مع **الفريق**")
        make_reflection(coachee=cast.coachee, shared=False)
        Draft.objects.create(person=cast.coachee, key="reflection:0", fields={"text": long}, saved_at=NOW)
        page = open_page(width, color_scheme=scheme)
        sign_in(page, cast.coachee)
        own = f"/people/{cast.coachee.pk}/reflections/"
        removal = f"/drafts/removal/?key=reflection:0&next={own}"
        for where in (address, own, f"{own}?state=private", removal, *_of(made)):
            page.goto(where)
            page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = !one.dataset.menu))")
            assert axe(page) == []
            assert overflow(page) <= 0


def _of(made: Reflection) -> list[str]:
    return [f"/reflections/{made.pk}/", f"/reflections/{made.pk}/edit/"]
