"""The form with which a message is written."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from coaching.goal_forms import Text, says_something
from config.upload_fields import FilesField
from profiles.once import OnceForm

LONGEST = 20_000


class MessageForm(OnceForm):
    """Words, files or both. `partner` is the name of whom it goes to."""

    text = Text(rows=2, max_length=LONGEST, required=False)
    files = FilesField()  # type: ignore[assignment]  # a field in the class, what was sent in the form

    def __init__(self, *args: Any, partner: str, **options: Any) -> None:
        super().__init__(*args, **options)
        # The browser would cut what is pasted without a word; the form says that it is too long.
        self.fields["text"].widget.attrs.pop("maxlength", None)
        label = _("Write to %(name)s") % {"name": partner}
        self.fields["text"].label = label
        self.fields["text"].widget.attrs |= {
            "autocomplete": "off",
            "dir": "auto",
            "placeholder": label,
            "aria-keyshortcuts": "Control+Enter",
        }

    def clean(self) -> dict[str, Any]:
        """Refuses what says nothing."""
        cleaned = super().clean() or self.cleaned_data
        if "text" not in cleaned or "files" not in cleaned or cleaned["files"]:
            return cleaned
        if not cleaned["text"]:
            self.add_error("text", _("Write something, or attach a file."))
        else:
            self._refuse_invisible(cleaned["text"])
        return cleaned

    def _refuse_invisible(self, text: str) -> None:
        try:
            says_something(text)
        except ValidationError as refusal:
            self.add_error("text", refusal)
