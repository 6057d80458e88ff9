"""Brings the tables in line with the staged rows, set based, touching only rows that differ.

Runs after the checks have found nothing, in the same transaction. Ids of new and changed rows are kept in temporary
tables `touched_<name>`, the coachees concerned in `touched_coachees`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection
from django.db.models.expressions import RawSQL

from activity.record import record
from interchange.consequences import AFTER, BEFORE, touch_coachees
from interchange.files import (
    ASSIGNMENTS,
    FILES,
    MESSAGES,
    MICRO_GOALS,
    PEOPLE,
    REFLECTIONS,
    RESOURCES,
    RESPONSES,
    SESSIONS,
    SUBSCRIPTIONS,
    TAKEAWAYS,
)
from interchange.layout import File
from interchange.sql import names, of, row, run, same_key, temporary, wanted


@dataclass(frozen=True)
class Written:
    """How many rows of a file were new, and how many were changed."""

    new: int = 0
    changed: int = 0


def write(listed: set[str], now: datetime, done: Callable[[File], None]) -> dict[str, Written]:
    """Writes the staged rows of these files with all that follows from them; returns what came of each."""
    temporary("touched_coachees", "(coachee bigint PRIMARY KEY)")
    written = {}
    for file in FILES:
        if file.name in listed:
            written[file.name] = _write(file, now)
            done(file)
    return written


def _write(file: File, now: datetime) -> Written:
    temporary(file.touched, "(id bigint PRIMARY KEY, fresh boolean NOT NULL)")
    for before in BEFORE.get(file.name, ()):
        before(now)
    if file is SUBSCRIPTIONS:
        _write_subscriptions()
    else:
        _upsert(file, now)
    run(f"ANALYZE {file.touched}")
    for after in AFTER.get(file.name, ()):
        after(now)
    for kind, label in file.events.items():
        touched = RawSQL(f"SELECT id FROM {file.touched}", [])
        record(kind, apps.get_model(label)._default_manager.filter(pk__in=touched))
    if file not in (PEOPLE, RESOURCES):
        touch_coachees(f"SELECT coachee_id FROM {file.table} WHERE id IN (SELECT id FROM {file.touched})")
    return _counted(file)


# An account that is new cannot sign in before its owner has set a password; Django calls such a password unusable.
_NEW_PERSON = {
    "password": "'!' || replace(gen_random_uuid()::text, '-', '')",
    "is_superuser": "false",
    "is_active": "true",
    "created_at": "%(now)s",
}
# What a table wants besides the columns of its file, of new rows only. What comes from elsewhere was read there.
_NEW = {
    PEOPLE.name: _NEW_PERSON,
    MESSAGES.name: {"read_at": "w.sent_at"},
    RESPONSES.name: {"read_at": "w.responded_at"},
    SESSIONS.name: {"payment": "CASE WHEN w.kind = 'complimentary' THEN 'pro_bono' ELSE 'paid' END"},
}
# What people edit on pages: who had the form open while an import changed one of these is told, as by another tab.
_EDITED = {
    RESOURCES.name: ("title", "url"),
    ASSIGNMENTS.name: ("title", "instructions", "due_on"),
    RESPONSES.name: ("text",),
    REFLECTIONS.name: ("text", "shared_at"),
    MICRO_GOALS.name: ("text", "shared_at"),
    TAKEAWAYS.name: ("text", "shared_at"),
    SESSIONS.name: ("starts_at", "ends_at", "status"),
}


def _upsert(file: File, now: datetime) -> None:
    """Inserts what is new and updates what differs; what is the same is not even locked."""
    compared = [name for name in file.values if name not in (*file.conflict, "id")]
    settings = ", ".join(f'"{name}" = excluded."{name}"' for name in compared)
    if edited := _EDITED.get(file.name):
        differs = f"{row('t', edited)} IS DISTINCT FROM {row('excluded', edited)}"
        settings += f", version = t.version + ({differs})::int"
    # Rows that come by the million go in the order of the index they are kept in, which takes a third less time.
    # Spells of a pair go by their start, so that an earlier one has made room before a new one takes it.
    order = "w.line" if len(file.conflict) == 1 else ", ".join(of("w", part) for part in file.conflict)
    extra = _NEW.get(file.name, {})
    selected = ", ".join([*(f'w."{name}"' for name in file.values), *extra.values()])
    run(
        f"""WITH written AS (
                INSERT INTO {file.table} AS t ({names([*file.values, *extra])})
                SELECT {selected} FROM ({wanted(file)}) w
                 WHERE NOT EXISTS (SELECT FROM {file.table} t WHERE {same_key(file)}
                                      AND {row("t", compared)} IS NOT DISTINCT FROM {row("w", compared)})
                 ORDER BY {order}
                ON CONFLICT ({", ".join(file.conflict)}) {f"DO UPDATE SET {settings}" if settings else "DO NOTHING"}
                RETURNING id, xmax = 0 AS fresh)
            INSERT INTO {file.touched} SELECT id, fresh FROM written""",
        {"now": now},
    )


def _write_subscriptions() -> None:
    """By hand, since no unique index guards the key (coachee, first day): ON CONFLICT cannot update by it.

    First days stay, so changing rows in any order overlaps nothing; new ones come when those have made room. The
    instants are a placeholder until `write_periods` puts them right in the coachee's zone.
    """
    columns = list(SUBSCRIPTIONS.values)
    same = "(t.coachee_id, t.starts_on) = (w.coachee_id, w.starts_on)"
    temporary("wanted_subscriptions", f"AS {wanted(SUBSCRIPTIONS)}")
    run(
        f"""INSERT INTO touched_subscriptions SELECT t.id, false FROM profiles_subscription t
              JOIN wanted_subscriptions w ON {same} AND {row("t", columns)} IS DISTINCT FROM {row("w", columns)}"""
    )
    run(
        f"""UPDATE profiles_subscription t SET {", ".join(f'"{name}" = w."{name}"' for name in columns)}
              FROM wanted_subscriptions w WHERE {same} AND t.id IN (SELECT id FROM touched_subscriptions)"""
    )
    run(
        f"""WITH written AS (
                INSERT INTO profiles_subscription ({names(columns)}, active_from, active_until)
                SELECT {names(columns)}, starts_on, ends_on + 1 FROM wanted_subscriptions w
                 WHERE NOT EXISTS (SELECT FROM profiles_subscription t WHERE {same})
                 ORDER BY line RETURNING id)
            INSERT INTO touched_subscriptions SELECT id, true FROM written"""
    )


def _counted(file: File) -> Written:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FILTER (WHERE fresh), count(*) FILTER (WHERE NOT fresh) FROM {file.touched}")
        return Written(*cursor.fetchone())
