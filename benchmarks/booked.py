"""What booking is measured with: a coach whose month is full, one whom fifty want at once, and a crowd of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from coaching.models import Relationship
from profiles.models import Person, Program, RoleGrant, Subscription
from sessions_app.models import Attendance, Availability, BusyTime, Session, WeeklyHours

D, M = timedelta(days=1), timedelta(minutes=1)
DAYS, A_DAY = 31, 10
"""The full calendar: so many days with so many sessions, and as many other busy times between them."""
WANTING, COACHES, COACHEES, EACH = 50, 20, 40, 3
ALL_DAY = 24 * 60


@dataclass(frozen=True)
class Booked:
    """Ids: the coach with a full month and one of their coachees, the coach whom many want and those many, and the
    pairs (coach, coachee) of the crowd, in which every fourth coach is somebody's coachee as well."""

    full: tuple[int, int]
    wanted: int
    wanting: list[int]
    pairs: list[tuple[int, int]]


def make(now: datetime) -> Booked:
    """Writes them, of people who have nothing yet."""
    nobody = Person.objects.filter(
        relationships_as_coachee=None, relationships_as_coach=None, subscriptions=None, role_grants__role="coachee"
    )
    needed = 1 + 1 + A_DAY + 1 + WANTING + COACHES + COACHEES
    free = iter(list(nobody.order_by("-pk").values_list("pk", flat=True)[:needed]))
    with transaction.atomic():
        full = _coach(free, now)
        regulars = _coachees(free, [full], A_DAY + 1, now)
        _fill(full, regulars[1:], now)
        wanted = _coach(free, now)
        wanting = _coachees(free, [wanted], WANTING, now)
        pairs = _crowd(free, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Booked((full, regulars[0]), wanted, wanting, pairs)


def first_day(now: datetime) -> datetime:
    """A midnight in UTC that lies two days ahead, so that notice is no question."""
    return datetime.combine((now + 2 * D).date(), datetime.min.time(), UTC)


def _coach(free: Iterator[int], now: datetime) -> int:
    """Somebody who can be booked around the clock, every day."""
    pk = next(free)
    RoleGrant.objects.create(person_id=pk, role="coach", granted_at=now - 400 * D)
    Availability.objects.create(coach_id=pk, notice_hours=1, step_minutes=60)
    WeeklyHours.objects.bulk_create(WeeklyHours(coach_id=pk, weekday=day, opens=0, closes=ALL_DAY) for day in range(7))
    return pk


def _coachees(free: Iterator[int], coaches: list[int], count: int, now: datetime) -> list[int]:
    made = [next(free) for _ in range(count)]
    for pk in made:
        _subscribe(pk, coaches, now)
    return made


def _subscribe(pk: int, coaches: list[int], now: datetime) -> None:
    """A subscription without a limit of sessions, and these coaches."""
    days = {"starts_on": (now - 300 * D).date(), "ends_on": (now + 300 * D).date()}
    instants = {"active_from": now - 300 * D, "active_until": now + 301 * D}
    Subscription.objects.create(coachee_id=pk, program=Program.objects.first(), **days, **instants)
    Relationship.objects.bulk_create(
        Relationship(coach_id=coach, coachee_id=pk, started_at=now - 300 * D) for coach in coaches if coach != pk
    )


def _fill(coach: int, coachees: list[int], now: datetime) -> None:
    """Ten sessions a day, an hour and a half apart, and something else in the calendar after each."""
    first, sessions = first_day(now), []
    for day in range(DAYS):
        for turn, coachee in enumerate(coachees):
            starts_at = first + day * D + (turn * 120) * M
            times = {"starts_at": starts_at, "ends_at": starts_at + 55 * M}
            sessions.append(Session(coach_id=coach, coachee_id=coachee, **times))
    Session.objects.bulk_create(sessions, batch_size=1_000)
    Attendance.objects.bulk_create(
        Attendance(person_id=person, session=one, during=(one.starts_at, one.ends_at))
        for one in sessions
        for person in (one.coach_id, one.coachee_id)
    )
    BusyTime.objects.bulk_create(
        BusyTime(coach_id=coach, during=(one.ends_at + 5 * M, one.ends_at + 35 * M)) for one in sessions
    )


def _crowd(free: Iterator[int], now: datetime) -> list[tuple[int, int]]:
    coaches = [_coach(free, now) for _ in range(COACHES)]
    pairs = []
    for number in range(COACHEES):
        theirs = [coaches[(number + step * 7) % COACHES] for step in range(EACH)]
        [pk] = _coachees(free, theirs, 1, now)
        pairs += [(coach, pk) for coach in theirs]
    for number in range(0, COACHES, 4):
        coached, by = coaches[number], coaches[(number + 1) % COACHES]
        _subscribe(coached, [by], now)
        pairs.append((by, coached))
    return pairs
