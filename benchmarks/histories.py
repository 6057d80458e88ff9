"""What coaches and coachees of the benchmark did: about sixty facts each.

Each function yields the rows of one table for the whole population, in the order of the columns named in
loading.TABLES. All times are UTC.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from psycopg.types.range import TimestamptzRange

from benchmarks.population import RESOURCES, Coachee, Population

SESSIONS, ASSIGNMENTS, SURVEYS = 8, 3, 2
SPAN = timedelta(days=240)
SESSION_LENGTH = timedelta(minutes=55)
RATERS = ("self", "manager", "peer", "other")
MESSAGES, VIEWS, REFLECTIONS, RESPONSES, SESSION, GOAL, TAKEAWAY, SURVEY, REVIEW, ASSIGNMENT = range(10)
WORDS = (
    "I tried the pause before answering in the Monday meeting and it changed how people spoke to me.",
    "Thank you for the last session. The exercise about priorities helped more than I expected.",
    "Could we look at how I prepare difficult conversations? I have one coming up with my team.",
    "This week I will ask three open questions in every one-on-one and write down what I hear.",
    "What worked: saying no early. What did not: saying why at length.\nI want to practise being brief.",
)


def _instants(population: Population, coachee: Coachee, what: int, count: int) -> Iterator[datetime]:
    """Distinct instants in the past, newest first, spread over SPAN."""
    if not count:
        return
    rng = population.random(coachee, what)
    quiet = coachee.history.quiet_days
    newest = population.now - timedelta(days=rng.random() * 14 if quiet is None else quiet)
    step = SPAN / count
    for index in range(count):
        yield newest - step * (index + rng.random() * 0.9)


def messages(population: Population) -> Iterator[tuple]:
    """Every second one from the coachee; all have been read but the newest of every third conversation."""
    for coachee in population.coachees:
        for index, at in enumerate(_instants(population, coachee, MESSAGES, coachee.history.messages)):
            sender = "coach" if index % 2 else "coachee"
            read_at = None if index == 0 and coachee.number % 3 == 0 else at
            yield coachee.coach, coachee.id, sender, WORDS[index % len(WORDS)], at, read_at


def views(population: Population) -> Iterator[tuple]:
    """Resources opened, now and then the same one again."""
    for coachee in population.coachees:
        for index, at in enumerate(_instants(population, coachee, VIEWS, coachee.history.views)):
            yield coachee.id, 1 + (coachee.number + index // 2) % RESOURCES, at


def reflections(population: Population) -> Iterator[tuple]:
    """Two in three shared."""
    for coachee in population.coachees:
        for index, at in enumerate(_instants(population, coachee, REFLECTIONS, coachee.history.reflections)):
            shared_at = None if index % 3 == 2 else at
            yield coachee.id, "What did you notice this week?", WORDS[index % len(WORDS)], at, shared_at


def session_starts(population: Population, coachee: Coachee) -> list[datetime]:
    """Every other week at the coachee's own hour, six in the past or today, the others ahead."""
    monday = datetime.combine(population.now.date(), time(), UTC)
    day, hour = coachee.slot % 5, 8 + 2 * (coachee.slot // 5)
    first = monday + timedelta(days=day, hours=hour)
    return [first + timedelta(weeks=2 * (index - 6)) for index in range(SESSIONS)]


def session_ids(coachee: Coachee) -> range:
    """Ids of this coachee's sessions, in the order of their beginning."""
    return range(1 + coachee.number * SESSIONS, 1 + (coachee.number + 1) * SESSIONS)


def sessions(population: Population) -> Iterator[tuple]:
    """Those before today are marked, nine in ten as occurred."""
    today = datetime.combine(population.now.date(), time(), UTC)
    for coachee in population.coachees:
        rng = population.random(coachee, SESSION)
        for pk, start in zip(session_ids(coachee), session_starts(population, coachee), strict=True):
            status, marked_at, reason = "scheduled", None, ""
            if start < today:
                did_not = rng.random() < 0.1
                status, reason = ("did_not_occur", "coachee_missed") if did_not else ("occurred", "")
                marked_at = start + timedelta(hours=1 + 20 * rng.random())
            yield (
                pk, f"S-{pk}", coachee.coach, coachee.id, "one_on_one", start, start + SESSION_LENGTH, status,
                marked_at, reason, "",
            )  # fmt: skip


def attendances(population: Population) -> Iterator[tuple]:
    """Coach and coachee are taken during each session."""
    for coachee in population.coachees:
        for pk, start in zip(session_ids(coachee), session_starts(population, coachee), strict=True):
            during = TimestamptzRange(start, start + SESSION_LENGTH)
            yield coachee.id, pk, during
            yield coachee.coach, pk, during


def micro_goals(population: Population) -> Iterator[tuple]:
    """For two sessions in three; three in four shared."""
    yield from _written(population, GOAL, timedelta(days=-3))


def takeaways(population: Population) -> Iterator[tuple]:
    """After two of three sessions that are over; three in four shared."""
    yield from _written(population, TAKEAWAY, timedelta(days=1))


def _written(population: Population, what: int, after: timedelta) -> Iterator[tuple]:
    for coachee in population.coachees:
        if not coachee.history.shares:
            continue
        rng = population.random(coachee, what)
        for pk, start in zip(session_ids(coachee), session_starts(population, coachee), strict=True):
            at = start + after
            if at < population.now and rng.random() < 0.67:
                yield pk, coachee.coach, coachee.id, rng.choice(WORDS), at, at if rng.random() < 0.75 else None


def surveys(population: Population) -> Iterator[tuple]:
    """One of last quarter, one of this; half of them finished."""
    for coachee in population.coachees:
        rng = population.random(coachee, SURVEY)
        for index, age in enumerate((120 + rng.randrange(30), rng.randrange(45))):
            assigned_on = population.now.date() - timedelta(days=age)
            finished = coachee.history.shares and rng.random() < (0.8 if index == 0 else 0.3)
            completed_at = population.now - timedelta(days=age * rng.random()) if finished else None
            ref = f"BCS-{coachee.number * SURVEYS + index}"
            yield ref, coachee.id, "Quarterly survey", assigned_on, assigned_on + timedelta(days=28), completed_at


def reviews(population: Population) -> Iterator[tuple]:
    """One each, half of them closed."""
    for coachee in population.coachees:
        rng = population.random(coachee, REVIEW)
        enrolled_at = population.now - timedelta(days=60 + 60 * rng.random())
        closed = coachee.history.shares and rng.random() < 0.5
        closed_at, closed_by = (enrolled_at + timedelta(days=35), "automatic") if closed else (None, "")
        due_on, pk = enrolled_at.date() + timedelta(days=28), coachee.number + 1
        yield pk, f"360-{pk}", coachee.id, enrolled_at, due_on, closed_at, closed_by, ""


def raters(population: Population) -> Iterator[tuple]:
    """Four each; the manager has answered for two in three."""
    for coachee in population.coachees:
        rng = population.random(coachee, REVIEW)
        invited_at = population.now - timedelta(days=59 * rng.random())
        for relationship in RATERS:
            completed_at = invited_at + timedelta(days=5) * rng.random() if rng.random() < 0.67 else None
            email = f"{relationship}{coachee.id}@raters.example"
            yield coachee.number + 1, coachee.id, "Robin", email, relationship, invited_at, completed_at


def assignment_ids(coachee: Coachee) -> range:
    """Ids of this coachee's assignments."""
    return range(1 + coachee.number * ASSIGNMENTS, 1 + (coachee.number + 1) * ASSIGNMENTS)


def assignments(population: Population) -> Iterator[tuple]:
    """Some done, some put away."""
    for coachee in population.coachees:
        rng = population.random(coachee, ASSIGNMENT)
        for pk in assignment_ids(coachee):
            assigned_at = population.now - timedelta(days=5 + 60 * rng.random())
            done = coachee.history.shares and rng.random() < 0.5
            completed_at = assigned_at + timedelta(days=4) if done else None
            archived_at = population.now - timedelta(days=1) if rng.random() < 0.15 else None
            due_on = assigned_at.date() + timedelta(days=rng.choice((7, 14, 60)))
            yield (
                pk, f"A-{pk}", coachee.coach, coachee.id, "Keep a decision log", WORDS[3], assigned_at, due_on,
                completed_at, archived_at,
            )  # fmt: skip


def responses(population: Population) -> Iterator[tuple]:
    """Spread over the coachee's assignments, and read."""
    for coachee in population.coachees:
        ids = assignment_ids(coachee)
        for index, at in enumerate(_instants(population, coachee, RESPONSES, coachee.history.responses)):
            yield ids[index % ASSIGNMENTS], coachee.coach, coachee.id, WORDS[index % len(WORDS)], at, at
