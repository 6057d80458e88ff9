"""Surveys about changed behaviour and 360 reviews."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.querysets import (
    ObservationQuerySet,
    ReviewQuerySet,
    RubricVersionQuerySet,
    SurveyQuerySet,
)
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


class Rubric(models.Model):
    """What observations are recorded against. Its wording lives in versions; old observations keep theirs."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    """From then on nobody starts an observation against it."""

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("rubric"), _("rubrics")

    def __str__(self) -> str:
        return self.name


class RubricVersion(models.Model):
    """One wording of a rubric. A draft until published; from then on it never changes.

    The database holds that, too: triggers refuse every change of a published version, its components and levels.
    """

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RubricVersionQuerySet.as_manager()

    class Meta:
        ordering = ["rubric", "-number"]
        verbose_name, verbose_name_plural = _("version of a rubric"), _("versions of rubrics")
        constraints = [
            models.UniqueConstraint(fields=["rubric", "number"], name="rubric_version_numbered_once"),
            models.UniqueConstraint(
                fields=["rubric"], condition=Q(published_at=None), name="one_draft_version_per_rubric"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rubric}, version {self.number}"


class Component(models.Model):
    """One thing that is observed, such as “Asks open questions”. `key` stays the same across versions."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="components")
    key = models.CharField(max_length=REF_LENGTH, default=new_ref, editable=False)
    title = models.CharField(_("component"), max_length=200)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("component"), _("components")
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="component_once_in_a_version")]

    def __str__(self) -> str:
        return self.title


class Level(models.Model):
    """A step of a component's scale with the words that describe it. Values rise from 1."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField(_("value"))
    name = models.CharField(_("level"), max_length=100)
    descriptor = models.TextField(_("descriptor"), max_length=2000, blank=True)

    class Meta:
        ordering = ["value"]
        verbose_name, verbose_name_plural = _("level"), _("levels")
        constraints = [
            models.UniqueConstraint(
                fields=["component", "value"],
                name="level_once_in_a_component",
                violation_error_message=_("Each value stands once in a component."),
            ),
            models.CheckConstraint(
                condition=Q(value__range=(1, 10)),
                name="level_between_1_and_10",
                violation_error_message=_("Values are between 1 and 10."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value} {self.name}"


class Observation(models.Model):
    """What a coach saw, against a rubric: feedback for the coachee, never an evaluation record.

    A draft is its author's alone. Shared, it belongs to the coachee and is open to every current coach.
    No admin, sponsor or manager reads it: there is no path from here to them, and none may be added.
    """

    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="observations_made")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="observations")
    version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="observations")
    observed_on = models.DateField(_("date"))
    setting = models.CharField(_("setting"), max_length=200, blank=True)
    strengths = models.TextField(_("strengths"), max_length=4000, blank=True)
    next_step = models.TextField(_("next step"), max_length=4000, blank=True)
    recorded_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    form_key = models.UUIDField(null=True, blank=True, editable=False)
    """Of the form it was written in: a form that is sent twice makes one observation."""

    objects = ObservationQuerySet.as_manager()

    class Meta:
        ordering = ["-observed_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acknowledged_at=None) | Q(shared_at__isnull=False), name="only_shared_is_acknowledged"
            ),
            models.UniqueConstraint(fields=["coach", "form_key"], name="observation_written_once"),
        ]
        indexes = [models.Index("coachee", F("observed_on").desc(), F("id").desc(), name="observations_of_coachee")]

    def __str__(self) -> str:
        return f"Observation {self.pk}"


class Rating(models.Model):
    """The level of one component in an observation, with what was seen."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="ratings")
    component = models.ForeignKey(Component, models.PROTECT, related_name="+")
    level = models.ForeignKey(Level, models.PROTECT, null=True, blank=True, related_name="+")
    """Empty: not observed this time."""
    evidence = models.TextField(_("evidence"), max_length=4000, blank=True)

    class Meta:
        ordering = ["component__position", "component_id"]
        constraints = [models.UniqueConstraint(fields=["observation", "component"], name="component_rated_once")]

    def __str__(self) -> str:
        return f"Rating {self.pk}"


class ObservationComment(models.Model):
    """What coachee and coaches say about a shared observation."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="comments")
    author = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    text = models.TextField(_("comment"), max_length=4000)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(text__regex=r"\S"), name="comment_has_a_text")]
        indexes = [models.Index("observation", "written_at", name="comments_of_observation")]

    def __str__(self) -> str:
        return f"Comment {self.pk}"
