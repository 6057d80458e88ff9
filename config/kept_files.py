"""What is known of a file that somebody uploaded; the content lies in the storage (config/files.py)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class KeptFile(models.Model):
    """A stored file: `file` is its name in the storage, `name` what its owner calls it, `size` is in bytes.

    Rows may share what is stored; `profiles.keeping.forget` deletes it with the last of them.
    """

    file = models.CharField(max_length=80, editable=False)
    name = models.CharField(max_length=120, editable=False)
    size = models.PositiveIntegerField(editable=False)
    added_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["id"]
        indexes = [models.Index("file", name="%(class)s_by_file")]
