"""Brings the cells of a folder into temporary tables, checked one by one, at the speed of COPY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from interchange.cells import NULL, TEXT, parse_email
from interchange.files import FILES, PEOPLE
from interchange.layout import File
from interchange.problems import MOST, ROW, Problem, shown
from interchange.records import read_records
from interchange.sql import run, temporary

Progress = Callable[[str, int], None]
"""Takes a file's name and how many of its rows are done."""

BATCH = 2_000
Reader = tuple[int, str, Callable[[str], str], str, bool, bool]
"""Position in the row, column, parser, what empty becomes, whether required, whether white space is content."""


@dataclass
class Staged:
    """What has been read: the files that were there, their rows, and what is wrong so far."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    found: Counter[str] = field(default_factory=Counter)
    without_key: set[str] = field(default_factory=set)
    """Files whose rows cannot be told apart, so that a reference to them proves nothing."""

    def report(self, file: File, line: int, column: str, message: str) -> None:
        """Adds a problem, unless the file already has more than anyone will be shown."""
        self.found[file.name] += 1
        if self.found[file.name] <= MOST + 1:
            self.add(file, line, column, message)

    def add(self, file: File, line: int, column: str, message: str) -> None:
        """Adds a problem."""
        self.problems.append(Problem(FILES.index(file), line, file.column_number(column), file.name, column, message))


class People:
    """Who there is, by e-mail: those in the database and those in the folder."""

    def __init__(self) -> None:
        self.ids: dict[str, str] = {}
        self.complete = True

    def load(self) -> None:
        """Reads everybody once; rows that name them are then resolved without asking the database."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                """SELECT email, id::text FROM profiles_person
                   UNION ALL SELECT email, person::text FROM import_people WHERE email IS NOT NULL"""
            )
            while rows := cursor.fetchmany(BATCH):
                self.ids.update(rows)

    def id_of(self, raw: str) -> str:
        """The id behind an e-mail as written in a cell."""
        known = self.ids.get(raw)
        if known is not None:
            return known
        known = self.ids.get(parse_email(raw))
        if known is None and not self.complete:
            return NULL
        if known is None:
            raise ValueError(_("nobody has the e-mail %(value)s") % {"value": shown(raw)})
        return known


def stage(folder: Path, progress: Progress) -> Staged:
    """Reads every file of the folder into its temporary table `import_<name>`."""
    staged = Staged()
    people = People()
    for file in FILES:
        _create(file)
        path = folder / file.name
        if path.is_file():
            staged.counts[file.name] = _copy(file, path, people, staged, progress)
        elif path.exists() or file is PEOPLE:
            what = _("is not a file") if path.exists() else _("there is no such file, and every import needs it")
            staged.report(file, 1, ROW, what)
            staged.without_key.add(file.name)
        if file is PEOPLE:
            _give_ids()
            people.load()
            people.complete = PEOPLE.name not in staged.without_key
        run(f"ANALYZE {file.staged}")
    return staged


def _create(file: File) -> None:
    columns = ", ".join(f'"{column.name}" {column.kind.type}' for column in file.columns)
    more = ", person bigint" if file is PEOPLE else ""
    temporary(file.staged, f"(line integer NOT NULL, {columns}{more})")


def _give_ids() -> None:
    """New people get their ids now, so that other rows can name them before anything is written."""
    run(
        """UPDATE import_people s SET person = COALESCE(
               (SELECT p.id FROM profiles_person p WHERE p.email = s.email),
               nextval(pg_get_serial_sequence('profiles_person', 'id')))
            WHERE s.email IS NOT NULL"""
    )


def _copy(file: File, path: Path, people: People, staged: Staged, progress: Progress) -> int:
    """COPYs the rows of one file; returns how many there were."""
    wrong_before = len(staged.problems)
    records = read_records(path, lambda line, column, message: staged.report(file, line, column, message))
    line, header = next(records, (1, None))
    if header is None or len(staged.problems) > wrong_before:
        staged.without_key.add(file.name)
        if header is None and len(staged.problems) == wrong_before:
            staged.report(file, 1, ROW, _("the header row is missing"))
        return 0
    readers = _readers(file, line, header, people, staged)
    names = ", ".join(["line", *(f'"{reader[1]}"' for reader in readers)])
    count = 0
    copying = f"COPY {file.staged} ({names}) FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        batch: list[str] = []
        for row in _rows(file, records, readers, len(header), staged):
            batch.append(row)
            if len(batch) == BATCH:
                copy.write("".join(batch))
                count += BATCH
                batch = []
                progress(file.name, count)
        copy.write("".join(batch))
    count += len(batch)
    progress(file.name, count)
    return count


def _readers(file: File, line: int, header: list[str], people: People, staged: Staged) -> list[Reader]:
    """How to read each known column of this file; reports those that are unknown, missing or there twice."""
    known = {column.name for column in file.columns}
    for name in dict.fromkeys(header):
        if name not in known:
            staged.report(file, line, shown(name)[1:-1] or ROW, _("there is no such column in this file"))
        elif header.count(name) > 1:
            staged.report(file, line, name, _("the column is there twice"))
    readers: list[Reader] = []
    for column in file.columns:
        if column.name not in header:
            staged.report(file, line, column.name, _("the column is missing"))
            if column.name in file.key:
                staged.without_key.add(file.name)
            continue
        kind = column.kind
        parse = people.id_of if kind.refers_to_person else kind.parse
        readers.append((header.index(column.name), column.name, parse, kind.empty, column.required, kind is TEXT))
    return readers


def _rows(
    file: File, records: Iterator[tuple[int, list[str]]], readers: list[Reader], width: int, staged: Staged
) -> Iterator[str]:
    """Lines for COPY. A cell that is wrong is reported and stays empty, so that the rest can still be checked."""
    for line, cells in records:
        if len(cells) != width:
            found = {"found": len(cells), "expected": width}
            staged.report(file, line, ROW, _("has %(found)s cells where the header has %(expected)s") % found)
            continue
        values = [str(line)]
        for position, name, parse, empty, required, verbatim in readers:
            raw = cells[position]
            if not raw or (raw.isspace() and not verbatim):
                values.append(NULL if required else empty)
                if required:
                    staged.report(file, line, name, _("is empty"))
                continue
            try:
                values.append(parse(raw))
            except ValueError as wrong:
                values.append(NULL)
                staged.report(file, line, name, str(wrong))
        if file.shared:
            _check_share(file, line, cells, readers, staged)
        yield "\t".join(values) + "\n"


def _check_share(file: File, line: int, cells: list[str], readers: list[Reader], staged: Staged) -> None:
    """A share needs a text, and white space is none. Said here, since Python knows all of Unicode's white space."""
    row = {name: cells[position] for position, name, *_more in readers}
    if row.get("shared") == "yes" and not row.get("text", "?").strip():
        staged.report(file, line, "text", _("is shared, but there is no text"))
