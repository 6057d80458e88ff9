"""Where everybody begins who walks the marked world: every page there is, also of those whom they do not know."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from activity.models import Encouragement, EventKind
from assessments.models import Observation
from assignments.models import (
    Assignment,
    AssignmentFile,
    AssignmentTemplate,
    Reflection,
    Resource,
    Response,
    ResponseFile,
    TemplateFile,
)
from coaching.models import Goal, MessageFile, Milestone, Relationship
from profiles.models import Course, Credential
from sessions_app.models import GroupMeeting, MicroGoal, Session, Takeaway
from tests.access.matrix import ACCOUNT, ACCOUNT_KWARGS, COACHES
from tests.access.private import COACHEES, PEOPLE, PREFIX, World
from tests.make import NOW, D

PAGES = (
    "/",
    "/coachees/",
    "/coachees/?status=past",
    f"/coachees/?q={PREFIX}",
    f"/search/?q={PREFIX}",
    "/notes/",
    "/notices/",
    "/notices/unsent/",
    "/invitations/",
    "/invitations/new/",
    "/invitations/many/",
    "/relationships/review/",
    "/library/",
    "/library/?show=private",
    "/library/?show=suggested",
    "/library/?show=out",
    f"/library/?q={PREFIX}",
    "/library/new/",
    "/assignments/",
    "/assignments/?only=unread",
    "/assignments/new/",
    "/assignments/resources/",
    "/assignments/templates/",
    "/assignments/templates/new/",
    "/messages/",
    "/reflections/new/",
    "/reflections/new/?prompt=0",
    "/sessions/",
    "/sessions/?show=past",
    "/sessions/groups/new/",
    "/sessions/groups/new/?module=0",
    "/availability/",
    "/calendar/",
    "/calendar/1-made-up.ics",
    "/hours/",
    "/hours/log.csv",
    "/typed/",
    "/drafts/",
    "/nowhere/",
    "/admin/",
)
"""That are about nobody in particular."""


OF_SESSIONS = (
    *("", "join/", "time/", "cancellation/", "outcome/", "payment/", "calendar.ics", "notes/"),
    *("notes/versions/", "notes/versions/?part=private", "notes/versions/?part=shared"),
)
"""The pages of one session, beside what its coachee writes about it."""


def starts(world: World) -> Iterator[str]:
    """Where everybody begins: every page of everybody, also of those whom they do not know."""
    yield from PAGES
    yield from (
        f"{page}{world.cast.coachee.pk}"
        for page in ("/library/?for=", "/assignments/?coachee=", "/assignments/new/?coachee=")
    )
    yield from (reverse(name, kwargs=ACCOUNT_KWARGS.get(name)) for name in ACCOUNT if name != "account_logout")
    yield from rows(world)
    for who in PEOPLE:
        yield from of_person(world, who)


OF_PEOPLE = ("messages/", "coaching/", "learning/", "permissions/", "log-consent/", "sessions/new/")


def of_person(world: World, who: str) -> Iterator[str]:
    """The pages of one person."""
    pk = getattr(world.cast, who).pk
    yield from (f"/people/{pk}/{tab}" for tab in ("", *OF_PEOPLE))
    if who in COACHEES:
        states = (f"assignments/?state={state}" for state in ("in_progress", "completed", "archived"))
        yield from (f"/people/{pk}/{tab}" for tab in ("sessions/", "goals/", "assessments/", "observations/", *states))
    if who in ("coachee", "other_coachee"):
        coaches = (getattr(world.cast, coach).pk for coach in COACHES)
        yield from (f"/people/{pk}/messages/?with={coach}" for coach in coaches)
        yield from between(world, pk)


def between(world: World, coachee: int) -> Iterator[str]:
    """What open pages ask for, the whole feed of each kind, and the profile through everybody's eyes."""
    here = f"/people/{coachee}/"
    yield from (f"{here}{place}" for place in ("reflections/", "reflections/?state=private", "activity/"))
    yield from (f"{here}activity/?kind={kind}" for kind in EventKind.values)
    for coach in sorted(COACHES):
        pk = getattr(world.cast, coach).pk
        yield from (f"{here}seen-by/coach-{pk}/", f"{here}messages/new/?with={pk}&after=0&read=0")
    yield f"{here}seen-by/staff/"


def rows(world: World) -> Iterator[str]:
    """Every page of every row about Amara, and about the coachee of the other organization."""
    both = [world.cast.coachee.pk, world.cast.outsider.pk]
    for where, found, pages in (
        ("goals", Goal.objects.filter(coachee__in=both), ("", "edit/", "progress/", "outcome/")),
        ("milestones", Milestone.objects.filter(goal__coachee__in=both), ("", "removal/")),
        ("observations", Observation.objects.filter(coachee__in=both), ("", "edit/", "removal/")),
        ("library", Resource.objects.exclude(views__viewed_at__lt=NOW - 30 * D), ("", "file/", "edit/", "suggest/")),
        ("assignments", Assignment.objects.filter(coachee__in=both), ("", "edit/", "archived/")),
        ("assignments/files", AssignmentFile.objects.filter(assignment__coachee__in=both), ("",)),
        ("assignments/templates", AssignmentTemplate.objects.all(), ("", "removal/")),
        ("assignments/templates/files", TemplateFile.objects.all(), ("",)),
        ("responses", Response.objects.filter(coachee__in=both), ("",)),
        ("responses/files", ResponseFile.objects.filter(response__coachee__in=both), ("",)),
        ("messages/files", MessageFile.objects.filter(message__coachee__in=both), ("",)),
        ("reflections", Reflection.objects.filter(coachee__in=both), ("", "edit/")),
        ("sessions", written_about(both), ("goal/", "takeaway/")),
        ("sessions", Session.objects.filter(coachee__in=both, starts_at__gt=NOW - 20 * D), OF_SESSIONS),
        ("sessions/groups", GroupMeeting.objects.all(), ("", "time/", "cancellation/")),
        ("encouragements", Encouragement.objects.open(NOW).filter(coachee__in=both), ("not-relevant/",)),
        ("courses", Course.objects.filter(person__in=both), ("edit/", "remove/", "certificate/")),
        ("credentials", Credential.objects.filter(person__in=both), ("edit/", "remove/")),
        ("relationships", Relationship.objects.filter(coachee__in=both), ("end/", "handover/")),
    ):
        yield from (f"/{where}/{pk}/{page}" for pk in found.values_list("pk", flat=True) for page in pages)
    tabs = ("edit/", "credentials/", "personnel/", "personnel/edit/", "coaching/add/", "coaching-access/")
    yield from (f"/people/{pk}/{tab}" for pk in both for tab in tabs)


def written_about(coachees: list[int]) -> QuerySet[Session]:
    """Their sessions that somebody wrote a goal for or a takeaway from."""
    found = Session.objects.filter(coachee__in=coachees)
    return found.filter(Q(pk__in=MicroGoal.objects.values("session")) | Q(pk__in=Takeaway.objects.values("session")))
