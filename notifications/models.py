"""What people are told, in the product and by mail. The decision to tell writes one row; a sender does the rest."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifications.querysets import NotificationQuerySet


class NoticeKind(models.TextChoices):
    """What it is about. The sentences are in notifications/words.py."""

    COACH_ASSIGNED = "coach_assigned", _("A coach was assigned")
    COACHEE_ASSIGNED = "coachee_assigned", _("A coachee was assigned")
    COACH_REMOVED = "coach_removed", _("A coach was removed")
    COACHEE_REMOVED = "coachee_removed", _("A coachee was removed")
    COACH_CHANGED = "coach_changed", _("Handed over to another coach")
    ACCESS_ON = "access_on", _("Coaching access turned on")
    ACCESS_OFF = "access_off", _("Coaching access turned off")
    INVITATION = "invitation", _("Invitation")
    CREDENTIAL_EXPIRES = "credential_expires", _("A license or credential expires")
    OBSERVATION_SHARED = "observation_shared", _("An observation was shared")
    OBSERVATION_ANSWERED = "observation_answered", _("An observation was acknowledged or commented")
    MESSAGE_RECEIVED = "message_received", _("A message")
    ASSIGNMENT_GIVEN = "assignment_given", _("An assignment")
    RESPONSE_GIVEN = "response_given", _("A response to an assignment")
    RESPONSE_ANSWERED = "response_answered", _("An answer to a response")
    RESOURCE_SUGGESTED = "resource_suggested", _("A resource was suggested")
    SESSION_SCHEDULED = "session_scheduled", _("A session was scheduled")
    SESSION_RESCHEDULED = "session_rescheduled", _("A session was rescheduled")
    SESSION_CANCELLED = "session_cancelled", _("A session was cancelled")
    SESSION_TOMORROW = "session_tomorrow", _("A session is a day away")
    SESSION_SOON = "session_soon", _("A session is an hour away")
    SESSION_ENDED = "session_ended", _("Did a session happen?")
    SESSION_UNMARKED = "session_unmarked", _("A session is still not marked")
    CALENDAR_UNREAD = "calendar_unread", _("A coach’s own calendar cannot be read")
    CONSENT_ASKED = "consent_asked", _("A coach asks to name you in their log")


class Notification(models.Model):
    """One person is told one thing, once (`key`), in the product, by mail, or both.

    It holds that something happened and to whom, never what somebody wrote in confidence. The words are put together
    when it is read or sent. A mail is claimed with a lease, sent with a Message-ID made from `pk`, then marked.
    """

    key = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey("profiles.Person", models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=24, choices=NoticeKind.choices)
    about = models.ForeignKey("profiles.Person", models.CASCADE, null=True, blank=True, related_name="+")
    """The other person it is about, if any."""
    subject_id = models.BigIntegerField(null=True, blank=True)
    """Id of the row it is about; which table follows from the kind."""
    facts = models.JSONField(default=dict, blank=True)
    """Days and numbers for the sentence."""
    created_at = models.DateTimeField(default=timezone.now)
    in_product = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True, blank=True)
    by_mail = models.BooleanField(default=True)
    next_try_at = models.DateTimeField(default=timezone.now)
    """Not tried before; also the end of the lease of whoever is sending it."""
    attempts = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    """No mail leaves any more: every try for a day failed, or (then `problem` is empty) nobody is to get it now."""
    problem = models.CharField(max_length=200, blank=True)
    """What the mail server said last, without addresses."""

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name, verbose_name_plural = _("notice"), _("notices")
        constraints = [
            models.CheckConstraint(condition=Q(in_product=True) | Q(by_mail=True), name="notice_reaches_somebody")
        ]
        indexes = [
            models.Index(
                "person", F("created_at").desc(), F("id").desc(), condition=Q(in_product=True), name="notices_of_person"
            ),
            models.Index("person", condition=Q(in_product=True, read_at=None), name="notices_unread"),
            models.Index(
                "next_try_at", condition=Q(by_mail=True, mailed_at=None, given_up_at=None), name="notices_to_mail"
            ),
            models.Index(
                F("given_up_at").desc(),
                F("id").desc(),
                condition=Q(given_up_at__isnull=False) & ~Q(problem=""),
                name="notices_not_mailed",
            ),
        ]

    def __str__(self) -> str:
        return f"Notice {self.pk}"
