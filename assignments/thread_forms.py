"""The forms of an assignment's thread."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Response
from assignments.thread_actions import MOST_FILES
from config.markdown import MarkdownField
from config.upload_fields import FilesField
from profiles.once import OnceForm


class EitherField(MarkdownField):
    """A text that is needed unless there are files, which the form judges: so nothing calls it optional."""

    def validate(self, value: str) -> None:
        """Where there is a text, it can be read."""
        if value:
            super().validate(value)


class ResponseForm(OnceForm):
    """Something to add: a text, files, or both."""

    use_required_attribute = False
    text = EitherField(label=gettext_lazy("Your response"), rows=6)
    files = FilesField(max_files=MOST_FILES)  # type: ignore[assignment]  # a field's name, not the form's uploads

    def __init__(self, *args: Any, answers: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if answers:
            self.fields["text"].label = _("Your answer")

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned["text"] and not cleaned["files"]:
            self.add_error("text", _("Write something, or add a file."))
        return cleaned


class EditForm(forms.Form):
    """An own response again: its text, and which of its files stay. Saving is refused when nothing would be left."""

    use_required_attribute = False
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    text = EitherField(label=gettext_lazy("Your response"), rows=8)
    remove = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Remove files"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    files = FilesField(max_files=MOST_FILES, label=gettext_lazy("Add files"))  # type: ignore[assignment]

    def __init__(self, *args: Any, response: Response, answers: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {one.pk: one.name for one in response.files.all()}
        self.fields["remove"].choices = list(self.known.items())  # type: ignore[attr-defined]
        if answers:
            self.fields["text"].label = _("Your answer")
        if not self.known:
            del self.fields["remove"]

    def clean(self) -> dict[str, Any]:
        """Something must be left, and no more files than fit."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        files = [name for pk, name in self.known.items() if pk not in cleaned.get("remove", [])]
        count = len(files) + len(cleaned["files"])
        if not cleaned["text"] and not count:
            self.add_error("text", _("Write something, or leave a file."))
        if count > MOST_FILES:
            self.add_error(
                "files", _("A response has at most %(count)d files. Remove one first.") % {"count": MOST_FILES}
            )
        return cleaned

    def both(self, current: Response) -> list[tuple[str, str, str]]:
        """For `ui/both.html`: label, what is saved by now, and what was typed, where they differ."""
        typed = self.cleaned_data
        gone = typed.get("remove", [])
        mine = [*(name for pk, name in self.known.items() if pk not in gone), *(one.name for one in typed["files"])]
        theirs = list(current.files.order_by("pk").values_list("name", flat=True))
        rows = [
            (str(self.fields["text"].label), current.text, typed["text"]),
            (_("Files"), ", ".join(theirs), ", ".join(mine)),
        ]
        return [row for row in rows if row[1] != row[2]]


def with_files_again(form: forms.Form) -> None:
    """Says beside the field that no browser sends files a second time by itself, where some were chosen."""
    if form.files and not form.has_error("files"):
        form.add_error("files", _("Choose your files again, a browser does not keep them."))
