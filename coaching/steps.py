"""A coachee's day: the next session, and what there is to do, one clear next step first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Window
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import BehaviorSurvey
from assignments.models import Assignment
from assignments.prompts import library_of
from coaching.models import Relationship
from coaching.step import IN_TURN, LATE, PRESSING, Step
from coaching.waiting import waiting
from profiles.encouraged import Open, to_encourage
from profiles.models import Person, Role, Subscription
from profiles.profile import open_profile
from profiles.zones import local_day
from sessions_app.allowance import Allowance
from sessions_app.forecast import Warned, losses, said
from sessions_app.models import Session

ASSIGNMENTS = 10
SOON = timedelta(days=2)
"""A session as near as this wants its goal before anything else that is not late."""


@dataclass(frozen=True)
class CoacheesDay:
    """The first step and the rest, the next session with its coach, who coaches, and what coaches are reminded of."""

    steps: list[Step]
    more_assignments: int
    next_session: Session | None
    coaches: list[Person]
    is_active: bool
    mirrored: list[Open]
    losing: list[Warned]
    """Sessions of the allowance that will be lost unless they are scheduled."""

    @property
    def first(self) -> Step | None:
        """The one thing to do next."""
        return self.steps[0] if self.steps else None

    @property
    def rest(self) -> list[Step]:
        """What can follow."""
        return self.steps[1:]


def is_coachee(person: Person, now: datetime) -> bool:
    """Somebody with the role, or with a subscription or a coach and without it."""
    if Role.COACHEE in person.roles:
        return True
    coached = Relationship.objects.running(now).filter(coachee=person)
    return coached.exists() or Subscription.objects.filter(coachee=person).exists()


def day_of_coachee(coachee: Person, now: datetime) -> CoacheesDay:
    """What to do, the most pressing first. The same number of queries however much there is.

    The usual order is: goal for the next session, takeaway from the last, survey, assignments by due day, prompt, the
    next session where none is scheduled, messages and answers, suggestions. Before all others goes what is late; then
    what is due today, and the goal for a session less than two days away. Only what a current coach can receive is
    asked for, and nothing once the subscription is over but to read what came. A draft that is not shared counts as
    not shared.
    """
    running = Relationship.objects.running(now).filter(coachee=coachee).select_related("coach").order_by("started_at")
    coaches = [relationship.coach for relationship in running]
    subscription = Subscription.objects.filter(coachee=coachee).covering(now).select_related("program").first()
    sessions = Session.objects.filter(coachee=coachee, coach__in=coaches).select_related("coach")
    upcoming = list(sessions.upcoming(now).select_related("microgoal")[:5])
    steps: list[Step] = []
    losing: list[Warned] = []
    more = 0
    if subscription is not None and coaches:
        allowance = Allowance.of(coachee, now)
        losing = said(losses(allowance, now, ends_at=_last_end(running)), local_day(now, coachee.timezone))
        assignments = Assignment.objects.filter(coachee=coachee, coach__in=coaches).in_progress(now)
        due = list(assignments.annotate(total=Window(Count("pk")))[:ASSIGNMENTS])
        more = due[0].total - len(due) if due else 0
        steps = [
            *_goal(upcoming, now),
            *_takeaways(sessions, now),
            *_survey(coachee, subscription, now),
            *_assignments(coachee, due, now),
            *_prompt(coachee, now),
            *([] if upcoming else _schedule(coachee, allowance, now)),
        ]
    steps += waiting(coachee, now)
    steps.sort(key=lambda step: step.urgency)
    mirrored = _mirrored(coachee, now) if subscription is not None and coaches else []
    next_one = upcoming[0] if upcoming else None
    return CoacheesDay(steps, more, next_one, coaches, subscription is not None, mirrored, losing)


def _last_end(running: Iterable[Relationship]) -> datetime | None:
    """When the last of the relationships that run is to end, if that is known."""
    ends = [one.ended_at for one in running]
    return max((at for at in ends if at), default=None) if all(ends) else None


def _mirrored(coachee: Person, now: datetime) -> list[Open]:
    """What is open to encourage, as it is on the coachee's own profile."""
    profile = open_profile(coachee, coachee.pk, now)
    return to_encourage(profile).open if profile else []


def _survey(coachee: Person, subscription: Subscription, now: datetime) -> Iterator[Step]:
    """The most recent survey, while it is open: the one assigned last, not in the future."""
    today = local_day(now, coachee.timezone)
    assigned = BehaviorSurvey.objects.filter(coachee=coachee, assigned_on__lte=today)
    survey = assigned.order_by("-assigned_on", "-id").first()
    if survey is None or (survey.completed_at is not None and survey.completed_at <= now):
        return
    called = subscription.program.survey_label if subscription.program else _("Behavioral Change Survey")
    yield Step(
        icon="chart",
        title=survey.title or called,
        hint=called if survey.title else "",
        url=reverse("person-assessments", args=[coachee.pk]),
        do=_("Your surveys"),
        lead=_("Was due") if survey.due_on < today else _("Due"),
        due=survey.due_on,
        urgency=_urgency(survey.due_on, today),
    )


def _urgency(due_on: date, today: date) -> int:
    return LATE if due_on < today else PRESSING if due_on == today else IN_TURN


def _goal(upcoming: Iterable[Session], now: datetime) -> Iterator[Step]:
    """A goal for the next session, complimentary ones passed over."""
    ahead = (session for session in upcoming if session.kind != "complimentary" and session.starts_at > now)
    session = next(ahead, None)
    if session is None:
        return
    goal = getattr(session, "microgoal", None)
    if goal is not None and goal.shared_at is not None:
        return
    yield Step(
        icon="goal",
        title=_("A goal for your session with %(coach)s") % {"coach": session.coach.name},
        hint=_("Your draft is not shared yet") if goal else _("What do you want from it?"),
        url=reverse("session-goal", args=[session.pk]),
        do=_("Continue your draft") if goal else _("Write your goal"),
        lead=_("Before"),
        due=session.starts_at,
        urgency=PRESSING if session.starts_at - now <= SOON else IN_TURN,
    )


def _takeaways(sessions, now: datetime) -> Iterator[Step]:
    """A takeaway from the most recent session with each coach: occurred and marked, complimentary ones passed over."""
    marked = sessions.filter(status="occurred", marked_at__lte=now, starts_at__lte=now).exclude(kind="complimentary")
    latest = marked.order_by("coach_id", "-starts_at", "-id").distinct("coach_id")
    for session in latest.select_related("coach", "takeaway"):
        draft = getattr(session, "takeaway", None)
        if draft is not None and draft.shared_at is not None:
            continue
        yield Step(
            icon="takeaway",
            title=_("A takeaway from your session with %(coach)s") % {"coach": session.coach.name},
            hint=_("Your draft is not shared yet") if draft else _("What do you take from it?"),
            url=reverse("session-takeaway", args=[session.pk]),
            do=_("Continue your draft") if draft else _("Write your takeaway"),
            lead=_("Session of"),
            due=session.starts_at,
        )


def _assignments(coachee: Person, assignments: Iterable[Assignment], now: datetime) -> Iterator[Step]:
    """In progress, the one due first on top."""
    today = local_day(now, coachee.timezone)
    for assignment in assignments:
        yield Step(
            icon="tasks",
            title=assignment.title or _("Assignment without a title"),
            hint="",
            url=reverse("assignment", args=[assignment.pk]),
            do=_("Open the assignment"),
            lead=_("Was due") if assignment.due_on < today else _("Due"),
            due=assignment.due_on,
            urgency=_urgency(assignment.due_on, today),
        )


def _prompt(coachee: Person, now: datetime) -> Iterator[Step]:
    """The prompt that is due, if any."""
    prompt = library_of(coachee, now).due(now)
    if prompt is None:
        return
    begun = prompt.has_draft
    yield Step(
        icon="reflection",
        title=prompt.text,
        hint=_("Your draft is kept") if begun else _("A reflection, private until you share it"),
        url=f"{reverse('reflection-new')}?prompt={prompt.pk}",
        do=_("Continue your draft") if begun else _("Write a reflection"),
    )


def _schedule(coachee: Person, allowance: Allowance, now: datetime) -> Iterator[Step]:
    """The next session, where a month has room."""
    month, later = allowance.month(now), allowance.next_month_with_room(now)
    if not (month.has_room or later):
        return
    yield Step(
        icon="calendar",
        title=_("Schedule your next session"),
        hint=month.words if month.has_room and month.of else "",
        url=reverse("session-new", args=[coachee.pk]),
        do=_("Choose a time"),
    )
