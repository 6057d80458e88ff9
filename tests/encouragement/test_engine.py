"""The engine against a real database: idempotent, safe twice at once, right without any job having run."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activity.encouragement import engine
from activity.models import Encouragement, Reevaluation
from coaching.models import Message, Relationship
from tests.encouragement.naive import naive
from tests.encouragement.rows import put
from tests.encouragement.worlds import facts, instants
from tests.make import (
    NOW,
    D,
    make_coach,
    make_coachee,
    make_message,
    make_relationship,
    make_session,
    make_survey,
    make_view,
)

pytestmark = pytest.mark.django_db


def stored(relationship: Relationship, at) -> dict:
    rows = Encouragement.objects.filter(relationship=relationship).open(at)
    return {(row.rule, row.subject): row.since for row in rows}


def ledger() -> list[tuple]:
    return sorted(
        Encouragement.objects.values_list("relationship", "rule", "subject", "since", "until", "ended_by"), key=str
    )


class AgainstNaive(TestCase):
    """Hypothesis wraps each example in a transaction of its own."""

    @given(st.data())
    @settings(max_examples=60)
    def test_stored_and_asked_agree_with_the_naive_statement(self, data):
        known, around = data.draw(facts())
        relationship = put(known)
        now, later = sorted([data.draw(instants(around)), data.draw(instants(around))])
        engine.evaluate([relationship.pk], now)
        for at in (now, later):
            expected = naive(known, at)
            assert stored(relationship, at) == {key: since for key, (since, _) in expected.items()}
            asked = {(one.rule, one.subject): (one.since, one.until) for *_, one in engine.open_at(at)}
            assert asked == expected

    @given(st.data())
    @settings(max_examples=60)
    def test_any_order_and_omission_of_ticks_ends_alike(self, data):
        known, around = data.draw(facts())
        relationship = put(known)
        ticks = data.draw(st.lists(instants(around), max_size=4))
        last = max([*ticks, data.draw(instants(around))])
        for tick in sorted(ticks):
            engine.evaluate([relationship.pk], tick)
        engine.evaluate([relationship.pk], last)
        live = [row for row in ledger() if row[4] > last]
        Encouragement.objects.all().delete()
        engine.evaluate([relationship.pk], last)
        assert live == ledger()
        swept = engine.sweep(last)
        assert (swept.opened, swept.cleared) == (0, 0)


@pytest.fixture
def relationship(db) -> Relationship:
    coach = make_coach()
    return make_relationship(coach=coach, coachee=make_coachee())


def test_a_verb_sees_its_own_change(relationship):
    engine.evaluate([relationship.pk], NOW)
    assert "messages_silent" in {rule for rule, _ in stored(relationship, NOW)}
    with engine.changing([relationship.coachee_id], NOW):
        make_message(coach=relationship.coach, coachee=relationship.coachee, sent_at=NOW)
    assert "messages_silent" not in {rule for rule, _ in stored(relationship, NOW)}


def test_what_was_open_keeps_its_row_and_what_ended_it(relationship):
    engine.evaluate([relationship.pk], NOW)
    since = stored(relationship, NOW)["messages_silent", None]
    for number in (1, 2):  # two between evaluations: the first one ended it
        make_message(coach=relationship.coach, coachee=relationship.coachee, sent_at=NOW + number * D)
    engine.evaluate([relationship.pk], NOW + 3 * D)
    row = Encouragement.objects.get(rule="messages_silent", since=since)
    assert (row.until, row.ended_by) == (NOW + D, "sent_message")


def test_what_never_opened_is_moved(relationship):
    make_message(coach=relationship.coach, coachee=relationship.coachee, sent_at=NOW - D)
    engine.evaluate([relationship.pk], NOW)
    make_message(coach=relationship.coach, coachee=relationship.coachee, sent_at=NOW)
    engine.evaluate([relationship.pk], NOW)
    assert [row.since for row in Encouragement.objects.filter(rule="messages_silent")] == [NOW + 7 * D]


def test_ending_the_relationship_closes_everything(relationship):
    engine.evaluate([relationship.pk], NOW)
    with engine.changing([relationship.coachee_id], NOW):
        Relationship.objects.filter(pk=relationship.pk).update(ended_at=NOW)
    assert not Encouragement.objects.live(NOW).exists()
    assert set(Encouragement.objects.values_list("until", "ended_by")) == {(NOW, "relationship_ended")}


def test_evaluating_twice_writes_once(relationship):
    first = engine.evaluate([relationship.pk], NOW)
    before = ledger()
    second = engine.evaluate([relationship.pk], NOW)
    assert (first.opened, second.opened, second.cleared, second.stayed) == (3, 0, 0, 3)
    assert ledger() == before


def test_the_queue_is_worked_off_once(relationship):
    engine.mark(Relationship.objects.all())
    engine.mark(Relationship.objects.all())
    assert engine.drain(NOW).opened == 3
    assert not Reevaluation.objects.exists()


def test_a_killed_worker_leaves_the_queue_as_it_was(relationship):
    engine.mark(Relationship.objects.all())

    class Killed(BaseException):
        pass

    with pytest.raises(Killed), transaction.atomic():  # noqa: PT012
        engine.drain(NOW)
        raise Killed
    assert Reevaluation.objects.count() == 1
    assert not Encouragement.objects.exists()


def test_a_sweep_repairs_what_was_lost_and_what_was_invented(relationship):
    engine.evaluate([relationship.pk], NOW)
    before = ledger()
    Encouragement.objects.filter(rule="messages_silent").delete()
    Encouragement.objects.filter(rule="resources_unviewed").update(subject="made up")
    Encouragement.objects.filter(rule="reflections_unshared").update(until=NOW + D)
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (2, 1)
    assert ledger() == before


def test_shards_cover_everything_once(relationship):
    for _ in range(6):
        make_coachee(coach=relationship.coach)
    assert sum(engine.sweep(NOW, shard, 3).relationships for shard in range(3)) == 7


def test_one_broken_relationship_does_not_stop_the_others(relationship):
    broken = make_coachee(coach=relationship.coach)
    type(broken).objects.filter(pk=broken.pk).update(timezone="Nowhere/Land")
    make_session(coach=relationship.coach, coachee=broken)
    make_survey(coachee=broken)
    engine.mark(Relationship.objects.all())
    engine.drain(NOW)
    assert stored(relationship, NOW)
    assert not Reevaluation.objects.exists()


@pytest.mark.parametrize("count", [1, 30])
def test_the_number_of_queries_does_not_grow(count, relationship, django_assert_num_queries):
    coach = relationship.coach
    for _ in range(count):
        coachee = make_coachee(coach=coach)
        make_view(coachee=coachee, viewed_at=NOW - D)
    ids = list(Relationship.objects.values_list("pk", flat=True))
    engine.evaluate(ids, NOW)
    with django_assert_num_queries(10):  # savepoint and release, lock, six of facts, stored
        engine.evaluate(ids, NOW)


@pytest.mark.django_db(transaction=True)
def test_two_verbs_at_once_do_not_miss_each_other():
    """Each sees the other's message or waits for it; without the lock both would leave a wrong window behind."""
    coach, coachee = make_coach(), make_coachee()
    relationship = make_relationship(coach=coach, coachee=coachee)
    engine.evaluate([relationship.pk], NOW)
    barrier = threading.Barrier(4)

    def write(number: int) -> None:
        barrier.wait()
        at = NOW + timedelta(seconds=number)
        with engine.changing([coachee.pk], at):
            Message.objects.create(coach=coach, coachee=coachee, sender="coach", text=str(number), sent_at=at)
        connection.close()

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    swept = engine.sweep(NOW + timedelta(seconds=4))
    assert (swept.opened, swept.cleared) == (0, 0)
    assert Encouragement.objects.upcoming(NOW).filter(rule="messages_silent").count() == 1
