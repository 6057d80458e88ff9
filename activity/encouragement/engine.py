"""Keeps the stored encouragements in line with the facts.

Time never makes a stored window wrong, only facts do. So whoever changes facts evaluates: a verb within
`changing`, bulk changes through the queue (`mark`, `drain`); `sweep` goes over everything as a safety net.
Only differences are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from activity.encouragement.facts import as_of, collect
from activity.encouragement.fingerprints import look, remember
from activity.encouragement.plan import Plan, carry_out, plan
from activity.encouragement.rules import windows
from activity.encouragement.windows import Window

if TYPE_CHECKING:
    from coaching.querysets import RelationshipQuerySet

CHUNK = 1_000
SWEEP_LOCK = 7_301  # first half of the advisory lock of a sweep; the shard is the second
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Changes:
    """How many encouragements opened, were cleared, and stayed as they were."""

    opened: int = 0
    cleared: int = 0
    stayed: int = 0
    relationships: int = 0

    def add(self, done: Plan, now: datetime) -> None:
        """Counts what a plan does at this instant; only what is open counts."""
        self.opened += done.opened(now)
        self.cleared += done.cleared(now)
        self.stayed += done.stayed


@contextmanager
def changing(coachee_ids: Iterable[int], now: datetime) -> Iterator[None]:
    """For a verb that changes facts of these coachees: locks, lets it write, evaluates, all in one transaction.

    The lock on the relationships (in id order) makes verbs about one coachee take turns; without it two at once
    would each miss what the other wrote.
    """
    concerned = _relationships().filter(_unfinished(now), coachee__in=list(coachee_ids))
    with transaction.atomic():
        _lock(concerned)
        yield
        evaluate(list(concerned.values_list("pk", flat=True)), now)


def evaluate(relationship_ids: Sequence[int], now: datetime) -> Changes:
    """Brings the stored encouragements of these relationships in line with the facts; writes differences only."""
    changes = Changes(relationships=len(relationship_ids))
    if not relationship_ids:
        return changes
    with transaction.atomic():
        _lock(_relationships().filter(pk__in=relationship_ids))
        done = plan(relationship_ids, now)
        carry_out(done, now)
    changes.add(done, now)
    return changes


def mark(relationships: QuerySet) -> int:
    """Puts relationships into the queue, in the transaction that changed their facts in bulk. Returns how many."""
    try:
        chosen, params = relationships.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # the ORM knows without asking that there are none
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO activity_reevaluation (relationship_id, asked_at) SELECT id, now() FROM ({chosen}) chosen(id)",  # noqa: S608, E501
            params,
        )
        return cursor.rowcount


def drain(now: datetime) -> Changes:
    """Works off the queue in chunks, each a transaction: a worker killed in the middle leaves the rest queued."""
    total = Changes()
    while True:
        with transaction.atomic():
            ids = _take(CHUNK)
            if not ids:
                return total
            _merge(total, _evaluate_patiently(ids, now))


def sweep(now: datetime, shard: int = 0, of: int = 1, *, give_way: bool = False) -> Changes:
    """Goes over the relationships with `id % of == shard` and repairs what differs. Locks only what it repairs.

    The rules are applied only where facts or encouragements are not as they were when they were last in order.
    Returns what changed; anything but zero is drift worth a look, since verbs and the queue should have done it.
    With `give_way` it stops as soon as somebody else is sweeping the same shard.
    """
    total = Changes()
    for ids in _shard(now, shard, of):
        with transaction.atomic():
            if give_way and not _only_one_here(shard):
                break
            total.relationships += len(ids)
            seen, stayed = look(ids, now)
            looked = plan(sorted(seen), now) if seen else Plan()
            total.stayed += stayed + looked.stayed
            concerned = looked.concerned
            if concerned:
                repaired = _evaluate_patiently(sorted(concerned), now)
                total.opened += repaired.opened
                total.cleared += repaired.cleared
            remember({pk: value for pk, value in seen.items() if pk not in concerned})
    return total


def open_at(at: datetime) -> Iterator[tuple[int, int, str, Window]]:
    """(coach id, coachee id, coachee's zone, window) of all that was open at that instant, from the facts as stored.

    Facts dated later have not happened yet. Writes nothing.
    """
    started = _relationships().filter(started_at__lte=at).order_by("pk").values_list("pk", flat=True)
    for ids in _chunks(started.iterator(chunk_size=CHUNK)):
        for facts in collect(ids, at).values():
            for window in windows(as_of(facts, at), at):
                if window.contains(at):
                    yield facts.coach, facts.coachee, facts.zone, window


def _evaluate_patiently(ids: Sequence[int], now: datetime) -> Changes:
    """Evaluates together; when that fails, one by one, so that one broken relationship does not stop the others."""
    try:
        return evaluate(ids, now)
    except OperationalError:
        raise  # the database is away or busy: nobody's facts are to blame, the chunk stays queued
    except Exception:
        total = Changes()
        for one in ids:
            try:
                _merge(total, evaluate([one], now))
            except OperationalError:
                raise
            except Exception:
                log.exception("encouragement_evaluation_failed", relationship=one)
        return total


def _relationships() -> RelationshipQuerySet:
    return apps.get_model("coaching", "Relationship").objects.all()


def _unfinished(now: datetime) -> Q:
    """Relationships that may have, or should no longer have, windows beyond now."""
    stored = apps.get_model("activity", "Encouragement").objects.live(now)
    return Q(ended_at=None) | Q(ended_at__gt=now) | Q(pk__in=stored.values("relationship"))


def _lock(relationships: RelationshipQuerySet) -> None:
    list(relationships.locked().values_list("pk", flat=True))


def _only_one_here(shard: int) -> bool:
    """A lock that ends with the transaction, so that a killed worker leaves none behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [SWEEP_LOCK, shard])
        return cursor.fetchone()[0]


def _take(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """DELETE FROM activity_reevaluation WHERE id IN (
                   SELECT id FROM activity_reevaluation ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED)
               RETURNING relationship_id""",
            [count],
        )
        return sorted({row[0] for row in cursor.fetchall()})


def _shard(now: datetime, shard: int, of: int) -> Iterator[list[int]]:
    """Ids in chunks by key, so that relationships which come and go meanwhile neither skip nor repeat others."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT r.id FROM coaching_relationship r
                    WHERE r.id > %(last)s AND r.id %% %(of)s = %(shard)s
                      AND (r.ended_at IS NULL OR r.ended_at > %(now)s OR EXISTS (
                           SELECT FROM activity_encouragement e WHERE e.relationship_id = r.id AND e.until > %(now)s))
                    ORDER BY r.id LIMIT %(chunk)s""",
                {"last": last, "of": of, "shard": shard, "now": now, "chunk": CHUNK},
            )
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return
        yield ids
        last = ids[-1]


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    chunk: list[int] = []
    for one in ids:
        chunk.append(one)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _merge(total: Changes, more: Changes) -> None:
    total.opened += more.opened
    total.cleared += more.cleared
    total.stayed += more.stayed
    total.relationships += more.relationships
