"""After a session in a browser: the coach marks it and writes notes, kept while typing; the coachee reads one part."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import Page, expect

from sessions_app.models import PrivateNote, Session, SharedNote
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, ago, make_private_note, make_session, make_shared_note
from tests.make_sessions import make_meeting, make_private_version, make_seat, make_shared_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "An unbreakable" + "word" * 60 + "\n\nتحدثت مع الفريق"


@pytest.fixture
def story(cast):
    """A session that is over and not marked; the clock goes on from now."""
    with time_machine.travel(NOW, tick=True):
        yield cast, make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=1))


def parts(page: Page):
    """The two fields of the editor."""
    return page.get_by_label("Private part"), page.get_by_label("Shared part")


@pytest.mark.parametrize("scripts", [True, False])
def test_marked_noted_and_half_of_it_read(open_page, story, scripts):
    cast, session = story
    maya, amara = (open_page(820, java_script_enabled=scripts) for _ in range(2))
    sign_in(maya, cast.coach)
    sign_in(amara, cast.coachee)
    profile = f"/people/{cast.coachee.pk}/"
    maya.goto(profile)
    card = maya.locator("[data-section=last-session]")
    card.get_by_role("button", name="Occurred", exact=True).click()
    maya.get_by_text("is marked as occurred.").wait_for()
    assert Session.objects.get().status == "occurred"
    card.get_by_role("link", name="Write notes").click()
    private, shared = parts(maya)
    private.fill("Tired of the review.")
    shared.fill("You hand over **the review**.")
    maya.get_by_role("button", name="Save notes").click()
    maya.get_by_text("Amara can read the shared part now.").wait_for()
    amara.goto(profile)
    assert amara.get_by_text("You hand over the review.").count() == 1
    assert amara.get_by_text("Tired of the review.").count() == 0
    assert amara.get_by_role("link", name="Write notes").count() == 0


def test_did_not_occur_needs_a_reason_and_can_be_changed(open_page, story):
    cast, session = story
    page = open_page(390)
    sign_in(page, cast.coach)
    page.goto(f"/people/{cast.coachee.pk}/")
    card = page.locator("[data-section=last-session]")
    card.get_by_text("Didn’t occur", exact=True).click()
    card.get_by_role("button", name="Mark as didn’t occur").click()
    page.get_by_text("Say why it didn’t occur.").wait_for()
    page.get_by_label("Why not?").select_option("coachee_missed")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("is marked as didn’t occur.").wait_for()
    card.get_by_role("link", name="Change").click()
    page.get_by_role("radio", name="Occurred", exact=True).check()
    assert page.get_by_label("Why not?").is_hidden()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("is marked as occurred.").wait_for()
    page.goto(f"/sessions/{session.pk}/outcome/")
    expect(page.get_by_text("before: “Didn’t occur · Coachee missed it”")).to_have_count(1)


def test_what_is_typed_is_there_after_a_reload_and_saved_by_a_key(open_page, story):
    cast, session = story
    make_shared_note(session=session, text="As it was.")
    page = open_page()
    sign_in(page, cast.coach)
    page.goto(f"/sessions/{session.pk}/notes/")
    private, shared = parts(page)
    private.fill("Half a sen")
    shared.fill("As it was, and more")
    page.get_by_text("Saved as a draft").wait_for()
    page.reload()
    assert (private.input_value(), shared.input_value()) == ("Half a sen", "As it was, and more")
    assert SharedNote.objects.get().text == "As it was."
    private.press("End")
    private.press_sequentially("tence.")
    private.press("Control+s")
    page.get_by_text("Saved. Amara can read the shared part now.").wait_for()
    assert PrivateNote.objects.get().text == "Half a sentence."
    page.get_by_role("link", name="Earlier versions").click()
    page.get_by_role("link", name="Shared part").click()
    assert page.get_by_text("As it was.", exact=True).count() == 1


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_every_page_is_whole_and_accessible(open_page, story, width, scheme):
    cast, session = story
    marked = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=8), status="occurred")
    private = make_private_version(note=make_private_note(session=marked, text=LONG), text=LONG * 2)
    make_shared_version(note=make_shared_note(session=marked, text=LONG), text=LONG * 2)
    meeting = make_meeting(coach=cast.coach, starts_at=ago(days=2))
    seats = [
        make_seat(meeting=meeting, coachee=one, seat=seat)
        for seat, one in enumerate((cast.coachee, cast.other_coachee), 1)
    ]
    page = open_page(width, color_scheme=scheme)
    sign_in(page, cast.coach)
    versions = f"notes/versions/?part=private&show={private.pk}"
    addresses = [f"/sessions/{marked.pk}/{rest}" for rest in ("notes/", versions, "outcome/", "payment/")]
    addresses += [f"/sessions/{one.pk}/{rest}" for one in (session, seats[0]) for rest in ("notes/", "outcome/")]
    for address in ["/", f"/people/{cast.coachee.pk}/", f"/people/{cast.coachee.pk}/sessions/", *addresses]:
        page.goto(address)
        for closed in page.locator("main details:not([open]) > summary").all():
            closed.click()
        assert axe(page) == [], address
        assert overflow(page) <= 0, address


def test_paper_has_the_private_part_only_when_asked(open_page, story):
    cast, session = story
    make_private_note(session=session, text="Between me and me.")
    make_shared_note(session=session, text="What we agreed.")
    page = open_page()
    sign_in(page, cast.coach)
    for address in (f"/sessions/{session.pk}/notes/", f"/people/{cast.coachee.pk}/"):
        page.goto(address)
        page.emulate_media(media="print")
        assert page.locator(".prose", has_text="What we agreed.").last.is_visible()
        assert page.locator(".prose", has_text="Between me and me.").last.is_hidden()
        page.emulate_media(media="screen")
    page.goto(f"/sessions/{session.pk}/notes/")
    page.get_by_label("Print the private part, too").check()
    page.emulate_media(media="print")
    assert page.locator(".prose", has_text="Between me and me.").last.is_visible()
