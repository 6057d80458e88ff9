"""A sweep leaves alone what is as it was, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activity.encouragement import engine
from activity.encouragement.fingerprints import look
from activity.models import Encouragement, Fingerprint
from assessments.models import BehaviorSurvey, Rater, Review360
from assignments.models import Reflection, ResourceView
from coaching.models import Message, Relationship
from profiles.models import Person, Program, Subscription
from sessions_app.models import MicroGoal, Session, Takeaway
from tests.make import (
    NOW,
    D,
    make_coach,
    make_coachee,
    make_message,
    make_micro_goal,
    make_program,
    make_rater,
    make_reflection,
    make_relationship,
    make_review,
    make_session,
    make_survey,
    make_takeaway,
    make_view,
)

pytestmark = pytest.mark.django_db

CHANGES = {
    "a message": lambda: Message.objects.update(sent_at=NOW - 9 * D),
    "a view": lambda: ResourceView.objects.update(viewed_at=NOW - 9 * D),
    "a reflection": lambda: Reflection.objects.update(shared_at=NOW - 9 * D),
    "a survey": lambda: BehaviorSurvey.objects.update(completed_at=NOW - D),
    "a title": lambda: BehaviorSurvey.objects.update(title="Another name"),
    "a mark": lambda: Session.objects.filter(status="occurred").update(marked_at=NOW - timedelta(hours=1)),
    "a goal": lambda: MicroGoal.objects.update(shared_at=None),
    "a takeaway": lambda: Takeaway.objects.update(shared_at=NOW),
    "a manager's answer": lambda: Rater.objects.update(completed_at=NOW - D),
    "a closed review": lambda: Review360.objects.update(closed_at=NOW - D),
    "a time zone": lambda: Person.objects.update(timezone="Asia/Tokyo"),
    "a subscription": lambda: Subscription.objects.update(active_until=NOW + 9 * D),
    "an end": lambda: Relationship.objects.update(ended_at=NOW + 9 * D),
    "a threshold": lambda: Program.objects.update(messages_days=3),
    "a rule off": lambda: Program.objects.update(rules_off=["survey_overdue"]),
    "a lost row": lambda: Encouragement.objects.filter(until__gt=NOW).first().delete(),
    "a bent row": lambda: Encouragement.objects.filter(until__gt=NOW).update(facts={}),
}


@pytest.fixture
def settled(db) -> Relationship:
    """A relationship with something for every rule, which a sweep has found in order."""
    program = make_program()
    coach, coachee = make_coach(), make_coachee(subscription={"program": program})
    relationship = make_relationship(coach=coach, coachee=coachee)
    make_message(coach=coach, coachee=coachee)
    make_view(coachee=coachee)
    make_reflection(coachee=coachee)
    make_survey(coachee=coachee)
    held = make_session(coach=coach, coachee=coachee, starts_at=NOW - 5 * D, status="occurred", marked_at=NOW - 4 * D)
    make_takeaway(session=held, shared=False)
    make_micro_goal(session=make_session(coach=coach, coachee=coachee, starts_at=NOW + D))
    make_rater(review=make_review(coachee=coachee), relationship="manager")
    engine.sweep(NOW)
    engine.sweep(NOW)
    return relationship


@pytest.mark.parametrize("change", CHANGES)
def test_a_sweep_looks_again_after_any_change(settled, change):
    assert look([settled.pk], NOW)[0] == {}
    CHANGES[change]()
    assert look([settled.pk], NOW)[0].keys() == {settled.pk}


def test_nobody_is_in_order_for_longer_than_a_day(settled):
    assert look([settled.pk], NOW + timedelta(hours=1))[0] == {}
    assert look([settled.pk], NOW + D)[0].keys() == {settled.pk}


def test_what_was_repaired_is_in_order_again(settled):
    Encouragement.objects.filter(rule="manager_360_pending").update(until=NOW + D)
    assert look([settled.pk], NOW)[0].keys() == {settled.pk}
    engine.sweep(NOW)
    assert look([settled.pk], NOW)[0] == {}


def test_what_stays_open_is_counted_all_the_same(settled):
    counted = engine.sweep(NOW).stayed
    Fingerprint.objects.all().delete()
    assert engine.sweep(NOW).stayed == counted == Encouragement.objects.open(NOW).count() > 0
