"""Files that people upload: what they are is decided by their content, where they are kept is ours to name.

A form asks `checked`, a verb writes with `storing`, a view answers with `attachment`:

    document = checked(upload, allowed={PDF, PNG}, max_bytes=10 * MB)      # in a form's clean_…; ValidationError
    with storing() as store, transaction.atomic():
        row.file = store("certificates", document)                         # the file goes when the block fails
    delete_after_commit(old_name)
    return attachment(row.file, download_name=row.file_name)
"""

from __future__ import annotations

import logging
import re
import secrets
import unicodedata
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import PurePath
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _
from PIL import Image

from config.errors import FilesAway
from config.file_kinds import (
    CSV,
    DOCUMENTS,
    DOCX,
    GIF,
    JPEG,
    KINDS,
    MB,
    MD,
    ODP,
    ODS,
    ODT,
    PDF,
    PICTURES,
    PNG,
    PPTX,
    TXT,
    WEBP,
    XLSX,
    FileKind,
    document_kind,
    text_kind,
)

__all__ = [
    "CSV",
    "DOCUMENTS",
    "DOCX",
    "GIF",
    "JPEG",
    "KINDS",
    "MB",
    "MD",
    "ODP",
    "ODS",
    "ODT",
    "PDF",
    "PICTURES",
    "PNG",
    "PPTX",
    "TXT",
    "WEBP",
    "XLSX",
    "Checked",
    "FileKind",
    "Store",
    "attachment",
    "checked",
    "delete_after_commit",
    "download_name",
    "opened",
    "save_as",
    "storing",
]

log = logging.getLogger(__name__)

LARGEST_UPLOAD = 25 * MB
"""No upload is kept beyond this while it arrives; forms allow less."""
LARGEST_FORM = 105 * MB
"""Nor all uploads of a form together: five of the largest that forms allow fit."""
MAX_PIXELS = 50_000_000
"""Of a picture: what a phone takes fits, a decompression bomb does not."""
NAME_LENGTH = 120
_RUNS_NOTHING = "default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')


@dataclass(frozen=True)
class Checked:
    """An upload whose content is what its kind says; `name` is what its owner calls it, fit for a download."""

    kind: FileKind
    name: str
    content: File | ContentFile


def checked(upload: UploadedFile, *, allowed: Collection[FileKind], max_bytes: int) -> Checked:
    """The upload, once its size and content are found to be in order. Its name and declared type are not believed.

    Raises ValidationError with a sentence to stand beside the field.
    """
    if not upload.size:
        raise ValidationError(_("This file is empty. Choose another one."))
    if upload.size > max_bytes or isinstance(upload, TooLarge):
        sentence = _("This file is too large. At most %(count)d MB can be uploaded.")
        raise ValidationError(sentence % {"count": max_bytes // MB})
    kind = _kind_of(upload, [one for one in KINDS if one in allowed])
    upload.seek(0)
    return Checked(kind, download_name(upload.name or "", kind), upload)


def _kind_of(upload: UploadedFile, allowed: list[FileKind]) -> FileKind:
    if PDF in allowed and _is_pdf(upload):
        return PDF
    if found := document_kind(upload, upload.size or 0, allowed) or text_kind(upload, upload.name or "", allowed):
        return found
    return _picture_kind(upload, allowed)


def _picture_kind(upload: UploadedFile, allowed: list[FileKind]) -> FileKind:
    """Raises ValidationError for what is no picture either."""
    pictures = {one.pillow: one for one in allowed if one.pillow}
    upload.seek(0)
    try:
        with warnings.catch_warnings(), Image.open(upload, formats=list(pictures)) as picture:
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged below
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise Image.DecompressionBombError
            found = pictures[picture.format or ""]
            picture.verify()
    except Image.DecompressionBombError as bomb:
        raise ValidationError(_("This picture has too many pixels. Make it smaller and try again.")) from bomb
    except Exception as broken:  # Pillow raises nearly anything on broken files
        sentence = _("This file cannot be used. Choose one of these kinds: %(kinds)s.")
        raise ValidationError(sentence % {"kinds": ", ".join(one.label for one in allowed)}) from broken
    return found


def _is_pdf(upload: UploadedFile) -> bool:
    """By its first and last lines (ISO 32000-1, 7.5.2 and 7.5.5)."""
    upload.seek(0)
    begins = upload.read(5) == b"%PDF-"
    upload.seek(max((upload.size or 0) - 1024, 0))
    return begins and b"%%EOF" in upload.read()


def download_name(name: str, kind: FileKind) -> str:
    """The owner's name for the file without folders and odd characters, with the suffix its content asks for."""
    plain = "".join(one for one in unicodedata.normalize("NFC", name) if unicodedata.category(one) not in ("Cf", "Cs"))
    stem = PurePath(_UNFIT.sub(" ", plain.replace("\\", "/").rsplit("/", 1)[-1])).stem.strip(" .")
    return (" ".join(stem.split())[: NAME_LENGTH - len(kind.suffix)] or "file") + kind.suffix


class Store:
    """Files that stay only if the block of `storing` ends well."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, folder: str, document: Checked) -> str:
        """Stores an upload as it is, under a random name, which is returned."""
        name = f"{folder}/{secrets.token_hex(16)}{document.kind.suffix}"
        self.under(name, document.content)
        return name

    def under(self, name: str, content: File | ContentFile | bytes) -> None:
        """Stores something of ours under a name of our own making."""
        self.names.append(name)
        save_as(name, content)


@contextmanager
def storing() -> Iterator[Store]:
    """Gives `store(folder, checked) -> name`; what was stored is deleted again when the block does not end well.

    The transaction that keeps the names goes inside the block, so that its commit is part of it.
    """
    store = Store()
    try:
        yield store
    except BaseException:
        for name in store.names:
            _forget(name)
        raise


def _forget(name: str) -> None:
    """Deletes a file that nobody needs; one that stays for once is no reason to fail."""
    try:
        default_storage.delete(name)
    except Exception:  # whatever the storage raises
        log.exception("file_left_behind: %s", name)


def save_as(name: str, content: File | ContentFile | bytes) -> None:
    """Stores under exactly this name, which must be new: one of ours with random letters. Raises FilesAway."""
    with _or_away():
        default_storage.save(name, ContentFile(content) if isinstance(content, bytes) else content)


@contextmanager
def _or_away() -> Iterator[None]:
    """A full disk or a bucket that does not answer is an outage, not a bug."""
    try:
        yield
    except FileNotFoundError:
        raise
    except Exception as error:  # each storage has errors of its own
        log.warning("files_away: %s", type(error).__name__)
        raise FilesAway from error


def delete_after_commit(*names: str) -> None:
    """Deletes these files once the transaction has committed; a file that cannot be deleted fails nobody's page."""
    for name in filter(None, names):
        transaction.on_commit(partial(_forget, name))


def opened(name: str) -> IO[Any]:
    """The stored file. Raises Http404 when it is not there, and FilesAway."""
    try:
        with _or_away():
            return default_storage.open(name)
    except FileNotFoundError as missing:
        raise Http404 from missing


def attachment(name: str, *, download_name: str) -> FileResponse:
    """The stored file, to be saved and never shown as a page of ours: whatever is in it runs nowhere.

    Who may have it is for the view to ask first. Raises Http404 when the file is not there.
    """
    response = FileResponse(opened(name), as_attachment=True, filename=download_name)
    response["Content-Type"] = next(
        (kind.content_type for kind in KINDS if name.endswith(kind.suffix)), "application/octet-stream"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _RUNS_NOTHING
    return response


class TooLarge(UploadedFile):
    """An upload of which nothing was kept; `checked` says so beside the field."""


class UploadLimit(FileUploadHandler):
    """First of the upload handlers: what is beyond the limits of a file or of a form is read and dropped.

    So no disk fills, however many files a form brings.
    """

    dropping = False
    kept = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Each file is measured by itself."""
        super().new_file(*args, **kwargs)
        self.dropping = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Passes on what fits."""
        size = len(raw_data)
        self.dropping = self.dropping or start + size > LARGEST_UPLOAD or self.kept + size > LARGEST_FORM
        if self.dropping:
            return None
        self.kept += size
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """What was dropped is handed on empty, with its true size."""
        if not self.dropping:
            return None
        return TooLarge(BytesIO(), self.file_name, self.content_type, file_size, self.charset)
