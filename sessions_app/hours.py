"""What the log of coaching hours needs beyond the sessions: when training began, and who agreed to be named."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_app.querysets import LogConsentQuerySet


class LogSettings(models.Model):
    """A coach's own: only hours after coach training began count for a credential."""

    coach = models.OneToOneField("profiles.Person", models.CASCADE, related_name="log_settings")
    training_started_on = models.DateField(_("coach training began on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    def __str__(self) -> str:
        return f"Log settings of person {self.coach_id}"


class LogConsent(models.Model):
    """A coachee agrees to be named, with e-mail and hours, in this coach's log for a credential, until withdrawn.

    `recorded_by` is the coachee, or the coach where consent was given on paper.
    """

    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    recorded_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = LogConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coach", "coachee"], condition=Q(withdrawn_at=None), name="one_standing_consent_per_pair"
            )
        ]
        indexes = [models.Index("coachee", "coach", name="consents_of_coachee")]

    def __str__(self) -> str:
        return f"Consent {self.pk}"
