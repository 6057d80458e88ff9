"""Kinds of files that people upload, and how office documents and texts are told by what is in them.

Nothing is unpacked but the two small members that say what a document is. What can run is refused: macros and ActiveX,
programs inside, and markup or scripts that call themselves text.
"""

from __future__ import annotations

import codecs
import re
import struct
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

MB = 1024 * 1024
MOST_MEMBERS = 5_000
LARGEST_DIRECTORY = MB
LARGEST_UNPACKED = 300 * MB
"""Limits of what a document says of itself; a zip bomb says far more, or lies and breaks where it is opened."""
_SMALL_MEMBER = 256 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True)
class FileKind:
    """A kind of file that can be uploaded."""

    label: str
    content_type: str
    suffix: str
    pillow: str = ""
    """What Pillow calls it, if it is a picture."""
    inside: bytes = b""
    """What the main part of an office document calls itself."""


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


def _office(label: str, suffix: str, content_type: str) -> FileKind:
    return FileKind(label, _OOXML + content_type, suffix, inside=f"{_OOXML}{content_type}.main+xml".encode())


def _open_document(label: str, suffix: str, content_type: str) -> FileKind:
    return FileKind(label, _ODF + content_type, suffix, inside=(_ODF + content_type).encode())


JPEG = FileKind("JPEG", "image/jpeg", ".jpg", "JPEG")
PNG = FileKind("PNG", "image/png", ".png", "PNG")
WEBP = FileKind("WebP", "image/webp", ".webp", "WEBP")
GIF = FileKind("GIF", "image/gif", ".gif", "GIF")
PDF = FileKind("PDF", "application/pdf", ".pdf")
DOCX = _office("Word", ".docx", "wordprocessingml.document")
XLSX = _office("Excel", ".xlsx", "spreadsheetml.sheet")
PPTX = _office("PowerPoint", ".pptx", "presentationml.presentation")
ODT = _open_document("ODT", ".odt", "text")
ODS = _open_document("ODS", ".ods", "spreadsheet")
ODP = _open_document("ODP", ".odp", "presentation")
TXT = FileKind("text (UTF-8)", "text/plain; charset=utf-8", ".txt")
CSV = FileKind("CSV", "text/csv; charset=utf-8", ".csv")
MD = FileKind("Markdown", "text/markdown; charset=utf-8", ".md")

PICTURES = frozenset({JPEG, PNG, WEBP, GIF})
OOXML = (DOCX, XLSX, PPTX)
ODF = (ODT, ODS, ODP)
KINDS = (PDF, *OOXML, *ODF, JPEG, PNG, WEBP, GIF, TXT, CSV, MD)
DOCUMENTS = frozenset(KINDS)
"""Every kind: what can go with a message, an assignment, a response, or into the library."""

_TEXTS = {"": TXT, ".txt": TXT, ".text": TXT, ".csv": CSV, ".md": MD, ".markdown": MD}
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# What a browser takes for markup (WHATWG MIME Sniffing, 7.1), and what a shell takes for a program.
_MARKUP = re.compile(
    rb"^\s*(<[!?/a-z]|#!|@echo\b)|<(!doctype|\?xml|html|head|body|script|iframe|svg|style|object|embed|meta|link)\b",
    re.I,
)
_SNIFFED = 1_500
_RUNS = re.compile(
    r"vbaproject|activex|macrosheets/|^basic/|^scripts/"
    r"|\.(class|exe|dll|com|scr|js|jse|vbs|vbe|wsf|hta|bat|cmd|ps1|msi|jar|lnk|sh|html?)$",
    re.IGNORECASE,
)


def document_kind(file: IO[bytes], size: int, allowed: Collection[FileKind]) -> FileKind | None:
    """Which office document this is, of those allowed; None for anything else, damaged or able to run something."""
    if not _is_plain_zip(file, size):
        return None
    try:
        with zipfile.ZipFile(file) as found:
            members = found.infolist()
            if not _in_bounds(members) or any(_RUNS.search(one.filename) for one in members):
                return None
            return _office_kind(found, allowed) or _open_document_kind(found, members, allowed)
    except Exception:  # a broken archive raises nearly anything: zipfile's, zlib's and lzma's errors, and others
        return None


def _is_plain_zip(file: IO[bytes], size: int) -> bool:
    """Whether a zip archive and nothing else, before, between or behind it (APPNOTE.TXT 4.3.16)."""
    file.seek(0)
    if size < 22 or file.read(4) != b"PK\x03\x04":
        return False
    file.seek(size - 22)
    mark, members, length, offset = struct.unpack("<4s6xHLL2x", file.read(22))
    behind = offset + length == size - 22
    return mark == b"PK\x05\x06" and behind and members <= MOST_MEMBERS and length <= LARGEST_DIRECTORY


def _in_bounds(members: list[zipfile.ZipInfo]) -> bool:
    unsafe = any(one.filename.startswith("/") or ".." in PurePath(one.filename).parts for one in members)
    secret = any(one.flag_bits & 1 for one in members)
    return not unsafe and not secret and sum(one.file_size for one in members) <= LARGEST_UNPACKED


def _office_kind(found: zipfile.ZipFile, allowed: Collection[FileKind]) -> FileKind | None:
    """By the type of its main part (ECMA-376 part 2, 10.1.2), where no part may hold macros."""
    if "[Content_Types].xml" not in found.namelist():
        return None
    with found.open("[Content_Types].xml") as member:
        said = member.read(_SMALL_MEMBER)
    # An entity could hide a word that is looked for here.
    if b"&" in said or b"<!" in said or re.search(rb"macro|vba|activex", said, re.IGNORECASE):
        return None
    mains = [kind for kind in OOXML if b'"' + kind.inside + b'"' in said]
    return mains[0] if len(mains) == 1 and mains[0] in allowed else None


def _open_document_kind(
    found: zipfile.ZipFile, members: list[zipfile.ZipInfo], allowed: Collection[FileKind]
) -> FileKind | None:
    """By its first member, which is stored as it is (ODF 1.3 part 2, 3.3)."""
    first = members[0]
    if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.file_size > 200:
        return None
    said = found.read(first).strip()
    return next((kind for kind in ODF if kind.inside == said and kind in allowed), None)


def text_kind(file: IO[bytes], name: str, allowed: Collection[FileKind]) -> FileKind | None:
    """A text in UTF-8 by what its owner calls it; None for markup, scripts and what holds control characters."""
    kind = _TEXTS.get(PurePath(name).suffix.lower())
    if kind is None or kind not in allowed:
        return None
    file.seek(0)
    start = file.read(_SNIFFED).removeprefix(codecs.BOM_UTF8)
    if _MARKUP.search(start):
        return None
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece := file.read(_PIECE):
            decoder.decode(piece)
            if _CONTROLS.search(piece):
                return None
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return kind
