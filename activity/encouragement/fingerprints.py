"""What relationships looked like when a sweep last found them in order.

Most of a sweep would go into applying the rules again to facts that are as they were. So the database folds all
that a plan depends on, the facts and the stored encouragements, into one number for each relationship, and only
those whose number differs are planned again. The number also depends on the rules' own code, on the programs'
settings and on the day: nobody is taken for being in order longer than until the next midnight in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.db import connection

from activity.encouragement import queries
from activity.encouragement.facts import rows

_STORED = """
    SELECT relationship_id AS id, rule, subject, since, until, ended_by, facts
      FROM activity_encouragement WHERE relationship_id = ANY(%(ids)s) AND until > %(since)s
"""
_FACTS = (queries.RELATIONSHIPS, queries.SUBSCRIPTIONS, queries.SURVEYS, queries.SESSIONS, queries.REVIEWS)
_FACT = "SELECT x.id, hash_record_extended(x, %(seed)s + {at}) AS hash, 0 AS open FROM ({sql}) x"
_ROW = "SELECT x.id, hash_record_extended(x, %(seed)s - 1), (x.since <= %(since)s)::int FROM ({sql}) x"
_FOLDED = " UNION ALL ".join(
    [*(_FACT.format(at=at, sql=sql) for at, sql in enumerate(_FACTS)), _ROW.format(sql=_STORED)]
)
_LOOK = f"""
    SELECT seen.id, seen.hash, known.value IS NOT DISTINCT FROM seen.hash, seen.open
      FROM (SELECT id, bit_xor(hash) AS hash, sum(open) AS open FROM ({_FOLDED}) each GROUP BY id) seen
      LEFT JOIN activity_fingerprint known ON known.relationship_id = seen.id
"""  # noqa: S608


def look(relationship_ids: Sequence[int], now: datetime) -> tuple[dict[int, int], int]:
    """Fingerprints of the relationships that are not as they were, and how many encouragements the others have open."""
    params = {"ids": list(relationship_ids), "since": now, "seed": _seed(now)}
    found = rows(_LOOK, params)
    return {pk: value for pk, value, same, _ in found if not same}, sum(int(row[3]) for row in found if row[2])


def remember(fingerprints: dict[int, int]) -> None:
    """Keeps the fingerprints of relationships that were found in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO activity_fingerprint (relationship_id, value)
               SELECT * FROM unnest(%s::bigint[], %s::bigint[]) ORDER BY 1
               ON CONFLICT (relationship_id) DO UPDATE SET value = excluded.value""",
            [list(fingerprints), list(fingerprints.values())],
        )


def _seed(now: datetime) -> int:
    """A number of 56 bits that changes with the code, the programs and the day."""
    parts = (_code(), sorted(rows(queries.PROGRAMS)), now.astimezone(UTC).date())
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=7).digest())


@cache
def _code() -> str:
    """What the rules are, whatever version number somebody forgot to raise."""
    here = Path(__file__).parent
    code = b"".join((here / f"{name}.py").read_bytes() for name in ("facts", "queries", "rules", "windows", "plan"))
    return blake2b(code).hexdigest()
