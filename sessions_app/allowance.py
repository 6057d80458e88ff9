"""How many one-on-one sessions a coachee may have in a month, and which kinds of session are included.

The allowance is the coachee's, with whichever coach, by calendar month in the coachee's zone; unused sessions do not
roll over. What is included is said by the subscription in force on the session's day. An empty number of sessions is
one that nobody knows, and limits nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from django.db.models import Q
from django.utils.dateformat import format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from profiles.models import Person, Subscription
from profiles.zones import local_day, month_of
from sessions_app.models import Session

LENGTHS = {Session.Kind.ONE_ON_ONE: 55, Session.Kind.FLASH: 25, Session.Kind.COMPLIMENTARY: 30}
"""Minutes of what is scheduled one by one."""


def month_name(first_day: date, today: date) -> str:
    """“November”, with the year when it is another one than today's."""
    # Translators: a month within a sentence; see Django's `date` filter. November
    form = pgettext("date format", "F") if first_day.year == today.year else pgettext("date format", "F Y")
    return format(first_day, form)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of a coachee: one-on-one sessions `used`, `of` how many (None: not known)."""

    used: int
    of: int | None
    first_day: date
    covered: bool = True
    """Whether a subscription is in force on any day of it."""

    @property
    def has_room(self) -> bool:
        """Whether one more fits."""
        return self.covered and (self.of is None or self.used < self.of)

    @property
    def left(self) -> int | None:
        """How many more fit; None where there is no limit."""
        return None if self.of is None else max(self.of - self.used, 0)

    @property
    def words(self) -> str:
        """“1 of 2 in November”."""
        return self.words_on(self.first_day)

    def words_on(self, today: date) -> str:
        """“1 of 2 in November”, with the year when it is another one than today's."""
        words = {"used": self.used, "of": self.of, "month": month_name(self.first_day, today)}
        if self.of is None:
            return _("%(used)d in %(month)s") % words
        return _("%(used)d of %(of)d in %(month)s") % words


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a coachee may have from some month on: their subscriptions, and when the sessions that count begin."""

    zone: str
    subscriptions: Sequence[Subscription]
    """In order; they do not overlap."""
    counting: Sequence[datetime]

    @classmethod
    def of(cls, coachee: Person, since: datetime, *, without: int | None = None) -> Self:
        """From the month in which `since` falls, in two queries; `without` is the id of a session to leave out."""
        first, _following = month_of(since, coachee.timezone)
        subscriptions = coachee.subscriptions.filter(active_until__gt=first).order_by("active_from")
        counting = Session.objects.counting().filter(coachee=coachee, starts_at__gte=first).order_by()
        starts = [at for pk, at in counting.values_list("pk", "starts_at") if pk != without]
        return cls(coachee.timezone, list(subscriptions), starts)

    def subscription_at(self, instant: datetime) -> Subscription | None:
        """The one in force then."""
        return next((one for one in self.subscriptions if one.active_from <= instant < one.active_until), None)

    def subscription_for_call(self, instant: datetime) -> Subscription | None:
        """The one in force then, else the next to come: a complimentary session may be had before it begins."""
        return next((one for one in self.subscriptions if instant < one.active_until), None)

    def month(self, instant: datetime) -> Month:
        """The month of this instant, by the subscription in force then, else by one in force on other days of it."""
        since, until = month_of(instant, self.zone)
        its = self.subscription_at(instant) or next(iter(self._within(since, until)), None)
        used = sum(since <= at < until for at in self.counting)
        return Month(used, its.sessions_per_month if its else None, local_day(since, self.zone), its is not None)

    def next_month_with_room(self, after: datetime) -> date | None:
        """The first day of the first later month with room, as far as subscriptions reach."""
        since, until = month_of(after, self.zone)
        last = max((one.active_until for one in self.subscriptions), default=until)
        while until < last:
            since, until = month_of(until, self.zone)
            used = sum(since <= at < until for at in self.counting)
            limits = [one.sessions_per_month for one in self._within(since, until)]
            if any(limit is None or used < limit for limit in limits):
                return local_day(since, self.zone)
        return None

    def _within(self, since: datetime, until: datetime) -> list[Subscription]:
        return [one for one in self.subscriptions if one.active_from < until and one.active_until > since]


def month_for(coachee: Person, instant: datetime, *, without: int | None = None) -> Month:
    """The coachee's calendar month in which the instant falls, without that session (id). Two queries."""
    return Allowance.of(coachee, instant, without=without).month(instant)


def next_month_with_room(coachee: Person, after: datetime) -> date | None:
    """The first day of the first later month with room than that of the instant, if there is one. Two queries."""
    return Allowance.of(coachee, after).next_month_with_room(after)


# Which kinds there are ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of session that can be scheduled, or the sentence that says why it cannot."""

    kind: str
    label: str
    minutes: int
    why_not: str = ""


def kinds_for(coach: Person, coachee: Person, now: datetime) -> list[Offer]:
    """What these two can schedule at some time from now on, in a fixed order. Three queries."""
    allowance = Allowance.of(coachee, now)
    to_use = [one for one in allowance.subscriptions if one.active_until > now]
    reasons = {
        Session.Kind.ONE_ON_ONE: _why_no_session(to_use),
        Session.Kind.FLASH: "" if any(one.flash_sessions for one in to_use) else no_flash(),
        Session.Kind.COMPLIMENTARY: why_no_call(coach, coachee, allowance, now),
    }
    return [Offer(kind.value, str(kind.label), LENGTHS[kind], why) for kind, why in reasons.items()]


def _why_no_session(to_use: Sequence[Subscription]) -> str:
    if not to_use:
        return _("No subscription is in force.")
    return "" if any(one.sessions_per_month != 0 for one in to_use) else no_sessions()


def no_sessions() -> str:
    """Says that a subscription holds no one-on-one sessions."""
    return _("One-on-one sessions are not included.")


def no_flash() -> str:
    """Says that a subscription holds no flash sessions."""
    return _("Flash coaching is not included.")


def why_no_call(
    coach: Person, coachee: Person, allowance: Allowance, at: datetime, *, without: int | None = None
) -> str:
    """The sentence that says why these two cannot have a complimentary session then; empty when they can. One query."""
    subscription = allowance.subscription_for_call(at)
    had = Q(status__in=[Session.Status.SCHEDULED, Session.Status.OCCURRED])
    had |= Q(status=Session.Status.DID_NOT_OCCUR, reason=Session.Reason.COACHEE_MISSED)
    theirs = Session.objects.filter(had, kind=Session.Kind.COMPLIMENTARY, coach=coach, coachee=coachee)
    if set(theirs.values_list("pk", flat=True)) - {without}:
        return used_call()
    if subscription is None or not subscription.complimentary_call:
        return _("A complimentary session is not included.")
    return ""


def used_call() -> str:
    """Says that a pair has had its complimentary session, or will."""
    return _("There is one complimentary session with each coach, and this one is booked or used already.")


def in_month_of(one: datetime, other: datetime, coachee: Person) -> bool:
    """Whether both instants fall in one calendar month of the coachee's."""
    since, until = month_of(one, coachee.timezone)
    return since <= other < until


FURTHEST = timedelta(days=731)
"""How far ahead anything can be scheduled: what a coach can set at most, and a day for the zones."""
