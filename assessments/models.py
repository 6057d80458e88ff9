"""Surveys about changed behaviour and 360 reviews."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.querysets import ReviewQuerySet, SurveyQuerySet
from profiles.refs import REF_LENGTH, new_ref


class BehaviorSurvey(models.Model):
    """A Behavioral Change Survey: assigned for a day, due on another, in the coachee's calendar."""

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref)
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="surveys")
    title = models.CharField(max_length=300, blank=True)
    assigned_on = models.DateField()
    due_on = models.DateField()
    completed_at = models.DateTimeField(null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=F("assigned_on")),
                name="survey_due_after_assigned",
                violation_error_message=_("A survey cannot be due before it is assigned."),
            )
        ]
        indexes = [models.Index("coachee", "assigned_on", name="survey_of_coachee")]

    def __str__(self) -> str:
        return f"Survey {self.ref}"


class Review360(models.Model):
    """A 360 review of a coachee, from enrolment until it closes with a report."""

    class ClosedBy(models.TextChoices):
        COACHEE = "coachee", _("Coachee")
        ADMIN = "admin", _("Admin")
        DELIVERY_MANAGER = "delivery_manager", _("Delivery manager")
        AUTOMATIC = "automatic", _("Automatically")

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref)
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="reviews_360")
    enrolled_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=16, choices=ClosedBy.choices, blank=True)
    close_reason = models.TextField(blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("coachee", "enrolled_at", name="review_of_coachee")]

    def __str__(self) -> str:
        return f"360 review {self.ref}"


class Rater(models.Model):
    """Somebody asked for feedback in a 360 review. Needs no account."""

    class Relationship(models.TextChoices):
        SELF = "self", _("Self")
        MANAGER = "manager", _("Manager")
        PEER = "peer", _("Peer")
        DIRECT_REPORT = "direct_report", _("Direct report")
        OTHER = "other", _("Other")

    review = models.ForeignKey(Review360, models.PROTECT, related_name="raters")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    relationship = models.CharField(max_length=13, choices=Relationship.choices)
    invited_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "email"], name="rater_asked_once"),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(relationship="manager"),
                name="one_manager_per_review",
                violation_error_message=_("A review has one manager."),
            ),
        ]
        indexes = [models.Index("coachee", name="rater_of_coachee")]

    def __str__(self) -> str:
        return f"Rater {self.pk}"
