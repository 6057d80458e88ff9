"""Reading surveys and reviews."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

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
