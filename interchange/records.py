"""Reads RFC 4180 records from a UTF-8 file, one at a time, each with the line on which it begins."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from interchange.problems import ROW

LONGEST = 1_000_000  # characters in a cell; a quote that is never closed must not fill the memory
_LONGEST_LINE = 4 * LONGEST  # bytes
_BOM = b"\xef\xbb\xbf"
# A quote may stand around a cell and, doubled, within such a cell; nowhere else. `csv` lets `a"b` pass.
_CELL = r'(?:"(?:[^"]|"")*+"|[^",\r\n]*+)'
_WELL_QUOTED = re.compile(rf"{_CELL}(?:,{_CELL})*+(?:\r\n|\n|\r)?")

Report = Callable[[int, str, str], None]
"""Takes the line, the column and what is wrong."""


def read_records(path: Path, report: Report) -> Iterator[tuple[int, list[str]]]:
    """Yields (line, cells) for each record, the header first; blank lines are passed over.

    Reports what cannot be read and goes on with the next line.
    """
    csv.field_size_limit(LONGEST)
    with path.open("rb") as file:
        lines = _Lines(file, report)
        reader = csv.reader(lines, strict=True)
        while True:
            lines.begin_record()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as wrong:
                report(lines.begun, ROW, _what(wrong))
                continue
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            if lines.quoted and not _WELL_QUOTED.fullmatch("".join(lines.record)):
                report(lines.begun, ROW, _("a quote must stand around the whole cell and be doubled inside it"))
                continue
            yield lines.begun, cells


class _Lines:
    """The lines of a file as text, remembering those of the record at hand."""

    def __init__(self, file: BinaryIO, report: Report) -> None:
        self.file, self.report = file, report
        self.number = 0
        self.begun = 1
        self.record: list[str] = []
        self.quoted = False

    def begin_record(self) -> None:
        """The next line that is read is the first of a record."""
        self.begun = self.number + 1
        self.record = []
        self.quoted = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        while True:
            raw = self._next_bytes()
            text = self._decoded(raw)
            if text is not None:
                self.record.append(text)
                self.quoted = self.quoted or '"' in text
                return text
            if not self.record:
                self.begun = self.number + 1

    def _next_bytes(self) -> bytes:
        raw = self.file.readline(_LONGEST_LINE)
        if not raw:
            raise StopIteration
        self.number += 1
        if self.number == 1:
            raw = raw.removeprefix(_BOM)
        if len(raw) < _LONGEST_LINE or raw.endswith(b"\n"):
            return raw
        while len(rest := self.file.readline(_LONGEST_LINE)) == _LONGEST_LINE and not rest.endswith(b"\n"):
            pass
        return b"\xff\n"  # reported as unreadable

    def _decoded(self, raw: bytes) -> str | None:
        if b"\0" in raw:
            self.report(self.number, ROW, _("a NUL byte; text is UTF-8 without it"))
            return None
        try:
            return raw.decode()
        except UnicodeDecodeError:
            self.report(self.number, ROW, _("not UTF-8, or a line far too long"))
            return None


def _what(wrong: csv.Error) -> str:
    text = str(wrong)
    if "field limit" in text:
        return _("a cell longer than a million characters; perhaps a quote is not closed")
    if "unexpected end" in text:
        return _("a quote that is opened here is never closed")
    if "new-line" in text:
        return _("a line break that is neither LF nor CRLF")
    return _("a quote must stand around the whole cell and be doubled inside it")
