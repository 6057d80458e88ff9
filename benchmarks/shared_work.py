"""What the pages of the time between sessions show: one of each for one pair, many of each for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from activity.encouragement import engine
from activity.models import EventKind
from activity.record import record
from assessments.models import BehaviorSurvey
from assignments.models import (
    Assignment,
    AssignmentTemplate,
    Prompt,
    Reflection,
    Resource,
    ResourceView,
    Response,
    Suggestion,
)
from benchmarks.histories import WORDS
from benchmarks.loading import copy, follow_ids
from coaching.models import Message, Relationship
from profiles.models import Package, Person, Program, RoleGrant, Subscription
from sessions_app.models import Session

MANY, COACHED = 30, 300
D = timedelta(days=1)
TAGS = ("feedback", "delegation", "listening", "strategy", "conflict", "trust", "planning", "energy")


@dataclass(frozen=True)
class Size:
    """How much there is for the pair with much: messages of one conversation, assignments of each coachee."""

    messages: int = 50_000
    assignments: int = 10
    resources: int = 20_000


@dataclass(frozen=True)
class Pair:
    """A coach and a coachee, by id, what they share, and whom else this coach has."""

    records: int
    coach: int
    coachee: int
    others: list[int]
    assignments: list[int]
    resources: list[int]
    reflection: int
    ahead: int
    past: int


def pairs(now: datetime, size: Size) -> list[Pair]:
    """Writes them, of people who have nothing yet; the second coach has 300 coachees."""
    nobody = Person.objects.filter(
        relationships_as_coachee=None, relationships_as_coach=None, subscriptions=None, role_grants__role="coachee"
    )
    free = iter(list(nobody.order_by("-pk").values_list("pk", flat=True)[: 4 + 2 + COACHED]))
    with transaction.atomic():
        library = _library(now, size.resources)
        made = [_pair(now, free, 1, 2, Size(2, 1), library), _pair(now, free, MANY, COACHED, size, library)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def _pair(now: datetime, free: Iterator[int], count: int, coached: int, size: Size, library: list[int]) -> Pair:
    coach, coachee = next(free), next(free)
    others = [next(free) for _ in range(coached - 1)]
    RoleGrant.objects.create(person_id=coach, role="coach", granted_at=now - 400 * D)
    Relationship.objects.bulk_create(
        Relationship(coach_id=coach, coachee_id=one, started_at=now - 300 * D) for one in (coachee, *others)
    )
    _subscribed(now, coachee)
    fields = ["coach", "coachee", "sender", "text", "sent_at", "read_at"]
    copy(Message, fields, _messages(now, coach, coachee, others, size.messages))
    ahead, past = _sessions(now, coach, coachee)
    given = _assignments(now, coach, coachee, others, count, size.assignments, library)
    reflection = _read_and_written(now, coach, coachee, count, library)
    _happened(coachee)
    engine.evaluate(list(Relationship.objects.filter(coach=coach).values_list("pk", flat=True)), now)
    return Pair(count, coach, coachee, others, given, library, reflection, ahead, past)


def _subscribed(now: datetime, coachee: int) -> None:
    since, until = now - 200 * D, now + 165 * D
    Subscription.objects.create(
        coachee_id=coachee, program=Program.objects.earliest("pk"), package=Package.objects.earliest("pk"),
        delivery_manager_id=Person.objects.holding("admin").earliest("pk").pk,
        starts_on=since.date(), ends_on=until.date(), active_from=since, active_until=until,
    )  # fmt: skip


def _messages(now: datetime, coach: int, coachee: int, others: list[int], count: int) -> Iterator[tuple]:
    """A conversation of so many, the last one unread, and one unread message from each of the others."""
    for number in range(count):
        sent_at = now - 10 * timedelta(minutes=1) * (number + 1)
        sender = "coach" if number % 2 else "coachee"
        yield coach, coachee, sender, WORDS[number % len(WORDS)], sent_at, sent_at if number else None
    for number, other in enumerate(others):
        yield coach, other, "coachee", WORDS[number % len(WORDS)], now - number * timedelta(hours=1), None


def _sessions(now: datetime, coach: int, coachee: int) -> tuple[int, int]:
    """One ahead without a goal, one that is over without a takeaway."""
    about = {"coach_id": coach, "coachee_id": coachee, "kind": "one_on_one"}
    ahead = Session(**about, starts_at=now + 2 * D, ends_at=now + 2 * D + timedelta(minutes=55), status="scheduled")
    met = now - 2 * D
    past = Session(
        **about, starts_at=met, ends_at=met + timedelta(minutes=55), status="occurred", marked_at=met + D / 2
    )
    made = Session.objects.bulk_create([ahead, past])
    return made[0].pk, made[1].pk


def _assignments(
    now: datetime, coach: int, coachee: int, others: list[int], count: int, each: int, library: list[int]
) -> list[int]:
    """`count` for the coachee, the first with as many responses and resources; `each` for the others, half done."""
    own = Assignment.objects.bulk_create(
        _assignment(now, coach, coachee, number, completed_at=None) for number in range(count)
    )
    Assignment.objects.bulk_create(
        _assignment(now, coach, one, number, completed_at=now - D if number % 2 else None)
        for one in others
        for number in range(each)
    )
    own[0].resources.set(library[: min(count, 20)])
    Response.objects.bulk_create(
        Response(
            assignment=own[0], coach_id=coach, coachee_id=coachee, text=WORDS[number % len(WORDS)],
            responded_at=now - number * timedelta(hours=1),
        )
        for number in range(1, count + 1)
    )  # fmt: skip
    AssignmentTemplate.objects.bulk_create(
        AssignmentTemplate(owner_id=coach, title=f"Template {number}") for number in range(count)
    )
    return [one.pk for one in own]


def _assignment(now: datetime, coach: int, coachee: int, number: int, completed_at: datetime | None) -> Assignment:
    return Assignment(
        coach_id=coach,
        coachee_id=coachee,
        title=f"Keep a decision log, part {number + 1}",
        instructions=WORDS[3],
        assigned_at=now - (5 + number) * D,
        due_on=(now + (number % 20 - 5) * D).date(),
        completed_at=completed_at,
    )


def _read_and_written(now: datetime, coach: int, coachee: int, count: int, library: list[int]) -> int:
    """So many suggestions, views, surveys and reflections; returns one reflection, which is private."""
    BehaviorSurvey.objects.bulk_create(
        BehaviorSurvey(
            coachee_id=coachee, title="Survey", assigned_on=(now - 5 * D).date(), due_on=(now + 9 * D).date()
        )
        for _ in range(count)
    )
    Suggestion.objects.bulk_create(
        Suggestion(resource_id=one, coach_id=coach, coachee_id=coachee, note="Read it.", suggested_at=now - number * D)
        for number, one in enumerate(library[:count])
    )
    ResourceView.objects.bulk_create(
        ResourceView(coachee_id=coachee, resource_id=one, viewed_at=now - number * D)
        for number, one in enumerate(library[count : 2 * count])
    )
    prompt = Prompt.objects.asked(now).earliest("pk")
    written = Reflection.objects.bulk_create(
        Reflection(
            coachee_id=coachee, prompt=prompt.text, asked=prompt, text=WORDS[0],
            submitted_at=now - (8 + number) * D, shared_at=now - (8 + number) * D if number else None,
        )
        for number in range(count)
    )  # fmt: skip
    return written[0].pk


def _happened(coachee: int) -> None:
    """The events that follow from all that."""
    for kind, model in (
        (EventKind.SENT_MESSAGE, Message),
        (EventKind.RESPONDED_TO_ASSIGNMENT, Response),
        (EventKind.VIEWED_RESOURCE, ResourceView),
        (EventKind.SUBMITTED_REFLECTION, Reflection),
    ):
        record(kind, model._default_manager.filter(coachee=coachee))


def _library(now: datetime, count: int) -> list[int]:
    """So many more resources, links and articles by turns, for everybody; returns their ids."""
    first = Resource.objects.latest("pk").pk + 1
    numbers = range(first, first + count)

    def rows() -> Iterator[tuple]:
        for pk in numbers:
            article, tags = pk % 2, [TAGS[pk % len(TAGS)], TAGS[pk // 8 % len(TAGS)]]
            yield (
                pk, f"B-{pk}", "article" if article else "link", f"{TAGS[pk % 7].capitalize()} in practice {pk}",
                WORDS[pk % len(WORDS)][:280], "" if article else f"https://example.org/library/{pk}",
                " ".join(WORDS) if article else "", sorted(set(tags)), "everybody", now,
            )  # fmt: skip

    copy(Resource, ["id", "ref", "kind", "title", "summary", "url", "body", "tags", "audience", "added_at"], rows())
    follow_ids([Resource])
    return list(numbers)
