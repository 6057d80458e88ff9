"""What coachees did, what there is to encourage, and what has yet to be looked at again."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from activity.querysets import EncouragementQuerySet, EventQuerySet


class EventKind(models.TextChoices):
    """The ten actions taken."""

    ENROLLED_360 = "enrolled_360", _("Enrolled in a 360")
    CLOSED_360 = "closed_360", _("360 closed")
    COMPLETED_SURVEY = "completed_survey", _("Survey completed")
    COMPLETED_ASSIGNMENT = "completed_assignment", _("Assignment done")
    RESPONDED_TO_ASSIGNMENT = "responded_to_assignment", _("Responded to an assignment")
    VIEWED_RESOURCE = "viewed_resource", _("Viewed a resource")
    SENT_MESSAGE = "sent_message", _("Sent a message")
    SHARED_MICRO_GOAL = "shared_micro_goal", _("Shared a micro goal")
    SHARED_TAKEAWAY = "shared_takeaway", _("Shared a takeaway")
    SUBMITTED_REFLECTION = "submitted_reflection", _("Answered a reflection")


class Event(models.Model):
    """An action taken by a coachee. Holds that it happened, never what was written.

    `object_id` is the row of the deed (the message, the review, …), `topic_id` the resource of a view, `coach` the
    coach whose relationship it belongs to, or nobody where it belongs to the coachee and so to every current coach.
    """

    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="events")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=23, choices=EventKind.choices)
    at = models.DateTimeField()
    object_id = models.BigIntegerField()
    topic_id = models.BigIntegerField(null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="event_recorded_once"),
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind_is_known"),
        ]
        indexes = [
            models.Index(F("coachee"), F("at").desc(), F("id").desc(), name="event_feed"),
            models.Index(F("coachee"), F("kind"), F("at").desc(), F("id").desc(), name="event_feed_of_a_kind"),
            models.Index(
                "coachee", "topic_id", "at", condition=Q(topic_id__isnull=False), name="event_views_of_a_resource"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"


class Encouragement(models.Model):
    """One action to encourage: true from `since` until `until`, for one relationship and one subject.

    Written by `activity.encouragement.engine` alone. Open is what contains now; rows that were open and ended
    are the history, with `ended_by` telling what ended them.
    """

    relationship = models.ForeignKey("coaching.Relationship", models.PROTECT, related_name="encouragements")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    rule = models.CharField(max_length=30)
    subject = models.CharField(max_length=200, null=True)  # noqa: DJ001, null is "no subject" in the key and in JSON
    since = models.DateTimeField()
    until = models.DateTimeField()
    ended_by = models.CharField(max_length=30)
    facts = models.JSONField(default=dict)

    objects = EncouragementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["relationship", "rule", "subject", "since"],
                nulls_distinct=False,
                name="encouragement_opens_once",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="encouragement_lasts"),
        ]
        indexes = [models.Index("relationship", "until", name="encouragement_open")]

    def __str__(self) -> str:
        return f"{self.rule} of relationship {self.relationship_id}"


class NotRelevant(models.Model):
    """The coachee says why something to encourage does not concern them. Read by them and that coach."""

    encouragement = models.OneToOneField(Encouragement, models.CASCADE, related_name="not_relevant")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    reason = models.TextField(_("because"), max_length=1000)
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="not_relevant_has_a_reason")]

    def __str__(self) -> str:
        return f"Not relevant {self.pk}"


class Reevaluation(models.Model):
    """A relationship whose facts changed in bulk and whose encouragements have to be worked out again.

    Written in the transaction that changed the facts; taken by DELETE … RETURNING with SKIP LOCKED. Several rows
    for one relationship are fine.
    """

    relationship = models.ForeignKey("coaching.Relationship", models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Reevaluation of relationship {self.relationship_id}"


class Fingerprint(models.Model):
    """What a relationship's facts and encouragements looked like when a sweep last found them in order."""

    relationship = models.OneToOneField("coaching.Relationship", models.CASCADE, primary_key=True, related_name="+")
    value = models.BigIntegerField()

    def __str__(self) -> str:
        return f"Fingerprint of relationship {self.relationship_id}"


class Heartbeat(models.Model):
    """When something was last seen alive: `worker`, `beat`, and each periodic job by name."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
