"""A goal and a takeaway in a browser: typed, kept, shared, read by the coach, edited and taken back."""

from __future__ import annotations

import pytest
import time_machine

from activity.encouragement import engine
from sessions_app.models import Takeaway
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, D, ago, ahead, make_message, make_micro_goal, make_session, make_takeaway, make_view

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(cast):
    """A session ahead and one that is over; the clock goes on from now."""
    with time_machine.travel(NOW, tick=True):
        pair = {"coach": cast.coach, "coachee": cast.coachee}
        over = make_session(**pair, starts_at=ago(days=3), status="occurred")
        yield cast, make_session(**pair, starts_at=ahead(days=1)), over


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_every_page_is_whole_and_accessible(open_page, story, width, scheme):
    cast, ahead_of, over = story
    long = "An unbreakable" + "word" * 60 + "\n\nتحدثت مع الفريق"
    make_micro_goal(session=over, text=long)
    make_takeaway(session=over, text=long)
    for hour in range(30):
        make_message(coach=cast.coach, coachee=cast.coachee, text=long, sent_at=NOW - hour * D)
    page = open_page(width, color_scheme=scheme)
    sign_in(page, cast.coachee)
    addresses = [f"/sessions/{one.pk}/{word}/" for one in (ahead_of, over) for word in ("goal", "takeaway")]
    addresses += [f"/people/{cast.coachee.pk}/{rest}" for rest in ("", "sessions/", "activity/?kind=sent_message")]
    for address in addresses:
        page.goto(address)
        assert axe(page) == []
        assert overflow(page) <= 0


@pytest.mark.parametrize("scripts", [True, False])
def test_a_takeaway_from_draft_to_taken_back(open_page, story, scripts):
    cast, _ahead_of, over = story
    engine.sweep(NOW)
    amara, maya = (open_page(820, java_script_enabled=scripts) for _ in range(2))
    sign_in(amara, cast.coachee)
    sign_in(maya, cast.coach)
    profile = f"/people/{cast.coachee.pk}/"
    amara.goto(profile)
    amara.get_by_role("link", name="Write a takeaway").click()
    amara.get_by_label("What do you take from this session?").fill("I can let go.")
    amara.get_by_role("button", name="Save draft").click()
    amara.get_by_text("Only you can read it.").wait_for()
    maya.goto(profile)
    assert maya.get_by_text("I can let go.").count() == 0
    assert maya.locator("[data-rule=takeaways_unshared]").count() == 1
    amara.get_by_role("button", name="Share with Maya").click()
    amara.get_by_text("Maya can read it now.").wait_for()
    maya.goto(profile)
    assert maya.locator("[data-action=shared_takeaway]").get_by_text("I can let go.").count() == 1
    assert maya.locator("[data-rule=takeaways_unshared]").count() == 0
    amara.locator("[data-section=last-session]").get_by_role("link", name="Edit or take back").click()
    amara.get_by_role("button", name="Take back").click()
    amara.get_by_text("Taken back.").wait_for()
    maya.goto(profile)
    assert maya.get_by_text("I can let go.").count() == 0
    assert maya.locator("[data-rule=takeaways_unshared]").count() == 1


def test_what_is_typed_is_there_again_and_not_published(open_page, story):
    cast, _ahead_of, over = story
    make_takeaway(session=over, text="As it was.")
    page = open_page()
    sign_in(page, cast.coachee)
    page.goto(f"/sessions/{over.pk}/takeaway/")
    page.get_by_role("textbox", name="What do you take").fill("As it was, and half a sen")
    page.get_by_text("Saved as a draft").wait_for()
    page.goto(f"/people/{cast.coachee.pk}/")
    page.goto(f"/sessions/{over.pk}/takeaway/")
    assert page.get_by_role("textbox", name="What do you take").input_value() == "As it was, and half a sen"
    assert Takeaway.objects.get().text == "As it was."
    page.get_by_role("link", name="Discard the changes").click()
    page.get_by_role("button", name="Discard").click()
    assert page.get_by_role("textbox", name="What do you take").input_value() == "As it was."


def test_kinds_are_chosen_without_leaving_the_page(open_page, story):
    cast, _ahead_of, _over = story
    make_view(coachee=cast.coachee)
    for hour in range(30):
        make_message(coach=cast.coach, coachee=cast.coachee, sent_at=NOW - hour * D)
    page = open_page()
    sign_in(page, cast.coach)
    page.goto(f"/people/{cast.coachee.pk}/")
    page.get_by_role("link", name="All activity").click()
    page.get_by_role("link", name="Messages", exact=True).last.click()
    page.wait_for_url("**/activity/?kind=sent_message")
    page.get_by_role("link", name="Older").click()
    page.wait_for_url("**/activity/?kind=sent_message&before=*")
    assert page.locator("[data-action=sent_message]").count() == 12
    page.get_by_role("link", name="Resources viewed").click()
    page.locator("[data-action=viewed_resource]").wait_for()
    assert page.locator("[data-action]").count() == 1
