"""Reading sessions, notes, micro goals and takeaways."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from coaching.querysets import PairQuerySet

if TYPE_CHECKING:
    from profiles.models import Person

LATE_CANCELLATION = timedelta(hours=24)


class SessionQuerySet(PairQuerySet):
    """Sessions, each as one coachee has it."""

    def upcoming(self, now: datetime) -> Self:
        """Scheduled and not over, soonest first."""
        return self.filter(status="scheduled", ends_at__gt=now).order_by("starts_at", "id")

    def past(self, now: datetime) -> Self:
        """Begun and not cancelled, latest first; those still scheduled are over but not marked yet."""
        over = ~Q(status__in=["cancelled", "scheduled"]) | Q(status="scheduled", ends_at__lte=now)
        return self.filter(over, starts_at__lte=now).order_by("-starts_at", "-id")

    def counting(self) -> Self:
        """Those that use up the monthly allowance.

        One-on-one sessions that are scheduled or occurred, that the coachee missed, or that the coachee cancelled
        less than 24 hours ahead without a reason that excuses it: emergencies, the coach's absence and “other” do not
        count. An unknown time of cancelling counts as early.
        """
        late = Q(status="cancelled", cancelled_by="coachee", cancelled_at__gt=F("starts_at") - LATE_CANCELLATION)
        late &= Q(reason__in=["", "coachee_missed"])
        return self.filter(
            Q(status__in=["scheduled", "occurred"]) | Q(status="did_not_occur", reason="coachee_missed") | late,
            kind="one_on_one",
        )


class GroupMeetingQuerySet(models.QuerySet):
    """Meetings of groups."""

    def ahead(self, now: datetime) -> Self:
        """Not begun and not called off, soonest first."""
        return self.filter(starts_at__gt=now, cancelled_at=None).order_by("starts_at", "id")


class SessionChangeQuerySet(PairQuerySet):
    """What became of sessions: visible as the session is."""


class LogConsentQuerySet(models.QuerySet):
    """Who agreed to be named in a coach's log."""

    def standing(self) -> Self:
        """Given and not withdrawn."""
        return self.filter(withdrawn_at=None)

    def visible_to(self, viewer: Person) -> Self:
        """Those one gave, and those one was given."""
        return self.filter(Q(coachee=viewer) | Q(coach=viewer))


class SharedNoteQuerySet(PairQuerySet):
    """Notes for both: visible to the coachee, and to the coach while the relationship runs."""


class PrivateNoteQuerySet(models.QuerySet):
    """Notes for their author alone."""

    def visible_to(self, viewer: Person) -> Self:
        """Written by the viewer."""
        return self.filter(author=viewer)

    def saying(self) -> Self:
        """With a text: one that was emptied stays for its earlier versions."""
        return self.exclude(text="")


class PrivateVersionQuerySet(models.QuerySet):
    """Earlier versions of private notes, for their author alone."""

    def visible_to(self, viewer: Person) -> Self:
        """Written by the viewer."""
        return self.filter(author=viewer)


class SharedTextQuerySet(PairQuerySet):
    """Micro goals and takeaways."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """The coachee's own, drafts included; the coach's once shared, while the relationship runs."""
        return super().visible_to(viewer, now).filter(Q(coachee=viewer) | Q(shared_at__isnull=False))
