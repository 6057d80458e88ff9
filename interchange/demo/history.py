"""What else happened between a coachee and their coach, and what the coachee did alone, over the months."""

from __future__ import annotations

from itertools import cycle

from assessments.models import BehaviorSurvey, Rater, Review360
from assignments.models import Assignment, Reflection, ResourceView, Response
from coaching.models import Message
from interchange.demo.between import PEERS, PROMPTS, SURVEYS, TASKS, Task
from interchange.demo.conversations import EXCHANGES, IN_LANGUAGE, WELCOME, Exchange
from interchange.demo.roster import Story
from interchange.demo.times import MINUTE, Life
from interchange.demo.world import World, address

REFLECTION_SHARED = 0.8
VIEWED_TWICE = 0.12


def conversation(world: World, story: Story, coach: str, life: Life, first: int) -> None:
    """Messages back to that many days ago; the last one as long ago as the story says."""
    if first <= story.message:
        return
    pair, days_ago, own = world.pair(coach, story), story.message, _own_words(story)
    pool = [*own, *life.rng.sample(EXCHANGES, len(EXCHANGES))]
    for exchange in pool:
        if days_ago >= first:
            break
        _exchange(world, life, pair, exchange, days_ago)
        days_ago += life.rng.randint(3, 7)
    _exchange(world, life, pair, WELCOME, first)


def _own_words(story: Story) -> tuple[Exchange, ...]:
    """What somebody writes in their own language, to coaches who read it."""
    return IN_LANGUAGE.get(story.language) or IN_LANGUAGE.get(story.language.split("-")[0], ())


def _exchange(world: World, life: Life, pair: dict, exchange: Exchange, days_ago: int) -> None:
    sent_at = life.at(days_ago, life.rng.randint(12, 20))
    for sender, text in reversed(exchange):
        world.rows.add(Message, sender=sender, text=text, sent_at=sent_at, **pair)
        sent_at -= life.rng.randint(4, 80) * MINUTE


def views(world: World, story: Story, life: Life, first: int) -> None:
    """Resources opened, some of them twice on a day."""
    days_ago, coachee = story.view, world.people[story.key]
    pool = cycle(life.rng.sample(world.resources, len(world.resources)))
    while days_ago < first:
        resource, viewed_at = next(pool), life.at(days_ago)
        world.rows.add(ResourceView, coachee=coachee, resource=resource, viewed_at=viewed_at)
        if life.rng.random() < VIEWED_TWICE:
            again = viewed_at - life.rng.randint(10, 120) * MINUTE
            world.rows.add(ResourceView, coachee=coachee, resource=resource, viewed_at=again)
        days_ago += life.rng.randint(3, 9)


def reflections(world: World, story: Story, life: Life, first: int) -> None:
    """One a week, most of them shared. Where the last shared one is long ago, a private one came after it."""
    answers = [(prompt, text) for prompt, texts in PROMPTS for text in texts]
    pool = iter(life.rng.sample(answers, len(answers)))
    days_ago, shared = story.reflection, True
    if days_ago > 7:
        _reflect(world, life, story, days_ago - 6, next(pool), shared=False)
    for answer in pool:
        if days_ago >= first:
            break
        _reflect(world, life, story, days_ago, answer, shared=shared)
        shared = life.rng.random() < REFLECTION_SHARED
        days_ago += life.rng.randint(6, 9)


def _reflect(world: World, life: Life, story: Story, days_ago: int, answer: tuple[str, str], *, shared: bool) -> None:
    prompt, text = answer
    at = life.at(days_ago)
    world.rows.add(
        Reflection,
        coachee=world.people[story.key],
        prompt=prompt,
        text=text,
        submitted_at=at,
        shared_at=at if shared else None,
    )


def assignments(world: World, story: Story, coach: str, life: Life, first: int) -> None:
    """One or two in progress, older ones done, the oldest put away."""
    tasks = life.rng.sample(TASKS, len(TASKS))
    days_ago, number = life.rng.randint(3, 8), 0
    while days_ago < first and tasks:
        open_still = number == 0 or (number == 1 and life.rng.random() < 0.5)
        put_away = days_ago + 20 > first and not open_still
        assign(world, story, coach, life, tasks.pop(), days_ago, done=not open_still, archived=put_away)
        days_ago, number = days_ago + life.rng.randint(14, 22), number + 1


def assign(
    world: World, story: Story, coach: str, life: Life, task: Task, days_ago: int, *,
    done: bool = False, archived: bool = False, due: int = 14, responses: int | None = None,
) -> Assignment:  # fmt: skip
    """An assignment of that many days ago, with responses in the days after it."""
    answered = len(task.responses) if responses is None else responses
    finished = days_ago - life.rng.randint(5, 11)
    assignment = world.rows.add(
        Assignment,
        ref=world.ref("A"),
        title=task.title,
        instructions=task.instructions,
        assigned_at=life.at(days_ago),
        due_on=life.day(due - days_ago),
        completed_at=life.at(max(finished, 1)) if done else None,
        archived_at=life.at(max(finished - 3, 1)) if archived else None,
        **world.pair(coach, story),
    )
    for number, text in enumerate(task.responses[:answered]):
        at = life.at(max(finished + 1, days_ago - 2, 2) - number)
        world.rows.add(Response, assignment=assignment, text=text, responded_at=at, **world.pair(coach, story))
    return assignment


# Of the survey that is open: assigned so many days ago, due so many days ahead.
OPEN_SURVEY = {"fresh": (3, 18), "halfway": (12, 8), "overdue": (30, -4)}


def surveys(world: World, story: Story, life: Life, first: int) -> None:
    """A completed one each quarter, and the one that is open, if any."""
    titles, days_ago = cycle(SURVEYS[life.rng.randint(0, 2) :] + SURVEYS), 45
    if story.survey in OPEN_SURVEY:
        assigned, due = OPEN_SURVEY[story.survey]
        survey(world, story, life, next(titles), assigned, due)
    while days_ago < first:
        survey(world, story, life, next(titles), days_ago, 21 - days_ago, completed=days_ago - life.rng.randint(6, 19))
        days_ago += life.rng.randint(80, 95)


def survey(
    world: World, story: Story, life: Life, title: str, assigned: int, due: int, completed: int | None = None
) -> None:
    """A survey assigned so many days ago, due so many ahead, completed so many ago."""
    world.rows.add(
        BehaviorSurvey,
        ref=world.ref("B"),
        coachee=world.people[story.key],
        title=title,
        assigned_on=life.day(-assigned),
        due_on=life.day(due),
        completed_at=None if completed is None else life.at(completed),
    )


def review(world: World, story: Story, life: Life, first: int) -> None:
    """The 360: `manager` waits for the manager only, `collecting` for several; else it was closed by somebody."""
    if story.review == "none":
        return
    closed = story.review not in ("manager", "collecting")
    enrolled = min(66, first - 3) if closed else 12
    row = world.rows.add(
        Review360,
        ref=world.ref("V"),
        coachee=world.people[story.key],
        enrolled_at=life.at(enrolled, 10, 0),
        due_on=life.day(28 - enrolled),
        closed_at=life.at(max(enrolled - 28, 2)) if closed else None,
        closed_by=story.review if closed else "",
        close_reason="Everybody who could answer has answered." if story.review in ("coachee", "admin") else "",
    )
    missing = {"manager": {1}, "collecting": {3, 4, 6}, "automatic": set()}.get(story.review, {5})
    raters(world, story, life, row, enrolled, missing)


def raters(world: World, story: Story, life: Life, row: Review360, enrolled: int, missing: set[int]) -> None:
    """Self, manager, four peers and two reports; `missing` are the numbers of those who have not answered."""
    peers = life.rng.sample(PEERS, 6)
    who = [(story.name, "self"), (story.manager, "manager"), *((name, "peer") for name in peers[:4])]
    who += [(name, "direct_report") for name in peers[4:]]
    for number, (name, relationship) in enumerate(who):
        own = world.people[story.key].email if relationship == "self" else None
        world.rows.add(
            Rater,
            review=row,
            coachee=world.people[story.key],
            name=name,
            email=own or address(name, story.organization, f"manager.of.{story.key}"),
            relationship=relationship,
            invited_at=row.enrolled_at,
            completed_at=None if number in missing else life.at(max(enrolled - life.rng.randint(2, 20), 1)),
        )
