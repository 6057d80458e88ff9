"""Forms about goals. Texts keep their line breaks as one character, so that sending them unchanged changes nothing."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

LARGEST_VERSION = 2**31 - 1


def says_something(text: str) -> None:
    """Refuses what looks empty: spaces of any kind and characters that show nothing."""
    if all(unicodedata.category(letter)[0] in "CZ" for letter in text):
        raise ValidationError(_("Write something that can be read."))


class Text(forms.CharField):
    """Several lines."""

    def __init__(self, rows: int = 3, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


class Day(forms.DateField):
    """A day from the browser's calendar."""

    def __init__(self, **options: Any) -> None:
        written = "%Y-%m-%d"
        widget = forms.DateInput(format=written, attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=[written], **options)


class Number(forms.CharField):
    """A hidden number that says what was shown; -1 for anything else, which is nothing that ever was."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value: Any) -> int:
        text = str(value or "")
        known = text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= LARGEST_VERSION
        return int(text) if known else -1


class GoalForm(forms.Form):
    """A goal's words and its date. A date that is new may not have passed for the coachee, whose `today` it is."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, validators=[says_something])
    why = Text(label=gettext_lazy("Why it matters"), max_length=4000, required=False)
    target_on = Day(label=gettext_lazy("Target date"), required=False)
    version = Number()

    def __init__(self, *args: Any, today: date, kept: date | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._today, self._kept = today, kept

    def clean_target_on(self) -> date | None:
        """Today or later, or as it was."""
        day = self.cleaned_data["target_on"]
        if day and day < self._today and day != self._kept:
            raise ValidationError(_("Choose today or a later day."))
        return day


class ProgressForm(forms.Form):
    """How far it is, in percent, and what there is to say about it."""

    progress = forms.IntegerField(
        label=gettext_lazy("Progress in percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    comment = Text(label=gettext_lazy("Comment"), max_length=2000, required=False)
    shown = Number()


class MilestoneForm(forms.Form):
    """A step on the way and when it is due; beside them, hidden, what they were when the form was shown."""

    title = forms.CharField(label=gettext_lazy("Milestone"), max_length=200, validators=[says_something])
    due_on = Day(label=gettext_lazy("By"), required=False)
    shown_title = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    shown_due_on = forms.CharField(required=False, widget=forms.HiddenInput)


class AchievedForm(forms.Form):
    """How it went, for whoever wants to say."""

    outcome = forms.CharField(widget=forms.HiddenInput)
    reason = Text(label=gettext_lazy("How it went"), max_length=2000, required=False)


class LettingGoForm(forms.Form):
    """Why a goal is let go."""

    reason = Text(
        label=gettext_lazy("Why it is let go"),
        max_length=2000,
        validators=[says_something],
        help_text=gettext_lazy("Stays with the goal, for both of you to read."),
    )
