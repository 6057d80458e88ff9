"""What may not overlap in time: sessions of one person, spells of one pair, subscriptions of one coachee.

Each looks at how things will be after the import: the staged rows, and the stored ones that the folder does not
list. The database forbids all of it anyway; asking first gives every problem its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from interchange.files import RELATIONSHIPS, SESSION_ENDS_AT, SESSIONS, SUBSCRIPTIONS
from interchange.layout import File
from interchange.problems import MOST
from interchange.sql import run, temporary


@dataclass(frozen=True)
class Spans:
    """How to see the rows of a file as spans of time.

    `sql` gives line (NULL for a stored row), name, owner, starts, ends (exclusive) and who, of all that will be.
    """

    column: str
    sql: str
    listed: str
    stored: str


_SESSION_SPANS = f"""
    WITH final AS (
        SELECT s.line, s.id AS name, s.coach, s.coachee, s.kind, s.starts_at, {SESSION_ENDS_AT} AS ends_at
          FROM import_sessions s WHERE s.status <> 'cancelled'
         UNION ALL
        SELECT NULL, t.ref, t.coach_id, t.coachee_id, t.kind, t.starts_at, t.ends_at
          FROM sessions_app_session t
         WHERE t.status <> 'cancelled'
           AND NOT EXISTS (SELECT FROM import_sessions s WHERE s.id = t.ref)
           AND (t.coach_id IN (SELECT coach FROM import_sessions UNION SELECT coachee FROM import_sessions)
             OR t.coachee_id IN (SELECT coach FROM import_sessions UNION SELECT coachee FROM import_sessions)))
    SELECT line, name, ARRAY[coachee] AS owner, starts_at AS starts, ends_at AS ends FROM final
     UNION ALL
    SELECT line, name, ARRAY[coach], starts_at, ends_at FROM final WHERE kind <> 'group'
     UNION ALL
    SELECT min(line), (array_agg(name ORDER BY line NULLS LAST))[1], ARRAY[coach], starts_at, max(ends_at)
      FROM final WHERE kind = 'group' GROUP BY coach, starts_at
"""
_RELATIONSHIP_SPANS = """
    SELECT s.line, s.started_at::text AS name, ARRAY[s.coach, s.coachee] AS owner,
           s.started_at AS starts, COALESCE(s.ended_at, 'infinity') AS ends
      FROM import_relationships s WHERE s.ended_at IS NULL OR s.ended_at > s.started_at
     UNION ALL
    SELECT NULL, t.started_at::text, ARRAY[t.coach_id, t.coachee_id], t.started_at, COALESCE(t.ended_at, 'infinity')
      FROM coaching_relationship t
     WHERE (t.ended_at IS NULL OR t.ended_at > t.started_at)
       AND (t.coach_id, t.coachee_id) IN (SELECT coach, coachee FROM import_relationships)
       AND NOT EXISTS (SELECT FROM import_relationships s
                        WHERE (s.coach, s.coachee, s.started_at) = (t.coach_id, t.coachee_id, t.started_at))
"""
_SUBSCRIPTION_SPANS = """
    SELECT s.line, s.starts_on::text AS name, ARRAY[s.coachee] AS owner, s.starts_on AS starts, s.ends_on + 1 AS ends
      FROM import_subscriptions s WHERE s.ends_on >= s.starts_on
     UNION ALL
    SELECT NULL, t.starts_on::text, ARRAY[t.coachee_id], t.starts_on, t.ends_on + 1
      FROM profiles_subscription t
     WHERE t.coachee_id IN (SELECT coachee FROM import_subscriptions)
       AND NOT EXISTS (SELECT FROM import_subscriptions s
                        WHERE (s.coachee, s.starts_on) = (t.coachee_id, t.starts_on))
"""


def _spans(file: File) -> Spans | None:
    if file is SESSIONS:
        return Spans(
            "starts_at",
            _SESSION_SPANS,
            _("%(who)s is taken at that time by session %(name)s of line %(line)s"),
            _("%(who)s is taken at that time by session %(name)s, which is stored already"),
        )
    if file is RELATIONSHIPS:
        return Spans(
            "started_at",
            _RELATIONSHIP_SPANS,
            _("overlaps the relationship of the same two people on line %(line)s"),
            _("overlaps a relationship of the same two people that is stored already, since %(name)s"),
        )
    if file is SUBSCRIPTIONS:
        return Spans(
            "starts_on",
            _SUBSCRIPTION_SPANS,
            _("overlaps the subscription of %(who)s on line %(line)s"),
            _("overlaps a subscription of %(who)s that is stored already, from %(name)s"),
        )
    return None


def overlaps(file: File) -> Iterator[tuple[int, str, str]]:
    """Yields line, column and message for each row of the file that overlaps another.

    Sorted by start, a row overlaps an earlier one exactly when it begins before the latest end so far; that finds
    those concerned in one pass, and only for them it is looked up with which.
    """
    spans = _spans(file)
    if spans is None:
        return
    for line, other, name, who in _concerned(file, spans.sql):
        facts = {"line": other, "name": name, "who": who}
        yield line, spans.column, (spans.stored if other is None else spans.listed) % facts


def _concerned(file: File, sql: str) -> list[tuple]:
    table = f"spans_{file.staged}"
    known = "line IS NULL OR (name IS NOT NULL AND starts IS NOT NULL AND ends > starts)"
    temporary(table, f"AS SELECT * FROM ({sql}) rows WHERE {known}")
    run(f"CREATE INDEX ON {table} (owner, starts)")
    run(f"ANALYZE {table}")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH ordered AS (
                SELECT *, max(ends) OVER (PARTITION BY owner ORDER BY starts, ends, name, line
                                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy
                  FROM {table} WHERE array_position(owner, NULL) IS NULL),
            found AS (
                SELECT f.line AS one, f.name AS one_name, f.owner, o.line AS other, o.name AS other_name
                  FROM ordered f, LATERAL (
                       SELECT o.line, o.name FROM {table} o
                        WHERE o.owner = f.owner AND o.starts <= f.starts AND o.ends > f.starts AND o.name <> f.name
                        ORDER BY o.line NULLS LAST LIMIT 1) o
                 WHERE f.busy > f.starts)
            SELECT DISTINCT ON (line, other) line, other, name, who FROM (
                SELECT COALESCE(greatest(one, other), one, other) AS line,
                       CASE WHEN one IS NOT NULL AND other IS NOT NULL THEN least(one, other) END AS other,
                       CASE WHEN one > other OR other IS NULL THEN other_name ELSE one_name END AS name,
                       COALESCE(p.email, i.email) AS who
                  FROM found LEFT JOIN profiles_person p ON p.id = found.owner[1]
                             LEFT JOIN import_people i ON i.person = found.owner[1]) pairs
             WHERE line IS NOT NULL
             ORDER BY line, other, who LIMIT {MOST + 1}"""
        )
        return cursor.fetchall()
