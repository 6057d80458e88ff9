"""Editing a profile in a browser: with a photo, against somebody else, by keyboard, without JavaScript."""

from __future__ import annotations

import pytest
import time_machine

from profiles.models import Person
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW
from tests.make_edits import make_photo
from tests.profiles.test_photos import photo_bytes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHOTO = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo_bytes()}


@pytest.fixture
def at(open_page, cast):
    """`at(viewer, width, …)`: Amara's form, opened by the viewer; the clock stands still."""

    def opened(viewer: Person, width: int = 1320, **options):
        page = open_page(width, **options)
        sign_in(page, viewer)
        page.goto(f"/people/{cast.coachee.pk}/edit/")
        return page

    with time_machine.travel(NOW, tick=True):
        yield opened


def test_a_coach_finds_the_form_sets_a_photo_and_sees_it(at, cast):
    page = at(cast.coach)
    page.goto(f"/people/{cast.coachee.pk}/")
    page.get_by_role("link", name="Edit profile").click()
    page.wait_for_load_state()
    page.get_by_label("New photo").set_input_files(PHOTO)
    zone = page.get_by_label("Time zone")
    zone.focus()
    page.keyboard.type("Madrid")  # what stood there was marked, so typing takes its place
    assert zone.input_value() == "Madrid"
    assert (
        page.locator("#id_timezone_choices option[value='Europe/Madrid']")
        .get_attribute("label")
        .startswith("Madrid, Spain")
    )
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.").wait_for()
    drawn = page.locator(".head .avatar img")
    assert drawn.evaluate("(img) => img.decode().then(() => img.naturalWidth)") == 128
    assert Person.objects.get(pk=cast.coachee.pk).timezone == "Europe/Madrid"


def test_the_slower_one_chooses_field_by_field_without_javascript(at, cast):
    fast, slow = at(cast.coach), at(cast.coachee, 390, java_script_enabled=False)
    for page, position in ((fast, "Head of Platform"), (slow, "Director")):
        page.get_by_label("Position").fill(position)
        page.get_by_label("About").fill(position)
        page.get_by_role("button", name="Save").click()
    slow.get_by_text("Somebody else saved this profile while you were editing.").wait_for()
    slow.locator("input[name=keep-about][value=theirs]").check()
    slow.get_by_role("button", name="Save").click()
    slow.get_by_text("Saved.").wait_for()
    amara = Person.objects.get(pk=cast.coachee.pk)
    assert (amara.position, amara.about) == ("Director", "Head of Platform")


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_the_form_is_whole_and_accessible_also_with_mistakes_and_conflicts(at, cast, width, scheme):
    make_photo(person=cast.coachee)
    page = at(cast.admin, width, color_scheme=scheme)
    assert (axe(page), overflow(page)) == ([], 0)
    Person.objects.filter(pk=cast.coachee.pk).update(position="Unbreakable" * 15)
    page.get_by_label("Position").fill("Mine")
    page.get_by_label("Time zone").fill("Nowhere")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Nowhere is not a time zone").wait_for()
    assert (axe(page), overflow(page)) == ([], 0)
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Somebody else saved something else here").wait_for()
    assert (axe(page), overflow(page)) == ([], 0)
