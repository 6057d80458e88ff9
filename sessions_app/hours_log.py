"""A coach's log of hours as the International Coaching Federation (ICF) asks for it, from occurred sessions.

What counts, and how a row looks: coachingfederation.org/experience-requirements and the federation's help pages on
client logs (icfsupport.freshdesk.com). Minutes are kept as they are; nothing is rounded before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Func, IntegerField, Max, Min, OuterRef, Q, Sum

from coaching.models import Relationship
from profiles.models import Person
from profiles.zones import local_day, start_of_day
from sessions_app.models import LogConsent, LogSettings, Session
from sessions_app.querysets import SessionQuerySet

LARGEST_GROUP = 15
"""Larger groups are no coaching to the federation (its help page on group coaching; some schools read 25)."""
RECENT_MONTHS = 18
"""Some of the hours must lie in the 18 months before one applies (coachingfederation.org/experience-requirements)."""


@dataclass(frozen=True)
class Line:
    """One row of the log: a client, or a group by one of its members. Days are the coach's own, times in minutes."""

    pk: int
    person: Person
    size: int
    """How many were in the group; 0 for one client alone."""
    first_at: datetime
    last_at: datetime
    first: date
    last: date
    paid: int
    pro_bono: int


@dataclass(frozen=True)
class Sums:
    """What adds up, in minutes; and how many people they were coached in."""

    paid: int = 0
    pro_bono: int = 0
    recent: int = 0
    clients: int = 0

    @property
    def total(self) -> int:
        """Paid and pro bono."""
        return self.paid + self.pro_bono


@dataclass(frozen=True)
class LeftOff:
    """What the log does not hold. `asked` are current coachees who have not agreed; others are only counted."""

    clients: int
    minutes: int
    asked: tuple[Person, ...]
    former: int
    large_groups: int
    """Minutes with groups of more than 15."""


@dataclass(frozen=True)
class HoursLog:
    """Everything of it: the lines, the latest on top, and what they add up to."""

    lines: tuple[Line, ...]
    sums: Sums
    left_off: LeftOff
    settings: LogSettings
    recent_since: date


@dataclass(frozen=True)
class _Held:
    """Sessions with the same people: one alone, or the same members of a group."""

    people: frozenset[int]
    is_group: bool
    first_at: datetime
    last_at: datetime
    paid: int
    pro_bono: int
    recent: int

    @property
    def minutes(self) -> int:
        return self.paid + self.pro_bono


def hours_log(coach: Person, now: datetime) -> HoursLog:
    """Four queries, however many clients there are. Only who agreed is named, former coachees included."""
    settings = LogSettings.objects.filter(coach=coach).first() or LogSettings(coach=coach)
    recent_since = months_before(local_day(now, coach.timezone), RECENT_MONTHS)
    sessions = _counted(coach, settings.training_started_on, now)
    since = start_of_day(recent_since, coach.timezone)
    held = [*_alone(sessions, since), *_groups(sessions, since)]
    fitting = [one for one in held if len(one.people) <= LARGEST_GROUP]
    people = _people(coach, {pk for one in fitting for pk in one.people}, now)
    named = [(one, _named(one, people)) for one in fitting]
    listed = [one for one, person in named if person]
    lines = [_line(one, person, coach.timezone) for one, person in named if person]
    return HoursLog(
        lines=tuple(sorted(lines, key=lambda line: (line.last_at, line.pk), reverse=True)),
        sums=_sums(listed),
        left_off=_left_off(fitting, listed, people, sum(one.minutes for one in held if one not in fitting)),
        settings=settings,
        recent_since=recent_since,
    )


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or its last where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))


def _counted(coach: Person, began_on: date | None, now: datetime) -> SessionQuerySet:
    """Only hours after coach training began count (coachingfederation.org/experience-requirements)."""
    sessions = Session.objects.filter(coach=coach, status=Session.Status.OCCURRED, starts_at__lte=now).order_by()
    return sessions.filter(starts_at__gte=start_of_day(began_on, coach.timezone)) if began_on else sessions


def _minutes() -> Func:
    """The session's length in whole minutes."""
    template = "floor(extract(epoch FROM (%(expressions)s)) / 60)::int"
    return Func(F("ends_at"), F("starts_at"), template=template, arg_joiner=" - ", output_field=IntegerField())


_FREE = Q(payment=Session.Payment.PRO_BONO)
"""“Paid” is any payment, barter, peer exchange, and coaching that is part of the coach's job."""


def _alone(sessions: SessionQuerySet, since: datetime) -> Iterator[_Held]:
    """One for each person coached alone. One query."""
    rows = sessions.exclude(kind=Session.Kind.GROUP).values("coachee")
    summed = rows.annotate(
        first=Min("starts_at"),
        last=Max("starts_at"),
        paid=Sum(_minutes(), filter=~_FREE, default=0),
        free=Sum(_minutes(), filter=_FREE, default=0),
        recent=Sum(_minutes(), filter=Q(starts_at__gte=since), default=0),
    )
    for row in summed:
        people = frozenset([row["coachee"]])
        yield _Held(people, False, row["first"], row["last"], row["paid"], row["free"], row["recent"])


def _groups(sessions: SessionQuerySet, since: datetime) -> Iterator[_Held]:
    """One for each set of people that met as a group. An hour counts once, however many were there. One query."""
    met: dict[frozenset[int], list[dict]] = {}
    rows = sessions.filter(kind=Session.Kind.GROUP).values("meeting")
    is_paid = ExpressionWrapper(~_FREE, output_field=BooleanField())
    for row in rows.annotate(
        at=Min("starts_at"), minutes=Max(_minutes()), people=ArrayAgg("coachee", distinct=True), is_paid=BoolOr(is_paid)
    ):
        met.setdefault(frozenset(row["people"]), []).append(row)
    for people, meetings in met.items():
        starts = [meeting["at"] for meeting in meetings]
        paid = sum(meeting["minutes"] for meeting in meetings if meeting["is_paid"])
        recent = sum(meeting["minutes"] for meeting in meetings if meeting["at"] >= since)
        total = sum(meeting["minutes"] for meeting in meetings)
        yield _Held(people, True, min(starts), max(starts), paid, total - paid, recent)


def _people(coach: Person, ids: set[int], now: datetime) -> dict[int, Person]:
    """By id, with whether they `agreed` and whether the coach coaches them now (`current`). One query."""
    agreed = LogConsent.objects.standing().filter(coach=coach, coachee=OuterRef("pk"))
    running = Relationship.objects.running(now).filter(coach=coach, coachee=OuterRef("pk"))
    found = Person.objects.filter(pk__in=ids).annotate(agreed=Exists(agreed), current=Exists(running))
    return {person.pk: person for person in found.only("name", "email")}


def _named(held: _Held, people: dict[int, Person]) -> Person | None:
    """By whom the row is known: of a group one member who agreed, always the same."""
    agreed = [people[pk] for pk in held.people if people[pk].agreed]  # type: ignore[attr-defined]  # see _people
    return min(agreed, key=lambda person: (person.name, person.pk), default=None)


def _line(held: _Held, person: Person, zone: str) -> Line:
    return Line(
        pk=person.pk,
        person=person,
        size=len(held.people) if held.is_group else 0,
        first_at=held.first_at,
        last_at=held.last_at,
        first=held.first_at.astimezone(ZoneInfo(zone)).date(),
        last=held.last_at.astimezone(ZoneInfo(zone)).date(),
        paid=held.paid,
        pro_bono=held.pro_bono,
    )


def _sums(listed: Iterable[_Held]) -> Sums:
    """Each member of a group counts as a client (the federation's help page on client logs)."""
    rows = list(listed)
    return Sums(
        paid=sum(one.paid for one in rows),
        pro_bono=sum(one.pro_bono for one in rows),
        recent=sum(one.recent for one in rows),
        clients=len({pk for one in rows for pk in one.people}),
    )


def _left_off(held: Sequence[_Held], listed: Sequence[_Held], people: dict[int, Person], large: int) -> LeftOff:
    rest = [one for one in held if one not in listed]
    without = {pk for one in rest for pk in one.people}
    asked = [people[pk] for pk in without if people[pk].current]  # type: ignore[attr-defined]  # see _people
    return LeftOff(
        clients=len(without),
        minutes=sum(one.minutes for one in rest),
        asked=tuple(sorted(asked, key=lambda person: (person.name, person.pk))),
        former=len(without) - len(asked),
        large_groups=large,
    )
