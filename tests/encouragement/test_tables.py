"""Each rule's table: just before, at, just after, cleared, ended. Amara lives in Lagos (UTC+1, no clock changes)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from activity.encouragement.facts import Facts, Review, Session, Survey, Thresholds, as_of
from activity.encouragement.rules import windows

D = timedelta(hours=24)
SECOND = timedelta(seconds=1)
BEGIN = datetime(2026, 2, 28, 23, tzinfo=UTC)  # 1 March, 00:00 in Lagos
END = datetime(2027, 2, 28, 23, tzinfo=UTC)  # 28 February was the last day
AMARA = Facts(
    relationship=1,
    coach=1,
    coachee=2,
    zone="Africa/Lagos",
    started_at=BEGIN - 30 * D,
    ended_at=None,
    subscriptions=((BEGIN, END, Thresholds()),),
)
NOON = datetime(2026, 11, 10, 12, tzinfo=UTC)
SURVEY = Survey("S-17", "Delegation, spring", date(2026, 11, 1), date(2026, 11, 18), None)
HALFWAY = datetime(2026, 11, 9, 23, tzinfo=UTC)  # 17 days: half is 8.5, rounded up 9, so 10 November
OVERDUE = datetime(2026, 11, 18, 23, tzinfo=UTC)  # 19 November, 00:00 in Lagos
REVIEW = Review("R-1", NOON - 2 * D, None, NOON, None, 8, ())
MET = Session("C-1", NOON - D, "occurred", NOON, None, None, None)
AHEAD = Session("C-2", NOON + 2 * D, "scheduled", None, None, None, None)


def when(facts: Facts, rule: str) -> list[tuple[datetime, datetime]]:
    return [(one.since, one.until) for one in windows(facts) if one.rule == rule]


def is_open(facts: Facts, rule: str, at: datetime) -> bool:
    return any(one.rule == rule and one.contains(at) for one in windows(facts))


def having(**known) -> Facts:
    return AMARA._replace(**known)


OPENS = [
    ("manager_360_pending", having(reviews=(REVIEW,)), NOON),
    ("manager_360_pending", having(reviews=(REVIEW._replace(invited_at=None),)), NOON - 2 * D),
    ("survey_halfway", having(surveys=(SURVEY,)), HALFWAY),
    ("survey_halfway", having(surveys=(SURVEY._replace(due_on=date(2026, 11, 17)),)), HALFWAY - D),
    ("survey_halfway", having(surveys=(SURVEY._replace(due_on=date(2026, 11, 1)),)), HALFWAY - 9 * D),
    ("survey_overdue", having(surveys=(SURVEY,)), OVERDUE),
    ("resources_unviewed", having(views=(NOON,)), NOON + 7 * D),
    ("resources_unviewed", having(), BEGIN + 7 * D),
    ("resources_unviewed", having(views=(BEGIN - D,)), BEGIN + 7 * D),
    ("messages_silent", having(messages=(NOON - D, NOON)), NOON + 7 * D),
    ("messages_silent", having(started_at=NOON), NOON + 7 * D),
    ("reflections_unshared", having(reflections=(NOON,)), NOON + 7 * D),
    ("goals_unshared", having(sessions=(AHEAD,)), NOON),
    ("takeaways_unshared", having(sessions=(MET,)), NOON + 2 * D),
]


@pytest.mark.parametrize(("rule", "facts", "since"), OPENS)
def test_opens_to_the_second(rule, facts, since):
    assert not is_open(facts, rule, since - SECOND)
    assert is_open(facts, rule, since)
    assert is_open(facts, rule, since + SECOND)


CLEARS = [
    ("manager_360_pending", having(reviews=(REVIEW._replace(completed_at=NOON + D),)), NOON + D, "manager_answered"),
    ("manager_360_pending", having(reviews=(REVIEW._replace(closed_at=NOON + D),)), NOON + D, "review_closed"),
    ("survey_halfway", having(surveys=(SURVEY,)), OVERDUE, "due_date_passed"),
    ("survey_halfway", having(surveys=(SURVEY._replace(completed_at=NOON + D),)), NOON + D, "completed_survey"),
    (
        "survey_overdue",
        having(surveys=(SURVEY._replace(completed_at=OVERDUE + 3 * D),)),
        OVERDUE + 3 * D,
        "completed_survey",
    ),
    (
        "survey_overdue",
        having(surveys=(SURVEY, Survey("S-18", "", date(2026, 11, 25), date(2026, 12, 9), NOON))),
        datetime(2026, 11, 24, 23, tzinfo=UTC),
        "newer_survey",
    ),
    ("resources_unviewed", having(views=(NOON, NOON + 9 * D)), NOON + 9 * D, "viewed_resource"),
    ("messages_silent", having(messages=(NOON, NOON + 9 * D)), NOON + 9 * D, "sent_message"),
    ("reflections_unshared", having(reflections=(NOON, NOON + 9 * D)), NOON + 9 * D, "submitted_reflection"),
    ("goals_unshared", having(sessions=(AHEAD,)), NOON + 2 * D, "session_started"),
    ("goals_unshared", having(sessions=(AHEAD._replace(goal_shared_at=NOON + D),)), NOON + D, "shared_micro_goal"),
    (
        "goals_unshared",
        having(sessions=(AHEAD._replace(status="cancelled", cancelled_at=NOON + D),)),
        NOON + D,
        "session_cancelled",
    ),
    (
        "takeaways_unshared",
        having(sessions=(MET._replace(takeaway_shared_at=NOON + 5 * D),)),
        NOON + 5 * D,
        "shared_takeaway",
    ),
    (
        "takeaways_unshared",
        having(sessions=(MET, AHEAD._replace(status="occurred", marked_at=NOON + 4 * D))),
        NOON + 4 * D,
        "later_session_marked",
    ),
    ("messages_silent", having(messages=(NOON,)), END, "subscription_ended"),
    ("messages_silent", having(messages=(NOON,), ended_at=NOON + 20 * D), NOON + 20 * D, "relationship_ended"),
]


@pytest.mark.parametrize(("rule", "facts", "until", "ended_by"), CLEARS)
def test_clears_to_the_second(rule, facts, until, ended_by):
    assert is_open(facts, rule, until - SECOND)
    assert not is_open(facts, rule, until)
    assert ended_by in {one.ended_by for one in windows(facts) if one.rule == rule and one.until == until}


NEVER = [
    ("manager_360_pending", having(reviews=(REVIEW._replace(completed_at=NOON - D),))),
    ("survey_overdue", having(surveys=(SURVEY._replace(completed_at=NOON),))),
    ("survey_halfway", having(surveys=(SURVEY._replace(completed_at=NOON - 30 * D),))),
    ("goals_unshared", having(sessions=(AHEAD._replace(goal_shared_at=NOON - SECOND),))),
    ("goals_unshared", having(sessions=(AHEAD._replace(status="cancelled"),))),
    ("takeaways_unshared", having(sessions=(MET._replace(marked_at=None),))),
    ("takeaways_unshared", having(sessions=(MET._replace(status="did_not_occur"),))),
    ("takeaways_unshared", having(sessions=(MET._replace(takeaway_shared_at=NOON + D),))),
    ("messages_silent", having(subscriptions=())),
    ("messages_silent", having(subscriptions=((BEGIN, END, Thresholds(rules_off=frozenset(["messages_silent"]))),))),
    ("messages_silent", having(started_at=END - 3 * D)),
]


@pytest.mark.parametrize(("rule", "facts"), NEVER)
def test_never_opens(rule, facts):
    assert when(facts, rule) == []


def test_a_program_sets_its_own_days():
    slow = Thresholds(messages_days=10, goals_days=4)
    facts = having(messages=(NOON,), sessions=(AHEAD,), subscriptions=((BEGIN, END, slow),))
    assert is_open(facts, "goals_unshared", NOON - 2 * D)
    assert not is_open(facts, "messages_silent", NOON + 10 * D - SECOND)
    assert is_open(facts, "messages_silent", NOON + 10 * D)


def test_each_subscription_is_judged_by_itself():
    gap = NOON + 30 * D
    facts = having(messages=(NOON,), subscriptions=((BEGIN, gap, Thresholds()), (gap, END, Thresholds())))
    assert when(facts, "messages_silent") == [(BEGIN + 7 * D, NOON), (NOON + 7 * D, gap), (gap + 7 * D, END)]


def test_marking_an_earlier_session_late_changes_nothing():
    earlier = MET._replace(ref="C-0", starts_at=NOON - 9 * D, marked_at=NOON + D)
    assert when(having(sessions=(earlier, MET)), "takeaways_unshared") == [(NOON + 2 * D, END)]


def test_every_scheduled_session_wants_a_goal_not_only_the_next():
    after = AHEAD._replace(ref="C-3", starts_at=NOON + 3 * D)
    assert len(when(having(sessions=(AHEAD, after)), "goals_unshared")) == 2


def test_a_review_is_not_known_before_its_enrolment_though_the_manager_was_asked():
    """Imported history may have an invitation older than the enrolment."""
    asked_first = having(reviews=(REVIEW._replace(enrolled_at=NOON, invited_at=NOON - D),))
    assert not is_open(as_of(asked_first, NOON - SECOND), "manager_360_pending", NOON - SECOND)
    assert when(as_of(asked_first, NOON), "manager_360_pending") == [(NOON - D, END)]
