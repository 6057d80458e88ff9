"""Sessions, who is taken when, and what is written about a session."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.refs import REF_LENGTH, new_ref
from sessions_app.availability import Availability, AvailabilityException, BusyTime, OutsideCalendar, WeeklyHours
from sessions_app.feeds import CalendarFeed
from sessions_app.hours import LogConsent, LogSettings
from sessions_app.notes import PrivateNote, PrivateNoteVersion, SharedNote, SharedNoteVersion
from sessions_app.querysets import GroupMeetingQuerySet, SessionChangeQuerySet, SessionQuerySet, SharedTextQuerySet

__all__ = [
    "Attendance",
    "Availability",
    "AvailabilityException",
    "BusyTime",
    "CalendarFeed",
    "GroupMeeting",
    "GroupModule",
    "LogConsent",
    "LogSettings",
    "MicroGoal",
    "OutsideCalendar",
    "PrivateNote",
    "PrivateNoteVersion",
    "Session",
    "SessionChange",
    "SharedNote",
    "SharedNoteVersion",
    "SharedText",
    "Takeaway",
    "WeeklyHours",
]


class GroupModule(models.Model):
    """A course of group sessions. Whose subscription names it is enrolled; modules without a row have the defaults."""

    name = models.CharField(_("name"), max_length=200, unique=True, help_text=_("As subscriptions name it."))
    capacity = models.PositiveSmallIntegerField(
        _("seats"), default=8, help_text=_("How many coachees one group session has room for.")
    )
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=60)

    class Meta:
        ordering = ["name"]
        verbose_name, verbose_name_plural = _("group module"), _("group modules")
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__range=(1, 100)),
                name="group_module_has_1_to_100_seats",
                violation_error_message=_("Seats must be between 1 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__range=(10, 480)),
                name="group_module_takes_10_to_480_minutes",
                violation_error_message=_("The length must be between 10 and 480 minutes."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class GroupMeeting(models.Model):
    """One meeting of a coach with several coachees; each of them has a Session of their own in it.

    Imported ones know neither module, length nor seats. `version` rises with every change of the meeting as a whole.
    """

    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="group_meetings")
    starts_at = models.DateTimeField()
    module = models.CharField(max_length=200, blank=True, default="", db_default="")
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = GroupMeetingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["coach", "starts_at"], condition=Q(cancelled_at=None), name="one_group_meeting_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"Group meeting {self.pk}"


class Session(models.Model):
    """One meeting as one coachee has it. Several of kind `group` share a GroupMeeting."""

    class Kind(models.TextChoices):
        ONE_ON_ONE = "one_on_one", _("One-on-one")
        FLASH = "flash", _("Flash")
        COMPLIMENTARY = "complimentary", _("Complimentary")
        GROUP = "group", _("Group")

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        CANCELLED = "cancelled", _("Cancelled")
        OCCURRED = "occurred", _("Occurred")
        DID_NOT_OCCUR = "did_not_occur", _("Didn’t occur")

    class Reason(models.TextChoices):
        COACHEE_EMERGENCY = "coachee_emergency", _("Coachee’s emergency")
        COACH_EMERGENCY = "coach_emergency", _("Coach’s emergency")
        COACHEE_MISSED = "coachee_missed", _("Coachee missed it")
        COACH_MISSED = "coach_missed", _("Coach missed it")
        OTHER = "other", _("Other")

    class CancelledBy(models.TextChoices):
        COACH = "coach", _("Coach")
        COACHEE = "coachee", _("Coachee")
        ADMIN = "admin", _("Admin")

    class Payment(models.TextChoices):
        PAID = "paid", _("Paid")
        BARTER = "barter", _("Barter or peer exchange")
        INTERNAL = "internal", _("Part of the coach’s job")
        PRO_BONO = "pro_bono", _("Pro bono")

    ref = models.CharField(max_length=REF_LENGTH, unique=True, default=new_ref)
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="sessions_as_coach")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="sessions_as_coachee")
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.ONE_ON_ONE)
    meeting = models.ForeignKey(GroupMeeting, models.PROTECT, null=True, blank=True, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=13, choices=Status.choices, default=Status.SCHEDULED)
    marked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=17, choices=Reason.choices, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.CharField(max_length=7, choices=CancelledBy.choices, blank=True)
    seat = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    """Which seat of a group meeting with a capacity, from 1; each is given once."""
    payment = models.CharField(
        max_length=8, choices=Payment.choices, default=Payment.PAID, db_default=Payment.PAID.value
    )
    """How the coach's time is paid for; decides where the hours go in a credential's log."""
    booked_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    booked_at = models.DateTimeField(null=True, blank=True)
    """When it was scheduled on the site; empty for imported ones, which the rules of booking leave alone."""
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """Rises with every change; also the SEQUENCE of the calendar invitation."""

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="session_ends_after_start",
                violation_error_message=_("A session must end after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(kind="group", meeting__isnull=False) | (~Q(kind="group") & Q(meeting=None)),
                name="group_sessions_have_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["one_on_one", "flash", "complimentary", "group"]), name="session_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["scheduled", "cancelled", "occurred", "did_not_occur"]),
                name="session_status_is_known",
            ),
            models.CheckConstraint(
                condition=Q(payment__in=["paid", "barter", "internal", "pro_bono"]), name="session_payment_is_known"
            ),
            models.UniqueConstraint(
                fields=["coach", "coachee"],
                condition=Q(kind="complimentary", booked_at__isnull=False, status__in=["scheduled", "occurred"]),
                name="one_complimentary_session_per_pair",
                violation_error_message=_("These two already have a complimentary session."),
            ),
            models.UniqueConstraint(
                fields=["meeting", "seat"],
                condition=~Q(status="cancelled"),
                name="one_coachee_per_seat",
                violation_error_message=_("This seat was just taken."),
            ),
        ]
        indexes = [
            models.Index("coachee", "coach", "starts_at", name="session_of_pair"),
            models.Index("coachee", "starts_at", name="session_of_coachee"),
            models.Index("coach", "starts_at", name="session_of_coach"),
            # What is next and what has yet to be marked are a few among years of sessions.
            models.Index("coachee", "coach", "starts_at", condition=Q(status="scheduled"), name="scheduled_of_pair"),
            models.Index("coach", "starts_at", condition=Q(status="scheduled"), name="scheduled_of_coach"),
            # What is over and not marked, for the reminders.
            models.Index("ends_at", condition=Q(status="scheduled"), name="scheduled_by_end"),
            # Who met lately or will meet, of all relationships at once.
            models.Index(
                "starts_at",
                "coachee",
                "coach",
                condition=Q(status__in=["scheduled", "occurred"]),
                name="met_or_to_meet",
            ),
        ]

    def __str__(self) -> str:
        return f"Session {self.ref}"

    @property
    def minutes(self) -> int:
        """Length in whole minutes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)


class Attendance(models.Model):
    """Somebody is taken during a time, as coach or coachee. The database lets nobody be in two places.

    One row per participant of every session that is not cancelled; a group's coach has one for the meeting.
    `sessions_app.holding` writes them, for imports `interchange.attendance`.
    """

    person = models.ForeignKey("profiles.Person", models.PROTECT, related_name="attendances")
    session = models.ForeignKey(Session, models.CASCADE, null=True, blank=True, related_name="attendances")
    meeting = models.ForeignKey(GroupMeeting, models.CASCADE, null=True, blank=True, related_name="attendances")
    during = DateTimeRangeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(session__isnull=False, meeting=None) | Q(session=None, meeting__isnull=False),
                name="attendance_is_at_one_thing",
            ),
            models.UniqueConstraint(fields=["session", "person"], name="attend_session_once"),
            models.UniqueConstraint(fields=["meeting", "person"], name="attend_meeting_once"),
            ExclusionConstraint(
                name="no_double_booking",
                expressions=[
                    (Func("person", "person", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("during", RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This time is already taken."),
            ),
        ]

    def __str__(self) -> str:
        return f"Attendance {self.pk}"


class SessionChange(models.Model):
    """What became of a session, when and by whom: the trace that a change leaves. It never holds a text.

    `starts_at` is when it was to start from then on, `was_at` before; the others are as they became.
    """

    class What(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        RESCHEDULED = "rescheduled", _("Rescheduled")
        CANCELLED = "cancelled", _("Cancelled")
        MARKED = "marked", _("Marked")
        PAYMENT = "payment", _("Payment changed")

    session = models.ForeignKey(Session, models.PROTECT, related_name="changes")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    what = models.CharField(max_length=11, choices=What.choices)
    by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    starts_at = models.DateTimeField(null=True, blank=True)
    was_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=13, choices=Session.Status.choices, blank=True)
    reason = models.CharField(max_length=17, choices=Session.Reason.choices, blank=True)
    payment = models.CharField(max_length=8, choices=Session.Payment.choices, blank=True)

    objects = SessionChangeQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what__in=["scheduled", "rescheduled", "cancelled", "marked", "payment"]),
                name="session_change_is_known",
            )
        ]
        indexes = [models.Index("session", "at", name="changes_of_session")]

    def __str__(self) -> str:
        return f"Change {self.pk}"


class SharedText(models.Model):
    """Something the coachee writes about a session: a draft until it is shared with that session's coach."""

    session = models.OneToOneField(Session, models.PROTECT, related_name="%(class)s")
    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    submitted_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    """When what is shared was last changed; empty when it is as it was shared."""
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    objects = SharedTextQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(shared_at=None) | Q(text__regex=r"\S"),
                name="%(class)s_needs_a_text_to_be_shared",
                violation_error_message=_("Write something before you share it."),
            )
        ]

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.pk}"


class MicroGoal(SharedText):
    """What the coachee wants from the next session."""


class Takeaway(SharedText):
    """What the coachee takes from the last session."""
