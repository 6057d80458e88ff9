"""What people type: kept while they write, and taken once however often it is sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class Draft(models.Model):
    """What somebody has typed into a form and not sent yet, for nobody but themselves.

    `key` names the form and what it is about ("message:12:34"), `fields` are its texts by name. `version` rises with
    each save, so that a second tab is told instead of writing over the first.
    """

    person = models.ForeignKey("profiles.Person", models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=100)
    fields = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="one_draft_per_form"),
            models.CheckConstraint(condition=~Q(key=""), name="draft_has_a_key"),
        ]
        indexes = [models.Index("saved_at", name="drafts_by_age")]

    def __str__(self) -> str:
        return f"Draft {self.pk}"


class SentForm(models.Model):
    """A form that has been sent: its id and content as a digest, and the row that was made of it.

    A form that is sent again, by a double click or a reload, finds this and makes nothing. Kept for a week.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    person = models.ForeignKey("profiles.Person", models.CASCADE, related_name="+")
    made = models.BigIntegerField(null=True)
    """Primary key of the row; of which table, the form knows."""
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index("sent_at", name="sent_forms_by_age")]

    def __str__(self) -> str:
        return f"Sent form of person {self.person_id}"
