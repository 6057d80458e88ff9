"""Which times a coach and a coachee are both free, by the coach's hours and what takes the time of either."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange, NumericRange
from django.db.models import Func, Q, QuerySet, Value

from profiles.models import Person
from profiles.zones import local_day, start_of_day
from sessions_app.models import Attendance, Availability, AvailabilityException, BusyTime, WeeklyHours
from sessions_app.slots import Hours, Minutes, Slot, Span, Special, find_slots, widened

__all__ = ["Slot", "free_slots", "free_together", "is_free", "nearest_free"]

FURTHEST = timedelta(days=1000)
"""How far ahead is looked for free times at all; coaches may allow 730 days."""
AROUND = timedelta(days=14)
"""How far from a time `nearest_free` looks for others."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """For whom times are looked for: the ids of those who come beside the coach, and what is moved (ids of a session,
    of a group meeting), which takes nobody's time meanwhile. A coach is held by neither notice nor furthest day."""

    coach: Person
    others: Collection[int]
    minutes: int
    by_coach: bool = False
    session: int | None = None
    meeting: int | None = None


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
    others = [coachee.pk] if coachee else []
    return free_together(Wanted(coach, others, minutes, by_coach=by_coach, session=without), since, until, now)


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
    just_then = starts_at + timedelta(microseconds=1)
    return bool(free_slots(coach, coachee, minutes, starts_at, just_then, now, by_coach=by_coach, without=without))


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
    others = [coachee.pk] if coachee else []
    wanted = Wanted(coach, others, minutes, by_coach=by_coach, session=without)
    return nearest_together(wanted, starts_at, now, number=number)


def nearest_together(wanted: Wanted, starts_at: datetime, now: datetime, *, number: int = 3) -> list[Slot]:
    """`nearest_free` for any number of people."""
    middle = min(max(starts_at, now), now + FURTHEST)
    found = free_together(wanted, middle - AROUND, middle + AROUND, now)
    return sorted(sorted(found, key=lambda slot: (abs(slot.starts_at - middle), slot))[:number])


def free_together(wanted: Wanted, since: datetime, until: datetime, now: datetime) -> list[Slot]:
    """`free_slots` for any number of people, in the same number of queries."""
    coach = wanted.coach
    rules = Availability.objects.filter(coach=coach).first() or Availability(coach=coach)
    since, until = _bounded(rules, since, until, now, coach.timezone, by_coach=wanted.by_coach)
    if since >= until:
        return []
    around = since - _DAY, until + timedelta(minutes=wanted.minutes) + _DAY
    weekly: dict[int, list[Minutes]] = {}
    for hours in WeeklyHours.objects.filter(coach=coach):
        weekly.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
    special = _exceptions(coach, around)
    return find_slots(
        Hours(coach.timezone, weekly, special),
        minutes=wanted.minutes,
        step=rules.step_minutes,
        since=since,
        until=until,
        taken=_taken(wanted, around, timedelta(minutes=rules.buffer_minutes)),
    )


def _bounded(
    rules: Availability, since: datetime, until: datetime, now: datetime, zone: str, *, by_coach: bool
) -> Span:
    """What is left of a time between the minimum notice and the furthest day."""
    later = now + timedelta(microseconds=1)
    if by_coach:
        return max(since, later), min(until, now + FURTHEST)
    after = start_of_day(local_day(now, zone) + timedelta(days=rules.furthest_days + 1), zone)
    return max(since, later, now + timedelta(hours=rules.notice_hours)), min(until, after)


def _exceptions(coach: Person, around: Span) -> list[Special]:
    """The exceptions of a coach that can reach into a time; days of any zone lie a day around it at most."""
    first, last = (around[0] - _DAY).date(), (around[1] + _DAY).date()
    found = AvailabilityException.objects.filter(coach=coach, ends_on__gte=first, starts_on__lte=last)
    return [Special(row.starts_on, row.ends_on, row.is_open, (row.opens, row.closes)) for row in found]


def _taken(wanted: Wanted, around: Span, buffer: timedelta) -> Iterable[Span]:
    """When the coach is busy, with the buffer around, and when the others are: the buffer is the coach's own wish."""
    coach, during = wanted.coach.pk, DateTimeTZRange(*around)
    attended = _of(Attendance.objects.all(), "person", {coach, *wanted.others}).filter(during__overlap=during)
    if wanted.session:
        attended = attended.exclude(session=wanted.session)
    if wanted.meeting:
        attended = attended.exclude(Q(meeting=wanted.meeting) | Q(session__meeting=wanted.meeting))
    rows = list(attended.values_list("person", "during"))
    busy = _of(BusyTime.objects.all(), "coach", {coach}).filter(during__overlap=during)
    own = [_span(time, around) for who, time in rows if who == coach]
    own += [_span(time, around) for time in busy.values_list("during", flat=True)]
    return [*widened(own, buffer), *(_span(time, around) for who, time in rows if who != coach)]


def _of(rows: QuerySet, person: str, ids: Collection[int]) -> QuerySet:
    """Rows of these people, asked for in the words of the index over person and time."""
    whose = Func(person, person, Value("[]"), function="int8range", output_field=BigIntegerRangeField())
    asked = Q()
    for pk in sorted(ids):
        asked |= Q(whose__overlap=NumericRange(pk, pk, "[]"))
    return rows.alias(whose=whose).filter(asked)


def _span(time: DateTimeTZRange, around: Span) -> Span:
    """A range as a pair; one without an end takes all the time that is asked about."""
    return time.lower or around[0], time.upper or around[1]
