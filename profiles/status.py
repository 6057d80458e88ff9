"""Where a coachee stands: onboarding, active or past. Follows from the subscriptions alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.db.models import Case, CharField, Exists, OuterRef, Value, When
from django.utils.translation import gettext_lazy as _

from profiles.models import Person, Subscription


class Status(models.TextChoices):
    """In the order in which lists of coachees show them."""

    ACTIVE = "active", _("Active")
    ONBOARDING = "onboarding", _("Onboarding")
    PAST = "past", _("Past")


STATUS_TONES = {Status.ACTIVE: "leaf", Status.ONBOARDING: "sky", Status.PAST: "plain"}


def status_from(periods: Iterable[tuple[datetime, datetime]], now: datetime) -> Status:
    """The status of whoever has subscriptions with these (`active_from`, `active_until`), until excluded.

    Active while one covers now; onboarding while there is none, or the next is still to come; else past.
    """
    periods = list(periods)
    if any(since <= now < until for since, until in periods):
        return Status.ACTIVE
    if not periods or any(now < since for since, _until in periods):
        return Status.ONBOARDING
    return Status.PAST


def status_of(coachee: Person, now: datetime) -> Status:
    """The status of one coachee, in one query."""
    return status_from(coachee.subscriptions.values_list("active_from", "active_until"), now)


def status_at(now: datetime, coachee: str = "pk") -> Case:
    """The same as a column for many: `annotate(status=status_at(now))`. `coachee` is the path to the person's id."""
    subscriptions = Subscription.objects.filter(coachee=OuterRef(coachee))
    return Case(
        When(Exists(subscriptions.covering(now)), then=Value(Status.ACTIVE.value)),
        When(Exists(subscriptions) & ~Exists(subscriptions.not_over(now)), then=Value(Status.PAST.value)),
        default=Value(Status.ONBOARDING.value),
        output_field=CharField(),
    )
