"""What a row that the database refuses is built on, and the rows that most cases write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from activity.models import Encouragement, Event
from assessments.models import Observation, Review360, RubricVersion
from coaching.models import Relationship
from profiles.models import Person, RoleGrant
from sessions_app.models import Attendance, GroupMeeting, Session
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    H,
    make_relationship,
    make_review,
    make_session,
    make_subscription,
)
from tests.make_observations import make_observation, make_rubric, make_version


@dataclass(frozen=True)
class Stage:
    """Something to build on: a coach and her coachee, a session of theirs, a group meeting, a review."""

    cast: Cast
    pair: dict[str, Person]
    session: Session
    meeting: GroupMeeting
    review: Review360


@pytest.fixture
def stage(cast: Cast) -> Stage:
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    return Stage(
        cast=cast,
        pair=pair,
        session=make_session(**pair, starts_at=NOW),
        meeting=GroupMeeting.objects.create(coach=cast.coach, starts_at=NOW + 5 * D),
        review=make_review(coachee=cast.coachee),
    )


def twice(write: Callable[[Stage, str], object], other: str = "other") -> tuple[Callable, Callable]:
    """A pair of cases: the same key twice is refused, another key beside it is not."""

    def same(stage: Stage) -> None:
        write(stage, "same")
        write(stage, "same")

    def different(stage: Stage) -> None:
        write(stage, "same")
        write(stage, other)

    return same, different


def spell(stage: Stage, start: int, end: int | None = None, **people) -> Relationship:
    """A relationship of two people who had none, from and until so many days after now."""
    pair = people or {"coach": stage.cast.co_coach, "coachee": stage.cast.outsider}
    return make_relationship(**pair, started_at=NOW + start * D, ended_at=None if end is None else NOW + end * D)


def plain_session(stage: Stage, **fields) -> Session:
    """A session without attendance."""
    return Session.objects.create(**{**stage.pair, "starts_at": NOW + D, "ends_at": NOW + D + H, **fields})


def attend(stage: Stage, from_hours: int, until_hours: int, **at) -> Attendance:
    """The outsider is taken for these hours, at the stage's meeting unless said otherwise."""
    during = (NOW + from_hours * H, NOW + until_hours * H)
    return Attendance.objects.create(**{"person": stage.cast.outsider, "meeting": stage.meeting, **at}, during=during)


def encouragement(stage: Stage, subject: str | None, since: int = 0, until: int = 1) -> Encouragement:
    """Maya's for Amara, between these hours after now."""
    return Encouragement.objects.create(
        relationship=stage.cast.relationship,
        coachee=stage.cast.coachee,
        rule="survey_overdue",
        subject=subject,
        since=NOW + since * H,
        until=NOW + until * H,
        ended_by="completed",
    )


def event(stage: Stage, kind: str, object_id: int) -> Event:
    return Event.objects.create(coachee=stage.cast.coachee, kind=kind, at=NOW, object_id=object_id)


def grant(stage: Stage, role: str, **fields) -> RoleGrant:
    return RoleGrant.objects.create(person=stage.cast.manager, role=role, **fields)


def years(stage: Stage, starts_on: date, ends_on: date) -> object:
    """A subscription of somebody who has none."""
    return make_subscription(coachee=stage.cast.manager, starts_on=starts_on, ends_on=ends_on)


def draft_version() -> RubricVersion:
    """The draft of a rubric, with four levels for each component."""
    rubric = make_rubric(name="One")
    return rubric.versions.first() or make_version(rubric=rubric, published=False)


def numbered(stage: Stage, number: int) -> RubricVersion:
    return RubricVersion.objects.create(rubric=make_rubric(name="One"), number=number, published_at=NOW)


def observed(stage: Stage) -> Observation:
    return make_observation(**stage.pair)


def coaches(stage: Stage) -> tuple[Person, Person]:
    return stage.cast.coach, stage.cast.co_coach
