"""Who coaches whom, and what they write to each other."""

from __future__ import annotations

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from coaching.querysets import GoalQuerySet, MessageFileQuerySet, MessageQuerySet, RelationshipQuerySet
from config.audit import Added, Changed, Removed, audited
from config.kept_files import KeptFile


@audited(
    "relationship_history",
    Added("begun"),
    Changed("ended", condition=pgtrigger.AnyChange("ended_at")),
    Changed("changed", condition=pgtrigger.AnyChange("coach", "coachee", "started_at")),
    Removed("deleted"),
    fields=["coach", "coachee", "started_at", "ended_at", "started_by", "ended_by"],
    looked_up=["pgh_obj", "coach", "coachee"],
)
class Relationship(models.Model):
    """One coach, one coachee, from `started_at` until `ended_at`. Never deleted, only ended."""

    coach = models.ForeignKey(
        "profiles.Person", models.PROTECT, related_name="relationships_as_coach", verbose_name=_("coach")
    )
    coachee = models.ForeignKey(
        "profiles.Person", models.PROTECT, related_name="relationships_as_coachee", verbose_name=_("coachee")
    )
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    started_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    ended_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        verbose_name, verbose_name_plural = _("coaching relationship"), _("coaching relationships")
        constraints = [
            models.CheckConstraint(
                condition=~Q(coach=F("coachee")),
                name="nobody_coaches_themselves",
                violation_error_message=_("A person cannot be their own coach."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("started_at")),
                name="relationship_ends_after_start",
                violation_error_message=_("A relationship cannot end before it started."),
            ),
            models.UniqueConstraint(fields=["coach", "coachee", "started_at"], name="relationship_started_once"),
            ExclusionConstraint(
                name="one_running_relationship_per_pair",
                expressions=[
                    (Func("coach", "coach", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("coachee", "coachee", Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    (Func("started_at", "ended_at", function="tstzrange"), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This coach already coaches this person in that time."),
            ),
        ]
        indexes = [
            models.Index("coachee", "coach", name="relationship_of_coachee"),
            models.Index("started_at", "id", name="relationship_by_start"),
        ]

    def __str__(self) -> str:
        return f"Relationship {self.pk}"


@audited(
    "review_history",
    Added("reviewed"),
    Changed("changed"),
    Removed("deleted"),
    fields=["relationship", "reviewed_at", "reviewed_by"],
    looked_up=["relationship"],
)
class RelationshipReview(models.Model):
    """An admin looked at a relationship and found it in order, or put it in order."""

    relationship = models.ForeignKey(Relationship, models.PROTECT, related_name="reviews")
    reviewed_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey("profiles.Person", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-reviewed_at"]
        indexes = [models.Index("relationship", F("reviewed_at").desc(), name="reviews_of_relationship")]

    def __str__(self) -> str:
        return f"Review {self.pk} of relationship {self.relationship_id}"


class Message(models.Model):
    """What coach and coachee write to each other. Read by these two only; a former coach no longer can."""

    class Sender(models.TextChoices):
        COACH = "coach", _("Coach")
        COACHEE = "coachee", _("Coachee")

    coach = models.ForeignKey("profiles.Person", models.PROTECT, related_name="messages_as_coach")
    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="messages_as_coachee")
    sender = models.CharField(max_length=7, choices=Sender.choices)
    text = models.TextField(blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    """When the other side saw it; imported ones were read when they were sent."""

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint("coachee", "coach", "sender", "sent_at", MD5("text"), name="message_sent_once"),
            models.CheckConstraint(condition=Q(sender__in=["coach", "coachee"]), name="message_sender_is_known"),
        ]
        indexes = [
            models.Index("coachee", "coach", "sent_at", "id", name="conversation"),
            models.Index("coach", "coachee", condition=Q(read_at=None, sender="coachee"), name="unread_by_coach"),
            models.Index("coachee", "coach", condition=Q(read_at=None, sender="coach"), name="unread_by_coachee"),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"


class MessageFile(KeptFile):
    """A file that came with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="files")

    objects = MessageFileQuerySet.as_manager()

    def __str__(self) -> str:
        return f"File {self.pk} of message {self.message_id}"


class Goal(models.Model):
    """What a coachee works towards. Belongs to the coachee and is open to every current coach; it outlives coaches."""

    class State(models.TextChoices):
        ACTIVE = "active", _("In progress")
        ACHIEVED = "achieved", _("Achieved")
        LET_GO = "let_go", _("Let go")

    coachee = models.ForeignKey("profiles.Person", models.PROTECT, related_name="goals")
    title = models.CharField(_("title"), max_length=200)
    why = models.TextField(_("why it matters"), max_length=4000, blank=True)
    target_on = models.DateField(_("target date"), null=True, blank=True)
    progress = models.PositiveSmallIntegerField(_("progress"), default=0, validators=[MaxValueValidator(100)])
    """In percent: the newest of the history, kept here for lists."""
    state = models.CharField(max_length=8, choices=State.choices, default=State.ACTIVE)
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.TextField(_("reason"), max_length=2000, blank=True)
    set_by = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["-set_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="goal_has_a_title"),
            models.CheckConstraint(
                condition=Q(progress__range=(0, 100)),
                name="goal_progress_between_0_and_100",
                violation_error_message=_("Progress is between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=Q(state="active", closed_at=None)
                | Q(state__in=["achieved", "let_go"], closed_at__isnull=False),
                name="goal_closed_with_its_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="let_go") | Q(close_reason__regex=r"\S"),
                name="goal_let_go_with_a_reason",
                violation_error_message=_("Say why it is let go."),
            ),
        ]
        indexes = [models.Index("coachee", "state", F("set_at").desc(), name="goals_of_coachee")]

    def __str__(self) -> str:
        return f"Goal {self.pk}"


class Milestone(models.Model):
    """A step on the way to a goal."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="milestones")
    title = models.CharField(_("milestone"), max_length=200)
    due_on = models.DateField(_("by"), null=True, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)
    reached_by = models.ForeignKey("profiles.Person", models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(title__regex=r"\S"), name="milestone_has_a_title")]
        indexes = [models.Index("goal", "due_on", name="milestones_of_goal")]

    def __str__(self) -> str:
        return f"Milestone {self.pk}"


class GoalChange(models.Model):
    """One step in the history of a goal: who changed what, and when. Written once, never edited."""

    class Kind(models.TextChoices):
        SET = "set", _("Set the goal")
        EDITED = "edited", _("Edited the goal")
        PROGRESSED = "progressed", _("Updated progress")
        MILESTONE_ADDED = "milestone_added", _("Added a milestone")
        MILESTONE_EDITED = "milestone_edited", _("Edited a milestone")
        MILESTONE_REMOVED = "milestone_removed", _("Removed a milestone")
        MILESTONE_REACHED = "milestone_reached", _("Reached a milestone")
        MILESTONE_REOPENED = "milestone_reopened", _("Reopened a milestone")
        ACHIEVED = "achieved", _("Marked as achieved")
        LET_GO = "let_go", _("Let it go")
        REOPENED = "reopened", _("Reopened the goal")

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=18, choices=Kind.choices)
    by = models.ForeignKey("profiles.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    progress = models.PositiveSmallIntegerField(null=True, blank=True)
    """In percent after this change, for changes of progress and the first."""
    comment = models.TextField(_("comment"), max_length=2000, blank=True)
    changed = models.JSONField(default=dict, blank=True)
    """Field to [before, after], as texts; for a milestone its title under "milestone"."""

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index("goal", F("at").desc(), F("id").desc(), name="changes_of_goal")]

    def __str__(self) -> str:
        return f"Change {self.pk} of goal {self.goal_id}"
