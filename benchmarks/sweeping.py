"""Encouragements: the tick over what changed, one relationship in a request, and where a sweep spends its time."""

from __future__ import annotations

from datetime import datetime
from random import Random

from django.db import connection, transaction

from activity.encouragement import engine
from activity.encouragement.facts import collect
from activity.encouragement.plan import plan
from activity.encouragement.rules import windows
from activity.models import EventKind
from activity.record import record
from benchmarks.figures import Value, median, milliseconds, p95, timed
from coaching.models import Message, Relationship

Rows = list[dict[str, Value]]


def ticks(now: datetime, rng: Random) -> Rows:
    """What the beat's tick costs after a new message in none, 100 and 1 % of the relationships."""
    running = list(Relationship.objects.running(now).order_by("pk").values_list("pk", flat=True))
    idle = milliseconds(lambda: engine.drain(now), 50)
    rows = [_tick("nothing changed", 0, median(idle), 0)]
    for label, count in (("100 changed", 100), ("1 % changed", -(-len(running) // 100))):
        write_to(rng.sample(running, min(count, len(running))), label, now)
        with timed() as watch:
            changes = engine.drain(now)
        rows.append(_tick(label, changes.relationships, watch.seconds * 1e3, changes.opened + changes.cleared))
    return rows


def _tick(label: str, relationships: int, taken: float, written: int) -> dict[str, Value]:
    return {"tick after": label, "relationships": relationships, "written": written, "ms": float(taken)}


def write_to(relationships: list[int], text: str, now: datetime) -> None:
    """A message from each coachee, written in bulk, with its event and its place in the queue."""
    concerned = Relationship.objects.filter(pk__in=relationships)
    with transaction.atomic():
        written = Message.objects.bulk_create(
            Message(coach_id=coach, coachee_id=coachee, sender="coachee", text=text, sent_at=now)
            for coach, coachee in concerned.values_list("coach", "coachee")
        )
        record(EventKind.SENT_MESSAGE, Message.objects.filter(pk__in=[message.pk for message in written]))
        engine.mark(concerned)


def in_a_request(now: datetime, rng: Random, times: int) -> Rows:
    """One relationship: looked at when nothing differs, and a whole verb that writes a message and clears by it."""
    running = Relationship.objects.running(now)
    chosen = rng.sample(list(running.values_list("pk", "coach", "coachee")), min(times, running.count()))
    pairs = iter(chosen)

    def verb() -> None:
        _, coach, coachee = next(pairs)
        with engine.changing([coachee], now):
            message = Message.objects.create(
                coach_id=coach, coachee_id=coachee, sender="coachee", text="!", sent_at=now
            )
            record(EventKind.SENT_MESSAGE, Message.objects.filter(pk=message.pk))

    relationships = iter(chosen)
    looked = milliseconds(lambda: engine.evaluate([next(relationships)[0]], now), len(chosen))
    wrote = milliseconds(verb, len(chosen))
    return [
        {"in a request": "evaluate one relationship", "median ms": median(looked), "p95 ms": p95(looked)},
        {"in a request": "send a message, evaluate, commit", "median ms": median(wrote), "p95 ms": p95(wrote)},
    ]


def where_time_goes(now: datetime, most: int) -> Rows:
    """One process over some relationships, phase by phase, in microseconds for each of them."""
    ids = list(Relationship.objects.running(now).order_by("pk").values_list("pk", flat=True)[:most])
    chunks = [ids[at : at + engine.CHUNK] for at in range(0, len(ids), engine.CHUNK)]
    with timed() as reading:
        facts = [one for chunk in chunks for one in collect(chunk, now).values()]
    with timed() as ruling:
        for one in facts:
            list(windows(one))
    with timed() as planning:
        for chunk in chunks:
            plan(chunk, now)
    rest = max(planning.seconds - reading.seconds - ruling.seconds, 0.0)
    phases = (
        ("collect the facts", reading.seconds),
        ("apply the rules", ruling.seconds),
        ("compare with the rows", rest),
    )
    return [{"phase of a sweep": name, "µs each": seconds / len(ids) * 1e6} for name, seconds in phases]


def fresh_statistics() -> None:
    """Fresh statistics after much was written."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
