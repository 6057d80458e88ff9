"""Writes some of the generated people as an import folder: the CSV files that import_program reads."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

PAIR = "coach.email AS coach, coachee.email AS coachee"
COACHEE = "coachee.email AS coachee"
SHARED = "CASE WHEN x.shared_at IS NULL THEN 'no' ELSE 'yes' END AS shared"
JOIN_COACH = "JOIN profiles_person coach ON coach.id = x.coach_id"
JOIN_SESSION = "JOIN sessions_app_session s ON s.id = x.session_id"


def _at(name: str) -> str:
    return f"""to_char(x.{name} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS {name}"""


def _yes(name: str) -> str:
    return f"CASE x.{name} WHEN true THEN 'yes' WHEN false THEN 'no' END AS {name}"


WRITTEN = f"s.ref AS session, x.text, {_at('submitted_at')}, {SHARED}"
# File: the table of its rows (x, joined with their coachee), further joins, columns.
FILES: dict[str, tuple[str, str, str]] = {
    "subscriptions": (
        "profiles_subscription",
        "JOIN profiles_program p ON p.id = x.program_id JOIN profiles_package k ON k.id = x.package_id"
        " JOIN profiles_person m ON m.id = x.delivery_manager_id",
        f"{COACHEE}, p.name AS program, k.name AS package, sessions_per_month, {_yes('complimentary_call')},"
        f" {_yes('flash_sessions')}, group_module, m.email AS delivery_manager, starts_on, ends_on",
    ),
    "relationships": ("coaching_relationship", JOIN_COACH, f"{PAIR}, {_at('started_at')}, {_at('ended_at')}"),
    "sessions": (
        "sessions_app_session",
        JOIN_COACH,
        f"ref AS id, {PAIR}, kind, {_at('starts_at')}, (extract(epoch FROM ends_at - starts_at) / 60)::int AS minutes,"
        f" status, {_at('marked_at')}, reason, {_at('cancelled_at')}, cancelled_by",
    ),
    "micro_goals": ("sessions_app_microgoal", JOIN_SESSION, WRITTEN),
    "takeaways": ("sessions_app_takeaway", JOIN_SESSION, WRITTEN),
    "messages": ("coaching_message", JOIN_COACH, f"{PAIR}, sender, {_at('sent_at')}, text"),
    "resource_views": (
        "assignments_resourceview",
        "JOIN assignments_resource r ON r.id = x.resource_id",
        f"{COACHEE}, r.ref AS resource, {_at('viewed_at')}",
    ),
    "assignments": (
        "assignments_assignment",
        JOIN_COACH,
        f"ref AS id, {PAIR}, title, instructions, {_at('assigned_at')}, due_on, {_at('completed_at')},"
        f" {_at('archived_at')}",
    ),
    "assignment_responses": (
        "assignments_response",
        "JOIN assignments_assignment a ON a.id = x.assignment_id",
        f"a.ref AS assignment, {_at('responded_at')}, text",
    ),
    "reflections": ("assignments_reflection", "", f"{COACHEE}, prompt, text, {_at('submitted_at')}, {SHARED}"),
    "surveys": (
        "assessments_behaviorsurvey",
        "",
        f"ref AS id, {COACHEE}, title, assigned_on, due_on, {_at('completed_at')}",
    ),
    "reviews_360": (
        "assessments_review360",
        "",
        f"ref AS id, {COACHEE}, {_at('enrolled_at')}, due_on, {_at('closed_at')}, closed_by, close_reason",
    ),
    "raters_360": (
        "assessments_rater",
        "JOIN assessments_review360 v ON v.id = x.review_id",
        f"v.ref AS review, x.name, x.email, relationship, {_at('invited_at')}, {_at('completed_at')}",
    ),
}
PEOPLE = """
    SELECT p.email, p.name, string_agg(g.role, ';') AS roles, o.name AS organization, p.position, p.timezone,
           p.language, p.manager_name, p.manager_email
      FROM profiles_person p
      JOIN profiles_rolegrant g ON g.person_id = p.id
      LEFT JOIN profiles_organization o ON o.id = p.organization_id
     WHERE p.id = ANY({coachees}) OR g.role <> 'coachee'
     GROUP BY p.id, o.name
"""


def write_folder(folder: Path, coachees: list[int]) -> int:
    """Fills the folder with all that is known of these coachees; returns the records written, headers not counted."""
    wanted = f"ARRAY[{', '.join(map(str, coachees))}]::bigint[]"
    rows = _write(folder / "people.csv", PEOPLE.format(coachees=wanted))
    links = "SELECT ref AS id, title, url FROM assignments_resource WHERE added_at IS NULL"
    rows += _write(folder / "resources.csv", links)
    for name, (table, joins, columns) in FILES.items():
        person = "JOIN profiles_person coachee ON coachee.id = x.coachee_id"
        query = f"SELECT {columns} FROM {table} x {person} {joins} WHERE x.coachee_id = ANY({wanted})"
        rows += _write(folder / f"{name}.csv", query)
    return rows


def _write(path: Path, query: str) -> int:
    with connection.cursor() as cursor, path.open("wb") as file:
        with cursor.copy(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)") as source:
            for block in source:
                file.write(block)
        return cursor.rowcount
