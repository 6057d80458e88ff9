"""Amara's last two weeks, told by hand: she is whom a visitor looks at first."""

from __future__ import annotations

from datetime import timedelta

from assessments.models import Review360
from assignments.models import Reflection, ResourceView
from coaching.models import Message
from interchange.demo import history
from interchange.demo.between import DELEGATE, FEEDBACK_LOG, PROMPTS, TASKS
from interchange.demo.conversations import COACH, COACHEE
from interchange.demo.meetings import Sessions
from interchange.demo.roster import AMARA, MAYA
from interchange.demo.sessions import Meeting
from interchange.demo.times import DAY, SATURDAY, Life, clock
from interchange.demo.world import World
from profiles.zones import local_day

LAST_MEETING = Meeting(
    goal="Find the one meeting I could give away, and what keeps me from it.",
    takeaway="Letting go is a decision, not a mood. Tomas leads the review for two weeks and I stay out.",
    shared="Worked on letting go of the weekly review. Agreed to hand it to Tomas for two weeks.",
    private="First time she laughed about it herself. Do not rescue her when the first review goes wrong.",
)
MESSAGE = (
    "That reframing worked, they agreed to try it for two weeks. Thank you for not letting me talk my way out of it."
)
REPLY = "Two weeks is exactly right. On Monday, **write down** what you would have said in that meeting. Only write it."
MARKED_AGO = timedelta(days=2, hours=2)
"""The takeaway has been missing for two hours."""


def plan(world: World, sessions: Sessions) -> None:
    """Her last session, nine days ago, marked late; the next one, on the first working day from the third on."""
    zone, today = world.zone(MAYA), local_day(world.now, world.zone(MAYA))
    last, following = today - 9 * DAY, today + 3 * DAY
    while last.weekday() >= SATURDAY:
        last -= DAY
    while following.weekday() >= SATURDAY:
        following += DAY
    held = []
    for day in (last, following):
        starts_at = clock(day, 13, 0, zone)
        world.diary.take((MAYA, AMARA.key), starts_at, 55)
        held.append(starts_at)
    session = sessions.add(held[0], status="occurred", marked_at=world.now - MARKED_AGO)
    sessions.write(session, LAST_MEETING, "draft")
    sessions.add(held[1])


def recent(world: World, life: Life) -> None:
    """What she did since: read, reflected for herself, wrote, finished a task. Her 360 waits for her manager."""
    amara, radical = world.people[AMARA.key], world.resources[0]
    for minute in (31, 52):
        world.rows.add(ResourceView, coachee=amara, resource=radical, viewed_at=life.at(2, 18, minute))
    world.rows.add(
        Reflection,
        coachee=amara,
        prompt=PROMPTS[0][0],
        text="Pretending that I have already let go. I checked the review notes twice.",
        submitted_at=life.at(2, 8, 15),
    )
    sent_at = world.now - timedelta(hours=4, minutes=40)
    pair = world.pair(MAYA, AMARA)
    world.rows.add(Message, sender=COACHEE, text=MESSAGE, sent_at=sent_at, **pair)
    world.rows.add(Message, sender=COACH, text=REPLY, sent_at=world.now - timedelta(minutes=25), **pair)
    history.survey(world, AMARA, life, "Delegation, spring", 24, -3)
    review = world.rows.add(
        Review360,
        ref=world.ref("V"),
        coachee=amara,
        enrolled_at=life.at(12, 10, 0),
        due_on=life.day(16),
    )
    history.raters(world, AMARA, life, review, 12, missing={1, 4})


def assignments(world: World, life: Life) -> None:
    """Two in progress, five done (one just now), one put away."""
    history.assign(world, AMARA, MAYA, life, DELEGATE, 9, due=14)
    history.assign(world, AMARA, MAYA, life, FEEDBACK_LOG, 16, due=17)
    stakeholders, *others = TASKS
    done = history.assign(world, AMARA, MAYA, life, stakeholders, 23, done=True, due=25)
    done.completed_at = world.now - timedelta(minutes=32)
    for number, task in enumerate(others[:5]):
        history.assign(world, AMARA, MAYA, life, task, 44 + 31 * number, done=True, archived=number == 4)
