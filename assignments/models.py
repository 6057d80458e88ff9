"""What coachees do between sessions: assignments, resources and reflections."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.querysets import AssignmentQuerySet, ReflectionQuerySet, ResponseQuerySet, ViewQuerySet
from profiles.refs import REF_LENGTH, new_ref


class Assignment(models.Model):
    """Something to do, given by a coach to a coachee. In progress, then completed; archived when put away."""

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref)
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="assignments_given")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="assignments")
    title = models.CharField(max_length=300, blank=True)
    instructions = models.TextField(blank=True)
    assigned_at = models.DateTimeField(default=timezone.now)
    due_on = models.DateField()
    completed_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index("coachee", "coach", "due_on", name="assignment_of_pair")]

    def __str__(self) -> str:
        return f"Assignment {self.ref}"


class Response(models.Model):
    """What the coachee answered to an assignment."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="responses")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    text = models.TextField()
    responded_at = models.DateTimeField(default=timezone.now)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["responded_at", "id"]
        constraints = [models.UniqueConstraint(fields=["assignment", "responded_at"], name="response_given_once")]

    def __str__(self) -> str:
        return f"Response {self.pk}"


class Resource(models.Model):
    """An article or link from the library."""

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref)
    title = models.CharField(_("title"), max_length=300, blank=True)
    url = models.URLField(_("address"), max_length=2000, blank=True)

    def __str__(self) -> str:
        return f"Resource {self.ref}"


class ResourceView(models.Model):
    """A coachee opened a resource."""

    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="resource_views")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="views")
    viewed_at = models.DateTimeField(default=timezone.now)

    objects = ViewQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["coachee", "resource", "viewed_at"], name="view_recorded_once")]
        indexes = [models.Index("coachee", "viewed_at", name="views_of_coachee")]

    def __str__(self) -> str:
        return f"View {self.pk}"


class Reflection(models.Model):
    """A coachee's answer to a prompt: private until shared, then open to every current coach."""

    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="reflections")
    prompt = models.TextField(blank=True)
    text = models.TextField(blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("coachee", "submitted_at", MD5("prompt"), name="reflection_submitted_once"),
            models.CheckConstraint(
                condition=Q(shared_at=None) | Q(text__regex=r"\S"),
                name="reflection_needs_a_text_to_be_shared",
                violation_error_message=_("Write something before you share it."),
            ),
        ]
        indexes = [
            models.Index("coachee", "shared_at", condition=Q(shared_at__isnull=False), name="reflections_shared")
        ]

    def __str__(self) -> str:
        return f"Reflection {self.pk}"
