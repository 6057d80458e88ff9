"""The goals of the demo's coachees, with the history of each."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from coaching.models import Goal, GoalChange, Milestone
from interchange.demo.roster import AMARA, Story
from interchange.demo.times import MINUTE, Life
from interchange.demo.world import World


class Aim(NamedTuple):
    """A goal as it stands. `steps` are (days ago, progress, comment), the oldest first; `due` is in days from now.

    `milestones` are (title, due in days, reached days ago or None); `end` is empty, `achieved` or `let_go`.
    """

    title: str
    why: str
    steps: tuple[tuple[int, int, str], ...]
    milestones: tuple[tuple[str, int, int | None], ...] = ()
    due: int | None = 60
    end: str = ""
    reason: str = ""
    by_coach: bool = False


AMARAS = (
    Aim(
        "Hand over the weekly review for good",
        "I lead it because I am afraid of what happens when I don’t. I want the **four hours** back, and a deputy.",
        (
            (96, 0, ""),
            (74, 15, "Listed what only I know. Shorter than I thought."),
            (52, 30, ""),
            (37, 25, "Took it back for one week. Noted why."),
            (23, 50, "Tomas prepared the agenda alone."),
            (9, 70, "Two reviews without me, decisions came by mail."),
        ),
        (("Write down what only I know", -70, 74), ("Tomas leads one", -20, 23), ("A month without me", 25, None)),
        38,
    ),
    Aim(
        "Give feedback in the same week",
        "My team learns from me in the yearly talk what they needed to know in March.",
        ((61, 0, ""), (44, 20, ""), (30, 35, "Three times out of eight."), (12, 45, "")),
        (("A log with ten entries", -3, None), ("Ask two people whether it lands", 20, None)),
        80,
        by_coach=True,
    ),
    Aim(
        "Speak first to my own manager",
        "Henrik hears about problems from others before he hears them from me.",
        ((210, 0, ""), (180, 40, ""), (150, 80, "He thanked me for the bad news."), (124, 100, "")),
        (("A fixed quarter of an hour every Thursday", -170, 176),),
        -120,
        "achieved",
        "It is a habit now. He moved our Thursday once, and I missed it.",
    ),
    Aim(
        "Learn Portuguese for the Lisbon team",
        "",
        ((190, 0, ""), (160, 10, "")),
        (),
        None,
        "let_go",
        "The team moved to Madrid. What I wanted was to be closer to them, which the visits do.",
    ),
)
COMMON = (
    Aim(
        "One conversation a day in which I only ask",
        "People bring me problems they could solve, and I let them.",
        ((70, 0, ""), (50, 20, ""), (28, 40, "Easier with those I know well."), (11, 55, "")),
        (("A week without advice", -30, 28), ("Ask the team what changed", 15, None)),
    ),
    Aim(
        "Leave on time three days a week",
        "The evenings are where the year goes.",
        ((80, 0, ""), (57, 35, ""), (33, 30, "Budget weeks."), (8, 60, "")),
        (),
        45,
    ),
    Aim(
        "Run meetings that end with a decision",
        "We meet twice about everything.",
        ((64, 0, ""), (41, 50, ""), (15, 75, "Owner and day for each point.")),
        (("A one-page rule for us", -40, 41), ("Half of the meetings gone", 30, None)),
        30,
        by_coach=True,
    ),
    Aim("Build a bench: two people who could do my job", "", ((45, 0, ""), (20, 10, "")), (), 120),
    Aim(
        "Say no to one project this quarter",
        "Everything is a priority, so nothing is.",
        ((88, 0, ""), (60, 50, ""), (40, 100, "Said it. The world still turns.")),
        (),
        -35,
        "achieved",
        "The answer was “fine”.",
    ),
)


def goals(world: World, story: Story, life: Life, first: int) -> None:
    """Amara’s four; one or two for everybody else whose history is long enough."""
    chosen = AMARAS if story.key == AMARA.key else life.rng.sample(COMMON, 2)
    for aim in chosen:
        if aim.steps[0][0] < first:
            _goal(world, story, life, aim)


def _goal(world: World, story: Story, life: Life, aim: Aim) -> None:
    coachee, coach = world.people[story.key], world.people[story.coaches[0]]
    setter = coach if aim.by_coach else coachee
    set_at, last = life.at(aim.steps[0][0]), life.at(aim.steps[-1][0])
    goal = world.rows.add(
        Goal,
        coachee=coachee,
        title=aim.title,
        why=aim.why,
        target_on=None if aim.due is None else life.day(aim.due),
        progress=aim.steps[-1][1],
        state=aim.end or "active",
        closed_at=last + MINUTE if aim.end else None,
        close_reason=aim.reason,
        set_by=setter,
        set_at=set_at,
    )
    history: list[tuple[datetime, dict]] = [(set_at, {"kind": "set", "by": setter, "progress": 0})]
    for (_before, was, _), (days_ago, progress, comment) in pairwise(aim.steps):
        at = last if (days_ago, progress) == aim.steps[-1][:2] else life.at(days_ago)
        step = {"progress": progress, "changed": {"progress": [str(was), str(progress)]}, "comment": comment}
        history.append((at, {"kind": "progressed", "by": coachee, **step}))
    for title, due, reached in aim.milestones:
        history += _milestone(world, life, goal, title, due, reached)
    if aim.end:
        history.append((last + MINUTE, {"kind": aim.end, "by": coachee, "comment": aim.reason}))
    for at, change in sorted(history, key=lambda each: each[0]):
        world.rows.add(GoalChange, goal=goal, at=at, **change)


def _milestone(
    world: World, life: Life, goal: Goal, title: str, due: int, reached: int | None
) -> list[tuple[datetime, dict]]:
    """The milestone, and its part of the history: added with the goal, perhaps reached."""
    at = None if reached is None else life.at(reached)
    world.rows.add(
        Milestone,
        goal=goal,
        title=title,
        due_on=life.day(due),
        reached_at=at,
        reached_by=goal.coachee if at else None,
        added_at=goal.set_at,
    )
    what = {"changed": {"milestone": title}, "by": goal.coachee}
    history = [(goal.set_at, {"kind": "milestone_added", **what, "by": goal.set_by})]
    return [*history, (at, {"kind": "milestone_reached", **what})] if at else history
