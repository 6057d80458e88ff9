"""Reading surveys and reviews."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from coaching.querysets import CoacheesOwnQuerySet

if TYPE_CHECKING:
    from profiles.models import Person


class SurveyQuerySet(CoacheesOwnQuerySet):
    """Behavioral Change Surveys."""


class ReviewQuerySet(CoacheesOwnQuerySet):
    """360 reviews."""


class ObservationQuerySet(CoacheesOwnQuerySet):
    """Observations: drafts are their author's, shared ones are the coachee's and every current coach's."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """For the coachee the shared ones; for a current coach those and the drafts they wrote themselves."""
        may = super().visible_to(viewer, now)
        return may.filter(Q(shared_at__lte=now) | (Q(coach=viewer) & ~Q(coachee=viewer)))

    def shared(self, now: datetime) -> Self:
        """What the coachee may read."""
        return self.filter(shared_at__lte=now)


class RubricVersionQuerySet(models.QuerySet):
    """Versions of rubrics. They are no secret: coaches choose among them, admins write them."""

    def published(self, now: datetime) -> Self:
        """Versions that never change any more."""
        return self.filter(published_at__lte=now)

    def on_offer(self, now: datetime) -> Self:
        """The newest published version of each rubric that is in use, by name."""
        published = self.published(now).exclude(rubric__retired_at__lte=now)
        newest = published.order_by("rubric__name", "rubric_id", "-number").distinct("rubric__name", "rubric_id")
        return newest.select_related("rubric")
