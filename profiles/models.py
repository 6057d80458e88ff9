"""People, where they belong, and what a coachee may use and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from config.audit import Added, Changed, Removed, audited
from profiles.edits import PersonEdit
from profiles.invitation import Invitation
from profiles.languages import language_name, validate_language
from profiles.qualifications import Course, Credential, Employment
from profiles.querysets import PersonManager, PersonQuerySet, SubscriptionQuerySet
from profiles.search_words import PersonWord
from profiles.typed import Draft, SentForm
from profiles.zones import known_zones

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


__all__ = [
    "OF_THE_COACHEE",
    "Course",
    "Credential",
    "Draft",
    "Employment",
    "Invitation",
    "Organization",
    "Package",
    "Person",
    "PersonEdit",
    "PersonWord",
    "Program",
    "Role",
    "RoleGrant",
    "RuleKey",
    "SentForm",
    "Subscription",
]


class Role(models.TextChoices):
    """What a person is in this installation; one person may be several."""

    COACHEE = "coachee", _("Coachee")
    COACH = "coach", _("Coach")
    ADMIN = "admin", _("Admin")
    DELIVERY_MANAGER = "delivery_manager", _("Delivery manager")
    SPONSOR = "sponsor", _("Sponsor")


class RuleKey(models.TextChoices):
    """The eight actions to encourage. Their definitions are in activity/encouragement/rules.py."""

    MANAGER_360_PENDING = "manager_360_pending", _("Manager’s 360 review not in yet")
    SURVEY_HALFWAY = "survey_halfway", _("Survey open at halfway")
    SURVEY_OVERDUE = "survey_overdue", _("Survey overdue")
    RESOURCES_UNVIEWED = "resources_unviewed", _("No resource viewed")
    MESSAGES_SILENT = "messages_silent", _("No messages")
    GOALS_UNSHARED = "goals_unshared", _("No goal shared for the session")
    TAKEAWAYS_UNSHARED = "takeaways_unshared", _("No takeaways shared")
    REFLECTIONS_UNSHARED = "reflections_unshared", _("No reflection shared")


OF_THE_COACHEE = frozenset(
    {
        RuleKey.MANAGER_360_PENDING,
        RuleKey.SURVEY_HALFWAY,
        RuleKey.SURVEY_OVERDUE,
        RuleKey.RESOURCES_UNVIEWED,
        RuleKey.REFLECTIONS_UNSHARED,
    }
)
"""Rules about the coachee alone: several coaches have one each, and who sees them all is told once."""


class Organization(models.Model):
    """Where people work or belong."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("organization"), _("organizations")

    def __str__(self) -> str:
        return self.name


def validate_zone(name: str) -> None:
    """Refuses what is not an IANA time zone."""
    if name not in known_zones():
        raise ValidationError(
            _("%(name)s is not a time zone. Use an IANA name, such as Europe/Madrid."), params={"name": name}
        )


@audited(
    "person_history",
    pghistory.InsertEvent("superuser", condition=pgtrigger.Q(new__is_superuser=True)),
    pghistory.UpdateEvent("superuser", condition=pgtrigger.AnyChange("is_superuser")),
    pghistory.UpdateEvent("sign_in", condition=pgtrigger.AnyChange("is_active")),
    pghistory.UpdateEvent("address", condition=pgtrigger.AnyChange("email")),
    pghistory.DeleteEvent("deleted"),
    fields=["is_active", "is_superuser"],
    looked_up=["pgh_obj"],
)
class Person(AbstractBaseUser, PermissionsMixin):
    """Anyone with an account. What they may do follows from their roles and relationships, not from groups."""

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=200)
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("organization")
    )
    position = models.CharField(_("position"), max_length=200, blank=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    language = models.CharField(_("preferred language"), max_length=35, blank=True, validators=[validate_language])
    manager_name = models.CharField(_("manager’s name"), max_length=200, blank=True)
    manager_email = models.EmailField(_("manager’s e-mail"), max_length=254, blank=True)
    about = models.TextField(_("about"), blank=True, max_length=2000, db_default="")
    photo = models.CharField(max_length=40, blank=True, editable=False, db_default="")
    """Part of the name of the stored pictures; empty without one. A new photo has a new name."""
    capacity = models.PositiveSmallIntegerField(
        _("capacity"), null=True, blank=True, help_text=_("How many people this coach takes on; empty means no limit.")
    )
    is_active = models.BooleanField(_("may sign in"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False, db_default=0)
    """Rises with each edit of the profile, so that the second of two people editing at once is told."""
    created_at = models.DateTimeField(default=now, editable=False)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = PersonManager.from_queryset(PersonQuerySet)()

    class Meta:
        ordering = ["name", "id"]
        verbose_name, verbose_name_plural = _("person"), _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="person_email_is_lower_case",
                violation_error_message=_("Write the e-mail address in lower case."),
            )
        ]
        indexes = [
            models.Index("name", "id", name="person_by_name"),
            models.Index("name", "id", condition=Q(is_active=True, last_login=None), name="never_signed_in_by_name"),
            models.Index("id", condition=Q(capacity__isnull=False), name="coaches_with_capacity"),
            models.Index("id", condition=Q(is_superuser=True), name="superusers"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    def get_full_name(self) -> str:
        """What Django's admin calls whoever is signed in."""
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the roles held now; `with_roles()` brings them along with the person."""
        brought = getattr(self, "role_names", None)
        if brought is None:
            brought = self.role_grants.current().values_list("role", flat=True)
        return frozenset(brought)

    @property
    def is_staff(self) -> bool:
        """Django admin is for admins."""
        return self.is_superuser or Role.ADMIN in self.roles

    @property
    def first_name(self) -> str:
        """The first word of the name, for short sentences."""
        return self.name.split(" ", 1)[0]

    @property
    def language_name(self) -> str:
        """The preferred language in English, such as “Portuguese (Brazil)”; empty when unknown."""
        return language_name(self.language)


def display_name(person: Person) -> str:
    """How allauth's pages and mails call a person."""
    return person.name


class RoleGrantQuerySet(models.QuerySet):
    """Roles as they are given and taken away."""

    def current(self) -> RoleGrantQuerySet:
        """Not taken away."""
        return self.filter(ended_at=None)


@audited(
    "role_history",
    Added("given"),
    Changed("ended", condition=pgtrigger.AnyChange("ended_at")),
    Changed("changed", condition=pgtrigger.AnyChange("person", "role", "granted_at")),
    Removed("deleted"),
    fields=["person", "role", "granted_at", "granted_by", "ended_at", "ended_by"],
    looked_up=["person"],
)
class RoleGrant(models.Model):
    """A role, from when until when, and by whom. Coaching access is the role `coach`."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    granted_at = models.DateTimeField(default=now)
    granted_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "role"], condition=Q(ended_at=None), name="role_held_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_is_known"),
        ]
        indexes = [models.Index("role", "person", condition=Q(ended_at=None), name="role_holders")]

    def __str__(self) -> str:
        return f"{self.role} of person {self.person_id}"


def _days(default: int, label: StrPromise) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )


class Program(models.Model):
    """A kind of coaching, with its own thresholds for the actions to encourage and its own labels."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    resources_days = _days(7, _("days without a resource viewed"))
    messages_days = _days(7, _("days without a message"))
    reflections_days = _days(7, _("days without a reflection shared"))
    goals_days = _days(2, _("days before a session without a goal"))
    takeaways_days = _days(2, _("days after a session was marked without a takeaway"))
    prompt_days = models.PositiveSmallIntegerField(
        _("days between reflection prompts"),
        default=7,
        db_default=7,
        validators=[MaxValueValidator(365)],
        help_text=_("A week by default; 0 means that no prompts are offered."),
    )
    rules_off = ArrayField(
        models.CharField(max_length=30, choices=RuleKey.choices),
        default=list,
        blank=True,
        verbose_name=_("actions not encouraged in this program"),
    )
    review_label = models.CharField(_("name of the 360"), max_length=60, default="360 program")
    survey_label = models.CharField(_("name of the survey"), max_length=60, default="Behavioral Change Survey")

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("program"), _("programs")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    resources_days__range=(1, 365),
                    messages_days__range=(1, 365),
                    reflections_days__range=(1, 365),
                    goals_days__range=(1, 365),
                    takeaways_days__range=(1, 365),
                ),
                name="program_days_between_1_and_365",
                violation_error_message=_("Days must be between 1 and 365."),
            ),
            models.CheckConstraint(
                condition=Q(prompt_days__range=(0, 365)),
                name="program_prompt_days_up_to_365",
                violation_error_message=_("Days must be between 0 and 365."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Package(models.Model):
    """What an organization bought, by name."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("package"), _("packages")

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """What a coachee may use and when. Empty means not known.

    `active_from` and `active_until` are the first instants of `starts_on` and of the day after `ends_on` in the
    coachee's zone. They are written by `profiles.actions` together with what they follow from, so that no page
    and no query has to work out midnights.
    """

    coachee = models.ForeignKey(Person, models.PROTECT, related_name="subscriptions", verbose_name=_("coachee"))
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, verbose_name=_("program"))
    package = models.ForeignKey(Package, models.PROTECT, null=True, blank=True, verbose_name=_("package"))
    sessions_per_month = models.PositiveSmallIntegerField(_("sessions a month"), null=True, blank=True)
    complimentary_call = models.BooleanField(_("complimentary call included"), null=True, blank=True)
    flash_sessions = models.BooleanField(_("flash coaching included"), null=True, blank=True)
    group_module = models.CharField(_("group coaching module"), max_length=200, blank=True)
    delivery_manager = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="delivers", verbose_name=_("delivery manager")
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    active_from = models.DateTimeField(editable=False)
    active_until = models.DateTimeField(editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name, verbose_name_plural = _("subscription"), _("subscriptions")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="subscription_ends_after_start",
                violation_error_message=_("The last day must not be before the first."),
            ),
            ExclusionConstraint(
                name="subscriptions_do_not_overlap",
                expressions=[
                    (Func("coachee", "coachee", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("starts_on", "ends_on", Value("[]"), function="daterange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This coachee already has a subscription in that time."),
            ),
        ]
        indexes = [
            models.Index("coachee", "starts_on", name="subscription_of_coachee"),
            models.Index("delivery_manager", "coachee", name="subscription_delivered_by"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"
