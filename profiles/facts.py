"""Basic information about a person: every fact with a name of its own, “Not set” where nothing is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, DateTimeField, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from assessments.models import Rater, Review360
from profiles.days import full_day, short_day
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
    sees that of their own, other viewers those with every coach.
    """
    first, _following = month_of(profile.now, profile.person.timezone)
    calls = Q(kind=Session.Kind.COMPLIMENTARY)
    if profile.sight == Sight.COACH:
        calls &= Q(coach=profile.viewer)
    counting = Session.objects.counting().filter(starts_at__gte=first).values("pk")
    rows = Session.objects.filter(Q(pk__in=counting.filter(coachee=profile.person)) | calls, coachee=profile.person)
    found = list(rows.order_by("starts_at", "pk").values_list("kind", "starts_at", "status", "reason"))
    return Booked(
        counting=tuple(row[1] for row in found if row[0] != Session.Kind.COMPLIMENTARY),
        complimentary=tuple((row[2], row[3]) for row in found if row[0] == Session.Kind.COMPLIMENTARY),
    )


def basic_facts(profile: Profile, sessions: Booked | None) -> list[Fact]:
    """All basic facts of a coachee, one query (the 360); of anybody else position, time zone and language."""
    person = profile.person
    own = [
        Fact("position", _("Position"), person.position),
        Fact("timezone", _("Time zone"), person.timezone),
        Fact("language", _("Language"), person.language_name),
    ]
    if sessions is None:
        return own
    return own + _subscribed(profile, sessions) + [_review(profile)]


def _subscribed(profile: Profile, sessions: Booked) -> list[Fact]:
    its = profile.subscription
    manager, package, program = (its.delivery_manager, its.package, its.program) if its else (None, None, None)
    return [
        Fact("subscription", _("Subscription"), f"{full_day(its.starts_on)} – {full_day(its.ends_on)}" if its else ""),
        Fact("delivery-manager", _("Delivery manager"), manager.name if manager else ""),
        Fact("package", _("Package"), package.name if package else ""),
        Fact("program", _("Program"), program.name if program else ""),
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
    done = Q(raters__completed_at__lte=profile.now)
    manager = Rater.objects.filter(review=OuterRef("pk"), relationship=Rater.Relationship.MANAGER)
    review = (
        Review360.objects.filter(coachee=profile.person, enrolled_at__lte=profile.now)
        .annotate(
            asked=Count("raters"),
            answered=Count("raters", filter=done),
            managers=Count("raters", filter=Q(raters__relationship=Rater.Relationship.MANAGER)),
            manager_at=Subquery(manager.values("completed_at"), output_field=DateTimeField()),
        )
        .order_by("-enrolled_at", "-pk")
        .first()
    )
    label = profile.review_label
    if review is None:
        return Fact("review-360", label, _("Not enrolled"))
    if review.closed_at and review.closed_at <= profile.now:
        closed = _("Closed on %(day)s") % {"day": _day(review.closed_at, profile)}
        return Fact("review-360", label, closed, _("Report not available") if profile.reads_texts else "")
    collecting = _("Collecting %(answered)d of %(asked)d") % {"answered": review.answered, "asked": review.asked}
    return Fact("review-360", label, collecting, _manager_words(review, profile))


def _manager_words(review: Review360, profile: Profile) -> str:
    if not review.managers:
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
