"""Prompts to reflect on, and what coachees answer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assignments.querysets import PromptQuerySet, ReflectionQuerySet


class Prompt(models.Model):
    """A question from the library of a program, or of all programs. A retired one is asked no more."""

    program = models.ForeignKey(
        "profiles.Program",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="prompts",
        verbose_name=_("program"),
        help_text=_("Empty means every program without prompts of its own."),
    )
    text = models.CharField(_("prompt"), max_length=500)
    position = models.PositiveIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    objects = PromptQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        verbose_name, verbose_name_plural = _("reflection prompt"), _("reflection prompts")
        constraints = [models.CheckConstraint(condition=Q(text__regex=r"\S"), name="prompt_has_a_text")]
        indexes = [models.Index("program", "position", "id", name="prompts_of_program")]

    def __str__(self) -> str:
        return self.text


class Reflection(models.Model):
    """A coachee's answer to a prompt: private until shared, then open to every current coach.

    `prompt` holds the words as they were asked, `asked` the prompt of the library they came from, if any.
    """

    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="reflections")
    prompt = models.TextField(blank=True)
    asked = models.ForeignKey(Prompt, models.SET_NULL, null=True, blank=True, related_name="reflections")
    text = models.TextField(blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

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
            models.Index("coachee", "shared_at", condition=Q(shared_at__isnull=False), name="reflections_shared"),
            models.Index("coachee", F("submitted_at").desc(), F("id").desc(), name="reflections_of_coachee"),
        ]

    def __str__(self) -> str:
        return f"Reflection {self.pk}"
