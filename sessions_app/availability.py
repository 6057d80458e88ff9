"""When a coach can be booked: weekly hours, exceptions, rules, and what else takes their time."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

DAY = 24 * 60
"""Minutes of a day's wall clock; hours that end with the day end there."""


class Availability(models.Model):
    """The rules by which one coach can be booked. A coach without a row has the defaults, and no hours."""

    coach = models.OneToOneField("profiles.Person", models.CASCADE, related_name="availability")
    notice_hours = models.PositiveSmallIntegerField(
        _("minimum notice in hours"), default=24, validators=[MaxValueValidator(24 * 60)]
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("minutes between sessions"), default=0, validators=[MaxValueValidator(240)]
    )
    furthest_days = models.PositiveSmallIntegerField(
        _("days ahead at most"), default=90, validators=[MaxValueValidator(730)]
    )
    step_minutes = models.PositiveSmallIntegerField(_("a session can begin every"), default=30)
    meeting_url = models.URLField(_("your own meeting link"), max_length=500, blank=True)
    """Where this coach meets; empty for a link made per session."""
    version = models.PositiveIntegerField(default=0, db_default=0, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    notice_hours__lte=24 * 60,
                    buffer_minutes__lte=240,
                    furthest_days__range=(1, 730),
                    step_minutes__in=[10, 15, 20, 30, 60],
                ),
                name="availability_rules_within_reason",
                violation_error_message=_("These rules are out of range."),
            )
        ]

    def __str__(self) -> str:
        return f"Availability of person {self.coach_id}"


class WeeklyHours(models.Model):
    """Hours of a weekday (0 is Monday) by the coach's own clock, in minutes after midnight: `[opens, closes)`."""

    coach = models.ForeignKey("profiles.Person", models.CASCADE, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="weekday_is_one_of_seven"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens"), closes__lte=DAY),
                name="weekly_hours_end_after_they_begin",
                violation_error_message=_("Hours must end after they begin."),
            ),
            ExclusionConstraint(
                name="weekly_hours_do_not_overlap",
                expressions=[
                    (Func("coach", "coach", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("weekday", "weekday", Value("[]"), function="int4range"), RangeOperators.OVERLAPS),
                    (Func("opens", "closes", function="int4range"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("These hours overlap others of that day."),
            ),
        ]

    def __str__(self) -> str:
        return f"Weekly hours {self.pk}"


class AvailabilityException(models.Model):
    """Days on which the weekly hours do not hold: closed (a holiday) or with extra hours, from `opens` to `closes`.

    Days are by the coach's calendar, both included; times in minutes after midnight. Closed wins over any hours.
    """

    coach = models.ForeignKey("profiles.Person", models.CASCADE, related_name="availability_exceptions")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    is_open = models.BooleanField(default=False)
    opens = models.PositiveSmallIntegerField(default=0)
    closes = models.PositiveSmallIntegerField(default=DAY)

    class Meta:
        ordering = ["starts_on", "opens", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="exception_ends_after_it_begins",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens"), closes__lte=DAY),
                name="exception_hours_end_after_they_begin",
                violation_error_message=_("Hours must end after they begin."),
            ),
        ]
        indexes = [models.Index("coach", "ends_on", name="exceptions_of_coach")]

    def __str__(self) -> str:
        return f"Exception {self.pk}"


class OutsideCalendar(models.Model):
    """The address of a coach's own calendar, read by a task for busy times. Whoever has the address can read it: it is
    shown to nobody but its owner, and never logged."""

    coach = models.OneToOneField("profiles.Person", models.CASCADE, related_name="outside_calendar")
    url = models.URLField(_("calendar address"), max_length=1000)
    next_read_at = models.DateTimeField()
    """Not read before; also the end of the lease of whoever is reading it."""
    read_at = models.DateTimeField(null=True, blank=True)
    """When it was last read successfully."""
    failures = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=200, blank=True)
    """What went wrong last, without the address."""

    class Meta:
        indexes = [models.Index("next_read_at", name="calendars_to_read")]

    def __str__(self) -> str:
        return f"Outside calendar of person {self.coach_id}"


class BusyTime(models.Model):
    """A time in which the coach's own calendar says busy. Nothing but the time is kept of it."""

    coach = models.ForeignKey("profiles.Person", models.CASCADE, related_name="busy_times")
    during = DateTimeRangeField()

    class Meta:
        indexes = [
            GistIndex(Func("coach", "coach", Value("[]"), function="int8range"), "during", name="busy_times_of_coach")
        ]

    def __str__(self) -> str:
        return f"Busy time {self.pk}"
