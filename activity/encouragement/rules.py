"""The eight actions to encourage. Read aloud, this is the table in the product description.

Each rule turns the facts of a relationship into windows of time. Pure: no clock, no database; thresholds are
arguments. Days are the coachee's calendar days, D is 24 hours exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from activity.encouragement.facts import Facts, Period, Session, Survey
from activity.encouragement.windows import D, End, Window, window
from profiles.zones import start_of_day

ONE_DAY = timedelta(days=1)
BEGINNING = datetime.min.replace(tzinfo=UTC)


class Manager360Pending:
    """The manager's 360 review is not in yet: from the invitation until the manager answers or the review closes."""

    key = "manager_360_pending"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per review that has a manager."""
        for review in facts.reviews:
            yield window(
                self.key,
                period,
                review.asked_at,
                End(review.completed_at, "manager_answered"),
                End(review.closed_at, "review_closed"),
                subject=review.ref,
                invited_at=review.asked_at,
                asked=review.asked,
                answered=len(review.answers),
            )


class SurveyHalfway:
    """The most recent survey is open and half the days to its due date have passed."""

    key = "survey_halfway"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per survey: from the start of its halfway day to the end of its due day."""
        for survey, replaced_at in _in_turn(facts):
            days = (survey.due_on - survey.assigned_on).days
            halfway = survey.assigned_on + timedelta(days=(days + 1) // 2)
            yield _while_open(
                self.key,
                facts,
                period,
                survey,
                start_of_day(halfway, facts.zone),
                replaced_at,
                End(start_of_day(survey.due_on + ONE_DAY, facts.zone), "due_date_passed"),
            )


class SurveyOverdue:
    """The most recent survey is open and its due date has passed."""

    key = "survey_overdue"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per survey: from the start of the day after it was due."""
        for survey, replaced_at in _in_turn(facts):
            overdue = start_of_day(survey.due_on + ONE_DAY, facts.zone)
            yield _while_open(self.key, facts, period, survey, overdue, replaced_at)


class ResourcesUnviewed:
    """No resource viewed for a week."""

    key = "resources_unviewed"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per silence."""
        return _silences(self.key, period, facts.views, period.thresholds.resources_days, "viewed_resource")


class MessagesSilent:
    """Neither coach nor coachee wrote for a week."""

    key = "messages_silent"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per silence."""
        return _silences(self.key, period, facts.messages, period.thresholds.messages_days, "sent_message")


class GoalsUnshared:
    """No goal shared and the session is two days away or less."""

    key = "goals_unshared"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per scheduled session; a cancelled one was scheduled until it was cancelled."""
        for session in facts.sessions:
            if session.status == "cancelled" and session.cancelled_at is None:
                continue
            yield window(
                self.key,
                period,
                session.starts_at - period.thresholds.goals_days * D,
                End(session.starts_at, "session_started"),
                End(session.goal_shared_at, "shared_micro_goal"),
                End(_called_off_at(session), "session_cancelled"),
                subject=session.ref,
                starts_at=session.starts_at,
            )


class TakeawaysUnshared:
    """No takeaway shared two days after the coach marked the most recent session occurred."""

    key = "takeaways_unshared"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per marked session, until a takeaway for it is shared or a later session is marked."""
        later_marked_at: datetime | None = None
        for session in reversed(facts.sessions):
            if session.status != "occurred" or session.marked_at is None:
                continue
            yield window(
                self.key,
                period,
                session.marked_at + period.thresholds.takeaways_days * D,
                End(session.takeaway_shared_at, "shared_takeaway"),
                End(later_marked_at, "later_session_marked"),
                subject=session.ref,
                starts_at=session.starts_at,
                marked_at=session.marked_at,
            )
            later_marked_at = min(later_marked_at or session.marked_at, session.marked_at)


class ReflectionsUnshared:
    """No reflection shared for a week."""

    key = "reflections_unshared"

    def windows(self, facts: Facts, period: Period) -> Iterator[Window | None]:
        """One per silence."""
        return _silences(
            self.key, period, facts.reflections, period.thresholds.reflections_days, "submitted_reflection"
        )


RULES = (
    Manager360Pending(),
    SurveyHalfway(),
    SurveyOverdue(),
    ResourcesUnviewed(),
    MessagesSilent(),
    GoalsUnshared(),
    TakeawaysUnshared(),
    ReflectionsUnshared(),
)


def windows(facts: Facts, after: datetime = BEGINNING) -> Iterator[Window]:
    """What there is to encourage in a relationship, open and to come after that instant; past as well without one."""
    for period in facts.periods(after):
        for rule in RULES:
            if rule.key not in period.thresholds.rules_off:
                yield from filter(None, rule.windows(facts, period))


def _in_turn(facts: Facts) -> Iterator[tuple[Survey, datetime | None]]:
    """Each survey, and the start of the day on which a newer one takes its place."""
    for survey, newer in pairwise(facts.surveys):
        yield survey, start_of_day(newer.assigned_on, facts.zone)
    if facts.surveys:
        yield facts.surveys[-1], None


def _while_open(
    key: str, facts: Facts, period: Period, survey: Survey, since: datetime, replaced_at: datetime | None, *ends: End
) -> Window | None:
    """A window of an open survey. One completed before it was assigned was never open."""
    assigned_at = start_of_day(survey.assigned_on, facts.zone)
    return window(
        key,
        period,
        max(since, assigned_at),
        End(survey.completed_at, "completed_survey"),
        End(replaced_at, "newer_survey"),
        *ends,
        subject=survey.ref,
        title=survey.title,
        due_on=survey.due_on,
    )


def _silences(
    key: str, period: Period, instants: Sequence[datetime], days: int, ended_by: str
) -> Iterator[Window | None]:
    """The times in which nothing of a kind happened for `days` × 24 hours, counted from the period's start at first."""
    anchor, since_beginning = period.since, True
    for instant in instants:
        if instant <= period.after:
            anchor, since_beginning = max(anchor, instant), since_beginning and instant <= anchor
        elif instant > anchor:
            yield _silence(key, period, anchor, since_beginning, days, End(instant, ended_by))
            anchor, since_beginning = instant, False
    yield _silence(key, period, anchor, since_beginning, days, End(None, ended_by))


def _silence(key: str, period: Period, anchor: datetime, since_beginning: bool, days: int, end: End) -> Window | None:
    return window(key, period, anchor + days * D, end, anchor=anchor, since_beginning=since_beginning, days=days)


def _called_off_at(session: Session) -> datetime | None:
    """When a session stopped being a scheduled one before its time."""
    return session.cancelled_at if session.status == "cancelled" else session.marked_at
