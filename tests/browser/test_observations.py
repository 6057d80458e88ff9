"""Observations in a browser: recorded, shared, acknowledged; axe and widths; a rubric written in the admin."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from playwright.sync_api import expect

from assessments.models import Observation, RubricVersion
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, make_person, make_rater, make_review, make_survey
from tests.make_observations import make_comment, make_observation, make_rubric, make_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(cast):
    """Two versions of a rubric with observations, long words among them; the clock stands still."""
    with time_machine.travel(NOW, tick=True):
        old = make_version(rubric=make_rubric(name="Leading a meeting"), levels=("No", "Yes"))
        new = make_version(rubric=old.rubric)
        pair = {"coach": cast.coach, "coachee": cast.coachee}
        for version, month in ((old, 5), (old, 6), (new, 9), (new, 10)):
            ratings = {"listens": (month % 2 + 1, "Counted to five."), "asks": (2, "")}
            make_observation(**pair, version=version, observed_on=date(2026, month, 1), ratings=ratings)
        long = make_observation(**pair, version=new, setting="word" * 40, strengths="word" * 200, next_step="تحدث")
        make_comment(observation=long, author=cast.coachee, text="word" * 100)
        make_observation(**pair, version=new, shared=False, strengths="Calm")
        make_survey(coachee=cast.coachee, title="word" * 60)
        make_rater(review=make_review(coachee=cast.coachee))
        yield cast, long


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1320, "light")])
@pytest.mark.parametrize("who", ["coach", "coachee"])
def test_every_page_is_whole_and_accessible(open_page, story, who, width, scheme):
    cast, long = story
    page = open_page(width, color_scheme=scheme)
    sign_in(page, getattr(cast, who))
    person = f"/people/{cast.coachee.pk}"
    draft = Observation.objects.get(shared_at=None)
    coachs = (
        f"{person}/observations/new/",
        *(f"/observations/{draft.pk}/{part}" for part in ("", "edit/", "removal/")),
    )
    pages = [f"{person}/observations/", f"{person}/assessments/", f"/observations/{long.pk}/"]
    for address in (*pages, *(coachs if who == "coach" else ())):
        page.goto(address)
        page.evaluate("document.querySelectorAll('details.disclosure').forEach((one) => (one.open = true))")
        assert axe(page) == [], address
        assert not overflow(page), address


@pytest.mark.parametrize("script", [True, False])
def test_from_a_draft_to_an_answer(open_page, story, script):
    """As coach and coachee do it, with the keyboard where it matters, with and without JavaScript."""
    cast, _long = story
    maya = open_page(java_script_enabled=script)
    sign_in(maya, cast.coach)
    maya.goto(f"/people/{cast.coachee.pk}/observations/")
    maya.get_by_role("link", name="New observation").click()
    maya.get_by_label("Setting").fill("Budget round")
    listens = maya.get_by_role("group", name="Listens")
    listens.get_by_label("2 Beginning").focus()
    maya.keyboard.press("ArrowDown")
    expect(listens.get_by_label("3 Steady")).to_be_checked()
    listens.get_by_label("What you saw or heard").fill("Let Hannah finish.")
    maya.get_by_label("Next step").fill("Ask first.")
    maya.get_by_role("button", name="Save draft").click()
    expect(maya.get_by_text("Draft, only you can read it")).to_be_visible()
    maya.get_by_role("button", name="Share with Amara").click()
    expect(maya.get_by_text("has not acknowledged it yet")).to_be_visible()
    amara = open_page(java_script_enabled=script)
    sign_in(amara, cast.coachee)
    amara.goto(maya.url)
    expect(amara.get_by_text("Let Hannah finish.")).to_be_visible()
    amara.get_by_role("button", name="Acknowledge").click()
    expect(amara.get_by_text("You acknowledged this on")).to_be_visible()
    amara.get_by_label("Your comment").fill("It was hard.")
    amara.get_by_role("button", name="Add comment").click()
    expect(amara.get_by_text("It was hard.")).to_be_visible()
    maya.reload()
    expect(maya.get_by_text("It was hard.")).to_be_visible()
    expect(maya.get_by_text("Amara acknowledged this on")).to_be_visible()


def test_progress_is_drawn_with_the_names_of_the_levels(open_page, story):
    cast, _long = story
    page = open_page()
    sign_in(page, cast.coachee)
    page.goto(f"/people/{cast.coachee.pk}/observations/")
    chart = page.get_by_role("img", name="Listens: levels over time")
    for name in ("1 Not yet", "4 A strength"):
        expect(chart.locator("text", has_text=name)).to_be_visible()
    drawn, card = chart.bounding_box(), page.locator("[data-section=progress]").first.bounding_box()
    label = chart.locator("text", has_text="4 A strength").bounding_box()
    assert label["x"] >= card["x"]
    assert drawn["x"] + drawn["width"] <= card["x"] + card["width"]
    page.get_by_text("Earlier, on a scale of 2 levels").first.click()
    expect(page.get_by_role("img", name="Earlier, on a scale of 2 levels").first).to_be_visible()


def test_a_rubric_is_written_on_one_page(open_page, cast):
    """Components with their levels inside, then published."""
    page = open_page()
    sign_in(page, make_person(roles=["admin"]))
    page.goto("/admin/assessments/rubric/add/")
    page.locator("[name=name]").fill("Feedback talk")
    page.locator("[name=_save]").click()
    page.get_by_text("Add another Component").click()
    page.locator("[name=components-0-title]").fill("Listens")
    for number, name in enumerate(("Rarely", "Often")):
        page.get_by_text("Add another Level").first.click()
        page.locator(f"[name=components-0-levels-{number}-value]").fill(str(number + 1))
        page.locator(f"[name=components-0-levels-{number}-name]").fill(name)
    page.locator("[name=_continue]").click()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published.")).to_be_visible()
    levels = RubricVersion.objects.get().components.get().levels.values_list("value", "name")
    assert list(levels) == [(1, "Rarely"), (2, "Often")]
