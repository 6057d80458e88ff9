"""Goals in a browser: set, moved and reached by two people, without JavaScript too; whole at any width."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine

from coaching.models import Goal
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW, D, make_goal, make_goal_change, make_milestone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def story(cast):
    """A goal with everything and long words, and two that are closed; the clock stands still."""
    with time_machine.travel(NOW, tick=True):
        title = "A very long goal with an unbreakable" + "word" * 30
        goal = make_goal(coachee=cast.coachee, title=title, why="تحدثت مع **الفريق**", target_on=date(2026, 11, 1))
        make_milestone(goal=goal, title="step" * 40, due_on=date(2026, 11, 3))
        make_milestone(goal=goal, reached_at=NOW - D, reached_by=cast.coach)
        for day in range(120):
            at = NOW - 20 * D + day * timedelta(hours=3, minutes=50)
            make_goal_change(goal=goal, progress=day % 100, at=at, comment="Said " * (day % 9))
        make_goal_change(
            goal=goal, kind="edited", changed={"why": ["x" * 90, "New"], "title": ["y" * 200, title]}, at=NOW
        )
        make_goal(coachee=cast.coachee, title=title, state="let_go", close_reason="reason" * 60)
        make_goal(coachee=cast.coachee, state="achieved", close_reason="It became a habit.")
        yield cast, goal


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (820, "light"), (1320, "light")])
def test_every_page_of_goals_is_whole_and_accessible(open_page, story, width, scheme):
    cast, goal = story
    page = open_page(width, color_scheme=scheme)
    sign_in(page, cast.coachee)
    milestone = goal.milestones.first()
    forms = [f"/goals/{goal.pk}/{name}/" for name in ("edit", "progress", "milestones", "outcome")]
    forms += [f"/goals/{goal.pk}/outcome/?as=achieved", f"/milestones/{milestone.pk}/removal/"]
    addresses = [f"/people/{cast.coachee.pk}/goals/", f"/goals/{goal.pk}/", f"/milestones/{milestone.pk}/", *forms]
    for address in [*addresses, f"/people/{cast.coachee.pk}/"]:
        page.goto(address)
        page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = !one.dataset.menu))")
        assert axe(page) == []
        assert overflow(page) <= 0
    page.goto(addresses[1])
    sizes = (
        "[...document.querySelectorAll('.chart-plot text')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(page.evaluate(sizes)) >= 13


@pytest.mark.parametrize("scripts", [True, False])
def test_two_people_work_on_a_goal(open_page, cast, scripts):
    amara, maya = (open_page(390, java_script_enabled=scripts) for _ in range(2))
    sign_in(amara, cast.coachee)
    sign_in(maya, cast.coach)
    amara.goto(f"/people/{cast.coachee.pk}/goals/")
    amara.get_by_label("Title").fill("Delegate the weekly review")
    amara.get_by_role("button", name="Set goal").click()
    maya.goto(f"/people/{cast.coachee.pk}/")
    maya.locator("[data-section=goals]").get_by_role("link", name="All goals").click()
    maya.get_by_role("link", name="Add a milestone").click()
    maya.get_by_label("Milestone").fill("Tomas leads it alone")
    maya.get_by_role("button", name="Add", exact=True).click()
    amara.reload()
    amara.get_by_role("button", name="Mark as reached: Tomas leads it alone").click()
    amara.get_by_role("button", name="Not reached after all: Tomas leads it alone").wait_for()
    amara.get_by_role("link", name="Update progress").click()
    amara.get_by_label("Progress in percent").fill("60")
    amara.get_by_label("Comment").fill("He did it.")
    amara.get_by_role("button", name="Save").click()
    maya.reload()
    assert maya.locator(".chart-dot").count() == 2
    maya.get_by_text("Show as a table").click()
    assert maya.get_by_role("cell", name="60%").is_visible()
    maya.get_by_role("link", name="Let it go").click()
    maya.get_by_label("Why it is let go").fill("The review is gone.")
    maya.get_by_role("button", name="Let it go").click()
    maya.get_by_role("button", name="Reopen").click()
    maya.get_by_text("You reopened the goal.").wait_for()
    assert Goal.objects.get().changes.count() == 6


def test_the_second_of_two_editors_keeps_what_they_typed(open_page, story):
    cast, goal = story
    amara, maya = open_page(390), open_page(820)
    sign_in(amara, cast.coachee)
    sign_in(maya, cast.coach)
    for page, title in ((amara, "Hers"), (maya, "Mine")):
        page.goto(f"/goals/{goal.pk}/edit/")
        page.get_by_label("Title").fill(title)
    for page in (amara, maya):
        page.get_by_role("button", name="Save").click()
    maya.get_by_text("Amara Okafor changed this while you had it open.").wait_for()
    assert maya.get_by_label("Title").input_value() == "Mine"
    assert axe(maya) == []
    assert overflow(maya) <= 0
    maya.get_by_role("button", name="Save").click()
    maya.get_by_role("heading", name="Mine").wait_for()
