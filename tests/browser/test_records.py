"""Learning, credentials, Personnel, Permissions and the eye in a browser: widths, keyboard, without scripts."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from profiles.models import Course
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import (
    NOW,
    ago,
    make_course,
    make_credential,
    make_employment,
    make_message,
    make_private_note,
    make_session,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABS = ("learning/", "credentials/", "personnel/", "permissions/")
LONG = "Fachtherapeutin für systemisches Coaching " + "unbreakable" * 9
PDF = b"%PDF-1.7\n%%EOF"


@pytest.fixture
def story(cast):
    """Records of every kind, one with words that break nowhere; the clock stands still."""
    with time_machine.travel(NOW, tick=True):
        make_course(person=cast.coachee, title=LONG, provider=LONG[:190], minutes=90, file=PDF, certificate_name=LONG)
        make_course(person=cast.coachee, minutes=600, completed_on=NOW.date())
        for days in (-3, 20, 400):
            make_credential(person=cast.coachee, title=LONG, number=LONG[:90], expires_on=NOW.date() + timedelta(days))
        make_employment(person=cast.coachee, employee_number="98854", department=LONG)
        make_message(coach=cast.coach, coachee=cast.coachee)
        session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=6), status="occurred")
        make_private_note(session=session)
        yield cast


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1320, "light")])
def test_every_tab_is_whole_and_accessible(open_page, story, width, scheme):
    page = open_page(width, color_scheme=scheme)
    sign_in(page, story.coachee)
    forms = ("learning/add/", "credentials/add/")
    for tab in (*TABS, *forms):
        page.goto(f"/people/{story.coachee.pk}/{tab}")
        assert axe(page) == [], tab
        assert not overflow(page), tab


def test_the_eye_opens_above_the_page_and_gives_the_focus_back(open_page, story):
    page = open_page()
    sign_in(page, story.coach)
    page.goto(f"/people/{story.coachee.pk}/sessions/")
    eye = page.locator(".written-private .eye")
    eye.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Who can see this private note?")
    dialog.wait_for()
    assert "Maya Castellanos (you)" in dialog.inner_text()
    assert axe(page) == []
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert eye.evaluate("(eye) => eye === document.activeElement")
    eye.click()
    dialog.wait_for()
    page.mouse.click(5, 5)
    dialog.wait_for(state="detached")
    eye.click()
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")
    assert page.url.endswith("/sessions/")


def test_without_javascript_the_eye_is_a_page_and_records_are_kept(open_page, story):
    page = open_page(390, java_script_enabled=False)
    sign_in(page, story.coachee)
    page.goto(f"/people/{story.coachee.pk}/messages/?with={story.coach.pk}")
    page.get_by_role("link", name="Who can see this?").click()
    assert page.get_by_role("heading", name="Who can see this conversation?").is_visible()
    page.goto(f"/people/{story.coachee.pk}/learning/")
    page.get_by_role("link", name="Add a course").click()
    page.get_by_label("Title").fill("Difficult talks")
    page.get_by_label("Hours").fill("1:30")
    page.get_by_label("Certificate", exact=False).last.set_input_files(
        {"name": "proof.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="Save").click()
    assert page.get_by_text("The course was added.").is_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="proof.pdf").click()
    assert download.value.suggested_filename == "proof.pdf"
    page.get_by_role("link", name="Remove Difficult talks").click()
    page.get_by_role("button", name="Remove").click()
    assert page.get_by_text("The course was removed.").is_visible()
    assert not Course.objects.filter(title="Difficult talks").exists()
