"""What is known about a relationship, as far as the rules care: instants, not texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

from django.db import connection

from activity.encouragement import queries
from profiles.zones import start_of_day


@dataclass(frozen=True, slots=True)
class Thresholds:
    """A program's settings: days of silence, days before and after a session, and the rules that are off."""

    resources_days: int = 7
    messages_days: int = 7
    reflections_days: int = 7
    goals_days: int = 2
    takeaways_days: int = 2
    rules_off: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Period:
    """A time in which the relationship and one subscription are both in force: [since, until)."""

    since: datetime
    until: datetime
    ended_by: str
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Survey:
    """A Behavioral Change Survey; the days are the coachee's."""

    ref: str
    title: str
    assigned_on: date
    due_on: date
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Session:
    """A session of this coach with this coachee, of any kind but complimentary."""

    ref: str
    starts_at: datetime
    status: str
    marked_at: datetime | None
    cancelled_at: datetime | None
    goal_shared_at: datetime | None
    takeaway_shared_at: datetime | None


@dataclass(frozen=True, slots=True)
class Review:
    """A 360 review that has a manager among its raters."""

    ref: str
    enrolled_at: datetime
    closed_at: datetime | None
    invited_at: datetime | None
    completed_at: datetime | None
    asked: int
    answers: tuple[datetime, ...]

    @property
    def asked_at(self) -> datetime:
        """When the manager was asked; the enrolment where that is not known."""
        return self.invited_at or self.enrolled_at


@dataclass(frozen=True, slots=True)
class Facts:
    """One relationship. Instants are in UTC and ascending; surveys and sessions in order of day and start."""

    relationship: int
    coach: int
    coachee: int
    zone: str
    started_at: datetime
    ended_at: datetime | None
    subscriptions: tuple[tuple[datetime, datetime, Thresholds], ...] = ()
    messages: tuple[datetime, ...] = ()
    views: tuple[datetime, ...] = ()
    reflections: tuple[datetime, ...] = ()
    surveys: tuple[Survey, ...] = ()
    sessions: tuple[Session, ...] = ()
    reviews: tuple[Review, ...] = ()

    def periods(self) -> Iterator[Period]:
        """The times in which the relationship and a subscription are both in force, one per subscription."""
        for starts, ends, thresholds in self.subscriptions:
            since, until, ended_by = max(starts, self.started_at), ends, "subscription_ended"
            if self.ended_at is not None and self.ended_at < until:
                until, ended_by = self.ended_at, "relationship_ended"
            if since < until:
                yield Period(since, until, ended_by, thresholds)


def collect(relationship_ids: Sequence[int], since: datetime) -> dict[int, Facts]:
    """What is known of these relationships from `since` on, and the state they were in at `since`.

    That is all later facts, future ones included, and the last of each before: enough for every window that lasts
    beyond `since`. Six queries, however many relationships. Pass now for what is open, an earlier instant for history.
    """
    ids = {"ids": list(relationship_ids), "since": since}
    surveys = _grouped(queries.SURVEYS, ids, Survey)
    sessions = _grouped(queries.SESSIONS, ids, Session)
    reviews = _grouped(queries.REVIEWS, ids, _review)
    subscriptions = _grouped(queries.SUBSCRIPTIONS, ids, _subscription)
    return {
        row[0]: Facts(
            *row[:6],
            subscriptions.get(row[0], ()),
            tuple(row[6]),
            tuple(row[7]),
            tuple(row[8]),
            surveys.get(row[0], ()),
            sessions.get(row[0], ()),
            reviews.get(row[0], ()),
        )
        for row in _rows(queries.RELATIONSHIPS, ids)
    }


def as_of(facts: Facts, at: datetime) -> Facts:
    """The same, forgetting what is dated later than `at`: it has not happened yet. Plans (start and due) stay."""

    def past(instant: datetime | None) -> datetime | None:
        return instant if instant is not None and instant <= at else None

    def instants(series: Iterable[datetime]) -> tuple[datetime, ...]:
        return tuple(one for one in series if one <= at)

    return replace(
        facts,
        ended_at=past(facts.ended_at),
        messages=instants(facts.messages),
        views=instants(facts.views),
        reflections=instants(facts.reflections),
        surveys=tuple(
            replace(survey, completed_at=past(survey.completed_at))
            for survey in facts.surveys
            if start_of_day(survey.assigned_on, facts.zone) <= at
        ),
        sessions=tuple(_session_as_of(session, at, past) for session in facts.sessions),
        reviews=tuple(
            replace(
                review,
                closed_at=past(review.closed_at),
                completed_at=past(review.completed_at),
                answers=instants(review.answers),
            )
            for review in facts.reviews
            if review.asked_at <= at
        ),
    )


def _session_as_of(session: Session, at: datetime, past) -> Session:
    later = (session.status == "cancelled" and session.cancelled_at and session.cancelled_at > at) or (
        session.marked_at and session.marked_at > at
    )
    return replace(
        session,
        status="scheduled" if later else session.status,
        marked_at=past(session.marked_at),
        cancelled_at=past(session.cancelled_at),
        goal_shared_at=past(session.goal_shared_at),
        takeaway_shared_at=past(session.takeaway_shared_at),
    )


def _rows(sql: str, params: dict) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _grouped(sql: str, params: dict, make) -> dict[int, tuple]:
    """Rows sorted by relationship, which is their first column, made into tuples of facts."""
    rows = _rows(sql, params)
    return {key: tuple(make(*row[1:]) for row in group) for key, group in groupby(rows, itemgetter(0))}


def _review(ref, enrolled_at, closed_at, invited_at, completed_at, asked, answers) -> Review:
    return Review(ref, enrolled_at, closed_at, invited_at, completed_at, asked, tuple(answers))


_THRESHOLDS: dict[tuple, Thresholds] = {}


def _subscription(active_from, active_until, *settings) -> tuple[datetime, datetime, Thresholds]:
    """Programs are few and relationships many: equal settings are one object."""
    *days, off = settings
    key = (*days, tuple(off or ()))
    thresholds = _THRESHOLDS.get(key)
    if thresholds is None:
        known = Thresholds() if days[0] is None else Thresholds(*days, frozenset(off))
        thresholds = _THRESHOLDS.setdefault(key, known)
    return active_from, active_until, thresholds
