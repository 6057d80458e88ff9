"""Opening hours: a coach's weekly hours, rules of booking and exceptions. One transaction each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from profiles.actions import RefusedError
from profiles.models import Person
from profiles.once import take_once
from profiles.versions import save_version
from profiles.zones import local_day
from sessions_app.availability import DAY
from sessions_app.models import Availability, AvailabilityException, Session, WeeklyHours
from sessions_app.slots import Hours, Minutes, Special, joined

MOST_EXCEPTIONS = 200
"""Ahead, of one coach: more than a day off a week for three years."""

Week = Mapping[int, Sequence[Minutes]]
"""Hours by weekday, 0 is Monday."""


@dataclass(frozen=True)
class Wished:
    """An exception as somebody typed it; days both included, minutes after midnight."""

    starts_on: date
    ends_on: date
    is_open: bool = False
    opens: int = 0
    closes: int = DAY


def rules_of(coach: Person) -> Availability:
    """The coach's rules of booking, or the defaults, which are not saved. One query."""
    return Availability.objects.filter(coach=coach).first() or Availability(coach=coach)


def week_of(coach: Person) -> dict[int, list[Minutes]]:
    """The coach's weekly hours, in order. One query."""
    week: dict[int, list[Minutes]] = {}
    for hours in WeeklyHours.objects.filter(coach=coach):
        week.setdefault(hours.weekday, []).append((hours.opens, hours.closes))
    return week


@transaction.atomic
def save_availability(*, coach: Person, rules: Mapping[str, Any], week: Week, shown: int) -> Availability:
    """Replaces rules and weekly hours by these. What is scheduled stays.

    `shown` is the version of the rules that the form was shown with, 0 where there were none. Raises
    ChangedMeanwhileError when they were saved in another tab since.
    """
    row, _made = Availability.objects.get_or_create(coach=coach)
    save_version(row, shown, **rules)
    WeeklyHours.objects.filter(coach=coach).delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(coach=coach, weekday=day, opens=opens, closes=closes)
        for day, hours in week.items()
        for opens, closes in hours
    )
    return row


@transaction.atomic
def add_exception(*, coach: Person, wished: Wished, now: datetime, form_id: str = "") -> AvailabilityException:
    """Closes days or opens them beyond the weekly hours. Raises RefusedError where there are very many already."""
    said = [str(wished.starts_on), str(wished.ends_on), str(wished.is_open), str(wished.opens), str(wished.closes)]
    taken = take_once(form_id, by=coach, now=now, content=said)
    if taken.again and taken.made:
        made = AvailabilityException.objects.filter(pk=taken.made).first()
        if made:
            return made
    if exceptions_ahead(coach, now).count() >= MOST_EXCEPTIONS:
        raise RefusedError(_("There are %(number)s exceptions ahead. Remove some first.") % {"number": MOST_EXCEPTIONS})
    row = AvailabilityException.objects.create(coach=coach, **vars(wished))
    taken.remember(row.pk)
    return row


def remove_exception(row: AvailabilityException) -> None:
    """The weekly hours hold again."""
    row.delete()


def exceptions_ahead(coach: Person, now: datetime) -> Any:
    """Those that are not over by the coach's calendar, soonest first."""
    return AvailabilityException.objects.filter(coach=coach, ends_on__gte=local_day(now, coach.timezone))


def scheduled_within(row: AvailabilityException, coach: Person, now: datetime) -> int:
    """How many sessions (a group's as one) are scheduled in what an exception closes. One query."""
    hours = Hours(coach.timezone, {}, [Special(row.starts_on, row.ends_on, False, (row.opens, row.closes))])
    days = (row.ends_on - row.starts_on).days + 1
    closed = joined(span for day in range(days) for span in hours.closed_on(row.starts_on + timedelta(days=day)))
    if not closed:
        return 0
    ahead = Session.objects.filter(coach=coach, status="scheduled", starts_at__lt=closed[-1][1])
    rows = ahead.filter(ends_at__gt=max(now, closed[0][0])).order_by().values_list("starts_at", "ends_at", "meeting")
    overlapping = (row for row in rows if any(row[0] < until and row[1] > since for since, until in closed))
    return len({meeting or starts_at for starts_at, _ends_at, meeting in overlapping})


def stays_closed(row: AvailabilityException) -> bool:
    """Whether something of what an exception opens is closed by another one, which goes before. One query."""
    closed = AvailabilityException.objects.filter(coach=row.coach_id, is_open=False)
    same_days = closed.filter(starts_on__lte=row.ends_on, ends_on__gte=row.starts_on)
    return same_days.filter(opens__lt=row.closes, closes__gt=row.opens).exists()
