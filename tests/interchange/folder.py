"""Import folders for tests: a valid one that uses every file, and how to change, write and import it."""

from __future__ import annotations

import csv
from copy import deepcopy
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from interchange.files import FILES

Folder = dict[str, list[dict[str, str]]]
COLUMNS = {file.name: [column.name for column in file.columns] for file in FILES}
MAYA, AMARA, JONAS = "maya@x.org", "amara@x.org", "jonas@x.org"
_TOGETHER = {"coach": MAYA, "coachee": AMARA}

_VALID: Folder = {
    "people.csv": [
        {"email": MAYA, "name": "Maya", "roles": "coach", "timezone": "Europe/Madrid", "language": "es"},
        {
            "email": AMARA,
            "name": "Amara",
            "roles": "coachee",
            "organization": "Northwind",
            "position": "Lead",
            "timezone": "Africa/Lagos",
            "language": "pt-BR",
            "manager_name": "Moses",
            "manager_email": "moses@x.org",
        },
        {"email": JONAS, "name": "Jonas", "roles": "coachee;delivery_manager"},
    ],
    "subscriptions.csv": [
        {
            "coachee": AMARA,
            "program": "New managers",
            "package": "Leader 12",
            "sessions_per_month": "2",
            "complimentary_call": "yes",
            "flash_sessions": "no",
            "group_module": "Delegation",
            "delivery_manager": JONAS,
            "starts_on": "2026-03-01",
            "ends_on": "2027-02-28",
        }
    ],
    "relationships.csv": [
        {**_TOGETHER, "started_at": "2026-03-01T09:00:00+01:00"},
        {"coach": MAYA, "coachee": JONAS, "started_at": "2026-03-01T09:00:00Z", "ended_at": "2026-09-01T09:00:00Z"},
    ],
    "sessions.csv": [
        {
            **_TOGETHER,
            "id": "S-1",
            "kind": "one_on_one",
            "starts_at": "2026-11-10T10:00:00+01:00",
            "status": "occurred",
            "marked_at": "2026-11-10T12:00:00+01:00",
        },
        {**_TOGETHER, "id": "S-2", "kind": "group", "starts_at": "2026-11-24T10:00:00Z", "status": "scheduled"},
        {
            **_TOGETHER,
            "id": "S-3",
            "coachee": JONAS,
            "kind": "group",
            "starts_at": "2026-11-24T10:00:00Z",
            "minutes": "90",
            "status": "scheduled",
        },
        {
            **_TOGETHER,
            "id": "S-4",
            "kind": "flash",
            "starts_at": "2026-11-24T10:30:00Z",
            "status": "cancelled",
            "cancelled_at": "2026-11-20T10:00:00Z",
            "cancelled_by": "coachee",
        },
    ],
    "micro_goals.csv": [
        {"session": "S-2", "text": "Say no once", "submitted_at": "2026-11-20T08:00:00Z", "shared": "yes"}
    ],
    "takeaways.csv": [{"session": "S-1", "text": "A draft", "submitted_at": "2026-11-11T08:00:00Z", "shared": "no"}],
    "messages.csv": [
        {**_TOGETHER, "sender": "coach", "sent_at": "2026-11-12T08:00:00Z", "text": 'How, "exactly",\nwas it?'},
        {**_TOGETHER, "sender": "coachee", "sent_at": "2026-11-12T09:00:00Z", "text": "Well \\ good\t!"},
    ],
    "resources.csv": [{"id": "R-1", "title": "Radical delegation", "url": "https://example.org/article"}],
    "resource_views.csv": [{"coachee": AMARA, "resource": "R-1", "viewed_at": "2026-11-13T08:00:00Z"}],
    "assignments.csv": [
        {
            **_TOGETHER,
            "id": "A-1",
            "title": "Map your stakeholders",
            "instructions": "Draw them.",
            "assigned_at": "2026-11-05T08:00:00Z",
            "due_on": "2026-11-26",
            "completed_at": "2026-11-19T08:00:00Z",
        }
    ],
    "assignment_responses.csv": [{"assignment": "A-1", "responded_at": "2026-11-18T08:00:00Z", "text": "Half done"}],
    "reflections.csv": [
        {
            "coachee": AMARA,
            "prompt": "What drained you?",
            "text": "Meetings",
            "submitted_at": "2026-11-14T08:00:00Z",
            "shared": "yes",
        }
    ],
    "surveys.csv": [
        {"id": "B-1", "coachee": AMARA, "title": "Autumn", "assigned_on": "2026-10-01", "due_on": "2026-10-31"},
        {
            "id": "B-2",
            "coachee": AMARA,
            "assigned_on": "2026-05-01",
            "due_on": "2026-05-31",
            "completed_at": "2026-04-20T08:00:00Z",
        },
    ],
    "reviews_360.csv": [
        {
            "id": "V-1",
            "coachee": AMARA,
            "enrolled_at": "2026-06-01T08:00:00Z",
            "due_on": "2026-06-29",
            "closed_at": "2026-07-01T08:00:00Z",
            "closed_by": "admin",
            "close_reason": "Enough answers",
        }
    ],
    "raters_360.csv": [
        {"review": "V-1", "name": "Moses", "email": "moses@x.org", "relationship": "manager"},
        {"review": "V-1", "name": "Petra", "email": "petra@x.org", "relationship": "peer"},
    ],
}


def valid_folder() -> Folder:
    """A folder with every file; yours to change."""
    return deepcopy(_VALID)


def write_folder(folder: Folder, path: Path) -> Path:
    """Writes the rows as CSV files; cells that a row leaves out are empty."""
    path.mkdir(parents=True, exist_ok=True)
    for name, rows in folder.items():
        with (path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS[name], restval="")
            writer.writeheader()
            writer.writerows(rows)
    return path


@dataclass(frozen=True)
class Outcome:
    """What the command printed and how it ended."""

    status: int
    printed: list[str]
    problems: list[str]


def import_from(path: Path, *options: str) -> Outcome:
    """Runs the command as from a shell."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_program", str(path), *options, stdout=out, stderr=err, no_color=True)
    except CommandError as error:
        return Outcome(error.returncode, out.getvalue().splitlines(), [*err.getvalue().splitlines(), str(error)][:-1])
    return Outcome(0, out.getvalue().splitlines(), err.getvalue().splitlines())


OURS = ("profiles", "coaching", "sessions_app", "assignments", "assessments", "activity")


def everything() -> dict[str, list[tuple]]:
    """Every row of every table of ours with the transaction that wrote it: equal only if nothing was touched."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.app_label in OURS]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT t.ctid::text, t.xmin::text, t::text FROM {table} t ORDER BY 3")
            found[table] = cursor.fetchall()
    return found


def row_counts() -> dict[str, int]:
    """How many rows each table has."""
    return {table: len(rows) for table, rows in everything().items()}
