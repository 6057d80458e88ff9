"""Sign-up is closed: an admin invites people, and a link in a mail lets them in once."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_nonce() -> str:
    """What the link of an invitation is signed with beside the installation's key; a new one ends the old link."""
    return secrets.token_urlsafe(16)


class InvitationQuerySet(models.QuerySet):
    """Invitations."""

    def open(self) -> Self:
        """Neither accepted nor revoked; it may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def usable(self, now: datetime) -> Self:
        """Open and not expired: the link works."""
        return self.open().filter(expires_at__gt=now)


class Invitation(models.Model):
    """A person was invited. The link is made from this row when the mail leaves, so that no secret is stored with it.

    Resending gives the open invitation a new nonce and a later end; the earlier link stops working.
    """

    person = models.ForeignKey("profiles.Person", models.CASCADE, related_name="invitations")
    nonce = models.CharField(max_length=32, default=new_nonce, editable=False)
    invited_at = models.DateTimeField(default=timezone.now)
    invited_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    """When the link was last asked for."""
    times_sent = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-id"]
        verbose_name, verbose_name_plural = _("invitation"), _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="one_open_invitation_per_person",
                violation_error_message=_("This person is invited already."),
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_after_start"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
        ]
        indexes = [models.Index("person", F("invited_at").desc(), name="invitations_of_person")]

    def __str__(self) -> str:
        return f"Invitation {self.pk}"
