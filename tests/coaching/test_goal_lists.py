"""Goals on pages: lists, long histories, and the three on the Overview."""

from __future__ import annotations

import re
from datetime import timedelta

from coaching.models import Goal
from tests.make import NOW, D, make_goal, make_goal_change, make_milestone, make_person


def tab(cast, rest: str = "") -> str:
    return f"/people/{cast.coachee.pk}/goals/{rest}"


def test_lists_by_state_in_their_order_and_by_key(cast, page_of):
    for number in range(12):
        at = NOW - number * timedelta(hours=1)
        make_goal(coachee=cast.coachee, title=f"Running {number:02}", set_at=at)
        make_goal(coachee=cast.coachee, title=f"Done {number:02}", set_at=at, state="achieved")
    make_goal(coachee=cast.coachee, title="Gone", state="let_go", close_reason="Enough")

    def titles(rest: str) -> list[str]:
        page = page_of(cast.coach, tab(cast, rest))
        return re.findall(r"(?:<h2>|goals/[0-9]+/\">)(Running [0-9]+|Done [0-9]+|Gone)<", page)

    first = [f"Running {number:02}" for number in range(10)] + [f"Done {number:02}" for number in range(5)] + ["Gone"]
    assert titles("") == first
    page = page_of(cast.coach, tab(cast))
    older = re.findall(r'href="(\?[^"]*before=[^"]*)"', page)
    assert titles(older[0])[:2] == ["Running 10", "Running 11"]
    assert titles(older[1].replace("&amp;", "&")) == [f"Done {number:02}" for number in range(5, 12)]
    assert titles("?state=let_go&before=1.1") == []
    assert titles("?state=%00&before=x") == first


def test_a_long_history_comes_in_pages(cast, client, page_of):
    goal = make_goal(coachee=cast.coachee)
    for number in range(1, 31):
        make_goal_change(
            goal=goal, at=NOW - D + timedelta(minutes=number), progress=number, comment=f"Note {number:02}."
        )
    page = page_of(cast.coach, f"/goals/{goal.pk}/")
    assert [number for number in range(1, 31) if f'<p dir="auto">Note {number:02}.' in page] == list(range(11, 31))
    older = re.search(r'href="(\?before=[^"]*)"', page)[1]
    page = page_of(cast.coach, f"/goals/{goal.pk}/{older}")
    assert [number for number in range(1, 31) if f'<p dir="auto">Note {number:02}.' in page] == list(range(1, 11))


def fill(cast, number: int) -> None:
    for step in range(number):
        goal = make_goal(coachee=cast.coachee, set_at=NOW - step * D, set_by=make_person())
        for _ in range(number):
            make_milestone(goal=goal, reached_at=NOW, reached_by=make_person())
            make_goal_change(goal=goal, by=make_person(), progress=5)
        make_goal(coachee=cast.coachee, state="let_go", close_reason="x", set_by=make_person())


def test_as_many_queries_for_many_goals_as_for_one(cast, queries_of):
    fill(cast, 2)
    goal = Goal.objects.filter(state="active").first()
    pages = (tab(cast), tab(cast, "?state=let_go"), f"/goals/{goal.pk}/", f"/people/{cast.coachee.pk}/")
    few = [queries_of(cast.coach, page) for page in pages]
    fill(cast, 9)
    assert [queries_of(cast.coach, page) for page in pages] == few
    assert max(few) <= 14


def test_the_overview_shows_three_goals_to_those_who_read_them(cast, page_of):
    for number in range(4):
        make_goal(coachee=cast.coachee, title=f"Aim {number}", set_at=NOW - number * D, progress=number)
    make_goal(coachee=cast.coachee, title="Behind", state="achieved")
    for viewer in (cast.coach, cast.coachee):
        page = page_of(viewer, f"/people/{cast.coachee.pk}/")
        assert [title for title in ("Aim 0", "Aim 1", "Aim 2", "Aim 3", "Behind") if title in page] == [
            "Aim 0",
            "Aim 1",
            "Aim 2",
        ]
    assert "Aim" not in "".join(
        page_of(viewer, f"/people/{cast.coachee.pk}/") for viewer in (cast.admin, cast.delivery_manager)
    )
