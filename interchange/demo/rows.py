"""Gathers rows that refer to each other before any of them is written, then writes them all at once."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model

from activity.models import EventKind
from activity.record import record
from assessments.models import (
    BehaviorSurvey,
    Component,
    Level,
    Observation,
    ObservationComment,
    Rater,
    Rating,
    Review360,
    Rubric,
    RubricVersion,
)
from assignments.models import (
    Assignment,
    AssignmentFile,
    AssignmentTemplate,
    Prompt,
    Reflection,
    Resource,
    ResourceView,
    Response,
    Suggestion,
    TemplateFile,
)
from coaching.models import Goal, GoalChange, Message, Milestone, Relationship, RelationshipReview
from profiles.models import (
    Course,
    Credential,
    Employment,
    Invitation,
    Organization,
    Package,
    Person,
    Program,
    RoleGrant,
    Subscription,
)
from sessions_app.models import (
    Attendance,
    Availability,
    AvailabilityException,
    GroupMeeting,
    GroupModule,
    LogConsent,
    LogSettings,
    MicroGoal,
    PrivateNote,
    PrivateNoteVersion,
    Session,
    SessionChange,
    SharedNote,
    SharedNoteVersion,
    Takeaway,
    WeeklyHours,
)

Row = TypeVar("Row", bound=Model)

# What is referred to comes before what refers to it.
ORDER: tuple[type[Model], ...] = (
    Organization,
    Program,
    Package,
    Person,
    RoleGrant,
    Prompt,
    Resource,
    Suggestion,
    AssignmentTemplate,
    TemplateFile,
    Subscription,
    Employment,
    Course,
    Credential,
    Invitation,
    Relationship,
    RelationshipReview,
    Goal,
    Milestone,
    GoalChange,
    Message,
    Availability,
    WeeklyHours,
    AvailabilityException,
    LogSettings,
    LogConsent,
    GroupModule,
    GroupMeeting,
    Session,
    Attendance,
    SessionChange,
    PrivateNote,
    PrivateNoteVersion,
    SharedNote,
    SharedNoteVersion,
    MicroGoal,
    Takeaway,
    ResourceView,
    Assignment,
    AssignmentFile,
    Response,
    Reflection,
    BehaviorSurvey,
    Review360,
    Rater,
    Rubric,
    RubricVersion,
    Component,
    Level,
    Observation,
    Rating,
    ObservationComment,
)
DEEDS: tuple[tuple[str, type[Model]], ...] = (
    (EventKind.ENROLLED_360, Review360),
    (EventKind.CLOSED_360, Review360),
    (EventKind.COMPLETED_SURVEY, BehaviorSurvey),
    (EventKind.COMPLETED_ASSIGNMENT, Assignment),
    (EventKind.RESPONDED_TO_ASSIGNMENT, Response),
    (EventKind.VIEWED_RESOURCE, ResourceView),
    (EventKind.SENT_MESSAGE, Message),
    (EventKind.SHARED_MICRO_GOAL, MicroGoal),
    (EventKind.SHARED_TAKEAWAY, Takeaway),
    (EventKind.SUBMITTED_REFLECTION, Reflection),
)


class Rows:
    """Rows to be written."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[Model]] = {model: [] for model in ORDER}

    def add(self, model: type[Row], **fields) -> Row:
        """A row that is written later; others may refer to it at once."""
        row = model(**fields)
        self._rows[model].append(row)
        return row

    def of(self, model: type[Row]) -> list[Row]:
        """The rows of a model so far."""
        return [row for row in self._rows[model] if isinstance(row, model)]

    def ids(self, model: type[Model]) -> list[int]:
        """The ids of the rows of a model, once they are written."""
        return [row.pk for row in self._rows[model]]

    def write(self) -> dict[str, int]:
        """Writes everything with its events; returns how many rows of each model there are."""
        for model in ORDER:
            model._default_manager.bulk_create(self._rows[model], batch_size=1_000)
        for kind, model in DEEDS:
            record(kind, model._default_manager.filter(pk__in=self.ids(model)))
        return {model._meta.label: len(rows) for model, rows in self._rows.items()}
