"""What is known about a relationship, as far as the rules care: instants, not texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db import connection
from psycopg.types.datetime import TimestamptzLoader

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


USUAL = Thresholds()


class Period(NamedTuple):
    """A time in which the relationship and one subscription are both in force: [since, until).

    Only windows that last beyond `after` are wanted.
    """

    since: datetime
    until: datetime
    ended_by: str
    thresholds: Thresholds
    after: datetime


class Survey(NamedTuple):
    """A Behavioral Change Survey; the days are the coachee's."""

    ref: str
    title: str
    assigned_on: date
    due_on: date
    completed_at: datetime | None


class Session(NamedTuple):
    """A session of this coach with this coachee, of any kind but complimentary."""

    ref: str
    starts_at: datetime
    status: str
    marked_at: datetime | None
    cancelled_at: datetime | None
    goal_shared_at: datetime | None
    takeaway_shared_at: datetime | None


class Review(NamedTuple):
    """A 360 review that has a manager among its raters."""

    ref: str
    enrolled_at: datetime
    closed_at: datetime | None
    invited_at: datetime | None
    completed_at: datetime | None
    asked: int
    answers: Sequence[datetime]

    @property
    def asked_at(self) -> datetime:
        """When the manager was asked; the enrolment where that is not known."""
        return self.invited_at or self.enrolled_at


class Facts(NamedTuple):
    """One relationship. Instants are in UTC and ascending; surveys and sessions in order of day and start."""

    relationship: int
    coach: int
    coachee: int
    zone: str
    started_at: datetime
    ended_at: datetime | None
    subscriptions: tuple[tuple[datetime, datetime, Thresholds], ...] = ()
    messages: Sequence[datetime] = ()
    views: Sequence[datetime] = ()
    reflections: Sequence[datetime] = ()
    surveys: tuple[Survey, ...] = ()
    sessions: tuple[Session, ...] = ()
    reviews: tuple[Review, ...] = ()

    def periods(self, after: datetime) -> Iterator[Period]:
        """The times in which the relationship and a subscription are both in force, as far as they end after that."""
        for starts, ends, thresholds in self.subscriptions:
            since, until, ended_by = max(starts, self.started_at), ends, "subscription_ended"
            if self.ended_at is not None and self.ended_at < until:
                until, ended_by = self.ended_at, "relationship_ended"
            if since < until and until > after:
                yield Period(since, until, ended_by, thresholds, after)


def collect(relationship_ids: Sequence[int], since: datetime) -> dict[int, Facts]:
    """What is known of these relationships from `since` on, and the state they were in at `since`.

    That is all later facts, future ones included, and the last of each before: enough for every window that lasts
    beyond `since`. Six queries, however many relationships. Pass now for what is open, an earlier instant for history.
    """
    params = {"ids": list(relationship_ids), "since": since}
    programs = {pk: Thresholds(a, b, c, d, e, frozenset(off)) for pk, a, b, c, d, e, off in rows(queries.PROGRAMS)}
    subscriptions = _grouped(queries.SUBSCRIPTIONS, params, partial(_subscription, programs))
    surveys = _grouped(queries.SURVEYS, params, Survey)
    sessions = _grouped(queries.SESSIONS, params, Session)
    reviews = _grouped(queries.REVIEWS, params, Review)
    return {
        row[0]: Facts(  # type: ignore[call-arg]  # the row has these columns
            *row[:6],
            subscriptions.get(row[0], ()),
            *row[6:],
            surveys.get(row[0], ()),
            sessions.get(row[0], ()),
            reviews.get(row[0], ()),
        )
        for row in rows(queries.RELATIONSHIPS, params)
    }


def as_of(facts: Facts, at: datetime) -> Facts:
    """The same, forgetting what is dated later than `at`: it has not happened yet. Plans (start and due) stay."""

    def past(instant: datetime | None) -> datetime | None:
        return instant if instant is not None and instant <= at else None

    def instants(series: Iterable[datetime]) -> tuple[datetime, ...]:
        return tuple(one for one in series if one <= at)

    return facts._replace(
        ended_at=past(facts.ended_at),
        messages=instants(facts.messages),
        views=instants(facts.views),
        reflections=instants(facts.reflections),
        surveys=tuple(
            one._replace(completed_at=past(one.completed_at))
            for one in facts.surveys
            if start_of_day(one.assigned_on, facts.zone) <= at
        ),
        sessions=tuple(_session_as_of(one, past) for one in facts.sessions),
        reviews=tuple(
            one._replace(
                closed_at=past(one.closed_at), completed_at=past(one.completed_at), answers=instants(one.answers)
            )
            for one in facts.reviews
            if max(one.enrolled_at, one.asked_at) <= at
        ),
    )


def _session_as_of(session: Session, past: Callable[[datetime | None], datetime | None]) -> Session:
    """Before it was cancelled or marked, a session was scheduled. One cancelled nobody knows when never was."""
    decided_at = session.cancelled_at if session.status == "cancelled" else session.marked_at
    return session._replace(
        status=session.status if decided_at is None or past(decided_at) else "scheduled",
        marked_at=past(session.marked_at),
        cancelled_at=past(session.cancelled_at),
        goal_shared_at=past(session.goal_shared_at),
        takeaway_shared_at=past(session.takeaway_shared_at),
    )


def rows(sql: str, params: dict | None = None) -> list[tuple]:
    """The rows of a query, instants read by psycopg's own reader: Django's, in Python, took half of a sweep."""
    with connection.cursor() as cursor:
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(sql, params)
        return cursor.fetchall()


def _grouped(sql: str, params: dict, make: Callable) -> dict[int, tuple]:
    """Rows sorted by relationship, which is their first column, made into tuples of facts."""
    groups = groupby(rows(sql, params), itemgetter(0))
    return {key: tuple(make(*row[1:]) for row in group) for key, group in groups}


def _subscription(
    programs: dict[int | None, Thresholds], active_from: datetime, active_until: datetime, program: int | None
) -> tuple[datetime, datetime, Thresholds]:
    return active_from, active_until, programs.get(program, USUAL)
