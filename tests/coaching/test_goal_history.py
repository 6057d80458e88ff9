"""Goals: the row and its history never disagree, whatever is done."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coaching import goal_actions as verbs
from coaching.models import Goal, GoalChange
from profiles.actions import RefusedError
from tests.make import NOW, make_person

deeds = st.one_of(
    st.tuples(st.just("progress"), st.integers(0, 100)),
    st.tuples(st.just("edit"), st.sampled_from(["One", "Two"])),
    st.tuples(st.sampled_from(["achieve", "let_go", "reopen", "add", "reach", "unreach", "remove"]), st.integers(0, 2)),
)


def do(goal: Goal, by, now, deed: str, what) -> None:
    about = {"by": by, "now": now}
    milestone = goal.milestones.order_by("pk").first()
    if deed == "progress":
        verbs.update_progress(goal=goal, **about, shown=goal.progress, progress=what, comment="")
    elif deed == "edit":
        verbs.edit_goal(goal=goal, **about, version=goal.version, title=what, why="", target_on=None)
    elif deed == "add":
        verbs.add_milestone(goal=goal, **about, title=f"Step {what}", due_on=None)
    elif deed == "let_go":
        verbs.let_go_of_goal(goal=goal, **about, reason="Enough")
    elif deed == "achieve":
        verbs.achieve_goal(goal=goal, **about, reason="")
    elif deed == "reopen":
        verbs.reopen_goal(goal=goal, **about)
    elif milestone:
        verb = {"reach": verbs.reach_milestone, "unreach": verbs.reopen_milestone, "remove": verbs.remove_milestone}
        verb[deed](milestone=milestone, **about)


class TestAnyDeeds(TestCase):
    """The row and its history never disagree."""

    @settings(max_examples=60)
    @given(st.lists(st.tuples(deeds, st.integers(-3, 3)), max_size=14))
    def test_the_history_tells_it_all(self, steps):
        person = make_person()
        goal = verbs.set_goal(coachee_id=person.pk, by=person, now=NOW, title="One", why="", target_on=None)
        history: list[GoalChange] = list(goal.changes.order_by("pk"))
        for (deed, what), hours in steps:
            goal.refresh_from_db()
            before = (
                goal.title,
                goal.progress,
                goal.state,
                set(goal.milestones.values_list("pk", "title", "reached_at")),
            )
            try:
                do(goal, person, NOW + timedelta(hours=hours), deed, what)
            except RefusedError:
                assert goal.state != Goal.State.ACTIVE
            goal.refresh_from_db()
            after = (
                goal.title,
                goal.progress,
                goal.state,
                set(goal.milestones.values_list("pk", "title", "reached_at")),
            )
            found = list(goal.changes.order_by("pk"))
            assert found[: len(history)] == history
            assert (len(found) - len(history)) == (before != after)
            assert list(goal.changes.all()) == found[::-1]
            assert goal.progress == goal.changes.exclude(progress=None).first().progress
            assert (goal.closed_at is None) == (goal.state == Goal.State.ACTIVE)
            history = found
