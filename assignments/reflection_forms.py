"""Forms of reflections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.goal_forms import Number, Text, says_something
from profiles.once import OnceForm

LONGEST = 20_000
SALT = "trellis.prompt"
_LOOK = {"class": "writing-text", "dir": "auto", "rows": 14}


def shown_words(asked: str) -> tuple[int, str] | None:
    """Id and words of the prompt that a form was shown with, from its signed field; None where it cannot be told."""
    try:
        prompt, words = signing.loads(asked, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(prompt), str(words)


class ReflectionForm(OnceForm):
    """An answer to a prompt.

    `asked` holds the words of the prompt as they were shown, signed: an admin may change or retire it meanwhile.
    `draft_version` is that of the draft that was shown, for who saves it without JavaScript.
    """

    text = Text(label=gettext_lazy("Your reflection"), max_length=LONGEST, required=False)
    asked = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)
    draft_version = Number()

    def __init__(self, *args: Any, prompt: int, words: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prompt, self._words = prompt, words
        self.fields["asked"].initial = signing.dumps([prompt, words], salt=SALT)
        self.fields["text"].widget.attrs |= _LOOK

    def clean_text(self) -> str:
        """Not empty."""
        text = self.cleaned_data["text"]
        try:
            says_something(text)
        except ValidationError:
            raise ValidationError(_("Write something first. A few words are enough.")) from None
        return text

    def clean_asked(self) -> str:
        """The words that were shown; those of now where they cannot be told."""
        prompt, words = shown_words(self.cleaned_data["asked"]) or (self._prompt, self._words)
        return words if prompt == self._prompt else self._words


class EditForm(forms.Form):
    """A reflection's text. It may be emptied only while it is private."""

    text = Text(label=gettext_lazy("Your reflection"), max_length=LONGEST, required=False)
    version = Number()

    def __init__(self, *args: Any, shared: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self._shared = shared
        self.fields["text"].widget.attrs |= _LOOK

    def clean_text(self) -> str:
        """What only looks like a text is none."""
        text = self.cleaned_data["text"]
        try:
            says_something(text)
        except ValidationError:
            if self._shared:
                raise ValidationError(_("It is shared: write something, or take it back first.")) from None
            return ""
        return text
