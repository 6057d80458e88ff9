"""Group sessions: scheduled by their coach, joined by whoever is enrolled, moved and called off for everybody at once.

Each verb is one transaction. It locks everybody concerned in id order, then the relationships, then the meeting. Who
leaves a group gives back a seat with `booking.cancel`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.encouragement import engine
from coaching.models import Relationship
from notifications.models import NoticeKind
from profiles.actions import RefusedError, lock_people, violates
from profiles.models import Person
from profiles.once import take_once
from profiles.versions import ChangedMeanwhileError, save_version
from sessions_app.allowance import FURTHEST
from sessions_app.booking import COACHES_REASONS, CannotBookError, at_this_moment
from sessions_app.free_time import Wanted, nearest_together
from sessions_app.groups import course, ends_at, enrolled, left_out
from sessions_app.holding import came_second, free_all, hold_meeting
from sessions_app.models import Attendance, GroupMeeting, Session, SessionChange
from sessions_app.telling import tell_coach, tell_of
from sessions_app.traces import trace

FOREVER = datetime.max.replace(tzinfo=UTC)
Status = Session.Status


def schedule_group(
    *,
    coach: Person,
    module: str,
    starts_at: datetime,
    coachees: Sequence[Person],
    by: Person,
    now: datetime,
    form_id: str = "",
) -> GroupMeeting:
    """Schedules a group session of a module with these coachees, and tells everybody.

    Seats and length are the module's. Raises CannotBookError for people who are not enrolled or taken, too many of
    them, and times that have passed; the same form again leads to the same meeting.
    """
    plan = course(module)
    _check_time(starts_at, now)
    wanted = Wanted(coach, [one.pk for one in coachees], plan.minutes, by_coach=True)
    with _or_nearest(wanted, starts_at, now), transaction.atomic():
        said = [str(coach.pk), module, starts_at.isoformat(), *sorted(str(one.pk) for one in coachees)]
        taken = take_once(form_id, by=by, now=now, content=said)
        if taken.again and taken.made:
            return GroupMeeting.objects.get(pk=taken.made)
        if by.pk != coach.pk:
            raise CannotBookError(_("Group sessions are scheduled by their coach."))
        if not coachees:
            raise CannotBookError(_("Choose at least one person."))
        meeting = GroupMeeting(
            coach=coach, starts_at=starts_at, module=module, minutes=plan.minutes, capacity=plan.capacity
        )
        with _taking_turns(coach, wanted.others, now):
            _check_people(meeting, coachees, now)
            _check_free(meeting, [coach, *coachees], by)
            meeting.save()
            hold_meeting(meeting)
            _give_seats(meeting, coachees, by=by, now=now)
        taken.remember(meeting.pk)
    return meeting


def add_to_group(meeting: GroupMeeting, coachees: Sequence[Person], *, by: Person, now: datetime) -> list[Session]:
    """Gives these coachees a seat each, the lowest that are free, and tells them and the coach; returns their sessions.

    Whoever has one already keeps it. Raises CannotBookError when there are too few seats, or for people who are not
    enrolled or taken at that time.
    """
    if by.pk != meeting.coach_id:
        raise CannotBookError(_("Only the coach adds people to a group session."))
    if not coachees:
        raise CannotBookError(_("Choose at least one person."))
    return _add(meeting, coachees, by=by, now=now)


def take_seat(meeting: GroupMeeting, *, coachee: Person, now: datetime) -> Session:
    """Takes the lowest free seat for a coachee who is enrolled, and tells both; one that they have already stays.

    Raises CannotBookError when no seat is free any more, or the coachee is not enrolled or taken at that time.
    """
    _check_seats(meeting, coachee)
    added = _add(meeting, [coachee], by=coachee, now=now)
    return added[0] if added else meeting.sessions.exclude(status=Status.CANCELLED).get(coachee=coachee)


def reschedule_group(
    meeting: GroupMeeting, *, starts_at: datetime, by: Person, now: datetime, shown: int
) -> GroupMeeting:
    """Moves a group session for everybody in it, and tells them; to when it is already, changes nothing.

    `shown` is the version that the coach saw. Raises ChangedMeanwhileError, CannotBookError, or RefusedError when it
    has begun or was called off.
    """
    _check_time(starts_at, now)
    with _whole_group(meeting, starts_at, now) as (current, sessions):
        _check_changeable(current, by, now)
        if current.starts_at == starts_at:
            return current
        _check_unchanged(current, shown)
        people = [session.coachee for session in sessions]
        was_at = current.starts_at
        current.starts_at = starts_at
        _check_people(current, people, now, moved=True)
        _check_free(current, [current.coach, *people], by)
        save_version(current, shown, starts_at=starts_at)
        Attendance.objects.filter(session__in=sessions).delete()
        for session in sessions:
            session.ends_at = starts_at + (session.ends_at - session.starts_at)
            session.starts_at, session.version = starts_at, session.version + 1
            session.meeting = current
        Session.objects.bulk_update(sessions, ["starts_at", "ends_at", "version"])
        hold_meeting(current)
        _hold_seats(sessions)
        trace(sessions, SessionChange.What.RESCHEDULED, by=by, now=now, was_at=was_at)
        _tell(NoticeKind.SESSION_RESCHEDULED, current, sessions, by=by, now=now, was_at=was_at)
    return current


def cancel_group(meeting: GroupMeeting, *, by: Person, now: datetime, shown: int, reason: str = "") -> GroupMeeting:
    """Calls a group session off for everybody, frees their time and tells them. Twice is harmless.

    Raises ChangedMeanwhileError when the coach saw another version (`shown`), RefusedError when it has begun.
    """
    if reason not in COACHES_REASONS:
        raise RefusedError(_("This reason cannot be given here."))
    with _whole_group(meeting, meeting.starts_at, now) as (current, sessions):
        if current.cancelled_at is not None:
            return current
        _check_changeable(current, by, now)
        _check_unchanged(current, shown)
        save_version(current, shown, cancelled_at=now)
        for session in sessions:
            session.status, session.cancelled_at, session.reason = Status.CANCELLED, now, reason
            session.cancelled_by, session.version = Session.CancelledBy.COACH, session.version + 1
            session.meeting = current
        fields = ["status", "cancelled_at", "cancelled_by", "reason", "version"]
        Session.objects.bulk_update(sessions, fields)
        free_all([session.pk for session in sessions], {current.pk})
        trace(sessions, SessionChange.What.CANCELLED, by=by, now=now)
        _tell(NoticeKind.SESSION_CANCELLED, current, sessions, by=by, now=now)
    return current


def _tell(
    kind: NoticeKind,
    meeting: GroupMeeting,
    sessions: Sequence[Session],
    *,
    by: Person,
    now: datetime,
    was_at: datetime | None = None,
) -> None:
    """Everybody; where all have left, the coach, whose calendar still has it."""
    if sessions:
        tell_of(kind, sessions, by=by, now=now, was_at=was_at)
    elif last := meeting.sessions.order_by("pk").last():
        last.starts_at, last.ends_at, last.meeting = meeting.starts_at, ends_at(meeting), meeting
        tell_coach(kind, last, by=by, now=now, was_at=was_at)


def _check_seats(meeting: GroupMeeting, coachee: Person) -> None:
    """Sends those away for whom no seat is left before they stand in line for the people."""
    there = list(_seated(meeting).values_list("coachee", flat=True))
    if meeting.capacity is not None and len(there) >= meeting.capacity and coachee.pk not in there:
        raise CannotBookError(_full(0), taken=True)


# Seats --------------------------------------------------------------------------------------------


def _add(meeting: GroupMeeting, coachees: Sequence[Person], *, by: Person, now: datetime) -> list[Session]:
    with _or_later(), _taking_turns(meeting.coach, [one.pk for one in coachees], now):
        current = _locked(meeting)
        there = set(current.sessions.exclude(status=Status.CANCELLED).values_list("coachee", flat=True))
        new = [one for one in coachees if one.pk not in there]
        if not new:
            return []
        if current.cancelled_at is not None:
            raise CannotBookError(_("This group session was cancelled."))
        if current.starts_at <= now:
            raise CannotBookError(_("This group session has begun already."))
        if current.capacity is None or not current.module:
            raise CannotBookError(_("Nobody knows how many seats this group session has, so none can be taken."))
        _check_people(current, new, now, there=len(there))
        _check_free(current, new, by)
        return _give_seats(current, new, by=by, now=now)


def _give_seats(meeting: GroupMeeting, coachees: Sequence[Person], *, by: Person, now: datetime) -> list[Session]:
    """The lowest free seats, one each; the database gives none twice."""
    rows = meeting.sessions.exclude(status=Status.CANCELLED).exclude(seat=None)
    taken = set(rows.values_list("seat", flat=True))
    free = (seat for seat in range(1, (meeting.capacity or 0) + 1) if seat not in taken)
    sessions = Session.objects.bulk_create(
        Session(
            coach=meeting.coach,
            coachee=one,
            kind=Session.Kind.GROUP,
            meeting=meeting,
            starts_at=meeting.starts_at,
            ends_at=ends_at(meeting),
            seat=seat,
            booked_by=by,
            booked_at=now,
        )
        for one, seat in zip(coachees, free, strict=False)
    )
    _hold_seats(sessions)
    trace(sessions, SessionChange.What.SCHEDULED, by=by, now=now)
    tell_of(NoticeKind.SESSION_SCHEDULED, sessions, by=by, now=now)
    return sessions


def _hold_seats(sessions: Sequence[Session]) -> None:
    Attendance.objects.bulk_create(
        Attendance(session=one, person_id=one.coachee_id, during=(one.starts_at, one.ends_at)) for one in sessions
    )


# One at a time ------------------------------------------------------------------------------------


@contextmanager
def _taking_turns(coach: Person, coachees: Collection[int], now: datetime) -> Iterator[None]:
    """One transaction that holds these people, then the coachees' relationships, and evaluates at the end."""
    with transaction.atomic():
        lock_people([coach.pk, *coachees])
        with engine.changing(sorted(coachees), now):
            yield


@contextmanager
def _whole_group(
    meeting: GroupMeeting, starts_at: datetime, now: datetime
) -> Iterator[tuple[GroupMeeting, list[Session]]]:
    """One transaction that holds everybody in the group; gives the meeting as it is now, and the seats that are taken.

    Raises RefusedError when somebody came in between twice: the coach is told to try again.
    """
    people = set(_seated(meeting).values_list("coachee", flat=True))
    wanted = Wanted(meeting.coach, people, _length(meeting), by_coach=True, meeting=meeting.pk)
    with _or_nearest(wanted, starts_at, now), _taking_turns(meeting.coach, people, now):
        current = _locked(meeting)
        sessions = list(_seated(current).select_related("coach", "coachee").order_by("pk"))
        if {session.coachee_id for session in sessions} - people:
            raise RefusedError(at_this_moment())
        yield current, sessions


def _seated(meeting: GroupMeeting):  # noqa: ANN202, a queryset
    return Session.objects.filter(meeting=meeting).exclude(status=Status.CANCELLED)


def _length(meeting: GroupMeeting) -> int:
    return int((ends_at(meeting) - meeting.starts_at) / timedelta(minutes=1))


def _locked(meeting: GroupMeeting) -> GroupMeeting:
    return GroupMeeting.objects.select_related("coach").select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)


@contextmanager
def _or_later() -> Iterator[None]:
    """Says it when the last seat, or somebody's time, was taken at the same moment."""
    try:
        yield
    except DatabaseError as error:
        if isinstance(error, IntegrityError) and violates(error, "one_coachee_per_seat"):
            raise CannotBookError(_("This seat was just taken."), taken=True) from error
        if not came_second(error):
            raise
        raise CannotBookError(at_this_moment(), taken=True) from error


@contextmanager
def _or_nearest(wanted: Wanted, starts_at: datetime, now: datetime) -> Iterator[None]:
    """Offers the nearest times at which everybody is free when somebody is not."""
    try:
        with _or_later():
            yield
    except IntegrityError as error:
        if not violates(error, "one_group_meeting_at_a_time"):
            raise
        raise CannotBookError(_("You have a group session at this time already."), taken=True) from error
    except CannotBookError as refusal:
        if not refusal.taken:
            raise
        near = nearest_together(wanted, starts_at, now)
        raise CannotBookError(str(refusal), nearest=tuple(near), taken=True) from refusal


# What the rules say -------------------------------------------------------------------------------


def _check_time(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise CannotBookError(_("This time has passed. Choose a later one."))
    if starts_at > now + FURTHEST:
        raise CannotBookError(_("Sessions can be scheduled up to two years ahead."))


def _check_changeable(current: GroupMeeting, by: Person, now: datetime) -> None:
    if by.pk != current.coach_id:
        raise RefusedError(_("A group session is changed by its coach."))
    if current.cancelled_at is not None:
        raise RefusedError(_("This group session was cancelled."))
    if current.starts_at <= now:
        raise RefusedError(_("This group session has begun already."))


def _check_unchanged(current: GroupMeeting, shown: int) -> None:
    if current.version != shown:
        raise ChangedMeanwhileError(_("This group session was changed meanwhile."), current)


def _check_people(
    meeting: GroupMeeting, coachees: Sequence[Person], now: datetime, *, there: int = 0, moved: bool = False
) -> None:
    """Enrolled on that day, and not more than there are seats. Imported groups know neither."""
    if not meeting.module:
        _check_coached(meeting, coachees, now)
        return
    if missing := left_out(coachees, enrolled(meeting.coach, meeting.module, meeting.starts_at, now)):
        words = {"names": _names(missing), "module": meeting.module, "count": len(missing)}
        sentence = ngettext(
            "%(names)s is not enrolled in %(module)s on that day.",
            "%(names)s are not enrolled in %(module)s on that day.",
            len(missing),
        )
        raise CannotBookError(sentence % words)
    left = max(0, (meeting.capacity or 0) - there)
    if not moved and len(coachees) > left:
        raise CannotBookError(_full(left), taken=left == 0)


def _check_coached(meeting: GroupMeeting, coachees: Sequence[Person], now: datetime) -> None:
    running = Relationship.objects.running(now).filter(coach=meeting.coach, coachee__in=coachees)
    until = {row.coachee_id: row.ended_at for row in running}
    gone = [one for one in coachees if one.pk not in until or (until[one.pk] or FOREVER) <= meeting.starts_at]
    if gone:
        raise CannotBookError(_("The coaching with %(names)s ends before that day.") % {"names": _names(gone)})


def _full(left: int) -> str:
    if not left:
        return _("All seats are taken.")
    return ngettext("Only %(left)d seat is free.", "Only %(left)d seats are free.", left) % {"left": left}


def _check_free(meeting: GroupMeeting, people: Sequence[Person], by: Person) -> None:
    """Raises CannotBookError with the names of those who are taken then; what they have is nobody's business."""
    during = DateTimeTZRange(meeting.starts_at, ends_at(meeting))
    rows = Attendance.objects.filter(person__in=people, during__overlap=during)
    if meeting.pk:
        rows = rows.exclude(meeting=meeting).exclude(session__in=_seated(meeting))
    busy = set(rows.values_list("person", flat=True))
    if by.pk in busy:
        raise CannotBookError(_("You have something else at this time."), taken=True)
    if taken := [one for one in people if one.pk in busy]:
        sentence = ngettext("%(names)s is not free at this time.", "%(names)s are not free at this time.", len(taken))
        raise CannotBookError(sentence % {"names": _names(taken)}, taken=True)


def _names(people: Sequence[Person]) -> str:
    names = [one.name for one in people]
    return (
        names[0] if len(names) == 1 else _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}
    )
