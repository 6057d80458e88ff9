"""Group coaching as it is read: modules, who is enrolled, seats, and where a coachee may still join."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from coaching.models import Relationship
from profiles.models import Person, Subscription
from sessions_app.models import GroupMeeting, GroupModule, Session

MOST_OPEN = 20
"""Group sessions that a coachee is offered at once, the soonest."""


@dataclass(frozen=True, slots=True)
class Course:
    """A group module as it is scheduled: its name, seats and length in minutes."""

    name: str
    capacity: int
    minutes: int


def course(name: str) -> Course:
    """The module of that name, with the defaults where nobody described it. One query."""
    row = GroupModule.objects.filter(name=name).first() or GroupModule(name=name)
    return Course(name, row.capacity, row.minutes)


def enrolled(coach: Person, module: str, at: datetime, now: datetime) -> QuerySet[Person]:
    """This coach's coachees whose subscription in force at that instant names the module, by name.

    The relationship runs now and then.
    """
    running = Relationship.objects.running(now).filter(Q(ended_at=None) | Q(ended_at__gt=at), coach=coach)
    return (
        Person.objects.filter(
            Exists(running.filter(coachee=OuterRef("pk"))),
            Exists(_in_force(at).filter(coachee=OuterRef("pk"), group_module=module)),
        )
        .exclude(pk=coach.pk)
        .order_by("name", "pk")
    )


def modules_of(coach: Person, now: datetime) -> list[str]:
    """The modules that this coach's coachees are or will be enrolled in, by name. One query."""
    coached = Relationship.objects.running(now).filter(coach=coach, coachee=OuterRef("coachee"))
    to_use = Subscription.objects.filter(Exists(coached), active_until__gt=now).exclude(group_module="")
    return list(to_use.order_by("group_module").values_list("group_module", flat=True).distinct())


def seats(meetings: QuerySet[GroupMeeting]) -> QuerySet[GroupMeeting]:
    """Meetings with how many seats are `taken`."""
    return meetings.annotate(taken=Count("sessions", filter=~Q(sessions__status=Session.Status.CANCELLED)))


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """A group session with free seats. Of those who come only the number is said."""

    pk: int
    module: str
    coach: Person
    starts_at: datetime
    ends_at: datetime
    taken: int
    capacity: int


def open_groups(coachee: Person, now: datetime) -> list[OpenGroup]:
    """Group sessions ahead in which this coachee can take a seat, soonest first. One query.

    Those of their coaches, of the module that their subscription names on that day, with free seats, and without them.
    """
    running = Relationship.objects.running(now).filter(coachee=coachee, coach=OuterRef("coach"))
    together = running.filter(Q(ended_at=None) | Q(ended_at__gt=OuterRef("starts_at")))
    theirs = Subscription.objects.filter(
        coachee=coachee,
        group_module=OuterRef("module"),
        active_from__lte=OuterRef("starts_at"),
        active_until__gt=OuterRef("starts_at"),
    )
    coming = Session.objects.filter(meeting=OuterRef("pk"), coachee=coachee).exclude(status=Session.Status.CANCELLED)
    ahead = GroupMeeting.objects.ahead(now).filter(
        Exists(together), Exists(theirs), ~Exists(coming), capacity__isnull=False, minutes__isnull=False
    )
    found = seats(ahead.exclude(module="").select_related("coach"))
    rows = [_open(row) for row in found[: 3 * MOST_OPEN]]
    return [row for row in rows if row.taken < row.capacity][:MOST_OPEN]


def may_take_seat(meeting: GroupMeeting, coachee: Person, now: datetime) -> bool:
    """Whether a meeting is one of a coach of theirs, in the module they are enrolled in. One query."""
    return (
        bool(meeting.module)
        and enrolled(meeting.coach, meeting.module, meeting.starts_at, now).filter(pk=coachee.pk).exists()
    )


def ends_at(meeting: GroupMeeting) -> datetime:
    """When it is over; for imported ones, whose length nobody knows, the usual hour after the start."""
    return meeting.starts_at + timedelta(minutes=meeting.minutes or GroupModule._meta.get_field("minutes").default)


def left_out(people: Collection[Person], there: QuerySet[Person]) -> list[Person]:
    """Those of the people who are not among the others. One query."""
    found = set(there.filter(pk__in=[one.pk for one in people]).values_list("pk", flat=True))
    return [one for one in people if one.pk not in found]


def _in_force(at: datetime) -> QuerySet[Subscription]:
    return Subscription.objects.filter(active_from__lte=at, active_until__gt=at)


def _open(row: GroupMeeting) -> OpenGroup:
    return OpenGroup(row.pk, row.module, row.coach, row.starts_at, ends_at(row), row.taken, row.capacity or 0)  # type: ignore[attr-defined]


def enrollable(coach: Person, module: str, now: datetime) -> QuerySet[Person]:
    """This coach's coachees who are enrolled in the module now or will be, and may sign in, by name."""
    running = Relationship.objects.running(now).filter(coach=coach, coachee=OuterRef("pk"))
    to_use = Subscription.objects.filter(coachee=OuterRef("pk"), group_module=module, active_until__gt=now)
    people = Person.objects.filter(Exists(running), Exists(to_use), is_active=True)
    return people.exclude(pk=coach.pk).order_by("name", "pk")


def visible_group(viewer: Person, pk: int, now: datetime) -> GroupMeeting | None:
    """A group that the viewer may see, with its coach: as its coach while one of its people is coached by them, as
    somebody who has or had a seat, or as somebody who can take one. Three queries at most."""
    meeting = GroupMeeting.objects.select_related("coach").filter(pk=pk).first()
    if meeting is None:
        return None
    if Session.objects.visible_to(viewer, now).filter(meeting=meeting).exists():
        return meeting
    is_open = meeting.cancelled_at is None and meeting.starts_at > now and meeting.coach_id != viewer.pk
    return meeting if is_open and may_take_seat(meeting, viewer, now) else None
