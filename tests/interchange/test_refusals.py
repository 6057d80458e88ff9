"""What an import refuses: each problem with its file, line and column, all of them at once, and not a row written."""

# ruff: noqa: E501, a case with what is said of it is easiest to read on one line

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.interchange.folder import (
    AMARA,
    JONAS,
    MAYA,
    Folder,
    import_from,
    row_counts,
    valid_folder,
    write_folder,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]

PAIR = {"coach": MAYA, "coachee": AMARA}
SESSION = valid_folder()["sessions.csv"][0]
SUBSCRIPTION = valid_folder()["subscriptions.csv"][0]

# The file, a row added to it, and what is said of the line where it stands.
ADDED_ROWS = [
    ("people.csv", {"email": " Maya@X.org", "name": "Twin", "roles": "coach"}, "email: line 2 has the same email"),
    ("people.csv", {"email": "nobody", "name": "N", "roles": "coach"}, "email: “nobody” is not an e-mail address"),
    ("people.csv", {"email": "n@x.org", "name": " ", "roles": "coach"}, "name: is empty"),
    ("people.csv", {"email": "n@x.org", "name": "N", "roles": "boss"}, "roles: “boss” is not one of coachee, coach, admin, delivery_manager, sponsor"),
    ("people.csv", {"email": "n@x.org", "name": "N", "roles": "coach", "timezone": "Mars"}, "timezone: “Mars” is not a time zone, such as Europe/Madrid"),
    ("people.csv", {"email": "n@x.org", "name": "N" * 201, "roles": "coach"}, "name: longer than 200 characters"),
    ("subscriptions.csv", SUBSCRIPTION, "coachee: line 2 has the same coachee, starts_on"),
    ("subscriptions.csv", SUBSCRIPTION | {"starts_on": "2027-02-28", "ends_on": "2027-03-01"}, f"starts_on: overlaps the subscription of {AMARA} on line 2"),
    ("subscriptions.csv", SUBSCRIPTION | {"starts_on": "2025-02-02", "ends_on": "2025-02-01"}, "ends_on: is before starts_on"),
    ("subscriptions.csv", SUBSCRIPTION | {"coachee": JONAS, "delivery_manager": "x@x.org"}, "delivery_manager: nobody has the e-mail “x@x.org”"),
    ("relationships.csv", {**PAIR, "started_at": "2026-11-01T08:00:00Z"}, "started_at: overlaps the relationship of the same two people on line 2"),
    ("relationships.csv", {**PAIR, "started_at": "2026-03-01T08:00:00Z", "ended_at": ""}, "coach: line 2 has the same coach, coachee, started_at"),
    ("relationships.csv", {**PAIR, "started_at": "2025-03-01T08:00:00Z", "ended_at": "2025-02-01T00:00Z"}, "ended_at: is before started_at"),
    ("relationships.csv", {"coach": AMARA, "coachee": JONAS, "started_at": "2026-03-01T08:00Z"}, f"coach: {AMARA} does not have the role coach"),
    ("relationships.csv", {"coach": MAYA, "coachee": MAYA, "started_at": "2026-03-01T08:00Z"}, "coachee: nobody can be their own coach"),
    ("sessions.csv", SESSION | {"id": "S-9", "starts_at": "2026-11-10T09:54:59Z"}, f"starts_at: {AMARA} is taken at that time by session S-1 of line 2"),
    ("sessions.csv", SESSION | {"id": "S-9", "starts_at": "2026-11-24T11:29:00Z"}, f"starts_at: {MAYA} is taken at that time by session S-2 of line 3"),
    ("sessions.csv", SESSION, "id: line 2 has the same id"),
    ("sessions.csv", SESSION | {"id": "S-9", "coachee": MAYA, "starts_at": "2025-11-10T10:00Z"}, "coachee: nobody can be their own coach"),
    ("sessions.csv", SESSION | {"id": "S-9", "starts_at": "2025-11-10T10:00:00"}, "starts_at: “2025-11-10T10:00:00” is not an instant with an offset, such as 2026-11-24T13:00:00+01:00"),
    ("micro_goals.csv", {"session": "S-4", "text": " \u00a0\n", "submitted_at": "2026-11-20T08:00:00Z", "shared": "yes"}, "text: is shared, but there is no text"),
    ("takeaways.csv", {"session": "S-7", "text": "x", "submitted_at": "2026-11-20T08:00:00Z"}, "session: there is no session with the id “S-7”"),
    ("messages.csv", valid_folder()["messages.csv"][1], "coach: line 4 has the same coach, coachee, sender, sent_at, text"),
    ("messages.csv", {**PAIR, "sender": "both", "sent_at": "2026-11-20T08:00:00Z", "text": "x"}, "sender: “both” is not one of coach, coachee"),
    ("resources.csv", {"id": "R-2", "url": "javascript:alert(1)"}, "url: “javascript:alert(1)” is not an address that begins with http:// or https://"),
    ("surveys.csv", {"id": "B-3", "coachee": AMARA, "assigned_on": "2026-10-02", "due_on": "2026-10-01"}, "due_on: is before assigned_on"),
    ("surveys.csv", {"id": "B-3", "coachee": AMARA, "assigned_on": "2026-02-30", "due_on": "2026-10-01"}, "assigned_on: “2026-02-30” is not a date, such as 2026-11-24"),
    ("raters_360.csv", {"review": "V-1", "name": "M", "email": "m@x.org", "relationship": "manager"}, "relationship: the review has a manager on line 2 already"),
    ("raters_360.csv", {"review": "V-1", "name": "P", "email": "PETRA@x.org", "relationship": "peer"}, "email: line 3 has the same review, email"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "said"), ADDED_ROWS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_row_that_is_refused(file: str, row: dict[str, str], said: str, tmp_path: Path) -> None:
    folder = valid_folder()
    folder[file].append(row)
    path = write_folder(folder, tmp_path)
    line = len((path / file).read_bytes().decode().rstrip("\r\n").split("\n"))
    line -= 1 if file == "micro_goals.csv" else 0  # the row itself has a line break

    before = row_counts()
    outcome = import_from(path)

    assert outcome.problems == [f"{file}:{line}: {said}"]
    assert outcome.status == 1
    assert row_counts() == before


def test_problems_of_all_files_are_listed_in_order(tmp_path: Path) -> None:
    folder = valid_folder()
    folder["people.csv"][2]["roles"] = "king"
    folder["sessions.csv"][1] |= {"kind": "nap", "minutes": "0"}
    folder["takeaways.csv"][0] |= {"session": "S-77", "submitted_at": "yesterday"}
    folder["messages.csv"][0] |= {"coachee": "ghost@x.org"}

    problems = import_from(write_folder(folder, tmp_path)).problems

    assert [problem.split(": ")[:2] for problem in problems] == [
        ["people.csv:4", "roles"],
        ["sessions.csv:3", "kind"],
        ["sessions.csv:3", "minutes"],
        ["takeaways.csv:2", "session"],
        ["takeaways.csv:2", "submitted_at"],
        ["messages.csv:2", "coachee"],
    ]


def test_the_first_hundred_problems_are_listed(tmp_path: Path) -> None:
    folder = valid_folder()
    folder["people.csv"] += [{"email": f"{n}@x.org", "name": "", "roles": "coach"} for n in range(150)]

    problems = import_from(write_folder(folder, tmp_path)).problems

    assert len(problems) == 100
    assert problems[-1] == "people.csv:104: name: is empty"


@pytest.mark.parametrize(
    ("change", "file", "said"),
    [
        ({"sessions.csv": [SESSION | {"id": "S-9", "starts_at": "2026-11-10T09:30:00Z"}]}, "sessions.csv", f"starts_at: {AMARA} is taken at that time by session S-1, which is stored already"),
        ({"relationships.csv": [{**PAIR, "started_at": "2026-01-01T08:00:00Z"}]}, "relationships.csv", "started_at: overlaps a relationship of the same two people that is stored already, since 2026-03-01 08:00:00+00"),
        ({"subscriptions.csv": [SUBSCRIPTION | {"starts_on": "2026-02-01"}]}, "subscriptions.csv", f"starts_on: overlaps a subscription of {AMARA} that is stored already, from 2026-03-01"),
        ({"raters_360.csv": [{"review": "V-1", "name": "M", "email": "m@x.org", "relationship": "manager"}]}, "raters_360.csv", "relationship: the review has a manager already"),
        ({"people.csv": [valid_folder()["people.csv"][0] | {"roles": "admin"}]}, "people.csv", "roles: leaves out coach, but still coaches 1 person"),
    ],
)  # fmt: skip
def test_what_is_stored_and_not_listed_counts_too(change: Folder, file: str, said: str, tmp_path: Path) -> None:
    import_from(write_folder(valid_folder(), tmp_path / "first"))
    before = row_counts()

    outcome = import_from(write_folder({"people.csv": valid_folder()["people.csv"][:1], **change}, tmp_path / "second"))

    assert outcome.problems == [f"{file}:2: {said}"]
    assert row_counts() == before


def test_columns_that_are_unknown_missing_or_doubled(tmp_path: Path) -> None:
    path = write_folder(valid_folder(), tmp_path)
    header = "id,coachee,title,titel,due_on,due_on,completed_at"
    (path / "surveys.csv").write_text(f"{header}\nB-1,{AMARA},a,b,2026-01-01,2026-01-01,\n")

    assert import_from(path).problems == [
        "surveys.csv:1: titel: there is no such column in this file",
        "surveys.csv:1: assigned_on: the column is missing",
        "surveys.csv:1: due_on: the column is there twice",
    ]


def test_columns_may_stand_in_any_order_after_a_byte_order_mark(tmp_path: Path) -> None:
    path = write_folder(valid_folder(), tmp_path)
    (path / "resources.csv").write_bytes(b"\xef\xbb\xbfurl,id,title\r\n\r\nhttps://x.org/,R-1,T\r\n\r\n")

    outcome = import_from(path)

    assert "resources.csv: 1 rows, 1 new, 0 changed" in outcome.printed


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1: row: the header row is missing"),
        (b"id,title,url\n\xff,a,\n", "2: row: not UTF-8, or a line far too long"),
        (b"id,title,url\nR-1,\0,\n", "2: row: a NUL byte; text is UTF-8 without it"),
        (b"id,title,url\nR-1,a,,\n", "2: row: has 4 cells where the header has 3"),
        (b"id,title,url\nR-1,a\n", "2: row: has 2 cells where the header has 3"),
        (b'id,title,url\nR-1,"a"b,\n', "2: row: a quote must stand around the whole cell and be doubled inside it"),
        (b'id,title,url\nR-1,a"b,\n', "2: row: a quote must stand around the whole cell and be doubled inside it"),
        (b'id,title,url\nR-1,"a\n\n,\n', "2: row: a quote that is opened here is never closed"),
        (b'id,title,url\nR-1,"a\n\nb",\nR-2,"c\n",\nR-2,,\n', "7: id: line 5 has the same id"),
    ],
)
def test_a_file_that_is_not_quite_csv(content: bytes, said: str, tmp_path: Path) -> None:
    path = write_folder({"people.csv": valid_folder()["people.csv"]}, tmp_path)
    (path / "resources.csv").write_bytes(content)

    assert import_from(path).problems == [f"resources.csv:{said}"]


def test_a_folder_without_people(tmp_path: Path) -> None:
    outcome = import_from(tmp_path)

    assert outcome.status == 1
    assert outcome.problems == ["people.csv:1: row: there is no such file, and every import needs it"]


def test_something_that_is_no_folder(tmp_path: Path) -> None:
    assert import_from(tmp_path / "nowhere").status == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = write_folder(valid_folder(), tmp_path)
    (path / "messages.csv").chmod(0)

    assert import_from(path).status == 1


def test_texts_are_never_quoted_in_a_problem(tmp_path: Path) -> None:
    folder = valid_folder()
    folder["messages.csv"] += [folder["messages.csv"][0] | {"text": "CANARY"}] * 2
    folder["reflections.csv"].append({"coachee": AMARA, "text": "CANARY", "submitted_at": "never"})

    problems = import_from(write_folder(folder, tmp_path)).problems

    assert len(problems) == 2
    assert "CANARY" not in "".join(problems)


def test_a_slip_in_the_name_of_a_file_is_mentioned(tmp_path: Path) -> None:
    path = write_folder({"people.csv": valid_folder()["people.csv"]}, tmp_path)
    (path / "session.csv").write_text("id\n")

    assert import_from(path).problems == ["session.csv is none of the files of an import and was not read."]
