"""What the pages of people and permissions show: one of each for one pair, many of each for another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from assessments.models import BehaviorSurvey, Component, Level, Observation, Rating, Rubric, RubricVersion
from coaching.models import Goal, GoalChange, Relationship
from notifications.models import Notification
from profiles.models import Person, RoleGrant
from profiles.qualifications import Course, Credential, Employment

MANY, COACHED, TOLD = 30, 300, 10_000
D = timedelta(days=1)
LEVELS, PARTS = 4, 3


@dataclass(frozen=True)
class Pair:
    """A coach and a coachee, by id, with so many records each; and one goal and one observation of theirs."""

    records: int
    coach: int
    coachee: int
    goal: int
    observation: int


def pairs(now: datetime) -> list[Pair]:
    """Writes them, of people who have nothing yet; the second coach has 300 coachees and 300 past ones."""
    nobody = Person.objects.filter(
        relationships_as_coachee=None, relationships_as_coach=None, subscriptions=None, role_grants__role="coachee"
    )
    free = iter(list(nobody.order_by("-pk").values_list("pk", flat=True)[: 4 + 2 * COACHED]))
    with transaction.atomic():
        version = _rubric(now)
        made = [_pair(now, version, 1, free, (1, 0), 1), _pair(now, version, MANY, free, (COACHED, COACHED), TOLD)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return made


def _pair(
    now: datetime, version: RubricVersion, count: int, free: Iterator[int], coached: tuple[int, int], told: int
) -> Pair:
    coach, coachee = next(free), next(free)
    RoleGrant.objects.create(person_id=coach, role="coach", granted_at=now - 400 * D)
    running, past = coached
    Relationship.objects.bulk_create(
        [
            Relationship(coach_id=coach, coachee_id=one, started_at=now - (100 + index) * D)
            for index, one in enumerate([coachee, *(next(free) for _ in range(running - 1))])
        ]
        + [
            Relationship(
                coach_id=coach, coachee_id=next(free), started_at=now - 400 * D, ended_at=now - (1 + index) * D
            )
            for index in range(past)
        ]
    )
    _notices(now, coach, coachee, told)
    _qualifications(now, coachee, count)
    return Pair(count, coach, coachee, _goals(now, coachee, count), _observations(now, coach, coachee, version, count))


def _notices(now: datetime, coach: int, coachee: int, count: int) -> None:
    """Unread ones, whose mails have left."""
    Notification.objects.bulk_create(
        Notification(
            key=f"bench:{coach}:{number}",
            person_id=coach,
            kind="coachee_assigned",
            about_id=coachee,
            created_at=now - number * timedelta(minutes=30),
            mailed_at=now,
        )
        for number in range(count)
    )


def _qualifications(now: datetime, person: int, count: int) -> None:
    day = now.date()
    Course.objects.bulk_create(
        Course(person_id=person, title=f"Course {number}", minutes=90, completed_on=day - number * D)
        for number in range(count)
    )
    Credential.objects.bulk_create(
        Credential(person_id=person, title=f"Credential {number}", number=f"{number}", expires_on=day + number * D)
        for number in range(count)
    )
    BehaviorSurvey.objects.bulk_create(
        BehaviorSurvey(coachee_id=person, title="Survey", assigned_on=day - number * D, due_on=day + 5 * D)
        for number in range(count)
    )
    Employment.objects.create(person_id=person, employee_number=str(person), site="North", department="Operations")


def _goals(now: datetime, coachee: int, count: int) -> int:
    """So many goals, the last with as many steps in its history; returns that one."""
    goals = Goal.objects.bulk_create(
        Goal(coachee_id=coachee, title=f"Goal {number}", set_by_id=coachee, set_at=now - (count - number) * D)
        for number in range(count)
    )
    GoalChange.objects.bulk_create(
        GoalChange(goal=goals[-1], kind="progressed", by_id=coachee, at=now - number * D, progress=number)
        for number in range(count)
    )
    return goals[-1].pk


def _rubric(now: datetime) -> RubricVersion:
    version = RubricVersion.objects.create(rubric=Rubric.objects.create(name="Benchmark"), number=1)
    for position in range(PARTS):
        component = Component.objects.create(version=version, title=f"Part {position}", position=position)
        Level.objects.bulk_create(
            Level(component=component, value=value, name=f"Level {value}") for value in range(1, LEVELS + 1)
        )
    RubricVersion.objects.filter(pk=version.pk).update(published_at=now - 400 * D)
    return version


def _observations(now: datetime, coach: int, coachee: int, version: RubricVersion, count: int) -> int:
    """So many shared ones, each with every component rated; returns the last."""
    made = Observation.objects.bulk_create(
        Observation(
            coach_id=coach, coachee_id=coachee, version=version, observed_on=(now - number * D).date(),
            strengths="Asked, and waited.", recorded_at=now - number * D, shared_at=now - number * D,
        )
        for number in range(count)
    )  # fmt: skip
    parts = [(one, list(one.levels.all())) for one in version.components.all()]
    Rating.objects.bulk_create(
        Rating(observation=one, component=part, level=levels[number % LEVELS], evidence="Twice.")
        for number, one in enumerate(made)
        for part, levels in parts
    )
    return made[-1].pk
