"""What has to be written so that the stored encouragements of some relationships agree with the facts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.db import connection

from activity.encouragement.facts import collect, rows
from activity.encouragement.rules import windows
from activity.encouragement.windows import Window

Key = tuple[int, str, str | None, datetime]  # relationship, rule, subject, since: unique in the database


# Rules whose facts follow from rule, subject, since and until; reading theirs back took a fifth of a sweep.
SELF_EVIDENT = ("resources_unviewed", "messages_silent", "reflections_unshared", "goals_unshared")


class Stored(NamedTuple):
    """A stored encouragement that lasts beyond now; without its facts where they are self-evident."""

    pk: int
    until: datetime
    ended_by: str
    facts: dict | None

    def says(self, window: Window) -> bool:
        """Whether it agrees with what the rules say."""
        return (
            self.until == window.until
            and self.ended_by == window.ended_by
            and (self.facts is None or self.facts == window.kept_facts())
        )


@dataclass(slots=True)
class Plan:
    """The differences between the windows that should be there and the rows that are."""

    write: dict[Key, tuple[int, Window]] = field(default_factory=dict)  # coachee and window, new or changed
    known: set[Key] = field(default_factory=set)  # those of `write` that are stored already
    gone: dict[Key, Stored] = field(default_factory=dict)
    stayed: int = 0

    @property
    def concerned(self) -> set[int]:
        """Relationships with a difference."""
        return {key[0] for key in self.write} | {key[0] for key in self.gone}

    def opened(self, now: datetime) -> int:
        """New windows that are open at this instant."""
        return sum(window.since <= now for key, (_, window) in self.write.items() if key not in self.known)

    def cleared(self, now: datetime) -> int:
        """Windows that were open and are no more."""
        return sum(since <= now for _, _, _, since in self.gone)


def plan(relationship_ids: Sequence[int], now: datetime) -> Plan:
    """Compares what the rules say from now on with what is stored. Reads only: seven queries."""
    stored = _stored(relationship_ids, now)
    result = Plan()
    for facts in collect(relationship_ids, now).values():
        for window in windows(facts, now):
            key = (facts.relationship, window.rule, window.subject, window.since)
            row = stored.pop(key, None)
            if row and row.says(window):
                result.stayed += window.since <= now
                continue
            result.write[key] = (facts.coachee, window)
            if row:
                result.known.add(key)
    result.gone = stored
    return result


def carry_out(what: Plan, now: datetime) -> None:
    """Writes a plan. The caller holds the locks and the transaction.

    A window that was open keeps its row, with when and by what it ended; one that never opened leaves none.
    """
    _close(what, now)
    _write(what.write)


def _close(what: Plan, now: datetime) -> None:
    was_open = {key: row for key, row in what.gone.items() if key[3] <= now}
    ended = _how_they_ended(was_open)
    vanished = [row.pk for key, row in what.gone.items() if key not in ended]
    if vanished:
        _encouragements().filter(pk__in=vanished).delete()
    _write(ended)


def _how_they_ended(was_open: dict[Key, Stored]) -> dict[Key, tuple[int, Window]]:
    """The same windows as the full series of facts has them, with what cut them short.

    Missing are those which the facts, as they are known now, never supported.
    """
    if not was_open:
        return {}
    history = collect(sorted({key[0] for key in was_open}), min(key[3] for key in was_open))
    return {
        key: (facts.coachee, window)
        for facts in history.values()
        for window in windows(facts)
        if (key := (facts.relationship, window.rule, window.subject, window.since)) in was_open
    }


def _write(found: dict[Key, tuple[int, Window]]) -> None:
    """Inserts and updates in one statement; through the ORM this was two thirds of a sweep that writes."""
    if not found:
        return
    written = [
        {
            "relationship_id": relationship,
            "coachee_id": coachee,
            "rule": rule,
            "subject": subject,
            "since": since.isoformat(),
            "until": window.until.isoformat(),
            "ended_by": window.ended_by,
            "facts": window.kept_facts(),
        }
        for (relationship, rule, subject, since), (coachee, window) in found.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT, [json.dumps(written)])


_COLUMNS = "relationship_id, coachee_id, rule, subject, since, until, ended_by, facts"
_UPSERT = f"""
    INSERT INTO activity_encouragement ({_COLUMNS})
    SELECT {_COLUMNS} FROM jsonb_to_recordset(%s::jsonb) AS found(
           relationship_id bigint, coachee_id bigint, rule text, subject text, since timestamptz, until timestamptz,
           ended_by text, facts jsonb)
    ON CONFLICT (relationship_id, rule, subject, since) DO UPDATE
       SET until = excluded.until, ended_by = excluded.ended_by, facts = excluded.facts
"""  # noqa: S608


def _stored(relationship_ids: Sequence[int], now: datetime) -> dict[Key, Stored]:
    """What is stored and lasts beyond now."""
    params = {"ids": list(relationship_ids), "now": now, "self_evident": list(SELF_EVIDENT)}
    return {
        (relationship, rule, subject, since): Stored(pk, until, ended_by, facts and json.loads(facts))
        for relationship, rule, subject, since, pk, until, ended_by, facts in rows(_STORED, params)
    }


_STORED = """
    SELECT relationship_id, rule, subject, since, id, until, ended_by,
           CASE WHEN rule <> ALL(%(self_evident)s) THEN facts END
      FROM activity_encouragement WHERE relationship_id = ANY(%(ids)s) AND until > %(now)s
"""


def _encouragements():
    return apps.get_model("activity", "Encouragement").objects
