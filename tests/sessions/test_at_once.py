"""Many at the same moment: the database lets one through, whoever it is, and the others are told kindly.

Each has a control without what makes it so, which must let too many through; otherwise the test proves nothing.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from unittest.mock import patch

import pytest
from django.db import connection, transaction

from profiles.actions import RefusedError
from profiles.models import Person, Subscription
from profiles.once import new_form_id
from sessions_app import booking
from sessions_app.booking import CannotBookError, cancel, reschedule, schedule
from sessions_app.group_actions import reschedule_group, schedule_group, take_seat
from sessions_app.models import Attendance, GroupMeeting, Session
from tests.make import NOW, D, H, make_coach, make_coachee, make_relationship, make_session
from tests.make_sessions import attended, attended_by_sessions, make_hours
from tests.models.test_at_once import without
from tests.patience import COMES

pytestmark = pytest.mark.django_db(transaction=True)
AT = NOW + 3 * D


@dataclass
class Outcome:
    """What became of a deed that many did at once."""

    done: list[object] = field(default_factory=list)
    refused: list[RefusedError] = field(default_factory=list)
    broken: list[Exception] = field(default_factory=list)


def at_once(number: int, deed: Callable[[int], object]) -> Outcome:
    """Does it in that many threads, each with its own connection, released together."""
    start, outcome = threading.Barrier(number, timeout=COMES), Outcome()

    def run(place: int) -> None:
        try:
            with connection.cursor() as cursor:  # a busy machine is no reason to say no
                cursor.execute("SET lock_timeout = 0; SET statement_timeout = 0")
            start.wait()
            outcome.done.append(deed(place))
        except RefusedError as refusal:
            outcome.refused.append(refusal)
        except Exception as failure:  # noqa: BLE001, counted by those who asked
            outcome.broken.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcome


def coach_of(coachees: list[Person]) -> Person:
    """Somebody who is there day and night, and coaches these."""
    coach = make_coach()
    make_hours(coach=coach)
    for one in coachees:
        make_relationship(coach=coach, coachee=one)
    return coach


def people(number: int) -> list[Person]:
    return [make_coachee() for _ in range(number)]


def book(coach: Person, coachee: Person, starts_at: datetime = AT, **fields) -> Session:
    words = {"kind": "one_on_one", "by": coachee, "now": NOW, **fields}
    return schedule(coach=coach, coachee=coachee, starts_at=starts_at, **words)


@contextmanager
def nobody_takes_turns() -> Iterator[None]:
    """The verbs without their locks on people and relationships, and without the look at what is free."""
    with (
        patch.object(booking, "lock_people", lambda ids: None),
        patch("activity.encouragement.engine._lock", lambda rows: None),
        patch.object(booking, "_check_not_taken", lambda wish: None),
        patch.object(booking, "is_free", lambda *args, **words: True),
    ):
        yield


# One slot -----------------------------------------------------------------------------------------

FIFTY = 50


def test_of_fifty_on_one_slot_one_gets_it_and_the_others_the_nearest():
    coachees = people(FIFTY)
    coach = coach_of(coachees)
    outcome = at_once(FIFTY, lambda place: book(coach, coachees[place]))
    assert (len(outcome.done), len(outcome.refused), outcome.broken) == (1, FIFTY - 1, [])
    assert all(isinstance(one, CannotBookError) and one.nearest for one in outcome.refused)
    assert Session.objects.count() == 1
    assert attended() == attended_by_sessions()


def test_without_turns_the_constraint_alone_still_lets_one_through():
    coachees = people(10)
    coach = coach_of(coachees)
    with nobody_takes_turns():
        outcome = at_once(10, lambda place: book(coach, coachees[place]))
    assert (len(outcome.done), outcome.broken) == (1, [])
    assert Session.objects.count() == 1


def test_without_the_constraint_more_would_get_the_slot():
    coachees = people(10)
    coach = coach_of(coachees)
    with without(Attendance, "no_double_booking"), nobody_takes_turns():
        outcome = at_once(10, lambda place: book(coach, coachees[place]))
        assert len(outcome.done) > 1


# The last of the month ----------------------------------------------------------------------------


def last_of_the_month(rounds: int) -> int:
    """How many sessions two coaches got of the one that was left, at most, in so many rounds."""
    most = 0
    for _round in range(rounds):
        coachee = make_coachee(subscription={"sessions_per_month": 1})
        coaches = [coach_of([coachee]) for _ in range(2)]
        outcome = at_once(2, lambda place, who=coachee, by=coaches: book(by[place], who, AT + place * 2 * H))
        assert outcome.broken == []
        most = max(most, len(outcome.done))
        if most > 1:
            break
    return most


def test_the_last_session_of_a_month_is_had_once():
    assert last_of_the_month(3) == 1


def test_without_turns_it_would_be_had_twice():
    with nobody_takes_turns():
        assert last_of_the_month(20) == 2


# Others -------------------------------------------------------------------------------------------


def test_moving_against_scheduling_one_gets_the_time():
    coachees = people(2)
    coach = coach_of(coachees)
    session = book(coach, coachees[0])

    def deed(place: int) -> Session:
        to = AT + 5 * H
        if place:
            return book(coach, coachees[1], to)
        return reschedule(session, starts_at=to, by=coachees[0], now=NOW, shown=0)

    outcome = at_once(2, deed)
    assert (len(outcome.done), len(outcome.refused), outcome.broken) == (1, 1, [])
    assert attended() == attended_by_sessions()


def test_twenty_times_the_same_form_is_one_session():
    (coachee,) = coachees = people(1)
    coach, form_id = coach_of(coachees), new_form_id(coachee)
    outcome = at_once(20, lambda _place: book(coach, coachee, form_id=form_id))
    assert (len(set(outcome.done)), outcome.refused, outcome.broken) == (1, [], [])
    assert Session.objects.count() == 1


def test_twenty_times_cancelled_is_cancelled_once():
    (coachee,) = coachees = people(1)
    session = book(coach_of(coachees), coachee)
    outcome = at_once(20, lambda _place: cancel(session, by=coachee, now=NOW, shown=0))
    assert (len(outcome.done), outcome.refused, outcome.broken) == (20, [], [])
    assert session.changes.filter(what="cancelled").count() == 1
    assert not Attendance.objects.exists()


# Everybody with everybody -------------------------------------------------------------------------

THREADS, ROUNDS = 40, 3


def circle(number: int) -> list[Person]:
    """People who each coach the next two, so that everybody is both, and in each other's way."""
    found = [make_coach(roles=["coachee"]) for _ in range(number)]
    for place, one in enumerate(found):
        for step in (1, 2):
            make_relationship(coach=one, coachee=found[(place + step) % number])
    return found


def enrol(found: list[Person]) -> None:
    """All of them in one module, with as many sessions as they like."""
    since, until = NOW - D, NOW + 90 * D
    Subscription.objects.bulk_create(
        Subscription(
            coachee=one,
            starts_on=since.date(),
            ends_on=until.date(),
            active_from=since,
            active_until=until,
            group_module="Delegation",
        )
        for one in found
    )


def with_one(coach: Person, coachee: Person, at: datetime, place: int) -> object:
    """Schedules, moves or cancels a session of these two."""
    theirs = Session.objects.filter(coach=coach, coachee=coachee, status="scheduled").first()
    if theirs is None:
        return book(coach, coachee, at, by=coach)
    if place % 3 and theirs.meeting is None:
        return reschedule(theirs, starts_at=at, by=coach, now=NOW, shown=theirs.version)
    return cancel(theirs, by=coach, now=NOW, shown=theirs.version)


def with_group(coach: Person, coachee: Person, at: datetime, place: int) -> object:
    """Schedules or moves a group of the coach's, or takes a seat in it."""
    meeting = GroupMeeting.objects.filter(coach=coach, cancelled_at=None).first()
    if meeting is None:
        words = {"module": "Delegation", "coachees": [coachee], "starts_at": at}
        return schedule_group(coach=coach, **words, by=coach, now=NOW)
    if place % 3:
        return take_seat(meeting, coachee=coachee, now=NOW)
    return reschedule_group(meeting, starts_at=at, by=coach, now=NOW, shown=meeting.version)


def overlapping(found: list[Person], seed: int) -> Callable[[int], object]:
    """Each does something with one or several of them, around the same hours."""
    chance = random.Random(seed)  # noqa: S311, not a secret
    plans = [(chance.randrange(len(found)), chance.choice((1, 2)), chance.randrange(8)) for _ in range(THREADS)]

    def deed(place: int) -> object:
        first, step, quarter = plans[place]
        coach, coachee = found[first], found[(first + step) % len(found)]
        do = with_group if place % 4 == 0 else with_one
        return do(coach, coachee, AT + quarter * H / 4, place)

    return deed


def met_in_rounds(rounds: int) -> tuple[Outcome, list[Person]]:
    found, total = circle(6), Outcome()
    enrol(found)
    for number in range(rounds):
        outcome = at_once(THREADS, overlapping(found, number))
        total.done += outcome.done
        total.refused += outcome.refused
        total.broken += outcome.broken
    return total, found


def deadlocks() -> int:
    """How many this database has had to end so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return cursor.fetchone()[0]


def test_of_mixed_people_at_overlapping_times_nobody_meets_a_deadlock():
    before = deadlocks()
    outcome, _found = met_in_rounds(ROUNDS)
    assert outcome.broken == []
    assert outcome.done
    assert GroupMeeting.objects.exists()
    assert attended() == attended_by_sessions()
    assert deadlocks() == before


def in_any_order(ids) -> None:
    """As `lock_people`, one by one in the order that chance has it."""
    chosen = list(ids)
    random.shuffle(chosen)
    for pk in chosen:
        list(Person.objects.filter(pk=pk).select_for_update(no_key=True).values_list("pk"))


def test_locks_in_any_order_would_be_deadlocks():
    before = deadlocks()
    with (
        patch.object(booking, "lock_people", in_any_order),
        patch.object(booking, "_check_not_taken", lambda wish: None),
    ):
        for _try in range(10):
            outcome, _found = met_in_rounds(1)
            assert outcome.broken == []  # even then they become a sentence
            if deadlocks() > before:
                break
    assert deadlocks() > before


def test_a_group_that_is_left_by_all_at_once_is_left_by_all():
    coachees = people(12)
    coach = coach_of(coachees)
    rows = [make_session(coach=coach, coachee=one, kind="group", starts_at=AT) for one in coachees]
    outcome = at_once(12, lambda place: cancel(rows[place], by=coachees[place], now=NOW, shown=0))
    assert (len(outcome.done), outcome.refused, outcome.broken) == (12, [], [])
    assert not Attendance.objects.exists()


@contextmanager
def somebody_holds(person: Person) -> Iterator[None]:
    """Another connection has this person locked, and goes on."""
    held, go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            list(Person.objects.filter(pk=person.pk).select_for_update(no_key=True))
            held.set()
            go.wait(COMES)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(COMES)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 100")
    try:
        yield
    finally:
        go.set()
        thread.join()
        connection.close()


def test_who_waits_too_long_gets_a_sentence_and_may_try_again():
    (coachee,) = coachees = people(1)
    coach = coach_of(coachees)
    session = book(coach, coachee, AT + 5 * H)
    with somebody_holds(coach):
        with pytest.raises(CannotBookError, match="at this very moment") as refusal:
            book(coach, coachee)
        with pytest.raises(RefusedError, match="at this very moment"):
            cancel(session, by=coachee, now=NOW, shown=0)
    assert AT in [slot.starts_at for slot in refusal.value.nearest]
    assert book(coach, coachee).starts_at == AT
