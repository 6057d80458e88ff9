"""Who coaches whom, and what they write to each other."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coaching.querysets import MessageQuerySet, RelationshipQuerySet


class Relationship(models.Model):
    """One coach, one coachee, from `started_at` until `ended_at`. Never deleted, only ended."""

    coach = models.ForeignKey(
        "profiles.Person", models.PROTECT, related_name="relationships_as_coach", verbose_name=_("coach")
    )
    coachee = models.ForeignKey(
        "profiles.Person", models.PROTECT, related_name="relationships_as_coachee", verbose_name=_("coachee")
    )
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    started_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    ended_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name, verbose_name_plural = _("coaching relationship"), _("coaching relationships")
        constraints = [
            models.CheckConstraint(
                condition=~Q(coach=F("coachee")),
                name="nobody_coaches_themselves",
                violation_error_message=_("A person cannot be their own coach."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="relationship_ends_after_start",
                violation_error_message=_("A relationship cannot end before it started."),
            ),
            models.UniqueConstraint(fields=["coach", "coachee", "started_at"], name="relationship_started_once"),
            ExclusionConstraint(
                name="one_running_relationship_per_pair",
                expressions=[
                    (Func("coach", "coach", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("coachee", "coachee", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("started_at", "ended_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This coach already coaches this person in that time."),
            ),
        ]
        indexes = [models.Index("coachee", "coach", name="relationship_of_coachee")]

    def __str__(self) -> str:
        return f"Relationship {self.pk}"


class Message(models.Model):
    """What coach and coachee write to each other. Read by these two only; a former coach no longer can."""

    class Sender(models.TextChoices):
        COACH = "coach", _("Coach")
        COACHEE = "coachee", _("Coachee")

    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="messages_as_coach")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="messages_as_coachee")
    sender = models.CharField(max_length=7, choices=Sender.choices)
    text = models.TextField()
    sent_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint("coachee", "coach", "sender", "sent_at", MD5("text"), name="message_sent_once"),
            models.CheckConstraint(condition=Q(sender__in=["coach", "coachee"]), name="message_sender_is_known"),
        ]
        indexes = [models.Index("coachee", "coach", "sent_at", "id", name="conversation")]

    def __str__(self) -> str:
        return f"Message {self.pk}"
