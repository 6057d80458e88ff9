"""What a folder as a whole may not contain, asked of the staged rows and of what is stored already.

Nothing is written here. Rows with a cell that could not be read have NULL in it and are passed over by the checks
that need it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interchange.cells import TEXT
from interchange.files import FILES, PEOPLE, RATERS, RELATIONSHIPS
from interchange.layout import File
from interchange.overlaps import overlaps
from interchange.problems import MOST, shown
from interchange.staging import Staged

Finding = tuple[int, str, str]
"""Line, column, what is wrong."""


def check(staged: Staged, now: datetime) -> None:
    """Adds to `staged.problems` what is wrong with the rows taken together."""
    for file in FILES:
        for line, column, message in _findings(file, staged, now):
            staged.add(file, line, column, message)


def _findings(file: File, staged: Staged, now: datetime) -> Iterator[Finding]:
    if file is PEOPLE:
        yield from _coaches_who_lose_access(now)
    if file.name not in staged.counts:
        return
    yield from _same_key(file)
    if file.parent and file.parent.file not in staged.without_key:
        yield from _unknown_parent(file)
    if file.starts_and_ends:
        yield from _ends_before_start(file)
    if file.pair or file is RELATIONSHIPS:
        yield from _without_coach_role(file, staged)
        yield from _own_coach(file)
    if file is RATERS:
        yield from _second_manager()
    yield from overlaps(file)


def rows(sql: str, params: dict | None = None) -> list[tuple]:
    """The first rows of a query, as many as anyone will be shown."""
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT {MOST + 1}", params)
        return cursor.fetchall()


def _same_key(file: File) -> Iterator[Finding]:
    """The same key twice in one folder."""
    parts = [_part(file, name) for name in file.key]
    numbered = ", ".join(f"{part} AS k{number}" for number, part in enumerate(parts))
    found = rows(
        f"""SELECT s.line, twice.first FROM (
                SELECT {numbered}, min(s.line) AS first FROM {file.staged} s
                 GROUP BY {", ".join(parts)} HAVING count(*) > 1) twice
              JOIN {file.staged} s ON s.line > twice.first
               AND {" AND ".join(f"{part} = twice.k{number}" for number, part in enumerate(parts))}
             ORDER BY s.line"""
    )
    column = "email" if "email" in file.key else file.key[0]
    for line, first in found:
        facts = {"line": first, "columns": ", ".join(file.key)}
        yield line, column, _("line %(line)s has the same %(columns)s") % facts


def _part(file: File, name: str) -> str:
    """A column of the key; long texts by their md5, as in the indexes of the tables."""
    column = f's."{name}"'
    return f"md5({column})" if file.columns[file.column_number(name) - 1].kind is TEXT else column


def _unknown_parent(file: File) -> Iterator[Finding]:
    """A row that names something which is neither in the folder nor stored."""
    parent = file.parent
    assert parent is not None  # noqa: S101, for the type checker
    staged = "import_" + parent.file.removesuffix(".csv")
    found = rows(
        f"""SELECT s.line, s."{parent.column}" FROM {file.staged} s
             WHERE s."{parent.column}" IS NOT NULL
               AND NOT EXISTS (SELECT FROM {staged} p WHERE p.id = s."{parent.column}")
               AND NOT EXISTS (SELECT FROM {parent.table} p WHERE p.ref = s."{parent.column}")
             ORDER BY s.line"""
    )
    for line, ref in found:
        known = {"thing": _(parent.called), "value": shown(ref)}
        yield line, parent.column, _("there is no %(thing)s with the id %(value)s") % known


def _ends_before_start(file: File) -> Iterator[Finding]:
    assert file.starts_and_ends is not None  # noqa: S101, for the type checker
    start, end = file.starts_and_ends
    for (line,) in rows(f'SELECT s.line FROM {file.staged} s WHERE s."{end}" < s."{start}" ORDER BY s.line'):
        yield line, end, _("is before %(start)s") % {"start": start}


_COACHES = """
    SELECT person AS id FROM import_people WHERE 'coach' = ANY(roles)
     UNION
    SELECT g.person_id FROM profiles_rolegrant g
     WHERE g.role = 'coach' AND g.ended_at IS NULL
       AND NOT EXISTS (SELECT FROM import_people s WHERE s.person = g.person_id AND s.roles IS NOT NULL)
"""


def _without_coach_role(file: File, staged: Staged) -> Iterator[Finding]:
    """A coach needs the role, as it will be in force after this import."""
    if PEOPLE.name in staged.without_key:
        return
    unread = "AND NOT EXISTS (SELECT FROM import_people u WHERE u.person = s.coach AND u.roles IS NULL)"
    found = rows(
        f"""WITH coaches AS ({_COACHES}), named AS (SELECT DISTINCT coach FROM {file.staged}),
                 others AS (SELECT coach FROM named WHERE coach NOT IN (SELECT id FROM coaches WHERE id IS NOT NULL))
            SELECT s.line, COALESCE(i.email, p.email) FROM {file.staged} s
              JOIN others o ON o.coach = s.coach
              LEFT JOIN import_people i ON i.person = s.coach
              LEFT JOIN profiles_person p ON p.id = s.coach
             WHERE true {unread}
             ORDER BY s.line"""
    )
    for line, email in found:
        yield line, "coach", _("%(email)s does not have the role coach") % {"email": email}


def _own_coach(file: File) -> Iterator[Finding]:
    for (line,) in rows(f"SELECT s.line FROM {file.staged} s WHERE s.coach = s.coachee ORDER BY s.line"):
        yield line, "coachee", _("nobody can be their own coach")


def _coaches_who_lose_access(now: datetime) -> Iterator[Finding]:
    """A stored relationship that goes on, and that the folder does not list, needs its coach to keep the role."""
    found = rows(
        """SELECT s.line, count(*) FROM import_people s
             JOIN coaching_relationship r ON r.coach_id = s.person AND (r.ended_at IS NULL OR r.ended_at > %(now)s)
            WHERE NOT 'coach' = ANY(s.roles)
              AND NOT EXISTS (SELECT FROM import_relationships i
                               WHERE (i.coach, i.coachee, i.started_at) = (r.coach_id, r.coachee_id, r.started_at))
            GROUP BY s.line ORDER BY s.line""",
        {"now": now},
    )
    for line, count in found:
        said = ngettext(
            "leaves out coach, but still coaches %(count)s person",
            "leaves out coach, but still coaches %(count)s people",
            count,
        )
        yield line, "roles", said % {"count": count}


def _second_manager() -> Iterator[Finding]:
    """A review has one manager at most, counting raters who are stored and not listed."""
    found = rows(
        """WITH managers AS (
               SELECT s.line, s.review, s.email FROM import_raters_360 s WHERE s.relationship = 'manager'
                UNION ALL
               SELECT NULL, v.ref, t.email FROM assessments_rater t JOIN assessments_review360 v ON v.id = t.review_id
                WHERE t.relationship = 'manager' AND v.ref IN (SELECT review FROM import_raters_360)
                  AND NOT EXISTS (SELECT FROM import_raters_360 s WHERE s.review = v.ref AND s.email = t.email)),
           numbered AS (
               SELECT line, review, row_number() OVER w AS number, first_value(line) OVER w AS first
                 FROM managers WHERE review IS NOT NULL
               WINDOW w AS (PARTITION BY review ORDER BY line NULLS FIRST))
           SELECT line, first FROM numbered WHERE number > 1 ORDER BY line"""
    )
    for line, first in found:
        stored = _("the review has a manager already")
        listed = _("the review has a manager on line %(line)s already") % {"line": first}
        yield line, "relationship", stored if first is None else listed
