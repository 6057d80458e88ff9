"""The field with which files are given along: several at once, each judged by its content."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.files import DOCUMENTS, MB, Checked, FileKind, checked
from config.pictures import redrawn


class FilesInput(forms.FileInput):
    """The browser's own, for several files."""

    allow_multiple_selected = True

    def __init__(self, allowed: Collection[FileKind]) -> None:
        super().__init__({"multiple": True, "accept": ",".join(sorted(kind.suffix for kind in allowed))})


class FilesField(forms.FileField):
    """Up to `max_files` files of at most `max_mb` each; cleaned it is a list of `Checked`, empty without any.

    Pictures are drawn anew without what the camera wrote into them. Not required unless it is said so.
    """

    widget: Any = FilesInput

    def __init__(
        self, *, max_files: int = 5, max_mb: int = 20, allowed: Collection[FileKind] = DOCUMENTS, **options: Any
    ) -> None:
        self.max_files, self.max_mb, self.allowed = max_files, max_mb, allowed
        options.setdefault("label", gettext_lazy("Files"))
        options.setdefault("required", False)
        options.setdefault("help_text", _help(max_files, max_mb))
        super().__init__(widget=FilesInput(allowed), **options)

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:  # type: ignore[override]
        """The files by what is in them. Raises ValidationError naming those that cannot be used."""
        uploads = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not uploads:
            super().clean(None, initial)
        if len(uploads) > self.max_files:
            raise ValidationError(
                ngettext("Choose at most %(count)d file.", "Choose at most %(count)d files.", self.max_files)
                % {"count": self.max_files}
            )
        return self._judged(uploads)

    def _judged(self, uploads: list[UploadedFile]) -> list[Checked]:
        found, wrong = [], []
        for upload in uploads:
            try:
                found.append(redrawn(checked(upload, allowed=self.allowed, max_bytes=self.max_mb * MB)))
            except ValidationError as error:
                name = {"name": (upload.name or "")[:80], "sentence": error.messages[0]}
                wrong.append(_("“%(name)s”: %(sentence)s") % name if len(uploads) > 1 else error.messages[0])
        if wrong:
            raise ValidationError(wrong)
        return found


def _help(max_files: int, max_mb: int) -> Any:
    if max_files == 1:
        sentence = gettext_lazy("A PDF, office document, picture or text of at most {size} MB.")
    else:
        sentence = gettext_lazy("PDF, office documents, pictures and texts: up to {count}, each at most {size} MB.")
    return format_lazy(sentence, count=max_files, size=max_mb)
