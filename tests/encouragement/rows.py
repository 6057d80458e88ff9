"""Puts the facts that hypothesis thinks up into the database."""

from __future__ import annotations

from datetime import timedelta

from activity.encouragement.facts import Facts
from assessments.models import BehaviorSurvey, Rater, Review360
from assignments.models import Reflection, Resource, ResourceView
from coaching.models import Message, Relationship
from profiles.models import Person, Program, Subscription
from sessions_app.models import MicroGoal, Session, Takeaway
from tests.make import make_coach, make_person


def put(facts: Facts) -> Relationship:
    """The relationship of these facts, with all their rows."""
    coach, coachee = make_coach(), make_person(roles=["coachee"], timezone=facts.zone)
    pair = {"coach": coach, "coachee": coachee}
    relationship = Relationship.objects.create(**pair, started_at=facts.started_at, ended_at=facts.ended_at)
    for number, (active_from, active_until, settings) in enumerate(facts.subscriptions):
        days = {name: getattr(settings, name) for name in settings.__slots__ if name != "rules_off"}
        Subscription.objects.create(
            coachee=coachee,
            program=Program.objects.create(name=f"P{number} {coachee.pk}", rules_off=list(settings.rules_off), **days),
            starts_on=active_from.date() + timedelta(days=number),
            ends_on=active_from.date() + timedelta(days=number),
            active_from=active_from,
            active_until=active_until,
        )
    Message.objects.bulk_create(Message(**pair, sender="coach", text="Hello", sent_at=at) for at in facts.messages)
    resource = Resource.objects.create(title="A resource")
    ResourceView.objects.bulk_create(
        ResourceView(coachee=coachee, resource=resource, viewed_at=at) for at in facts.views
    )
    Reflection.objects.bulk_create(
        Reflection(coachee=coachee, prompt="?", text="!", submitted_at=at, shared_at=at) for at in facts.reflections
    )
    _put_surveys(facts, coachee)
    _put_reviews(facts, coachee)
    for one in facts.sessions:
        _put_session(one, pair)
    return relationship


def _put_surveys(facts: Facts, coachee: Person) -> None:
    BehaviorSurvey.objects.bulk_create(
        BehaviorSurvey(
            ref=one.ref,
            coachee=coachee,
            title=one.title,
            assigned_on=one.assigned_on,
            due_on=one.due_on,
            completed_at=one.completed_at,
        )
        for one in facts.surveys
    )


def _put_reviews(facts: Facts, coachee: Person) -> None:
    for one in facts.reviews:
        review = Review360.objects.create(
            ref=one.ref, coachee=coachee, enrolled_at=one.enrolled_at, due_on="2026-12-01", closed_at=one.closed_at
        )
        Rater.objects.create(
            review=review,
            coachee=coachee,
            name="Boss",
            email="boss@example.org",
            relationship="manager",
            invited_at=one.invited_at,
            completed_at=one.completed_at,
        )


def _put_session(one, pair: dict) -> None:
    session = Session.objects.create(
        **pair,
        ref=one.ref,
        starts_at=one.starts_at,
        ends_at=one.starts_at + timedelta(minutes=55),
        status=one.status,
        marked_at=one.marked_at,
        cancelled_at=one.cancelled_at,
    )
    for model, at in ((MicroGoal, one.goal_shared_at), (Takeaway, one.takeaway_shared_at)):
        if at:
            model.objects.create(session=session, **pair, text="Mine", submitted_at=at, shared_at=at)
