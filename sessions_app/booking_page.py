"""The page on which a time is chosen: the kinds there are, a week of free times, the month's allowance, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from coaching.models import Relationship
from profiles.models import Person, Role
from profiles.zones import local_day, start_of_day
from sessions_app.allowance import Allowance, Month, Offer, in_month_of, kinds_for, month_name
from sessions_app.booking_week import Asked, Pair, Time, Way, Week, day_in, moment, short_weekday, time_of, week_of
from sessions_app.models import AvailabilityException, Session, WeeklyHours
from sessions_app.slots import Slot


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the segments."""

    label: str
    url: str
    current: bool
    count: str | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that keeps times from being offered, and what to do next."""

    words: str
    ways: tuple[Way, ...] = ()
    tone: str = "info"


@dataclass(frozen=True)
class Limits:
    """What the subscription, the months and the relationship let a session of this kind be."""

    pair: Pair
    kind: str
    allowance: Allowance
    moving: Session | None = None

    def allow(self, at: datetime) -> bool:
        """Whether a session may begin then."""
        if self.pair.until is not None and at >= self.pair.until:
            return False
        if self.kind == Session.Kind.COMPLIMENTARY:
            call = self.allowance.subscription_for_call(at)
            return call is not None and call.complimentary_call is True
        subscription = self.allowance.subscription_at(at)
        if subscription is None:
            return False
        if self.kind == Session.Kind.FLASH:
            return subscription.flash_sessions is True
        stays = self.moving is not None and in_month_of(at, self.moving.starts_at, self.pair.coachee)
        return stays or self.month(at).has_room

    def month(self, at: datetime) -> Month:
        """The coachee's month of that instant."""
        return self.allowance.month(at)

    def months(self, week: Week) -> list[Month]:
        """Those that the week touches and a subscription covers, for the kind that they limit."""
        if self.kind != Session.Kind.ONE_ON_ONE:
            return []
        first, last = self.month(week.since), self.month(week.until - timedelta(seconds=1))
        both = [first] if first.first_day == last.first_day else [first, last]
        return [month for month in both if month.covered]


@dataclass(frozen=True)
class BookingPage:
    """What is asked for, what is free, and why there is not more. `moving` is the session that gets another time."""

    pair: Pair
    asked: Asked
    kinds: list[Choice]
    offer: Offer
    week: Week
    months: list[Month]
    remarks: list[Remark]
    onward: str
    moving: Session | None = None
    coaches: Sequence[Choice] = ()
    not_included: Sequence[str] = ()
    refused: str = ""
    refused_ways: tuple[Way, ...] = ()
    nearest: Sequence[Time] = ()

    def saying(self, refused: str) -> BookingPage:
        """The page with why it was refused. A remark that says the same is not said twice, and lends its ways."""
        same = [remark for remark in self.remarks if remark.words == refused]
        ways = tuple(way for remark in same for way in remark.ways)
        rest = [remark for remark in self.remarks if remark not in same]
        return replace(self, refused=refused, refused_ways=ways, remarks=rest)

    @property
    def was(self) -> str:
        """When the session that is moved is now."""
        return time_of(self.moving.starts_at, self.pair).words if self.moving else ""

    @property
    def back(self) -> str:
        """Where one came from: the sessions of the coachee."""
        return self.onward or reverse("person-sessions", args=[self.pair.coachee.pk])

    @property
    def messages(self) -> str:
        """Where the two write to each other."""
        return messages_url(self.pair)

    @property
    def zone(self) -> str:
        """By which clock times are typed."""
        return self.pair.zone


def pairs_of(viewer: Person, coachee: int, now: datetime) -> list[Pair]:
    """Those who can meet: this coachee (id) and their coaches of now; for a coach only the two. One query."""
    hours = WeeklyHours.objects.filter(coach=OuterRef("coach"))
    extra = AvailabilityException.objects.filter(coach=OuterRef("coach"), is_open=True, ends_on__gte=now.date())
    running = Relationship.objects.running(now).filter(coachee=coachee).select_related("coach", "coachee")
    if viewer.pk != coachee:
        running = running.filter(coach=viewer) if Role.COACH in viewer.roles else running.none()
    found = running.annotate(has_hours=Exists(hours) | Exists(extra)).order_by("coach__name", "pk")
    return [Pair(one.coach, one.coachee, viewer, now, one.ended_at, one.has_hours) for one in found]


def was_ever_coached(person: Person) -> bool:
    """Whether it makes sense to tell somebody that they have no coach at the moment."""
    return Role.COACHEE in person.roles or Relationship.objects.filter(coachee=person).exists()


def booking_page(pair: Pair, pairs: Sequence[Pair], kind: str, day: str, onward: str = "") -> BookingPage:
    """The page for a new session of this kind, or of the first that can be, in the week of that day. Ten queries.

    `pairs` are all that the viewer can choose among.
    """
    offers = kinds_for(pair.coach, pair.coachee, pair.now)
    offer = next((one for one in offers if one.kind == kind), None) or _first_possible(offers)
    kept = {"kind": offer.kind} | ({"coach": str(pair.coach.pk)} if len(pairs) > 1 else {})
    kept |= {"next": onward} if onward else {}
    address = reverse("session-new", args=[pair.coachee.pk])
    asked = Asked(address, offer.minutes, day_in(day), kept)
    kinds = [_choice(one, one is offer, asked) for one in offers]
    coaches = [Choice(one.coach.name, asked.url(coach=str(one.coach.pk)), one is pair) for one in pairs]
    page = _page(pair, asked, offer, kinds, onward)
    other_reasons = [one.why_not for one in offers if one.why_not and one is not offer]
    return replace(page, coaches=coaches if len(pairs) > 1 else (), not_included=other_reasons)


def moving_page(pair: Pair, session: Session, day: str, *, onward: str = "") -> BookingPage:
    """The page for another time of this session. Seven queries."""
    kept = {"next": onward} if onward else {}
    address, asked_day = reverse("session-time", args=[session.pk]), day_in(day)
    if asked_day is None and session.starts_at > pair.now:
        asked_day = local_day(session.starts_at, pair.zone)
    asked = Asked(address, session.minutes, asked_day, kept, without=session.pk)
    offer = Offer(session.kind, session.get_kind_display(), session.minutes)
    return _page(pair, asked, offer, [], onward, moving=session)


def _page(
    pair: Pair, asked: Asked, offer: Offer, kinds: list[Choice], onward: str, moving: Session | None = None
) -> BookingPage:
    limits = Limits(pair, offer.kind, Allowance.of(pair.coachee, pair.now, without=asked.without), moving)
    week = week_of(pair, asked, limits.allow if not offer.why_not else lambda _at: False)
    months = limits.months(week) if not offer.why_not else []
    remarks = [_not_possible(limits, offer)] if offer.why_not else list(_remarks(limits, week, months, asked))
    return BookingPage(pair, asked, kinds, offer, week, months, remarks, onward, moving)


def _first_possible(offers: list[Offer]) -> Offer:
    return next((one for one in offers if not one.why_not), offers[0])


def _choice(offer: Offer, current: bool, asked: Asked) -> Choice:
    length = None if offer.why_not else _("%(minutes)d min") % {"minutes": offer.minutes}
    return Choice(offer.label, asked.url(asked.day, kind=offer.kind), current, length)


def times_of(slots: Sequence[Slot], pair: Pair) -> list[Time]:
    """Free times in words."""
    return [time_of(slot.starts_at, pair) for slot in slots]


def messages_url(pair: Pair) -> str:
    """Where the two write to each other."""
    address = reverse("person-messages", args=[pair.coachee.pk])
    return address if pair.by_coach else f"{address}?{urlencode({'with': pair.coach.pk})}"


# Why there is not more ----------------------------------------------------------------------------


def _remarks(limits: Limits, week: Week, months: list[Month], asked: Asked) -> list[Remark]:
    """What keeps the shown week from having more, each with what to do next."""
    found = [_full(limits, month, week, asked) for month in months if not month.has_room]
    found += filter(None, [_ending(limits, week), _not_covered(limits, week, asked)])
    if not limits.pair.has_hours:
        return [*found, _no_hours(limits.pair)]
    if week.is_empty and not found:
        found.append(_nothing_free(limits.pair, week))
    return found


def _full(limits: Limits, month: Month, week: Week, asked: Asked) -> Remark:
    pair = limits.pair
    whose = {"name": pair.coachee.first_name, "used": month.words_on(pair.today)}
    full = _("%(name)s has %(used)s.") if pair.by_coach else _("You have %(used)s.")
    first = limits.allowance.next_month_with_room(start_of_day(month.first_day, pair.coachee.timezone))
    if first is None:
        until = _("No later month of the subscription has room.")
        return Remark(f"{full % whose} {until}", (Way(_("Write a message"), messages_url(pair)),), "warning")
    next_one = month_name(first, pair.today)
    room = _("The next month with room is %(month)s.") % {"month": next_one}
    if start_of_day(first, pair.coachee.timezone) < week.until:
        return Remark(f"{full % whose} {room}")
    way = Way(_("Times in %(month)s") % {"month": next_one}, asked.url(first))
    return Remark(f"{full % whose} {room}", (way,), "warning")


def _not_covered(limits: Limits, week: Week, asked: Asked) -> Remark | None:
    """Where the week reaches beyond what a subscription covers."""
    if limits.kind == Session.Kind.COMPLIMENTARY:
        return None
    pair, subscriptions = limits.pair, limits.allowance.subscriptions
    until = max((one.active_until for one in subscriptions if one.active_from <= pair.now), default=None)
    later = next((one for one in subscriptions if one.active_from > max(week.since, until or week.since)), None)
    if until is not None and week.until > until and later is None:
        day = short_weekday(local_day(until, pair.coachee.timezone) - timedelta(days=1), pair.today)
        words = _("The subscription ends on %(day)s. Nothing can be scheduled after it.") % {"day": day}
        return Remark(f"{words} {_('To go on, ask the delivery manager of the program for a longer one.')}")
    if later is not None and later.active_from > week.since and not limits.allowance.subscription_at(week.since):
        day = short_weekday(later.starts_on, pair.today)
        words = _("The subscription starts on %(day)s.") % {"day": day}
        return Remark(words, (Way(_("Times from then on"), asked.url(later.starts_on)),))
    return None


def _not_possible(limits: Limits, offer: Offer) -> Remark:
    """Why there is nothing of this kind at all."""
    if any(one.active_until > limits.pair.now for one in limits.allowance.subscriptions):
        return Remark(offer.why_not)
    return Remark(f"{offer.why_not} {_('To go on, ask the delivery manager of the program for one.')}")


def _ending(limits: Limits, week: Week) -> Remark | None:
    """Where the week reaches beyond the planned end of the relationship."""
    until, pair = limits.pair.until, limits.pair
    if until is None or week.until <= until:
        return None
    words = {"name": pair.other.first_name, "day": moment(until, pair.zone, pair.today)}
    return Remark(_("The coaching with %(name)s ends on %(day)s. Choose a time before that.") % words)


def _no_hours(pair: Pair) -> Remark:
    if pair.by_coach:
        words = _("You have not opened any times yet. Set your weekly hours, and they appear here.")
        return Remark(words, (Way(_("Set your hours"), reverse("availability")),))
    words = _("%(name)s has not opened times yet. Write to them to find one.") % {"name": pair.coach.first_name}
    return Remark(words, (Way(_("Write a message"), messages_url(pair)),))


def _nothing_free(pair: Pair, week: Week) -> Remark:
    if week.next_free:
        words = _("Nothing is free in this week. Next free: %(day)s.") % {"day": week.next_free.label}
        return Remark(words, (Way(_("Go to %(day)s") % {"day": week.next_free.label}, week.next_free.url),))
    words = _("Nothing is free until %(day)s.") % {"day": week.looked_until}
    if pair.by_coach:
        ways = (Way(_("Open more hours"), reverse("availability")),)
        return Remark(f"{words} {_('Choose another time below, or open more hours.')}", ways)
    hint = _("Write to %(name)s to find another time.") % {"name": pair.coach.first_name}
    return Remark(f"{words} {hint}", (Way(_("Write a message"), messages_url(pair)),))
