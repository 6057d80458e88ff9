"""Markdown in forms: the field that people write it in, and what it will look like."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.text import render_markdown

LONGEST = 100_000
"""Characters that are previewed; no field takes more."""


class MarkdownInput(forms.Textarea):
    """A textarea that `{% field %}` shows with a switch between writing and preview."""

    is_markdown = True


class MarkdownField(forms.CharField):
    """Several lines of Markdown. Line breaks are one character each, so what was sent unchanged stays the same."""

    def __init__(self, rows: int = 8, **options: Any) -> None:
        options.setdefault("max_length", 20_000)
        super().__init__(widget=MarkdownInput(attrs={"rows": rows, "dir": "auto"}), **options)

    def to_python(self, value: Any) -> str:
        """The text with its line breaks in order."""
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        """A text that is needed has something to read in it, not only characters that show nothing."""
        super().validate(value)
        if self.required and all(unicodedata.category(letter)[0] in "CZ" for letter in value):
            raise ValidationError(_("Write something that can be read."))


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """What a text will look like: a fragment for htmx, else a page of its own. Nothing is kept.

    `field` is the name of the field that the text is in, `text` when it is not told.
    """
    text = request.POST.get(request.POST.get("field") or "text", "")
    shown = {"html": render_markdown(text[:LONGEST]), "too_long": len(text) > LONGEST}
    whole = not request.headers.get("HX-Request")
    return render(request, "ui/preview_page.html" if whole else "ui/preview.html", shown)
