"""Notes on sessions: a private part, the author's alone, and a shared part. Earlier versions are kept as strictly."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sessions_app.querysets import PrivateNoteQuerySet, PrivateVersionQuerySet, SharedNoteQuerySet


class PrivateNote(models.Model):
    """The coach's own notes on a session. Readable by their author and nobody else, ever."""

    session = models.ForeignKey("sessions_app.Session", models.PROTECT, related_name="private_notes")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    author = models.ForeignKey("profiles.Person", models.PROTECT, related_name="private_notes")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = PrivateNoteQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "author"], name="one_private_note_per_author")]
        indexes = [models.Index("author", "written_at", name="private_notes_of_author")]

    def __str__(self) -> str:
        return f"Private note {self.pk}"


class PrivateNoteVersion(models.Model):
    """What a private note said before it was changed. For its author alone."""

    note = models.ForeignKey(PrivateNote, models.CASCADE, related_name="versions")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    author = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    objects = PrivateVersionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("note", "written_at", name="versions_of_private_note")]

    def __str__(self) -> str:
        return f"Version {self.pk} of a private note"


class SharedNote(models.Model):
    """What the coach writes about a session for both of them."""

    session = models.OneToOneField("sessions_app.Session", models.PROTECT, related_name="shared_note")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = SharedNoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="shared_note_needs_a_text"),
        ]

    def __str__(self) -> str:
        return f"Shared note {self.pk}"


class SharedNoteVersion(models.Model):
    """What a shared note said before it was changed or taken away. For both of them, as the note."""

    session = models.ForeignKey("sessions_app.Session", models.PROTECT, related_name="shared_note_versions")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    objects = SharedNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index("session", "written_at", name="versions_of_shared_note")]

    def __str__(self) -> str:
        return f"Version {self.pk} of a shared note"
