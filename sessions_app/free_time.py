"""Which times a coach and a coachee are both free, by the coach's hours and what takes the time of either."""

from __future__ import annotations

from datetime import datetime

from profiles.models import Person
from sessions_app.slots import Slot

__all__ = ["Slot", "free_slots", "is_free", "nearest_free"]


def free_slots(
    coach: Person,
    coachee: Person | None,
    minutes: int,
    since: datetime,
    until: datetime,
    now: datetime,
    *,
    by_coach: bool = False,
    without: int | None = None,
) -> list[Slot]:
    """The slots of so many minutes that begin in `[since, until)`, soonest first, in a fixed number of queries (5 at
    most). `by_coach` asks without the coach's minimum notice and furthest day; `without` is the id of a session that is
    to be moved and takes no time itself."""
    raise NotImplementedError


def is_free(
    coach: Person,
    coachee: Person | None,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    *,
    by_coach: bool = False,
    without: int | None = None,
) -> bool:
    """Whether a slot of `free_slots` begins at this instant."""
    since = starts_at
    return bool(free_slots(coach, coachee, minutes, since, since, now, by_coach=by_coach, without=without))


def nearest_free(
    coach: Person,
    coachee: Person | None,
    starts_at: datetime,
    minutes: int,
    now: datetime,
    *,
    number: int = 3,
    by_coach: bool = False,
    without: int | None = None,
) -> list[Slot]:
    """The slots nearest to an instant, before or after, within two weeks of it, soonest first."""
    raise NotImplementedError
