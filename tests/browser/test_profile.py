"""The profile in a browser: axe on every tab, widths and schemes, pages of the feed with and without JavaScript."""

from __future__ import annotations

import pytest
import time_machine

from activity.encouragement import engine
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, ago, make_message, make_resource, make_view
from tests.profiles.test_overview import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABS = ("", "sessions/", "assignments/", "messages/")
OLDER = "[data-section=actions-taken] a.pager-older"


@pytest.fixture
def story(cast):
    """A history with everything, a long title and a name from right to left; the clock stands still."""
    with time_machine.travel(NOW, tick=True):
        fill(cast, 6)
        title = "The manager’s first ninety days, a very long guide with an unbreakable" + "word" * 30
        make_view(coachee=cast.coachee, resource=make_resource(title=title))
        make_message(coach=cast.coach, coachee=cast.coachee, text="تحدثت اليوم مع الفريق", sent_at=ago(minutes=1))
        engine.sweep(NOW)
        yield cast


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1320, "light")])
@pytest.mark.parametrize("who", ["coach", "coachee", "delivery_manager"])
def test_every_tab_is_whole_and_accessible(open_page, story, who, width, scheme):
    page = open_page(width, color_scheme=scheme)
    sign_in(page, getattr(story, who))
    for tab in TABS if who != "delivery_manager" else TABS[:1]:
        page.goto(f"/people/{story.coachee.pk}/{tab}")
        page.evaluate("document.querySelectorAll('details.disclosure').forEach((one) => (one.open = true))")
        assert axe(page) == []
        assert not overflow(page)


def test_older_actions_come_without_leaving_the_page(open_page, story):
    page = open_page()
    sign_in(page, story.coach)
    page.goto(f"/people/{story.coachee.pk}/")
    page.evaluate("window.here = true")
    first = page.locator("[data-action]").first.inner_text()
    page.locator(OLDER).click()
    page.wait_for_url("**/?before=*")
    page.locator("[data-section=actions-taken] .pager a", has_text="Newer").wait_for()
    assert page.evaluate("window.here") is True
    assert page.locator("[data-action]").first.inner_text() != first


def test_everything_can_be_read_without_javascript(open_page, story):
    page = open_page(java_script_enabled=False)
    sign_in(page, story.coach)
    page.goto(f"/people/{story.coachee.pk}/")
    page.locator(OLDER).click()
    assert "before=" in page.url
    assert page.locator("[data-action]").count() > 0
    page.locator("[data-rule] summary").first.click()
    assert page.locator("[data-rule] details[open]").count() == 1
    page.get_by_role("link", name="Completed").click()
    assert "state=completed" in page.url
