"""A CSV file as admins choose it: decoded, with its header checked, and the line on which each record begins."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from tablib import Dataset

from interchange.problems import shown

MB = 1024 * 1024
LARGEST = 10 * MB
MOST_ROWS = 20_000


class FileError(Exception):
    """The file as a whole cannot be read. `str()` is a sentence."""


def read_table(data: bytes, columns: Sequence[str], needed: Sequence[str]) -> tuple[list[int], Dataset]:
    """The lines on which records begin, and the records, by the names of these columns, some of which are `needed`.

    Empty lines are passed over. Raises FileError.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(_("This file is not in UTF-8. Save it as “CSV UTF-8” and choose it again.")) from None
    if "\0" in text:
        raise FileError(_("This is not a text file. Save the table as CSV and choose it again."))
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        return _table(reader, columns, needed)
    except csv.Error:
        line = {"line": reader.line_num}
        raise FileError(_("Line %(line)d cannot be read: check its quotation marks.") % line) from None


def _table(reader: Any, columns: Sequence[str], needed: Sequence[str]) -> tuple[list[int], Dataset]:
    headers = [cell.strip().lower() for cell in next(reader, [])]
    _check_headers(headers, columns, needed)
    lines, dataset, line = [], Dataset(headers=headers), reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            if len(cells) != len(headers):
                found = {"line": line, "found": len(cells), "expected": len(headers)}
                raise FileError(_("Line %(line)d has %(found)d cells where the header has %(expected)d.") % found)
            lines.append(line)
            dataset.append(cells)
        if len(lines) > MOST_ROWS:
            raise FileError(_("More than %(most)d people. Divide the file.") % {"most": MOST_ROWS})
        line = reader.line_num + 1
    if not lines:
        raise FileError(_("There is nobody in this file."))
    return lines, dataset


def _check_headers(headers: list[str], columns: Sequence[str], needed: Sequence[str]) -> None:
    if not any(headers):
        raise FileError(_("This file is empty."))
    if len(headers) == 1 and ";" in headers[0]:
        raise FileError(_("The columns of this file are separated by semicolons; use commas."))
    if unknown := [name for name in headers if name not in columns]:
        known = {"unknown": shown(unknown[0]), "known": ", ".join(columns)}
        raise FileError(_("There is no column %(unknown)s. Columns are: %(known)s.") % known)
    if missing := [name for name in needed if name not in headers]:
        raise FileError(_("The column %(name)s is missing.") % {"name": missing[0]})
    if len(set(headers)) < len(headers):
        raise FileError(_("A column stands in this file twice."))
