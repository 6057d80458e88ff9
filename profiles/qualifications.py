"""What is known of a person beside their coaching: courses, licenses and credentials, employment."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.querysets import PersonsOwnQuerySet


class Course(models.Model):
    """Something a person learned: a course with its hours, provider and certificate."""

    person = models.ForeignKey("profiles.Person", models.PROTECT, related_name="courses")
    title = models.CharField(_("title"), max_length=200)
    provider = models.CharField(_("provider"), max_length=200, blank=True)
    minutes = models.PositiveIntegerField(_("length in minutes"), null=True, blank=True)
    completed_on = models.DateField(_("completed on"), null=True, blank=True)
    certificate_number = models.CharField(_("certificate number"), max_length=100, blank=True)
    certificate = models.CharField(max_length=100, blank=True, editable=False)
    """Name of the stored file, a PDF or a picture; empty without one."""
    certificate_name = models.CharField(max_length=200, blank=True, editable=False)
    """What the file was called when it came."""
    added_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = PersonsOwnQuerySet.as_manager()

    class Meta:
        ordering = [F("completed_on").desc(nulls_first=True), "-id"]
        verbose_name, verbose_name_plural = _("course"), _("courses")
        constraints = [models.CheckConstraint(condition=Q(title__regex=r"\S"), name="course_has_a_title")]
        indexes = [models.Index("person", "completed_on", name="courses_of_person")]

    def __str__(self) -> str:
        return f"Course {self.pk}"


class Credential(models.Model):
    """A license or credential. Its holder is reminded 60 and 14 days before it expires."""

    person = models.ForeignKey("profiles.Person", models.PROTECT, related_name="credentials")
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    number = models.CharField(_("number"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    added_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = PersonsOwnQuerySet.as_manager()

    class Meta:
        ordering = ["expires_on", "-id"]
        verbose_name, verbose_name_plural = _("license or credential"), _("licenses and credentials")
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="credential_has_a_title"),
            models.CheckConstraint(
                condition=Q(issued_on=None) | Q(expires_on=None) | Q(expires_on__gte=F("issued_on")),
                name="credential_expires_after_issue",
                violation_error_message=_("It cannot expire before it was issued."),
            ),
        ]
        indexes = [
            models.Index("person", "expires_on", name="credentials_of_person"),
            models.Index("expires_on", condition=Q(expires_on__isnull=False), name="credentials_expiring"),
        ]

    def __str__(self) -> str:
        return f"Credential {self.pk}"


class Employment(models.Model):
    """Facts about somebody's job, kept by admins. The manager is on the person (`manager_name`, `manager_email`)."""

    person = models.OneToOneField("profiles.Person", models.PROTECT, primary_key=True, related_name="employment")
    employee_number = models.CharField(_("employee number"), max_length=60, blank=True)
    site = models.CharField(_("site"), max_length=200, blank=True)
    department = models.CharField(_("department"), max_length=200, blank=True)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)
    version = models.PositiveIntegerField(
        default=0, editable=False, validators=[MinValueValidator(0)]
    )  # against lost updates

    class Meta:
        verbose_name, verbose_name_plural = _("personnel record"), _("personnel records")

    def __str__(self) -> str:
        return f"Personnel record of person {self.pk}"
