"""Rows for tests, with defaults that make sense around `NOW`. Everything is keyword-only.

Each function writes the row, what the database wants beside it (who is taken when, the first instants of a
subscription) and the event it is an action of. None of them evaluates encouragements: a test that wants them calls
`activity.encouragement.engine.evaluate`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import TypeVar

from django.db.models import Model

from activity.models import EventKind
from activity.record import record
from assessments.models import BehaviorSurvey, Rater, Review360
from assignments.models import Assignment, Reflection, Resource, ResourceView, Response
from coaching.models import Goal, GoalChange, Message, Milestone, Relationship
from config.files import save_as
from notifications.models import Notification
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
from profiles.zones import start_of_day
from sessions_app.models import (
    Attendance,
    GroupMeeting,
    MicroGoal,
    PrivateNote,
    Session,
    SharedNote,
    Takeaway,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
"""A Saturday, at noon in UTC. Every default lies around it."""

D = timedelta(days=1)
H = timedelta(hours=1)
MINUTES = {"one_on_one": 55, "flash": 25, "complimentary": 30, "group": 60}

_numbers = count(1)
Row = TypeVar("Row", bound=Model)


def ago(**duration: float) -> datetime:
    """An instant before `NOW`, as `ago(days=3, hours=1)`."""
    return NOW - timedelta(**duration)


def ahead(**duration: float) -> datetime:
    """An instant after `NOW`."""
    return NOW + timedelta(**duration)


def make_organization(*, name: str | None = None) -> Organization:
    """The organization of that name, made when it does not exist."""
    return Organization.objects.get_or_create(name=name or f"Organization {next(_numbers)}")[0]


def make_program(*, name: str | None = None, **fields) -> Program:
    """The program of that name, made when it does not exist."""
    return Program.objects.get_or_create(name=name or f"Program {next(_numbers)}", defaults=fields)[0]


def make_package(*, name: str | None = None) -> Package:
    """The package of that name, made when it does not exist."""
    return Package.objects.get_or_create(name=name or f"Package {next(_numbers)}")[0]


def make_person(
    *,
    email: str | None = None,
    name: str | None = None,
    roles: Iterable[str] = (),
    password: str | None = None,
    **fields,
) -> Person:
    """A person with these roles; without a password they sign in by `client.force_login` only."""
    number = next(_numbers)
    person = Person.objects.create_user(
        email or f"person{number}@example.org", name or f"Person {number}", password, **fields
    )
    for role in roles:
        RoleGrant.objects.create(person=person, role=role, granted_at=ago(days=300))
    return person


def make_invitation(*, person: Person, invited_at: datetime = NOW - D, **fields) -> Invitation:
    """An invitation that was sent once and works for 14 days from then on."""
    fields.setdefault("sent_at", invited_at)
    fields.setdefault("expires_at", invited_at + 14 * D)
    return Invitation.objects.create(person=person, invited_at=invited_at, **fields)


def make_notification(
    *, person: Person, kind: str = "access_on", created_at: datetime = NOW - D, **fields
) -> Notification:
    """Something that a person was told, in the product and by mail; the mail still waits."""
    fields.setdefault("key", f"{kind}:{next(_numbers)}:{person.pk}")
    fields.setdefault("next_try_at", created_at)
    return Notification.objects.create(person=person, kind=kind, created_at=created_at, **fields)


def make_course(*, person: Person, title: str = "Coaching for managers", file: bytes = b"", **fields) -> Course:
    """A course; with a certificate when the content of its file is given."""
    if file:
        fields |= {"certificate": f"certificates/{next(_numbers)}-{secrets.token_hex(8)}.pdf"}
        fields.setdefault("certificate_name", "Certificate.pdf")
        save_as(fields["certificate"], file)
    return Course.objects.create(person=person, title=title, **fields)


def make_credential(*, person: Person, title: str = "Certified coach", **fields) -> Credential:
    """A license or credential, without an end unless `expires_on` is given."""
    return Credential.objects.create(person=person, title=title, **fields)


def make_employment(*, person: Person, **fields) -> Employment:
    """A personnel record."""
    return Employment.objects.create(person=person, **fields)


def make_coach(**fields) -> Person:
    """A person with coaching access."""
    return make_person(roles=["coach", *fields.pop("roles", ())], **fields)


def make_coachee(
    *,
    coach: Person | None = None,
    started_at: datetime | None = None,
    subscription: dict | None | bool = True,
    **fields,
) -> Person:
    """A coachee with a subscription, and a running relationship when a coach is given.

    `subscription` is a dict of fields for `make_subscription`, or False for none at all.
    """
    person = make_person(roles=["coachee", *fields.pop("roles", ())], **fields)
    if subscription is not False and subscription is not None:
        make_subscription(coachee=person, **(subscription if isinstance(subscription, dict) else {}))
    if coach is not None:
        make_relationship(coach=coach, coachee=person, **({"started_at": started_at} if started_at else {}))
    return person


def make_subscription(
    *, coachee: Person, starts_on: date = date(2026, 3, 1), ends_on: date = date(2027, 2, 28), **fields
) -> Subscription:
    """A subscription in force at `NOW`, in a program with the usual thresholds."""
    fields.setdefault("program", make_program(name="New managers"))
    fields.setdefault("sessions_per_month", 2)
    return Subscription.objects.create(
        coachee=coachee,
        starts_on=starts_on,
        ends_on=ends_on,
        active_from=start_of_day(starts_on, coachee.timezone),
        active_until=start_of_day(ends_on + D, coachee.timezone),
        **fields,
    )


def make_relationship(
    *, coach: Person, coachee: Person, started_at: datetime = NOW - 200 * D, ended_at: datetime | None = None
) -> Relationship:
    """A relationship, running unless an end is given."""
    return Relationship.objects.create(coach=coach, coachee=coachee, started_at=started_at, ended_at=ended_at)


def make_session(
    *,
    coach: Person,
    coachee: Person,
    starts_at: datetime = NOW + 3 * D,
    kind: str = "one_on_one",
    minutes: int | None = None,
    status: str = "scheduled",
    **fields,
) -> Session:
    """A session with the attendance of both; group sessions with one start share a meeting.

    `status="occurred"` is marked two hours after the start unless `marked_at` says otherwise.
    """
    ends_at = starts_at + timedelta(minutes=minutes or MINUTES[kind])
    if status == "occurred":
        fields.setdefault("marked_at", starts_at + 2 * H)
    if kind == "group":
        fields["meeting"], _ = GroupMeeting.objects.get_or_create(coach=coach, starts_at=starts_at)
    session = Session.objects.create(
        coach=coach, coachee=coachee, kind=kind, starts_at=starts_at, ends_at=ends_at, status=status, **fields
    )
    if status != "cancelled":
        _attend(session)
    return session


def _attend(session: Session) -> None:
    during = (session.starts_at, session.ends_at)
    Attendance.objects.create(person=session.coachee, session=session, during=during)
    if session.meeting is None:
        Attendance.objects.create(person=session.coach, session=session, during=during)
        return
    longest = max(session.meeting.sessions.exclude(status="cancelled").values_list("ends_at", flat=True))
    Attendance.objects.update_or_create(
        person=session.coach, meeting=session.meeting, defaults={"during": (session.starts_at, longest)}
    )


def make_private_note(*, session: Session, text: str = "For me alone.", **fields) -> PrivateNote:
    """A private note, by the session's coach unless another author is given."""
    fields.setdefault("author", session.coach)
    fields.setdefault("written_at", session.ends_at)
    return PrivateNote.objects.create(session=session, coachee=session.coachee, text=text, **fields)


def make_shared_note(*, session: Session, text: str = "What we agreed.", **fields) -> SharedNote:
    """The coach's note for both."""
    fields.setdefault("written_at", session.ends_at)
    return SharedNote.objects.create(session=session, coach=session.coach, coachee=session.coachee, text=text, **fields)


def make_micro_goal(
    *, session: Session, text: str = "Say no once.", shared: bool = True, submitted_at: datetime = NOW - D
) -> MicroGoal:
    """A micro goal for the session; a draft when not shared."""
    goal = MicroGoal.objects.create(session=session, **_written(session, text, shared, submitted_at))
    return _recorded(EventKind.SHARED_MICRO_GOAL, goal)


def make_takeaway(
    *, session: Session, text: str = "I can let go.", shared: bool = True, submitted_at: datetime = NOW - D
) -> Takeaway:
    """A takeaway from the session; a draft when not shared."""
    takeaway = Takeaway.objects.create(session=session, **_written(session, text, shared, submitted_at))
    return _recorded(EventKind.SHARED_TAKEAWAY, takeaway)


def _written(session: Session, text: str, shared: bool, submitted_at: datetime) -> dict:
    pair = {"coach": session.coach, "coachee": session.coachee}
    return {**pair, "text": text, "submitted_at": submitted_at, "shared_at": submitted_at if shared else None}


def make_message(
    *,
    coach: Person,
    coachee: Person,
    sender: str = "coachee",
    text: str = "It went well.",
    sent_at: datetime = NOW - D,
) -> Message:
    """A message from either side."""
    message = Message.objects.create(coach=coach, coachee=coachee, sender=sender, text=text, sent_at=sent_at)
    return _recorded(EventKind.SENT_MESSAGE, message)


def make_resource(*, title: str = "Radical delegation", url: str = "https://example.org/article", **fields) -> Resource:
    """An article of the library."""
    return Resource.objects.create(title=title, url=url, **fields)


def make_view(*, coachee: Person, resource: Resource | None = None, viewed_at: datetime = NOW - D) -> ResourceView:
    """A view of a resource, of a new one when none is given."""
    view = ResourceView.objects.create(coachee=coachee, resource=resource or make_resource(), viewed_at=viewed_at)
    return _recorded(EventKind.VIEWED_RESOURCE, view)


def make_assignment(
    *,
    coach: Person,
    coachee: Person,
    title: str = "Map your stakeholders",
    assigned_at: datetime = NOW - 5 * D,
    due_on: date = date(2026, 11, 26),
    **fields,
) -> Assignment:
    """An assignment in progress, unless `completed_at` or `archived_at` is given."""
    assignment = Assignment.objects.create(
        coach=coach, coachee=coachee, title=title, assigned_at=assigned_at, due_on=due_on, **fields
    )
    return _recorded(EventKind.COMPLETED_ASSIGNMENT, assignment)


def make_response(*, assignment: Assignment, text: str = "Done so far.", responded_at: datetime = NOW - D) -> Response:
    """What the coachee answered."""
    response = Response.objects.create(
        assignment=assignment,
        coach=assignment.coach,
        coachee=assignment.coachee,
        text=text,
        responded_at=responded_at,
    )
    return _recorded(EventKind.RESPONDED_TO_ASSIGNMENT, response)


def make_reflection(
    *,
    coachee: Person,
    prompt: str = "What drained you this week?",
    text: str = "Too many meetings.",
    shared: bool = True,
    submitted_at: datetime = NOW - D,
) -> Reflection:
    """A reflection; private when not shared."""
    reflection = Reflection.objects.create(
        coachee=coachee,
        prompt=prompt,
        text=text,
        submitted_at=submitted_at,
        shared_at=submitted_at if shared else None,
    )
    return _recorded(EventKind.SUBMITTED_REFLECTION, reflection)


def make_survey(
    *,
    coachee: Person,
    title: str = "Delegation, spring",
    assigned_on: date = date(2026, 11, 11),
    due_on: date = date(2026, 12, 1),
    **fields,
) -> BehaviorSurvey:
    """A survey, open unless `completed_at` is given."""
    survey = BehaviorSurvey.objects.create(
        coachee=coachee, title=title, assigned_on=assigned_on, due_on=due_on, **fields
    )
    return _recorded(EventKind.COMPLETED_SURVEY, survey)


def make_review(
    *, coachee: Person, enrolled_at: datetime = NOW - 12 * D, due_on: date = date(2026, 12, 7), **fields
) -> Review360:
    """A 360 review, open unless `closed_at` is given."""
    review = Review360.objects.create(coachee=coachee, enrolled_at=enrolled_at, due_on=due_on, **fields)
    _recorded(EventKind.CLOSED_360, review)
    return _recorded(EventKind.ENROLLED_360, review)


def make_rater(*, review: Review360, relationship: str = "peer", **fields) -> Rater:
    """A rater of that review, invited with the enrolment."""
    number = next(_numbers)
    fields.setdefault("name", f"Rater {number}")
    fields.setdefault("email", f"rater{number}@example.org")
    fields.setdefault("invited_at", review.enrolled_at)
    return Rater.objects.create(review=review, coachee=review.coachee, relationship=relationship, **fields)


def make_goal(
    *,
    coachee: Person,
    title: str = "Delegate the weekly review",
    set_by: Person | None = None,
    set_at: datetime = NOW - 20 * D,
    **fields,
) -> Goal:
    """A goal with the first row of its history; in progress unless a `state` is given, then closed a day ago."""
    if fields.get("state", "active") != "active":
        fields.setdefault("closed_at", NOW - D)
    goal = Goal.objects.create(coachee=coachee, title=title, set_by=set_by or coachee, set_at=set_at, **fields)
    make_goal_change(goal=goal, kind="set", at=set_at, progress=0)
    return goal


def make_goal_change(
    *, goal: Goal, kind: str = "progressed", by: Person | None = None, at: datetime = NOW - D, **fields
) -> GoalChange:
    """A row of a goal's history, by whoever set the goal unless somebody else is named."""
    return GoalChange.objects.create(goal=goal, kind=kind, by=by or goal.set_by, at=at, **fields)


def make_milestone(*, goal: Goal, title: str = "Tomas leads it alone", **fields) -> Milestone:
    """A step on the way to a goal; not reached unless `reached_at` and `reached_by` are given."""
    return Milestone.objects.create(goal=goal, title=title, **fields)


def _recorded(kind: str, row: Row) -> Row:
    """Writes the event of the row, in the way the product does."""
    record(kind, type(row)._default_manager.filter(pk=row.pk))
    return row
