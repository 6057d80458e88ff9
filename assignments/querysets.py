"""Reading assignments, responses, views and reflections."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from coaching.querysets import CoacheesOwnQuerySet, PairQuerySet

if TYPE_CHECKING:
    from profiles.models import Person


class AssignmentQuerySet(PairQuerySet):
    """Assignments by their state at an instant; an archived one is in neither of the others.

    What is dated later has not happened yet.
    """

    def in_progress(self, now: datetime) -> Self:
        """To be done, the next due on top."""
        open_still = Q(completed_at=None) | Q(completed_at__gt=now)
        return self._kept(now).filter(open_still, assigned_at__lte=now).order_by("due_on", "id")

    def completed(self, now: datetime) -> Self:
        """Marked as done by the coachee, the latest on top."""
        return self._kept(now).filter(completed_at__lte=now).order_by("-completed_at", "-id")

    def archived(self, now: datetime) -> Self:
        """Put away by the coach, the latest on top."""
        return self.filter(archived_at__lte=now).order_by("-archived_at", "-id")

    def _kept(self, now: datetime) -> Self:
        return self.filter(Q(archived_at=None) | Q(archived_at__gt=now))


class ResponseQuerySet(PairQuerySet):
    """Responses to assignments."""


class ViewQuerySet(CoacheesOwnQuerySet):
    """Views of resources."""


class ReflectionQuerySet(CoacheesOwnQuerySet):
    """Reflections."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """The coachee's own, private ones included; current coaches' once shared."""
        return super().visible_to(viewer, now).filter(Q(coachee=viewer) | Q(shared_at__isnull=False))
