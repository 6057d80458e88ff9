"""What coachees do between sessions: assignments here, resources and reflections beside."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.library import Resource, ResourceView, Suggestion
from assignments.querysets import (
    AssignmentFileQuerySet,
    AssignmentQuerySet,
    ResponseFileQuerySet,
    ResponseQuerySet,
    TemplateQuerySet,
)
from assignments.reflections import Prompt, Reflection
from config.kept_files import KeptFile
from profiles.refs import REF_LENGTH, new_ref

__all__ = [
    "Assignment",
    "AssignmentFile",
    "AssignmentTemplate",
    "Prompt",
    "Reflection",
    "Resource",
    "ResourceView",
    "Response",
    "ResponseFile",
    "Suggestion",
    "TemplateFile",
]


class AssignmentTemplate(models.Model):
    """An assignment that a coach gives again and again. The coach's own; what was given from it lives by itself."""

    owner = models.ForeignKey("profiles.Person", models.PROTECT, related_name="assignment_templates")
    title = models.CharField(_("title"), max_length=300)
    instructions = models.TextField(_("instructions"), max_length=20_000, blank=True)
    due_in_days = models.PositiveSmallIntegerField(
        _("due after"), null=True, blank=True, validators=[MaxValueValidator(365)]
    )
    """Calendar days from the day it is given."""
    resources = models.ManyToManyField(Resource, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.CheckConstraint(condition=Q(title__regex=r"\S"), name="template_has_a_title")]
        indexes = [models.Index("owner", "title", "id", name="templates_of_coach")]

    def __str__(self) -> str:
        return f"Assignment template {self.pk}"


class TemplateFile(KeptFile):
    """A file that goes with every assignment given from a template."""

    template = models.ForeignKey(AssignmentTemplate, models.CASCADE, related_name="files")

    def __str__(self) -> str:
        return f"File {self.pk} of template {self.template_id}"


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
    resources = models.ManyToManyField(Resource, blank=True, related_name="assignments")
    given_from = models.ForeignKey(
        AssignmentTemplate, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index("coachee", "coach", "due_on", name="assignment_of_pair"),
            models.Index("coach", "due_on", "id", name="assignments_of_coach"),
        ]

    def __str__(self) -> str:
        return f"Assignment {self.ref}"


class AssignmentFile(KeptFile):
    """A file that the coach gave along with an assignment. Several may share what is stored."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="files")

    objects = AssignmentFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"File {self.pk} of assignment {self.assignment_id}"


class Response(models.Model):
    """A line of an assignment's thread: what the coachee responded, or what a coach answered to that.

    `author` is who wrote it; of imported ones it is not kept, they are the coachee's. `read_at` is when the other
    side saw it. The coach is the one the assignment belongs to now.
    """

    class Sender(models.TextChoices):
        COACH = "coach", _("Coach")
        COACHEE = "coachee", _("Coachee")

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="responses")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    sender = models.CharField(max_length=7, choices=Sender.choices, default=Sender.COACHEE, db_default="coachee")
    author = models.ForeignKey("profiles.Person", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)
    responded_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ["responded_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "responded_at"], name="response_given_once"),
            models.CheckConstraint(condition=Q(sender__in=["coach", "coachee"]), name="response_sender_is_known"),
        ]
        indexes = [
            models.Index("coach", "assignment", condition=Q(read_at=None, sender="coachee"), name="responses_unread"),
            models.Index("coachee", "assignment", condition=Q(read_at=None, sender="coach"), name="answers_unread"),
        ]

    def __str__(self) -> str:
        return f"Response {self.pk}"


class ResponseFile(KeptFile):
    """A file that came with a response or an answer."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="files")

    objects = ResponseFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"File {self.pk} of response {self.response_id}"
