"""The forecast: which sessions of the allowance will be lost when the month or the subscription ends.

Unused sessions do not roll over. What is left of this month, and of the next one where it is near, is held against the
times at which coach and coachee are both free until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.dateformat import format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from coaching.models import Relationship
from profiles.models import Person, Subscription
from profiles.zones import local_day, month_of
from sessions_app.allowance import LENGTHS, Allowance, month_name
from sessions_app.free_time import free_slots
from sessions_app.models import Session
from sessions_app.slots import Slot

NEAR = timedelta(days=14)
"""Before that, next month is of interest only where a subscription ends in it."""
COACHES = 3
"""With so many coaches of one coachee, free times are looked for."""
_MOMENT = timedelta(microseconds=1)
_LONGEST_MONTH = timedelta(days=32)


@dataclass(frozen=True, slots=True)
class Loss:
    """What will be lost of a month unless it is scheduled: `left` of `of` sessions, from `since` until `until`.

    `free` is how many sessions both calendars have room for until then; None where that was not looked up.
    """

    left: int
    of: int
    month: date
    since: datetime
    until: datetime
    last_day: date
    ends_subscription: bool
    later: bool = False
    """Of the next month, and no subscription ends with it: of interest only where times are few."""
    free: int | None = None

    @property
    def is_certain(self) -> bool:
        """Whether both calendars have room for fewer than are left."""
        return self.free is not None and self.free < self.left

    @property
    def matters(self) -> bool:
        """Whether to say it already."""
        return not self.later or (self.free is not None and self.free < 2 * self.left)

    def words(self, today: date) -> str:
        """“1 of November’s 2 sessions is not scheduled. 3 free times are left before it is lost on Mon 30 Nov.”"""
        return f"{self._not_scheduled(today)} {self._before(today)}"

    def _not_scheduled(self, today: date) -> str:
        words = {"left": self.left, "of": self.of, "month": month_name(self.month, today)}
        if self.of == 1:
            return _("%(month)s’s session is not scheduled.") % words
        return (
            ngettext(
                "%(left)d of %(month)s’s %(of)d sessions is not scheduled.",
                "%(left)d of %(month)s’s %(of)d sessions are not scheduled.",
                self.left,
            )
            % words
        )

    def _before(self, today: date) -> str:
        # Translators: a day within a sentence; see Django's `date` filter. Mon 30 Nov
        form = (
            pgettext("date format", "D j M") if self.last_day.year == today.year else pgettext("date format", "D j M Y")
        )
        words = {"free": self.free, "day": format(self.last_day, form)}
        if self.free is None:
            return ngettext("It is lost after %(day)s.", "They are lost after %(day)s.", self.left) % words
        if not self.free:
            return (
                ngettext(
                    "No free time is left before it is lost after %(day)s.",
                    "No free time is left before they are lost after %(day)s.",
                    self.left,
                )
                % words
            )
        if self.left == 1:
            one = "%(free)d free time is left before it is lost after %(day)s."
            return ngettext(one, "%(free)d free times are left before it is lost after %(day)s.", self.free) % words
        few = "%(free)d free time is left before they are lost after %(day)s."
        return ngettext(few, "%(free)d free times are left before they are lost after %(day)s.", self.free) % words


def losses(allowance: Allowance, now: datetime, *, ends_at: datetime | None = None) -> list[Loss]:
    """What is left of this month, and of the next one where it is near or a subscription ends in it. Pure.

    `ends_at` is when the relationship is to end, if it is: nothing can be had afterwards.
    """
    first, following = month_of(now, allowance.zone)
    months = [(first, following), month_of(following, allowance.zone)]
    found = [one for since, until in months if (one := _loss(allowance, since, until, now, ends_at))]
    return [
        replace(one, later=one.since >= following and not one.ends_subscription)
        for one in found
        if one.since < following or one.ends_subscription or one.since - now <= NEAR
    ]


def _loss(
    allowance: Allowance, since: datetime, until: datetime, now: datetime, ends_at: datetime | None
) -> Loss | None:
    """Of the subscriptions with room in that month the one that reaches furthest decides."""
    used = sum(since <= at < until for at in allowance.counting)
    end = min(until, ends_at) if ends_at else until
    roomy = [
        one
        for one in allowance.subscriptions
        if (one.sessions_per_month or 0) > used and one.active_until > max(now, since) and one.active_from < end
    ]
    if not roomy:
        return None
    last = max(roomy, key=lambda one: one.active_until)
    begins = max(now, since, min(one.active_from for one in roomy))
    lost_at = min(end, last.active_until)
    if begins >= lost_at:
        return None
    per_month = last.sessions_per_month or 0
    return Loss(
        left=per_month - used,
        of=per_month,
        month=local_day(since, allowance.zone),
        since=begins,
        until=lost_at,
        last_day=local_day(lost_at - _MOMENT, allowance.zone),
        ends_subscription=lost_at == last.active_until,
    )


def room_for(slots: Iterable[Slot]) -> int:
    """How many of the slots can be had at most without two at once: always the one that ends first. Pure."""
    number, free_from = 0, None
    for slot in sorted(slots, key=lambda one: one.ends_at):
        if free_from is None or slot.starts_at >= free_from:
            number, free_from = number + 1, slot.ends_at
    return number


def with_free_times(found: Sequence[Loss], coaches: Sequence[Person], coachee: Person, now: datetime) -> list[Loss]:
    """The losses with how many sessions still fit into both calendars. Five queries for each coach at most, for the
    first few coaches; none when nothing is lost."""
    if not found:
        return []
    minutes = LENGTHS[Session.Kind.ONE_ON_ONE]
    since, until = min(one.since for one in found), max(one.until for one in found)
    slots = [slot for coach in coaches[:COACHES] for slot in free_slots(coach, coachee, minutes, since, until, now)]
    return [
        replace(one, free=room_for(slot for slot in slots if one.since <= slot.starts_at < one.until)) for one in found
    ]


@dataclass(frozen=True, slots=True)
class Warned:
    """A loss as it is said: the sentence, and whether more is left than both calendars have room for.

    What is not `shown` yet becomes of interest when there are few free times, once they have been looked up.
    """

    words: str
    certain: bool
    shown: bool


def said(found: Iterable[Loss], today: date) -> list[Warned]:
    """The losses in words; `today` is the coachee's day."""
    return [Warned(one.words(today), one.is_certain, one.matters) for one in found]


# Of all coachees of a coach -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Losing:
    """A coachee with what they will lose first."""

    person: Person
    words: str


def losing_soon(coach: Person, now: datetime, number: int) -> list[Losing]:
    """Those of a coach's coachees who lose sessions first, within `NEAR`. Three queries, however many there are.

    What both calendars still offer is not looked up here: the profile says it.
    """
    running = Relationship.objects.running(now).filter(coach=coach).select_related("coachee")
    people = {one.coachee_id: one for one in running.only("ended_at", "coachee__name", "coachee__timezone")}
    subscribed: dict[int, list[Subscription]] = {pk: [] for pk in people}
    for one in Subscription.objects.filter(coachee__in=people, active_until__gt=now).order_by("active_from"):
        subscribed[one.coachee_id].append(one)
    counting: dict[int, list[datetime]] = {pk: [] for pk in people}
    recent = Session.objects.counting().filter(coachee__in=people, starts_at__gte=now - _LONGEST_MONTH)
    for pk, at in recent.order_by().values_list("coachee", "starts_at"):
        counting[pk].append(at)
    found = []
    for pk, tie in people.items():
        allowance = Allowance(tie.coachee.timezone, subscribed[pk], counting[pk])
        found += [(one.until, tie.coachee, one) for one in losses(allowance, now, ends_at=tie.ended_at)]
    soon = sorted((row for row in found if row[0] - now <= NEAR), key=lambda row: (row[0], row[1].name, row[1].pk))
    return [Losing(person, one.words(local_day(now, person.timezone))) for _until, person, one in soon[:number]]
