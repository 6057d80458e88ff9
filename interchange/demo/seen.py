"""Rubrics, and what the demo's coaches observed against them."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from assessments.models import (
    Component,
    Level,
    Observation,
    ObservationComment,
    Rating,
    Rubric,
    RubricVersion,
)
from interchange.demo.roster import AMARA, MAYA
from interchange.demo.times import DAY
from interchange.demo.world import World

SCALE = ("Not yet", "Beginning", "Steady", "A strength")


class Part(NamedTuple):
    """A component with the words for each level of `SCALE`."""

    key: str
    title: str
    description: str
    descriptors: tuple[str, str, str, str]


MEETING = (
    Part("purpose", "Makes the purpose clear", "Everybody knows why they are here and what will be different after.", (
        "The meeting begins with the first point.", "The agenda is read out.",
        "Says what is to be decided, and by whom.", "Others can say it in their own words.")),
    Part("space", "Gives others the space", "Who speaks, who asks, who is interrupted.", (
        "Speaks most of the time.", "Asks, and answers the question as well.",
        "Asks, waits, and lets silence work.", "Others build on each other without help.")),
    Part("close", "Ends with owners and days", "What was decided can be found a week later.", (
        "Ends when time is up.", "Says what was discussed.",
        "Names owner and day for each decision.", "Somebody else closes it that way.")),
)  # fmt: skip
EARLIER = (
    MEETING[0],
    Part("space", "Lets others speak", "Who speaks and who is interrupted.", (
        "Speaks most of the time.", "Others speak when asked.", "Others speak.", "Others lead.")),
)  # fmt: skip
LESSON = (
    Part("look", "Looks for learning, not teaching", "Where the eyes go during a classroom visit.", (
        "Watches the teacher.", "Watches the board and the books.",
        "Watches what pupils do.", "Asks pupils what they are learning and why.")),
    Part("talk", "Talks about it within two days", "A conversation, not a verdict.", (
        "No conversation.", "A note on the desk.", "A talk with one observation.",
        "A talk that ends with the teacher’s own next step.")),
)  # fmt: skip


class Seen(NamedTuple):
    """One observation: days ago, setting, (level, evidence) by component, strengths, next step.

    `state` is `draft`, `shared` or `acknowledged`; `said` are comments, the coachee's first, then the coach's.
    """

    days: int
    setting: str
    ratings: dict[str, tuple[int, str]]
    strengths: str
    next_step: str
    state: str = "acknowledged"
    said: tuple[str, ...] = ()


AMARAS_EARLIER = (
    Seen(150, "Team meeting, by video", {
            "purpose": (2, "“Let us start with the numbers.”"), "space": (1, "32 of 45 minutes.")},
         "You knew every detail, and nobody doubted it.", "Send the purpose the day before, in one sentence."),
)  # fmt: skip
AMARAS = (
    Seen(101, "Weekly review", {
            "purpose": (2, "The agenda was on the wall."), "space": (2, "Asked Tomas, then answered for him."),
            "close": (1, "Ended at the hour, mid-sentence.")},
         "You asked before you told, four times.", "Count to five after each question.",
         said=("The counting is torture. I will try.", "It gets shorter.")),
    Seen(58, "Weekly review", {
            "purpose": (3, "“By eleven we know whether we ship in March.”"),
            "space": (2, "Two long silences, both ended by you."),
            "close": (2, "Three decisions, one owner.")},
         "The first sentence did the work of ten slides.", "Write owner and day on the wall while they speak."),
    Seen(16, "Weekly review, led by Tomas", {
            "purpose": (3, "Tomas said it, in your words."), "space": (3, "You spoke for six minutes of fifty."),
            "close": (3, "Owner and day for all five points.")},
         "You let the wrong number stand until Tomas found it himself.", "Miss the next one altogether.", "shared"),
    Seen(4, "Budget round with finance", {"purpose": (2, ""), "space": (3, "Let Hannah finish, twice.")},
         "Calm with people who are not yours.", "", "draft"),
)  # fmt: skip
PRIYAS = (
    Seen(80, "Year 5 mathematics, then the hallway", {
            "look": (2, "Eleven minutes at the back wall."), "talk": (2, "A kind note.")},
         "Teachers look up and smile when you come in.", "Sit beside one child and ask."),
    Seen(45, "Year 3 reading", {"look": (3, "Counted who turned pages."), "talk": (3, "Talked the same afternoon.")},
         "One observation, and then you stopped talking.", "End with a question about next week.",
         said=("She came back with two ideas of her own.",)),
    Seen(12, "Year 6 science", {"look": (4, "“What would make this wrong?” you asked a pupil."), "talk": (3, "")},
         "The pupils explained the lesson to you.", "Let the teacher choose the next visit."),
)  # fmt: skip


def observations(world: World) -> None:
    """Two rubrics, one of them in its second wording, and two people's observations against them."""
    meeting = _rubric("Leading a meeting", "For any meeting that the coachee leads or has handed over.")
    visit = _rubric("Classroom visit", "For school leaders who visit lessons.")
    first, second, only = (
        _version(world, meeting, EARLIER),
        _version(world, meeting, MEETING),
        _version(world, visit, LESSON),
    )
    for story, version, all_seen in (
        (AMARA.key, first, AMARAS_EARLIER),
        (AMARA.key, second, AMARAS),
        ("priya", only, PRIYAS),
    ):
        for seen in all_seen:
            _observed(world, story, version, seen)


Wording = tuple[RubricVersion, dict[str, tuple[Component, list[Level]]]]


def _rubric(name: str, description: str) -> Rubric:
    """The one of that name: on an installation with rubrics of its own the demo brings none twice."""
    return Rubric.objects.get_or_create(name=name, defaults={"description": description})[0]


def _version(world: World, rubric: Rubric, parts: tuple[Part, ...]) -> Wording:
    """A version with its words, then published, from when on they stay. Written at once: one after the other."""
    number = rubric.versions.count() + 1
    version = RubricVersion.objects.create(rubric=rubric, number=number)
    words = {}
    for position, part in enumerate(parts):
        component = Component.objects.create(
            version=version,
            key=f"demo-{part.key}",
            title=part.title,
            description=part.description,
            position=position,
        )
        levels = Level.objects.bulk_create(
            Level(component=component, value=value, name=name, descriptor=descriptor)
            for value, (name, descriptor) in enumerate(zip(SCALE, part.descriptors, strict=True), 1)
        )
        words[part.key] = (component, levels)
    RubricVersion.objects.filter(pk=version.pk).update(published_at=world.now - (430 - 130 * number) * DAY)
    return version, words


def _observed(world: World, key: str, wording: Wording, seen: Seen) -> None:
    version, words = wording
    coachee, coach = world.people[key], world.people[MAYA]
    at = world.now - seen.days * DAY - timedelta(hours=3)
    shared_at = None if seen.state == "draft" else at + timedelta(hours=2)
    observation = world.rows.add(
        Observation,
        coach=coach,
        coachee=coachee,
        version=version,
        observed_on=at.date(),
        setting=seen.setting,
        strengths=seen.strengths,
        next_step=seen.next_step,
        recorded_at=at,
        shared_at=shared_at,
        acknowledged_at=at + DAY if seen.state == "acknowledged" else None,
    )
    for part, (component, levels) in words.items():
        value, evidence = seen.ratings.get(part, (0, ""))
        world.rows.add(
            Rating,
            observation=observation,
            component=component,
            level=levels[value - 1] if value else None,
            evidence=evidence,
        )
    for number, text in enumerate(seen.said):
        world.rows.add(
            ObservationComment,
            observation=observation,
            author=coach if number % 2 else coachee,
            text=text,
            written_at=at + (1 + number) * DAY + timedelta(minutes=5),
        )
