"""Reading events and encouragements."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

if TYPE_CHECKING:
    from profiles.models import Person


class EventQuerySet(models.QuerySet):
    """Actions taken."""

    def of(self, coachee: Person) -> Self:
        """By this coachee."""
        return self.filter(coachee=coachee)

    def for_coach(self, coach: Person) -> Self:
        """What belongs to this coach's relationship, or to the coachee and so to every coach.

        The caller has already made sure that the coach has a running relationship with the coachee.
        """
        return self.filter(Q(coach=None) | Q(coach=coach))

    def newest_first(self) -> Self:
        """The order of the feed."""
        return self.order_by("-at", "-id")


class EncouragementQuerySet(models.QuerySet):
    """Actions to encourage."""

    def open(self, now: datetime) -> Self:
        """True at this instant."""
        return self.filter(since__lte=now, until__gt=now)

    def upcoming(self, now: datetime) -> Self:
        """Will be true if nothing happens before."""
        return self.filter(since__gt=now)

    def live(self, now: datetime) -> Self:
        """Open or upcoming."""
        return self.filter(until__gt=now)

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """The coachee's own, and those of the viewer's own running relationships as a coach."""
        running = apps.get_model("coaching", "Relationship").objects.running(now)
        own = running.filter(pk=OuterRef("relationship"), coach=viewer)
        return self.filter(Q(coachee=viewer) | Q(Exists(own)))
