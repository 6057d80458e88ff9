"""Reading relationships and messages."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

if TYPE_CHECKING:
    from profiles.models import Person


class RelationshipQuerySet(models.QuerySet):
    """Coaching relationships."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """One's own as a coachee, and as a coach while they run; for admins all."""
        if viewer.is_staff:
            return self.all()
        return self.filter(Q(coachee=viewer) | Q(Q(ended_at=None) | Q(ended_at__gt=now), coach=viewer))

    def running(self, now: datetime) -> Self:
        """Started and not ended at this instant."""
        return self.filter(Q(ended_at=None) | Q(ended_at__gt=now), started_at__lte=now)

    def not_over(self, now: datetime) -> Self:
        """Running, or to start later."""
        return self.filter(Q(ended_at=None) | Q(Q(ended_at__gt=now), ended_at__gt=F("started_at")))

    def over(self, now: datetime) -> Self:
        """All others: ended by now, or called off before they began, and so without any length."""
        return self.filter(Q(ended_at__lte=now) | Q(ended_at=F("started_at")))

    def current(self) -> Self:
        """Not ended, or with an end that was planned ahead."""
        return self.filter(ended_at=None)

    def between(self, coach: Person, coachee: Person) -> Self:
        """All spells of a pair."""
        return self.filter(coach=coach, coachee=coachee)

    def locked(self) -> Self:
        """Locks the rows in id order, so that two verbs about one coachee take turns."""
        return self.order_by("pk").select_for_update(no_key=True, of=("self",))


class PairQuerySet(models.QuerySet):
    """Rows with a `coach` and a `coachee` that belong to what these two do together."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """The coachee's own, always; the coach's while the two have a running relationship."""
        running = apps.get_model("coaching", "Relationship").objects.running(now)
        together = running.filter(coach=OuterRef("coach"), coachee=OuterRef("coachee"))
        return self.filter(Q(coachee=viewer) | Q(Exists(together), coach=viewer))

    def of(self, coachee: Person) -> Self:
        """About this coachee."""
        return self.filter(coachee=coachee)


class MessageQuerySet(PairQuerySet):
    """Messages."""

    def newest_first(self) -> Self:
        """The latest message on top."""
        return self.order_by("-sent_at", "-id")

    def unread_by(self, reader: Person) -> Self:
        """What the other side sent and this person has not seen."""
        as_coach, as_coachee = Q(coach=reader, sender="coachee"), Q(coachee=reader, sender="coach")
        return self.filter(as_coach | as_coachee, read_at=None)

    def unread_by_coachee(self, coachee: int | OuterRef) -> Self:
        """What any coach sent to this person (by id) and they have not seen."""
        return self.filter(coachee=coachee, sender="coach", read_at=None)

    def unread_by_coach(self, coach: int | OuterRef, now: datetime) -> Self:
        """What those whom this person (by id) coaches now sent, and they have not seen."""
        running = apps.get_model("coaching", "Relationship").objects.running(now)
        together = Exists(running.filter(coach=OuterRef("coach"), coachee=OuterRef("coachee")))
        return self.filter(together, coach=coach, sender="coachee", read_at=None)


class MessageFileQuerySet(models.QuerySet):
    """Files of messages."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """Of those messages which the viewer may see."""
        return self.filter(message__in=apps.get_model("coaching", "Message").objects.visible_to(viewer, now))


class CoacheesOwnQuerySet(models.QuerySet):
    """Rows that belong to the coachee and are open to every current coach."""

    def visible_to(self, viewer: Person, now: datetime) -> Self:
        """The coachee's own, always; every coach's with a running relationship with the coachee."""
        running = apps.get_model("coaching", "Relationship").objects.running(now)
        coached = running.filter(coach=viewer, coachee=OuterRef("coachee"))
        return self.filter(Q(coachee=viewer) | Q(Exists(coached)))

    def of(self, coachee: Person) -> Self:
        """About this coachee."""
        return self.filter(coachee=coachee)


class GoalQuerySet(CoacheesOwnQuerySet):
    """Goals: the coachee's, open to every current coach."""
