"""What the database itself refuses: each constraint broken once, and once only just kept.

A case is a function of a stage (the cast with a session, a review and so on in place) that writes one row. The
table must name every constraint there is, so that a new one cannot go without.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from assessments.models import Component, Level
from profiles.models import Person, PersonEdit
from sessions_app.models import GroupMeeting, MicroGoal
from tests.make import (
    NOW,
    D,
    H,
    make_assignment,
    make_course,
    make_credential,
    make_goal,
    make_invitation,
    make_message,
    make_micro_goal,
    make_milestone,
    make_notification,
    make_person,
    make_private_note,
    make_program,
    make_rater,
    make_reflection,
    make_resource,
    make_response,
    make_shared_note,
    make_survey,
    make_takeaway,
    make_view,
)
from tests.make_between import make_not_relevant, make_sent_form
from tests.make_edits import make_person_edit
from tests.make_observations import make_comment, make_observation, make_rating, make_rubric, make_version
from tests.models.cases_between import CASES_BETWEEN
from tests.models.cases_sessions import CASES_SESSIONS
from tests.models.stage import (
    Stage,
    attend,
    coaches,
    draft_version,
    encouragement,
    event,
    grant,
    numbered,
    observed,
    plain_session,
    spell,
    twice,
    years,
)

OURS = ["profiles", "coaching", "sessions_app", "assignments", "assessments", "activity", "notifications"]
Case = tuple[Callable[[Stage], object], Callable[[Stage], object]]
NEW_YEAR, NEW_YEARS_EVE = date(2027, 1, 1), date(2026, 12, 31)
# name of the constraint: (refused, only just allowed)
CASES: dict[str, Case] = {
    "person_email_is_lower_case": (
        lambda s: Person.objects.create(email="Eve@example.org", name="Eve"),
        lambda s: Person.objects.create(email="eve@example.org", name="Eve"),
    ),
    "role_held_once": (
        lambda s: [grant(s, "coach"), grant(s, "coach")],
        lambda s: [grant(s, "coach", ended_at=NOW), grant(s, "coach")],
    ),
    "role_is_known": (lambda s: grant(s, "king"), lambda s: grant(s, "sponsor")),
    "program_days_between_1_and_365": (
        lambda s: make_program(goals_days=366),
        lambda s: [make_program(goals_days=365), make_program(goals_days=1)],
    ),
    "subscription_ends_after_start": (
        lambda s: years(s, NEW_YEAR, NEW_YEARS_EVE),
        lambda s: years(s, NEW_YEAR, NEW_YEAR),
    ),
    "subscriptions_do_not_overlap": (
        lambda s: [years(s, date(2026, 1, 1), NEW_YEAR), years(s, NEW_YEAR, date(2027, 6, 1))],
        lambda s: [years(s, date(2026, 1, 1), NEW_YEARS_EVE), years(s, NEW_YEAR, date(2027, 6, 1))],
    ),
    "nobody_coaches_themselves": (
        lambda s: spell(s, 0, coach=s.cast.coach, coachee=s.cast.coach),
        lambda s: spell(s, 0, coach=s.cast.coach, coachee=s.cast.co_coach),
    ),
    "relationship_ends_after_start": (lambda s: spell(s, 2, 1), lambda s: spell(s, 2, 2)),
    "relationship_started_once": (
        lambda s: [spell(s, 1, 1), spell(s, 1, 1)],
        lambda s: [spell(s, 1, 1), spell(s, 2, 2)],
    ),
    "one_running_relationship_per_pair": (
        lambda s: [spell(s, 0), spell(s, 5)],
        lambda s: [spell(s, 0, 5), spell(s, 5)],
    ),
    "message_sent_once": twice(lambda s, text: make_message(**s.pair, text=text)),
    "message_sender_is_known": (
        lambda s: make_message(**s.pair, sender="admin"),
        lambda s: make_message(**s.pair, sender="coach"),
    ),
    "one_group_meeting_at_a_time": (
        lambda s: GroupMeeting.objects.create(coach=s.cast.coach, starts_at=s.meeting.starts_at),
        lambda s: GroupMeeting.objects.create(coach=s.cast.co_coach, starts_at=s.meeting.starts_at),
    ),
    "session_ends_after_start": (
        lambda s: plain_session(s, ends_at=NOW + D),
        lambda s: plain_session(s, ends_at=NOW + D + H / 3600),
    ),
    "group_sessions_have_a_meeting": (
        lambda s: plain_session(s, meeting=s.meeting),
        lambda s: plain_session(s, meeting=s.meeting, kind="group"),
    ),
    "session_kind_is_known": (lambda s: plain_session(s, kind="walk"), lambda s: plain_session(s, kind="flash")),
    "session_status_is_known": (
        lambda s: plain_session(s, status="lost"),
        lambda s: plain_session(s, status="did_not_occur"),
    ),
    "attendance_is_at_one_thing": (
        lambda s: attend(s, 0, 1, session=s.session),
        lambda s: attend(s, 0, 1, session=s.session, meeting=None),
    ),
    "attend_session_once": (
        lambda s: attend(s, 30, 31, session=s.session, meeting=None, person=s.cast.coach),
        lambda s: attend(s, 30, 31, session=s.session, meeting=None, person=s.cast.co_coach),
    ),
    "attend_meeting_once": (
        lambda s: [attend(s, 0, 1), attend(s, 1, 2)],
        lambda s: [attend(s, 0, 1), attend(s, 1, 2, person=s.cast.manager)],
    ),
    "no_double_booking": (
        lambda s: [attend(s, 0, 2), attend(s, 1, 3, session=s.session, meeting=None)],
        lambda s: [attend(s, 0, 2), attend(s, 2, 3, session=s.session, meeting=None)],
    ),
    "one_private_note_per_author": (
        lambda s: [make_private_note(session=s.session), make_private_note(session=s.session)],
        lambda s: [make_private_note(session=s.session), make_private_note(session=s.session, author=s.cast.co_coach)],
    ),
    "shared_note_needs_a_text": (
        lambda s: make_shared_note(session=s.session, text=" \n\t"),
        lambda s: make_shared_note(session=s.session, text=" x"),
    ),
    "microgoal_needs_a_text_to_be_shared": (
        lambda s: make_micro_goal(session=s.session, text=" \n"),
        lambda s: make_micro_goal(session=s.session, text=" \n", shared=False),
    ),
    "takeaway_needs_a_text_to_be_shared": (
        lambda s: make_takeaway(session=s.session, text=""),
        lambda s: make_takeaway(session=s.session, text="", shared=False),
    ),
    "response_given_once": (
        lambda s: [make_response(assignment=a, responded_at=NOW) for a in [make_assignment(**s.pair)] * 2],
        lambda s: [make_response(assignment=make_assignment(**s.pair), responded_at=NOW) for _ in range(2)],
    ),
    "view_recorded_once": (
        lambda s: [make_view(coachee=s.cast.coachee, resource=r) for r in [make_resource()] * 2],
        lambda s: [make_view(coachee=s.cast.coachee, resource=make_resource()) for _ in range(2)],
    ),
    "reflection_submitted_once": twice(lambda s, prompt: make_reflection(coachee=s.cast.coachee, prompt=prompt)),
    "reflection_needs_a_text_to_be_shared": (
        lambda s: make_reflection(coachee=s.cast.coachee, text="\t"),
        lambda s: make_reflection(coachee=s.cast.coachee, text="\t", shared=False),
    ),
    "survey_due_after_assigned": (
        lambda s: make_survey(coachee=s.cast.coachee, assigned_on=NEW_YEAR, due_on=NEW_YEARS_EVE),
        lambda s: make_survey(coachee=s.cast.coachee, assigned_on=NEW_YEAR, due_on=NEW_YEAR),
    ),
    "each_edit_has_its_version": (
        lambda s: [PersonEdit.objects.create(person=s.cast.coachee, version=1, fields=["name"]) for _ in range(2)],
        lambda s: [make_person_edit(person=s.cast.coachee) for _ in range(2)],
    ),
    "rubric_version_numbered_once": twice(lambda s, which: numbered(s, {"same": 1, "other": 2}[which])),
    "one_draft_version_per_rubric": (
        lambda s: [make_version(rubric=make_rubric(name="One"), published=False) for _ in range(2)],
        lambda s: [make_version(rubric=make_rubric(name="One"), published=which) for which in (True, False)],
    ),
    "component_once_in_a_version": twice(
        lambda s, key: Component.objects.create(version=draft_version(), key=key, title="Listens")
    ),
    "level_once_in_a_component": (
        lambda s: Level.objects.create(component=draft_version().components.first(), value=4, name="Again"),
        lambda s: Level.objects.create(component=draft_version().components.first(), value=5, name="Higher"),
    ),
    "level_between_1_and_10": (
        lambda s: Level.objects.create(component=draft_version().components.first(), value=11, name="Too high"),
        lambda s: Level.objects.create(component=draft_version().components.first(), value=10, name="Highest"),
    ),
    "only_shared_is_acknowledged": (
        lambda s: make_observation(**s.pair, shared=False, acknowledged_at=NOW),
        lambda s: make_observation(**s.pair, shared=True, acknowledged_at=NOW),
    ),
    "observation_written_once": (
        lambda s: [make_observation(**s.pair, form_key=UUID(int=1)) for _ in range(2)],
        lambda s: [make_observation(coach=one, coachee=s.cast.coachee, form_key=UUID(int=1)) for one in coaches(s)],
    ),
    "component_rated_once": (
        lambda s: [make_rating(observation=seen, component=seen.version.components.first()) for seen in [observed(s)]],
        lambda s: observed(s),
    ),
    "comment_has_a_text": (
        lambda s: make_comment(observation=observed(s), author=s.cast.coachee, text=" \n\t"),
        lambda s: make_comment(observation=observed(s), author=s.cast.coachee, text=" x"),
    ),
    "course_has_a_title": (
        lambda s: make_course(person=s.cast.coachee, title=" \n"),
        lambda s: make_course(person=s.cast.coachee, title="1"),
    ),
    "credential_has_a_title": (
        lambda s: make_credential(person=s.cast.coachee, title="\t"),
        lambda s: make_credential(person=s.cast.coachee, title="1"),
    ),
    "credential_expires_after_issue": (
        lambda s: make_credential(person=s.cast.coachee, issued_on=NOW.date(), expires_on=NOW.date() - D),
        lambda s: make_credential(person=s.cast.coachee, issued_on=NOW.date(), expires_on=NOW.date()),
    ),
    "goal_has_a_title": (
        lambda s: make_goal(coachee=s.cast.coachee, title=" \n"),
        lambda s: make_goal(coachee=s.cast.coachee, title="1"),
    ),
    "goal_progress_between_0_and_100": (
        lambda s: make_goal(coachee=s.cast.coachee, progress=101),
        lambda s: make_goal(coachee=s.cast.coachee, progress=100),
    ),
    "goal_closed_with_its_state": (
        lambda s: make_goal(coachee=s.cast.coachee, state="achieved", closed_at=None),
        lambda s: make_goal(coachee=s.cast.coachee, state="achieved"),
    ),
    "goal_let_go_with_a_reason": (
        lambda s: make_goal(coachee=s.cast.coachee, state="let_go", close_reason=" "),
        lambda s: make_goal(coachee=s.cast.coachee, state="let_go", close_reason="Enough"),
    ),
    "milestone_has_a_title": (
        lambda s: make_milestone(goal=make_goal(coachee=s.cast.coachee), title=" "),
        lambda s: make_milestone(goal=make_goal(coachee=s.cast.coachee)),
    ),
    "rater_asked_once": twice(lambda s, name: make_rater(review=s.review, email=f"{name}@example.org")),
    "one_manager_per_review": (
        lambda s: [make_rater(review=s.review, relationship="manager") for _ in range(2)],
        lambda s: [make_rater(review=s.review, relationship=who) for who in ("manager", "peer", "peer")],
    ),
    "one_open_invitation_per_person": (
        lambda s: [make_invitation(person=s.cast.manager) for _ in range(2)],
        lambda s: [
            make_invitation(person=s.cast.manager, revoked_at=NOW),
            make_invitation(person=s.cast.manager, accepted_at=NOW),
            make_invitation(person=s.cast.manager),
            make_invitation(person=s.cast.sponsor),
        ],
    ),
    "invitation_expires_after_start": (
        lambda s: make_invitation(person=s.cast.manager, invited_at=NOW, expires_at=NOW),
        lambda s: make_invitation(person=s.cast.manager, invited_at=NOW, expires_at=NOW + H),
    ),
    "invitation_accepted_or_revoked": (
        lambda s: make_invitation(person=s.cast.manager, accepted_at=NOW, revoked_at=NOW),
        lambda s: make_invitation(person=s.cast.manager, accepted_at=NOW),
    ),
    "notice_reaches_somebody": (
        lambda s: make_notification(person=s.cast.manager, in_product=False, by_mail=False),
        lambda s: make_notification(person=s.cast.manager, in_product=False),
    ),
    "event_recorded_once": (
        lambda s: [event(s, "sent_message", 9), event(s, "sent_message", 9)],
        lambda s: [event(s, "sent_message", 9), event(s, "viewed_resource", 9)],
    ),
    "event_kind_is_known": (lambda s: event(s, "slept", 9), lambda s: event(s, "sent_message", 9)),
    "encouragement_opens_once": (
        lambda s: [encouragement(s, None), encouragement(s, None, until=2)],
        lambda s: [encouragement(s, None), encouragement(s, "S-1"), encouragement(s, None, since=1, until=2)],
    ),
    "encouragement_lasts": (
        lambda s: encouragement(s, None, since=1, until=1),
        lambda s: encouragement(s, None, since=1, until=2),
    ),
    **CASES_BETWEEN,
    **CASES_SESSIONS,
}


def test_every_constraint_has_a_case():
    models = [model for app in OURS for model in apps.get_app_config(app).get_models()]
    assert {constraint.name for model in models for constraint in model._meta.constraints} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_refused(stage, name):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        CASES[name][0](stage)
    assert refusal.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize("name", CASES)
def test_just_inside(stage, name):
    CASES[name][1](stage)


UNIQUE: dict[str, Case] = {
    "e-mail": twice(lambda s, name: make_person(email=f"{name}@example.org")),
    "notice": twice(lambda s, name: make_notification(person=s.cast.manager, key=name)),
    "organization": twice(lambda s, name: type(s.cast.coach.organization).objects.create(name=name)),
    "session id": (lambda s: plain_session(s, ref=s.session.ref), lambda s: plain_session(s)),
    "assignment id": twice(lambda s, ref: make_assignment(**s.pair, ref=ref)),
    "not relevant said once": (
        lambda s: [make_not_relevant(encouragement=said) for said in [encouragement(s, None)] * 2],
        lambda s: [make_not_relevant(encouragement=encouragement(s, which)) for which in ("S-1", "S-2")],
    ),
    "form taken once": twice(lambda s, digest: make_sent_form(person=s.cast.coachee, digest=digest)),
    "goal of a session": (
        lambda s: [make_micro_goal(session=s.session), make_micro_goal(session=s.session)],
        lambda s: [make_micro_goal(session=s.session), make_takeaway(session=s.session)],
    ),
}


@pytest.mark.parametrize("name", UNIQUE)
def test_unique(stage, name):
    with pytest.raises(IntegrityError), transaction.atomic():
        UNIQUE[name][0](stage)
    UNIQUE[name][1](stage)


def test_what_is_refused_says_why(stage):
    goal = MicroGoal(session=stage.session, **stage.pair, text=" ", shared_at=NOW)
    with pytest.raises(Exception, match="Write something before you share it"):
        goal.full_clean()
