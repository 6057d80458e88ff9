"""The page of a coach's availability: hours, rules, exceptions, and what coachees are offered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from profiles.days import own_time
from profiles.models import Person
from profiles.zones import local_day
from sessions_app.availability import DAY
from sessions_app.availability_actions import exceptions_ahead, rules_of, week_of
from sessions_app.availability_forms import AvailabilityForm, ExceptionForm, hours_in_words, weekday_name
from sessions_app.booking_week import short_weekday
from sessions_app.free_time import free_slots
from sessions_app.models import Availability, AvailabilityException
from sessions_app.slots import Minutes

LOOKS_AHEAD = timedelta(days=21)
DAYS_SHOWN, TIMES_SHOWN = 3, 6
USUAL_MINUTES = 55


@dataclass(frozen=True)
class OfferedDay:
    """A day on which coachees can book: the first times, by the coach's clock, and how many more there are."""

    day: date
    times: list[datetime]
    more: int


@dataclass(frozen=True)
class Listed:
    """An exception in words: “Thu 24 Dec to Fri 1 Jan 2027”, “09:00 to 12:00” or “All day”."""

    pk: int
    days: str
    words: str
    kind: str
    tone: str


@dataclass(frozen=True)
class AvailabilityPage:
    """What the page shows. `both` are saved and typed values that differ, after somebody else was faster."""

    coach: Person
    now: datetime
    form: AvailabilityForm
    exception_form: ExceptionForm
    exceptions: list[AvailabilityException]
    offered: list[OfferedDay]
    has_hours: bool
    both: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def listed(self) -> list[Listed]:
        """The exceptions ahead."""
        today = local_day(self.now, self.coach.timezone)
        return [_listed(row, today) for row in self.exceptions]

    @property
    def clock(self) -> str:
        """“14:42 in Madrid”."""
        return own_time(self.now, self.coach.timezone)


def availability_page(
    coach: Person,
    now: datetime,
    *,
    form: AvailabilityForm | None = None,
    exception_form: ExceptionForm | None = None,
    both: list[tuple[str, str, str]] | None = None,
) -> AvailabilityPage:
    """The page with what is stored, or with forms as they were sent, in a fixed number of queries."""
    week = week_of(coach)
    exceptions = list(exceptions_ahead(coach, now))
    today = local_day(now, coach.timezone)
    return AvailabilityPage(
        coach=coach,
        now=now,
        form=form or AvailabilityForm(rules=rules_of(coach), week=week),
        exception_form=exception_form or ExceptionForm(by=coach, today=today),
        exceptions=exceptions,
        offered=_offered(coach, now),
        has_hours=bool(week) or any(row.is_open for row in exceptions),
        both=both or [],
    )


def _listed(row: AvailabilityException, today: date) -> Listed:
    whole = (row.opens, row.closes) == (0, DAY)
    days = short_weekday(row.starts_on, today)
    if row.ends_on != row.starts_on:
        days = _("%(first)s to %(last)s") % {"first": days, "last": short_weekday(row.ends_on, today)}
    hours = _("All day") if whole else hours_in_words([(row.opens, row.closes)])
    kind = (_("Extra hours"), "leaf") if row.is_open else (_("Closed"), "plain")
    return Listed(row.pk, days, hours, *kind)


def differences(form: AvailabilityForm, rules: Availability, week: dict[int, list[Minutes]]) -> list:
    """Label, what is saved by now, and what was typed, of whatever differs."""
    typed = form.rules()
    found = [
        (str(form.fields[name].label), str(getattr(rules, name)), str(value))
        for name, value in typed.items()
        if getattr(rules, name) != value
    ]
    for day, hours in form.week.items():
        if hours != week.get(day, []):
            found.append((weekday_name(day), _words(week.get(day, [])), _words(hours)))
    return found


def _words(hours: list[Minutes]) -> str:
    return hours_in_words(hours) or _("Closed")


def _offered(coach: Person, now: datetime) -> list[OfferedDay]:
    """The next days on which a usual session fits, as a coachee who is free would see them."""
    zone = ZoneInfo(coach.timezone)
    slots = free_slots(coach, None, USUAL_MINUTES, now, now + LOOKS_AHEAD, now)
    starts = [slot.starts_at.astimezone(zone) for slot in slots]
    days = [(day, list(times)) for day, times in groupby(starts, key=lambda at: at.date())]
    return [OfferedDay(day, times[:TIMES_SHOWN], max(0, len(times) - TIMES_SHOWN)) for day, times in days[:DAYS_SHOWN]]
