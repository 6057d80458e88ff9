"""Makes the demo: generated relative to now, the same for the same seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from activity.encouragement import engine
from coaching.models import Message, Relationship
from interchange.demo import aims, amara, booking, history, personal, roster, seen, shelf, threads
from interchange.demo.conversations import COACH, COACHEE
from interchange.demo.meetings import Sessions, group_meetings
from interchange.demo.roster import AMARA, MAYA, SAMUEL, Story
from interchange.demo.times import DAY, Life
from interchange.demo.world import World

HANDED_OVER_DAYS_AGO = 60
BEFORE_START = 5
"""Coaches are assigned some days before the subscription starts."""


def make_demo(now: datetime, seed: int = 1) -> dict[str, int]:
    """Writes the demo's people and their history in one transaction; returns how many rows of each model.

    Expects none of these people to be there; others may be. `now` is what everything is relative to, to the minute.
    """
    world = World(now, seed)
    shelf.store_files()
    with transaction.atomic():
        _coached(world, [AMARA, *roster.ACTIVE, *roster.PAST, *roster.SAMUELS])
        _handed_over(world)
        _onboarding(world)
        _waiting(world)
        _booked(world)
        seen.observations(world)
        personal.personal(world)
        personal.reviewed(world)
        _shared(world)
        written = world.rows.write()
        shelf.attach(world)
        personal.told(world)
        engine.evaluate(world.rows.ids(Relationship), now)
        threads.unsent(world)
    return written


def _booked(world: World) -> None:
    """When coaches can be booked, how the sessions came about, what was noted on them and what the log says."""
    booking.availability(world)
    booking.booked(world)
    booking.notes(world)
    booking.log(world)


def _shared(world: World) -> None:
    """What coach and coachee share beside their history: library, templates, prompts, what was read and answered."""
    shelf.library(world)
    shelf.suggestions(world)
    shelf.templates(world)
    shelf.prompts(world)
    threads.read(world)
    threads.answers(world)
    threads.edited(world)


def _coached(world: World, stories: list[Story]) -> None:
    """First what is fixed in the diaries, then the history around it."""
    stories = [world.settled(story) for story in stories]
    lives = {story.key: world.life(story) for story in stories}
    planned: list[tuple[Sessions, int]] = []
    for story in stories:
        first = _begin(world, story, lives[story.key])
        for coach in story.coaches:
            seen = _with(coach, story)
            planned.append((Sessions(world, seen, coach, lives[story.key]), first))
    group_meetings(world, [each for each, _ in planned if each.story.cohort and each.coach == MAYA])
    for sessions, _first in sorted(planned, key=lambda each: each[0].story.next != 0):
        if sessions.story.key == AMARA.key:
            amara.plan(world, sessions)
        else:
            sessions.plan()
    for sessions, first in planned:
        _with_coach(world, sessions, first)
    for story in stories:
        _alone(world, story, lives[story.key], _length(story, lives[story.key]))
    amara.recent(world, lives[AMARA.key])
    amara.assignments(world, lives[AMARA.key])


def _with(coach: str, story: Story) -> Story:
    """The story as the second coach knows it: other days, no group."""
    if coach == story.coaches[0]:
        return story
    return replace(story, next=11, last=(story.last or 0) + 3, message=4, goal="none", takeaway="shared", cohort=False)


def _starts_on(story: Story, life: Life) -> date:
    """The first of a month, so that the story fills the subscription; the newcomer began ten days ago."""
    return life.day(-30 * story.months).replace(day=1) if story.months else life.day(-10)


def _length(story: Story, life: Life) -> int:
    return (life.today - _starts_on(story, life)).days - 1 if story.months else 0


def _begin(world: World, story: Story, life: Life) -> int:
    """The person, their subscription and their coaches; returns how many days their history has."""
    starts_on = _starts_on(story, life)
    world.coachee(story)
    world.subscribe(story, starts_on, life.today if story.over else _a_year_from(starts_on))
    for number, coach in enumerate(story.coaches):
        world.assign(coach, story, starts_on - (BEFORE_START - number) * DAY)
    return _length(story, life)


def _a_year_from(day: date) -> date:
    """The last day of a year that starts on that day."""
    return day.replace(year=day.year + 1, day=min(day.day, 28)) + (day.day - min(day.day, 28) - 1) * DAY


def _with_coach(world: World, sessions: Sessions, first: int) -> None:
    """What belongs to the two of them."""
    story, life = sessions.story, sessions.life
    if not first:
        return
    if story.complimentary and sessions.coach == story.coaches[0]:
        sessions.complimentary(first + 3)
    sessions.past(first, 23 if story.key == AMARA.key else (story.last or 0) + 14)
    history.conversation(world, story, sessions.coach, life, first)
    if story.key != AMARA.key:
        history.assignments(world, story, sessions.coach, life, first)


def _alone(world: World, story: Story, life: Life, first: int) -> None:
    """What belongs to the coachee."""
    if not first:
        return
    history.views(world, story, life, first)
    history.reflections(world, story, life, first)
    history.surveys(world, story, life, first)
    history.review(world, story, life, first)
    aims.goals(world, story, life, first)


def _handed_over(world: World) -> None:
    """Viktor, whom Maya coached before Samuel did: her private notes on him are hers still."""
    story = world.settled(roster.HANDED_OVER)
    life, before = world.life(story), world.life(story, back=HANDED_OVER_DAYS_AGO)
    starts_on = _starts_on(story, life)
    world.coachee(story)
    world.subscribe(story, starts_on, _a_year_from(starts_on))
    world.assign(MAYA, story, starts_on - BEFORE_START * DAY, until=before.now)
    world.assign(SAMUEL, story, before.day(1))
    first = _length(story, life)
    for coach, then, length in ((SAMUEL, life, HANDED_OVER_DAYS_AGO - 3), (MAYA, before, first - HANDED_OVER_DAYS_AGO)):
        planned = Sessions(
            world, replace(story, coaches=(coach,), next=story.next if then is life else None), coach, then
        )
        planned.plan()
        _with_coach(world, planned, length)
    _alone(world, story, life, first)


def _onboarding(world: World) -> None:
    """Linh, who starts in nine days and has booked her first call, and Grace, with nothing agreed yet."""
    linh, grace = roster.ONBOARDING
    life = world.life(linh)
    world.coachee(linh)
    world.subscribe(linh, life.day(9), _a_year_from(life.day(9)))
    world.assign(MAYA, linh, life.day(-3))
    Sessions(world, linh, MAYA, life).complimentary(-2)
    lines = (
        (COACH, 26, "Welcome, Linh. Shall we use the first call to find out what you want to be different in a year?"),
        (COACHEE, 3, "Yes, gladly. I have started a list. It is short: sleep, and a deputy."),
    )
    for sender, hours_ago, text in lines:
        sent_at = world.now - timedelta(hours=hours_ago)
        world.rows.add(Message, sender=sender, text=text, sent_at=sent_at, **world.pair(MAYA, linh))
    world.coachee(grace)
    world.assign(MAYA, grace, world.life(grace).day(-1))


def _waiting(world: World) -> None:
    """Coachees without a coach: one in force since yesterday, one who starts next week."""
    for story, ahead in zip(roster.WAITING, (-1, 7), strict=True):
        life = world.life(story)
        world.coachee(story)
        world.subscribe(story, life.day(ahead), _a_year_from(life.day(ahead)))
