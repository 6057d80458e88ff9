"""Scheduling, rescheduling and cancelling a session of two. One transaction each.

The people are locked first, in id order, then the relationships: whoever schedules anything with one of them waits, so
that the month is counted by one at a time. That nobody is in two places is decided by the database, also against what
takes no locks. What is group coaching, and not one coachee's own seat, is in `group_actions`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import DatabaseError, IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from activity.encouragement import engine
from coaching.models import Relationship
from notifications.models import NoticeKind
from profiles.actions import RefusedError, lock_people, violates
from profiles.models import Person
from profiles.once import take_once
from profiles.versions import ChangedMeanwhileError, save_version
from profiles.zones import local_day
from sessions_app.allowance import (
    FURTHEST,
    LENGTHS,
    Allowance,
    Month,
    in_month_of,
    month_name,
    no_flash,
    no_sessions,
    used_call,
    why_no_call,
)
from sessions_app.free_time import Slot, is_free, nearest_free
from sessions_app.holding import came_second, free, hold
from sessions_app.models import Attendance, Session, SessionChange
from sessions_app.querysets import LATE_CANCELLATION
from sessions_app.telling import tell_of
from sessions_app.traces import trace

Kind, Status, Reason = Session.Kind, Session.Status, Session.Reason
OFFERED, LOOKED_THROUGH = 3, 1_000
"""How many free times are offered in place of one that is taken, and among how many of those around it."""
COACHEES_REASONS = ("", Reason.COACHEE_EMERGENCY)
COACHES_REASONS = ("", Reason.COACH_EMERGENCY, Reason.COACHEE_EMERGENCY, Reason.OTHER)


class CannotBookError(RefusedError):
    """This time cannot be had; `str()` says why, and nothing was changed.

    `nearest` are the free times nearest to one that is `taken`; `next_month` is the first day of the next month with
    room where the month is full.
    """

    def __init__(
        self, sentence: str, *, nearest: tuple[Slot, ...] = (), taken: bool = False, next_month: date | None = None
    ) -> None:
        super().__init__(sentence)
        self.nearest, self.taken, self.next_month = nearest, taken, next_month


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: a session of these two at that time. `moved` is the one it is, if there is one."""

    coach: Person
    coachee: Person
    kind: str
    starts_at: datetime
    minutes: int
    by: Person
    now: datetime
    moved: Session | None = None

    @property
    def by_coach(self) -> bool:
        """Whether the coach asks, who is not bound to the hours they offer."""
        return self.by.pk == self.coach.pk

    @property
    def without(self) -> int | None:
        """The id of the session that is moved, which stands in nobody's way."""
        return self.moved.pk if self.moved else None

    @property
    def ends_at(self) -> datetime:
        """When it would end."""
        return self.starts_at + timedelta(minutes=self.minutes)


def is_late(session: Session, now: datetime) -> bool:
    """Whether cancelling it now is less than 24 hours ahead: by the coachee it then counts, but in an emergency."""
    return now > session.starts_at - LATE_CANCELLATION


def schedule(
    *, coach: Person, coachee: Person, kind: str, starts_at: datetime, by: Person, now: datetime, form_id: str = ""
) -> Session:
    """Schedules a session of these two and tells both; the same form again leads to the same session.

    Kinds are one_on_one, flash and complimentary. A coachee (`by`) gets the coach's free times only, a coach any time
    to come that nobody has taken. Raises CannotBookError.
    """
    if kind not in LENGTHS:
        raise CannotBookError(_("This kind of session cannot be scheduled here."))
    wish = Wish(coach, coachee, kind, starts_at, LENGTHS[Kind(kind)], by, now)
    with _one_of_many(wish):
        content = [str(coach.pk), str(coachee.pk), kind, starts_at.isoformat()]
        taken = take_once(form_id, by=by, now=now, content=content)
        if taken.again and taken.made is not None:
            return Session.objects.get(pk=taken.made)
        _check_not_taken(wish)
        with _taking_turns(coach.pk, coachee.pk, now):
            _check(wish)
            session = Session.objects.create(
                coach=coach,
                coachee=coachee,
                kind=kind,
                starts_at=starts_at,
                ends_at=wish.ends_at,
                payment=Session.Payment.PRO_BONO if kind == Kind.COMPLIMENTARY else Session.Payment.PAID,
                booked_by=by,
                booked_at=now,
            )
            hold(session)
            trace([session], SessionChange.What.SCHEDULED, by=by, now=now)
        taken.remember(session.pk)
        tell_of(NoticeKind.SESSION_SCHEDULED, [session], by=by, now=now)
    return session


def reschedule(session: Session, *, starts_at: datetime, by: Person, now: datetime, shown: int) -> Session:
    """Moves a session that has not begun, with its length, and tells both; to when it is already, changes nothing.

    `shown` is the version that `by` saw. Raises ChangedMeanwhileError when it was changed since, CannotBookError as
    `schedule` does, RefusedError where the coach moves it for a whole group.
    """
    wish = Wish(session.coach, session.coachee, session.kind, starts_at, session.minutes, by, now, moved=session)
    with _one_of_many(wish), _taking_turns(session.coach_id, session.coachee_id, now):
        current = _current(session, by)
        if current.starts_at == starts_at and current.status == Status.SCHEDULED:
            return current
        _check_unchanged(current, shown)
        _check_ahead(current, now)
        if current.meeting_id:
            raise RefusedError(_("A group session is moved by its coach, for everybody at once."))
        _check(replace(wish, moved=current))
        was_at = current.starts_at
        save_version(current, shown, starts_at=starts_at, ends_at=wish.ends_at)
        hold(current)
        trace([current], SessionChange.What.RESCHEDULED, by=by, now=now, was_at=was_at)
        tell_of(NoticeKind.SESSION_RESCHEDULED, [current], by=by, now=now, was_at=was_at)
    return current


def cancel(session: Session, *, by: Person, now: datetime, shown: int, reason: str = "") -> Session:
    """Cancels a session that has not begun, or gives back the coachee's seat in a group, and tells both.

    The time is free again at once. Cancelled by the coachee less than 24 hours ahead it counts in its month, unless
    the reason is an emergency. Twice is harmless. Raises ChangedMeanwhileError when it was changed since it was
    `shown`, RefusedError when it has begun, or for a reason that is not for `by` to give.
    """
    by_coach = by.pk == session.coach_id
    if reason not in (COACHES_REASONS if by_coach else COACHEES_REASONS):
        raise RefusedError(_("This reason cannot be given here."))
    with _or_later(), _taking_turns(session.coach_id, session.coachee_id, now):
        current = _current(session, by)
        if current.status == Status.CANCELLED:
            return current
        _check_unchanged(current, shown)
        _check_ahead(current, now)
        if not Relationship.objects.running(now).between(current.coach, current.coachee).exists():
            raise RefusedError(_("The coaching has ended."))
        whose = Session.CancelledBy.COACH if by_coach else Session.CancelledBy.COACHEE
        words = {"status": Status.CANCELLED, "cancelled_at": now, "cancelled_by": whose, "reason": reason}
        save_version(current, shown, **words)
        free(current)
        trace([current], SessionChange.What.CANCELLED, by=by, now=now)
        tell_of(NoticeKind.SESSION_CANCELLED, [current], by=by, now=now)
    return current


# One at a time ------------------------------------------------------------------------------------


@contextmanager
def _taking_turns(coach: int, coachee: int, now: datetime) -> Iterator[None]:
    """One transaction that holds both people, then the coachee's relationships, and evaluates at the end."""
    with transaction.atomic():
        lock_people([coach, coachee])
        with engine.changing([coachee], now):
            yield


@contextmanager
def _one_of_many(wish: Wish) -> Iterator[None]:
    """One transaction; who comes second is told what is free nearby, also after a deadlock or a long wait."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        if isinstance(error, IntegrityError) and violates(error, "one_complimentary_session_per_pair"):
            raise CannotBookError(used_call()) from error
        if not came_second(error):
            raise
        raise _taken(wish) from error
    except _NotFreeError as error:
        raise _taken(wish) from error


@contextmanager
def _or_later() -> Iterator[None]:
    """Turns a deadlock or a long wait into a sentence."""
    try:
        yield
    except DatabaseError as error:
        if not came_second(error):
            raise
        raise RefusedError(at_this_moment()) from error


def at_this_moment() -> str:
    """Says that others were in the way, though the time may be free."""
    return _("Others are scheduling at this very moment. Please try once more.")


def _check_not_taken(wish: Wish) -> None:
    """Sends those away who come too late for a time that many want, before they stand in line for the people.

    Raises CannotBookError for what is no time to ask for, _NotFreeError for one that is taken.
    """
    if why_not := _why_not_then(wish) or _why_no_coaching(wish):
        raise CannotBookError(why_not)
    people, during = [wish.coach.pk, wish.coachee.pk], DateTimeTZRange(wish.starts_at, wish.ends_at)
    if Attendance.objects.filter(person__in=people, during__overlap=during).exists():
        raise _NotFreeError


class _NotFreeError(Exception):
    """The time is not among those that are free. What is near is looked for without the locks."""


def _taken(wish: Wish) -> CannotBookError:
    near = _near(wish)
    is_free_after_all = any(slot.starts_at == wish.starts_at for slot in near)
    sentence = at_this_moment() if is_free_after_all else _("This time is not free any more.")
    return CannotBookError(sentence, nearest=tuple(near), taken=True)


def _near(wish: Wish) -> list[Slot]:
    """The nearest free times that the subscription and its months have room for, soonest first."""
    found = nearest_free(
        wish.coach,
        wish.coachee,
        wish.starts_at,
        wish.minutes,
        wish.now,
        number=LOOKED_THROUGH,
        by_coach=wish.by_coach,
        without=wish.without,
    )
    allowance = Allowance.of(wish.coachee, wish.now, without=wish.without)
    possible = [slot for slot in found if _has_room(wish, allowance, slot.starts_at)]
    return sorted(sorted(possible, key=lambda slot: (abs(slot.starts_at - wish.starts_at), slot))[:OFFERED])


def _has_room(wish: Wish, allowance: Allowance, at: datetime) -> bool:
    if wish.kind == Kind.COMPLIMENTARY:
        return True
    subscription = allowance.subscription_at(at)
    if subscription is None or wish.kind == Kind.FLASH:
        return subscription is not None and subscription.flash_sessions is True
    stays = wish.moved is not None and in_month_of(at, wish.moved.starts_at, wish.coachee)
    return stays or allowance.month(at).has_room


def _current(session: Session, by: Person) -> Session:
    """As it is now that we hold its people. Raises RefusedError for whoever is neither of the two."""
    current = Session.objects.select_related("coach", "coachee", "meeting").get(pk=session.pk)
    if by.pk not in (current.coach_id, current.coachee_id):
        raise RefusedError(_("Only the coach and the coachee can change their session."))
    return current


def _check_unchanged(current: Session, shown: int) -> None:
    if current.version != shown:
        raise ChangedMeanwhileError(_("This session was changed meanwhile."), current)


def _check_ahead(current: Session, now: datetime) -> None:
    if current.status == Status.CANCELLED:
        raise RefusedError(_("This session was cancelled."))
    if current.status != Status.SCHEDULED or current.starts_at <= now:
        raise RefusedError(_("This session has begun already."))


# What the rules say -------------------------------------------------------------------------------


def _check(wish: Wish) -> None:
    """Raises CannotBookError, or _NotFreeError, when the rules of booking refuse it."""
    if why_not := _why_not_then(wish) or _why_no_coaching(wish):
        raise CannotBookError(why_not)
    since = min(wish.starts_at, wish.moved.starts_at) if wish.moved else wish.starts_at
    allowance = Allowance.of(wish.coachee, since, without=wish.without)
    if wish.kind == Kind.COMPLIMENTARY:
        why_not = why_no_call(wish.coach, wish.coachee, allowance, wish.starts_at, without=wish.without)
    else:
        _check_allowance(wish, allowance)
    if why_not:
        raise CannotBookError(why_not)
    if not wish.by_coach and not is_free(
        wish.coach, wish.coachee, wish.starts_at, wish.minutes, wish.now, without=wish.without
    ):
        raise _NotFreeError


def _why_not_then(wish: Wish) -> str:
    if wish.by.pk not in (wish.coach.pk, wish.coachee.pk):
        return _("Only the coach and the coachee can schedule their sessions.")
    if wish.starts_at <= wish.now:
        return _("This time has passed. Choose a later one.")
    if wish.starts_at > wish.now + FURTHEST:
        return _("Sessions can be scheduled up to two years ahead.")
    return ""


def _why_no_coaching(wish: Wish) -> str:
    """In one query."""
    running = Relationship.objects.running(wish.now).between(wish.coach, wish.coachee)
    ends = list(running.values_list("ended_at", flat=True))
    if not ends:
        return _("The coaching has ended.")
    if not any(at is None or at > wish.starts_at for at in ends):
        return _("The coaching ends before that day.")
    return ""


def _check_allowance(wish: Wish, allowance: Allowance) -> None:
    subscription = allowance.subscription_at(wish.starts_at)
    if subscription is None:
        raise CannotBookError(_("No subscription is in force on that day."))
    if wish.kind == Kind.FLASH:
        if not subscription.flash_sessions:
            raise CannotBookError(no_flash())
        return
    month = allowance.month(wish.starts_at)
    stays = wish.moved is not None and in_month_of(wish.starts_at, wish.moved.starts_at, wish.coachee)
    if month.has_room or stays:
        return
    if month.of == 0:
        raise CannotBookError(no_sessions())
    raise _full(wish, month, allowance.next_month_with_room(wish.starts_at))


def _full(wish: Wish, month: Month, following: date | None) -> CannotBookError:
    """“Amara has 2 of 2 in November. The next month with room is December.”"""
    today = local_day(wish.now, wish.coachee.timezone)
    words = {"name": wish.coachee.first_name, "used": month.words_on(today)}
    is_own = wish.by.pk == wish.coachee.pk
    first = (_("You have %(used)s.") if is_own else _("%(name)s has %(used)s.")) % words
    if following is None:
        second = _("No later month of the subscription has room.")
    else:
        second = _("The next month with room is %(month)s.") % {"month": month_name(following, today)}
    return CannotBookError(f"{first} {second}", next_month=following)
