"""The form of an observation, one part for each component of its rubric, and that of a comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessments.actions import Written
from assessments.models import Component, Level, RubricVersion

FIRST_DAY = date(2000, 1, 1)
TEXT_LENGTH = 4000


@dataclass(frozen=True, slots=True)
class Choice:
    """A radio button with the level it stands for; none for “not observed”."""

    radio: Any
    level: Level | None


@dataclass(frozen=True, slots=True)
class Part:
    """A component in the form."""

    component: Component
    choices: list[Choice]
    level: BoundField
    evidence: BoundField


def _text(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class ObservationForm(forms.Form):
    """An observation against one version of a rubric. `revision` is what the author was shown of a draft."""

    form_key = forms.CharField(widget=forms.HiddenInput, initial=uuid4, required=False)
    revision = forms.CharField(widget=forms.HiddenInput, initial=0, required=False)
    observed_on = forms.DateField(
        label=gettext_lazy("Date"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    setting = forms.CharField(
        label=gettext_lazy("Setting"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("What you observed, such as “Weekly review, by video”."),
    )
    strengths = _text(gettext_lazy("Strengths"), gettext_lazy("What went well and should stay."))
    next_step = _text(gettext_lazy("Next step"), gettext_lazy("One thing to try before the next time."))

    def __init__(self, *args: Any, version: RubricVersion, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.components = list(version.components.prefetch_related("levels"))
        self.fields["observed_on"].widget.attrs |= {"max": today.isoformat(), "min": FIRST_DAY.isoformat()}
        for component in self.components:
            levels = [(str(level.pk), level.name) for level in component.levels.all()]
            self.fields[f"level-{component.pk}"] = forms.ChoiceField(
                label=component.title,
                required=False,
                choices=[("", _("Not observed")), *levels],
                widget=forms.RadioSelect,
            )
            self.fields[f"evidence-{component.pk}"] = _text(_("What you saw or heard"), rows=2)

    def parts(self) -> Iterator[Part]:
        """The components with their fields."""
        for component in self.components:
            level = self[f"level-{component.pk}"]
            levels = [None, *component.levels.all()]
            choices = [Choice(radio, one) for radio, one in zip(level.subwidgets, levels, strict=True)]
            yield Part(component, choices, level, self[f"evidence-{component.pk}"])

    def clean_observed_on(self) -> date:
        """A day up to today where the coach is."""
        day = self.cleaned_data["observed_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        if day < FIRST_DAY:
            raise forms.ValidationError(_("This day is too long ago."))
        return day

    @property
    def key(self) -> UUID:
        """Of this form, the same when it is sent again; a new one where somebody made one up."""
        try:
            return UUID(self.cleaned_data["form_key"])
        except ValueError:
            return uuid4()

    @property
    def shown(self) -> int:
        """The revision of the draft that the author had before them; -1 for nonsense."""
        text = self.cleaned_data["revision"]
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    @property
    def written(self) -> Written:
        """What was typed, once it is valid."""
        data = self.cleaned_data
        ratings = {
            one.pk: (int(level) if (level := data[f"level-{one.pk}"]) else None, data[f"evidence-{one.pk}"])
            for one in self.components
        }
        return Written(data["observed_on"], data["setting"], data["strengths"], data["next_step"], ratings)

    def tell_apart(self, stored: Written, revision: int) -> None:
        """Somebody was faster: beside each field what was saved meanwhile; saving again replaces that."""
        typed = values(self.written)
        for name, value in values(stored).items():
            if name in self.fields and typed[name] != value:
                self.add_error(name, _("Saved in another window: %(text)s") % {"text": self._words(name, value)})
        self.data = cast(QueryDict, self.data).copy()
        self.data["revision"] = str(revision)

    def _words(self, name: str, value: Any) -> str:
        if isinstance(value, date):
            return date_format(value, pgettext("date format", "j M Y"))
        if name.startswith("level-"):
            choices: Any = cast(forms.ChoiceField, self.fields[name]).choices
            return str(dict(choices).get(value, ""))
        return _("“%(text)s”") % {"text": value} if value else _("nothing")


def values(written: Written) -> dict[str, Any]:
    """What was written, by the names of the form's fields."""
    found: dict[str, Any] = {
        "observed_on": written.observed_on,
        "setting": written.setting,
        "strengths": written.strengths,
        "next_step": written.next_step,
    }
    for component, (level, evidence) in written.ratings.items():
        found |= {f"level-{component}": str(level) if level else "", f"evidence-{component}": evidence}
    return found


class CommentForm(forms.Form):
    """A comment on a shared observation."""

    text = forms.CharField(
        label=gettext_lazy("Your comment"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 3})
    )
