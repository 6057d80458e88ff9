"""A coach gives assignments in a browser: for several, with a preview, a template and a change of mind."""

from __future__ import annotations

import pytest
import time_machine

from assignments.models import Assignment, AssignmentTemplate
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, make_assignment, make_coachee, make_response
from tests.make_between import make_article, make_assignment_file, make_template, make_template_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "A very long title with an unbreakable" + "word" * 30


@pytest.fixture
def story(cast):
    """Eleven coachees, something given with a response, a template, and long words everywhere."""
    with time_machine.travel(NOW, tick=True):
        for number in range(9):
            make_coachee(coach=cast.coach, name=f"Person {'x' * 40 if number == 3 else number}")
        given = make_assignment(coach=cast.coach, coachee=cast.coachee, title=LONG, instructions="Do **this**.")
        make_response(assignment=given, text="word" * 60)
        make_assignment_file(assignment=given, name=f"{'Brief' * 20}.pdf")
        template = make_template(owner=cast.coach, title=LONG, due_in_days=3)
        make_template_file(template=template)
        template.resources.add(make_article(title=LONG))
        yield cast, given, template


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_every_page_is_whole_and_accessible(open_page, story, width, scheme):
    cast, given, template = story
    page = open_page(width, color_scheme=scheme)
    sign_in(page, cast.coach)
    places = ["", "?only=unread", "?state=archived", f"new/?template={template.pk}&coachee={cast.coachee.pk}"]
    places += [
        f"{given.pk}/edit/",
        f"{given.pk}/archived/",
        "templates/",
        "templates/new/",
        f"templates/{template.pk}/",
    ]
    places += [f"templates/{template.pk}/removal/", f"templates/new/?assignment={given.pk}"]
    for address in [*(f"/assignments/{place}" for place in places), f"/people/{cast.coachee.pk}/assignments/"]:
        page.goto(address)
        assert axe(page) == [], address
        assert overflow(page) <= 0, address


@pytest.mark.parametrize("scripts", [True, False])
def test_given_to_two_with_all_that_goes_with_it(open_page, story, scripts):
    cast, _given, _template = story
    page = open_page(390, java_script_enabled=scripts)
    sign_in(page, cast.coach)
    page.goto(f"/people/{cast.coachee.pk}/")
    page.locator("[data-section=assignments]").get_by_role("link", name="New assignment").click()
    assert page.get_by_label("Amara Okafor").is_checked()
    page.get_by_label("Jonas Lindqvist").check()
    page.get_by_role("textbox", name="Title").fill("Say no once")
    page.get_by_label("Instructions").fill("Choose **one** meeting.")
    page.get_by_label("Find in the library").fill("very")
    if not scripts:
        page.get_by_role("button", name="Find").click()
    page.locator("#resource-choices input").first.check()
    page.get_by_label("Files").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"Hello"})
    page.get_by_label("Keep it as a template, too").check()
    page.get_by_role("button", name="Give assignment").click()
    assert "Given to 2 people." in page.locator("#messages").inner_text()
    made = Assignment.objects.filter(title="Say no once")
    assert {row.coachee for row in made} == {cast.coachee, cast.other_coachee}
    assert [(row.resources.count(), row.files.count()) for row in made] == [(1, 1), (1, 1)]
    assert AssignmentTemplate.objects.filter(title="Say no once").exists()


def test_the_preview_and_the_filter(open_page, story):
    cast, _given, _template = story
    page = open_page()
    sign_in(page, cast.coach)
    page.goto("/assignments/new/")
    page.get_by_label("Instructions").fill("Choose **one** meeting.")
    page.get_by_role("button", name="Preview").click()
    page.locator(".markdown-preview strong", has_text="one").wait_for()
    assert page.locator("textarea[name=instructions]").is_hidden()
    page.get_by_role("button", name="Write").click()
    assert page.locator("textarea[name=instructions]").input_value() == "Choose **one** meeting."
    people = page.locator("[data-filtered] li")
    page.get_by_placeholder("Find by name or organization").fill("ámara")
    assert people.locator("visible=true").all_inner_texts() == ["Amara Okafor Northwind Logistics"]
    page.keyboard.press("Enter")
    assert page.url.endswith("/assignments/new/")
    page.get_by_placeholder("Find by name or organization").fill("nobody")
    assert page.get_by_text("Nobody is called that.").is_visible()


def test_without_javascript_the_preview_is_a_page_of_its_own(open_page, story):
    cast, _given, _template = story
    page = open_page(java_script_enabled=False)
    sign_in(page, cast.coach)
    page.goto("/assignments/new/")
    page.get_by_label("Instructions").fill("Choose **one** meeting.")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Preview on a page of its own").click()
    assert opened.value.locator("strong", has_text="one").is_visible()
    assert page.get_by_label("Instructions").input_value() == "Choose **one** meeting."


def test_archived_and_back_again(open_page, story):
    cast, given, _template = story
    page = open_page(390)
    sign_in(page, cast.coach)
    page.goto(f"/assignments/{given.pk}/archived/")
    page.get_by_role("button", name="Archive").click()
    page.get_by_role("button", name="Undo").click()
    assert page.url.endswith(f"/assignments/{given.pk}/")
    given.refresh_from_db()
    assert given.archived_at is None
