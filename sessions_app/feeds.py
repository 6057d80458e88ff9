"""The private calendar address of a person."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone


def new_nonce() -> str:
    """What makes one address another than the last."""
    return secrets.token_urlsafe(18)


class CalendarFeed(models.Model):
    """A person has a calendar address while this row stands. The address is a signature over the row's nonce: the
    address itself is kept nowhere, and another nonce, or no row, ends it."""

    person = models.OneToOneField("profiles.Person", models.CASCADE, related_name="calendar_feed")
    nonce = models.CharField(max_length=32, default=new_nonce)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Calendar address of person {self.person_id}"
