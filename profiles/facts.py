"""Basic information about a person: every fact with a name of its own, “Not set” where nothing is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assessments.models import Rater, Review360
from config.prepared import Prepared
from profiles.days import full_day, short_day
from profiles.languages import language_name
from profiles.profile import Profile
from profiles.sight import Sight
from profiles.zones import local_day, month_of
from sessions_app.models import Session


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of a small whole is used."""

    used: int
    of: int


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact; `key` is the hook `data-fact`. Without a value it reads “Not set”."""

    key: str
    label: str
    value: str
    more: str = ""
    meter: Meter | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """What of a coachee's sessions counts for the basic facts and for “session 1 of 2 this month”."""

    counting: tuple[datetime, ...]
    complimentary: tuple[tuple[str, str], ...]

    def in_month(self, instant: datetime, zone: str) -> list[datetime]:
        """Starts of the sessions that use up the allowance of that calendar month in the coachee's zone."""
        first, following = month_of(instant, zone)
        return [at for at in self.counting if first <= at < following]


def booked(profile: Profile) -> Booked:
    """The sessions that count from this month on, and the complimentary calls. One query.

    The allowance is the coachee's, across all coaches; a complimentary call is one per coach and coachee, so a coach
    sees that of their own, other viewers those with every coach of now.
    """
    coaches = {one.coach_id for one in profile.running}
    first, _following = month_of(profile.now, profile.person.timezone)
    values = {"coachee": profile.person.pk, "first": first}
    if profile.sight == Sight.COACH:
        values["coach"] = profile.viewer.pk
    found = _BOOKED.rows(profile.sight == Sight.COACH, **values)
    return Booked(
        counting=tuple(row.starts_at for row in found if row.kind != Session.Kind.COMPLIMENTARY),
        complimentary=tuple(
            (row.status, row.reason)
            for row in found
            if row.kind == Session.Kind.COMPLIMENTARY and (row.coach_id in coaches or not coaches)
        ),
    )


def _booked(pair: bool, *, coachee: int, first: datetime, coach: int = 0) -> QuerySet:
    calls = Q(kind=Session.Kind.COMPLIMENTARY)
    if pair:
        calls &= Q(coach=coach)
    counting = Session.objects.counting().filter(coachee=coachee, starts_at__gte=first).values("pk")
    return Session.objects.filter(Q(pk__in=counting) | calls, coachee=coachee).order_by("starts_at", "pk")


_BOOKED = Prepared(_booked, ["kind", "starts_at", "status", "reason", "coach_id"])


def basic_facts(profile: Profile, sessions: Booked | None) -> list[Fact]:
    """All basic facts of a coachee, one query (the 360); of anybody else position, time zone and language."""
    person = profile.person
    own = [
        Fact("position", _("Position"), person.position),
        Fact("timezone", _("Time zone"), person.timezone),
        Fact("language", _("Language"), language_name(person.language)),
    ]
    if sessions is None:
        return own
    return own + _subscribed(profile, sessions) + [_review(profile)]


def _subscribed(profile: Profile, sessions: Booked) -> list[Fact]:
    its = profile.subscription
    return [
        Fact("subscription", _("Subscription"), f"{full_day(its.starts_on)} – {full_day(its.ends_on)}" if its else ""),
        Fact("delivery-manager", _("Delivery manager"), (its.delivery_manager__name or "") if its else ""),
        Fact("package", _("Package"), (its.package__name or "") if its else ""),
        Fact("program", _("Program"), (its.program__name or "") if its else ""),
        _allowance(profile, sessions),
        Fact("complimentary-call", _("Complimentary call"), _complimentary(profile, sessions)),
        Fact("flash", _("Flash coaching"), _included(its.flash_sessions) if its else ""),
        Fact("group-module", _("Group module"), (its.group_module or _("Not enrolled")) if its else ""),
    ]


def _included(included: bool | None) -> str:
    return {True: _("Included"), False: _("Not included"), None: ""}[included]


def _allowance(profile: Profile, sessions: Booked) -> Fact:
    label = _("Sessions a month")
    monthly = profile.subscription.sessions_per_month if profile.subscription else None
    if monthly is None:
        return Fact("sessions-per-month", label, "")
    used = len(sessions.in_month(profile.now, profile.person.timezone))
    words = _("%(used)d of %(monthly)d used this month. They do not roll over.") % {"used": used, "monthly": monthly}
    return Fact("sessions-per-month", label, str(monthly), words, Meter(used, monthly) if monthly else None)


def _complimentary(profile: Profile, sessions: Booked) -> str:
    for status, reason in sessions.complimentary:
        if status == Session.Status.OCCURRED or reason == Session.Reason.COACHEE_MISSED:
            return _("Used")
    if any(status == Session.Status.SCHEDULED for status, _reason in sessions.complimentary):
        return _("Booked")
    included = profile.subscription.complimentary_call if profile.subscription else None
    return {True: _("Available"), False: _("Not included"), None: ""}[included]


def _review(profile: Profile) -> Fact:
    found = _REVIEW.rows(coachee=profile.person.pk, now=profile.now)
    label = profile.review_label
    if not found:
        return Fact("review-360", label, _("Not enrolled"))
    review = found[0]
    if review.closed_at and review.closed_at <= profile.now:
        closed = _("Closed on %(day)s") % {"day": _day(review.closed_at, profile)}
        return Fact("review-360", label, closed, _("Report not available") if profile.reads_texts else "")
    collecting = _("Collecting %(answered)d of %(asked)d") % {"answered": review.answered, "asked": review.asked}
    return Fact("review-360", label, collecting, _manager_words(review, profile))


def _latest_review(*, coachee: int, now: datetime) -> QuerySet:
    raters = Rater.objects.filter(review=OuterRef("pk")).order_by()
    manager = raters.filter(relationship=Rater.Relationship.MANAGER)
    of_all, of_them = raters.values("review"), raters.filter(completed_at__lte=now).values("review")
    return (
        Review360.objects.filter(coachee=coachee, enrolled_at__lte=now)
        .annotate(
            asked=Coalesce(Subquery(of_all.annotate(number=Count("pk")).values("number")), 0),
            answered=Coalesce(Subquery(of_them.annotate(number=Count("pk")).values("number")), 0),
            has_manager=Exists(manager),
            manager_at=Subquery(manager.values("completed_at")),
        )
        .order_by("-enrolled_at", "-pk")[:1]
    )


_REVIEW = Prepared(_latest_review, ["closed_at", "asked", "answered", "has_manager", "manager_at"])


def _manager_words(review: Any, profile: Profile) -> str:
    if not review.has_manager:
        return _("No manager asked")
    if review.manager_at and review.manager_at <= profile.now:
        return _("Manager answered on %(day)s") % {"day": _day(review.manager_at, profile)}
    return _("Manager not yet")


def _day(instant: datetime, profile: Profile) -> str:
    day: date = local_day(instant, profile.viewer.timezone)
    return short_day(day, profile.today)


def month_words(place: int, monthly: int | None, month: str, this_month: bool) -> str:
    """“Session 1 of 2 this month”; without the whole where it is unknown or exceeded."""
    words = {"place": place, "monthly": monthly, "month": month}
    if monthly and place <= monthly:
        whole = _("session %(place)d of %(monthly)d this month"), _("session %(place)d of %(monthly)d in %(month)s")
        return (whole[0] if this_month else whole[1]) % words
    return (_("session %(place)d this month") if this_month else _("session %(place)d in %(month)s")) % words
