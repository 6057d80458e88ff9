"""Twenty people at the same moment: the database lets one through, and only because of its constraint."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, models, transaction

from coaching.models import Relationship
from profiles.models import Person
from sessions_app.models import Attendance, Session
from tests.make import NOW, H, make_coach, make_coachee, make_person, make_relationship, make_session
from tests.patience import COMES

AT_ONCE = 20
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deed: Callable[[int], object]) -> int:
    """Does it in that many threads, each with its own connection, released together; how many got through."""
    start, done, failures = threading.Barrier(AT_ONCE, timeout=COMES), [], []

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            with transaction.atomic():
                deed(number)
            done.append(number)
        except IntegrityError:
            pass
        except Exception as failure:  # noqa: BLE001, shown by the assertion below
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    return len(done)


@contextmanager
def without(model: type[models.Model], name: str) -> Iterator[None]:
    """The same database without that constraint; puts it back once the rows that break it are gone."""
    constraint = next(each for each in model._meta.constraints if each.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(model, constraint)
    try:
        yield
    finally:
        model.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(model, constraint)


def lock(*people: Person) -> None:
    """Locks in id order, as every verb does."""
    ids = [person.pk for person in people]
    list(Person.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))


def book(taken: Person, others: list[Person], side: str) -> Callable[[int], object]:
    """Each of the others takes the same coach (or coachee) for an hour, a minute after the one before."""
    other_side = "coachee" if side == "coach" else "coach"

    def deed(number: int) -> Session:
        lock(taken, others[number])
        return make_session(**{side: taken, other_side: others[number]}, starts_at=NOW + H * number / 60)

    return deed


@pytest.mark.parametrize("side", ["coach", "coachee"])
def test_only_one_gets_the_time(side):
    taken, others = make_person(), [make_person() for _ in range(AT_ONCE)]
    assert at_once(book(taken, others, side)) == 1
    assert Session.objects.count() == 1


def test_without_the_constraint_all_would_get_the_time():
    taken, others = make_person(), [make_person() for _ in range(AT_ONCE)]
    with without(Attendance, "no_double_booking"):
        assert at_once(book(taken, others, "coach")) == AT_ONCE


def assign(coach: Person, coachee: Person) -> Callable[[int], object]:
    """Each starts a relationship of the same two, a minute after the one before."""

    def deed(number: int) -> Relationship:
        lock(coach, coachee)
        return make_relationship(coach=coach, coachee=coachee, started_at=NOW + H * number / 60)

    return deed


def test_only_one_relationship_starts():
    coach, coachee = make_coach(), make_coachee()
    assert at_once(assign(coach, coachee)) == 1


def test_without_the_constraint_all_would_start():
    coach, coachee = make_coach(), make_coachee()
    with without(Relationship, "one_running_relationship_per_pair"):
        assert at_once(assign(coach, coachee)) == AT_ONCE
