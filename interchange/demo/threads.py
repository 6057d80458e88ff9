"""What was read, answered and changed in the demo's conversations and threads."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from activity.models import Encouragement, NotRelevant
from assignments.models import Response
from coaching.models import Message
from interchange.demo.articles import ANSWERS
from interchange.demo.roster import MAYA
from interchange.demo.times import MINUTE
from interchange.demo.world import World
from profiles.models import Draft
from sessions_app.models import Takeaway

UNREAD_SINCE = timedelta(hours=40)
"""What coachees wrote to Maya in these last hours waits for her."""
JUST_NOW = timedelta(minutes=45)
"""What was written since nobody has seen yet."""
ANSWERED = 0.4


def read(world: World) -> None:
    """Everything was read within hours, but for what coachees wrote to Maya lately and what she has not answered."""
    rng = Random(f"{world.seed} read")  # noqa: S311, a story and not a secret
    maya = world.people[MAYA]
    written = {(one.coachee.email, one.sent_at) for one in world.rows.of(Message) if one.sender == "coach"}
    last = dict(sorted(written))
    for one in world.rows.of(Message):
        of_coachee = one.coach is maya and one.sender == "coachee" and one.sent_at > world.now - UNREAD_SINCE
        answered = one.coachee.email in last and last[one.coachee.email] > one.sent_at
        waits = (of_coachee and not answered) or one.sent_at > world.now - JUST_NOW
        seen = one.sent_at + rng.randint(3, 170) * MINUTE
        one.read_at = None if waits else min(seen, world.now)
    for answer in world.rows.of(Response):
        waits = answer.coach is maya and answer.responded_at > world.now - 2 * UNREAD_SINCE
        seen = answer.responded_at + rng.randint(20, 900) * MINUTE
        answer.read_at = None if waits else min(seen, world.now)


def answers(world: World) -> None:
    """Coaches answer every other response, some hours later."""
    rng = Random(f"{world.seed} answers")  # noqa: S311
    for response in world.rows.of(Response):
        at = response.responded_at + rng.randint(90, 1_300) * MINUTE
        if rng.random() > ANSWERED or at > world.now or response.read_at is None:
            continue
        world.rows.add(
            Response,
            assignment=response.assignment,
            coach=response.coach,
            coachee=response.coachee,
            sender=Response.Sender.COACH,
            author=response.coach,
            text=rng.choice(ANSWERS),
            responded_at=at,
            read_at=at + 40 * MINUTE if at + 40 * MINUTE < world.now else None,
        )


def edited(world: World) -> None:
    """Some takeaways were changed an hour after they were shared."""
    yesterday = world.now - timedelta(days=1)
    shared = [(one, one.shared_at) for one in world.rows.of(Takeaway) if one.shared_at and one.shared_at < yesterday]
    for takeaway, shared_at in shared[::9]:
        takeaway.edited_at = shared_at + timedelta(hours=1)


def unsent(world: World) -> None:
    """What Maya has begun to write to Jonas, and what he says to a nudge. Written last."""
    maya, jonas = world.people[MAYA], world.people["jonas"]
    Draft.objects.create(
        person=maya,
        key=f"message:{maya.pk}:{jonas.pk}",
        fields={"text": "Jonas, how is the trade fair? When you are back I would like to hear"},
        saved_at=world.now - timedelta(hours=3),
    )
    silent = Encouragement.objects.open(world.now).filter(
        coachee=jonas, relationship__coach=maya, rule="messages_silent"
    )
    for encouragement in silent:
        reason = "I am at the trade fair until Friday, without a minute for myself."
        said_at = world.now - timedelta(hours=20)
        NotRelevant.objects.create(encouragement=encouragement, coachee=jonas, reason=reason, said_at=said_at)
