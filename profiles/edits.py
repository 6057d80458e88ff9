"""Who edited which parts of somebody's profile, and when; not what it said before or after."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone


class PersonEdit(models.Model):
    """One edit of a profile, so that the second of two people who edit at once reads who was faster."""

    person = models.ForeignKey("profiles.Person", models.CASCADE, related_name="edits")
    version = models.PositiveIntegerField()
    """That of the person after it."""
    fields = ArrayField(models.CharField(max_length=30))
    by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["person", "-version"]
        constraints = [models.UniqueConstraint(fields=["person", "version"], name="each_edit_has_its_version")]

    def __str__(self) -> str:
        return f"Edit {self.version} of person {self.person_id}"
