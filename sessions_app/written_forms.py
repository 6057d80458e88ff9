"""The form of a goal or a takeaway."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.goal_forms import Number, Text, says_something
from profiles.once import OnceForm

LONGEST = 10_000


class WrittenForm(OnceForm):
    """One text. `says` is what an empty one is answered with; without it the form may be empty.

    `version` is the one that was shown.
    """

    text = Text(label=gettext_lazy("Your words"), rows=10, max_length=LONGEST, required=False)
    version = Number()

    def __init__(self, *args: Any, label: str, says: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self._says = says
        self.fields["text"].label = label
        self.fields["text"].widget.attrs |= {"class": "writing-text is-short", "dir": "auto"}

    def clean_text(self) -> str:
        """Spaces and letters that show nothing are nothing."""
        text = self.cleaned_data["text"]
        try:
            says_something(text)
        except ValidationError:
            if self._says:
                raise ValidationError(self._says) from None
            return ""
        return text


def share_something() -> str:
    """What an empty share is answered with."""
    return _("Write something before you share it.")


def take_it_back() -> str:
    """What emptying something shared is answered with."""
    return _("It is shared: write something, or take it back.")
