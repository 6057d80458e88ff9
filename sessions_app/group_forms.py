"""Forms of group sessions: when, and who."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.models import Person
from sessions_app.booking_forms import Instant, TimeByHandForm


class GroupTimeForm(TimeByHandForm):
    """One of the free times, or another one typed by the coach's clock, which then holds."""

    starts_at = Instant(label=gettext_lazy("Time"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].required = self.fields["at"].required = False

    def clean_day(self) -> date | None:  # type: ignore[override]  # it may be left out here
        """Of these times, when one is typed."""
        return super().clean_day() if self.cleaned_data["day"] else None

    def clean(self) -> dict[str, Any]:
        """The instant, as `starts_at`."""
        typed = self.cleaned_data
        day, at = typed.get("day"), typed.get("at")
        if day and at:
            return super().clean()
        if day or at:
            self.add_error(*(("at", _("What time?")) if day else ("day", _("Which day?"))))
        elif not typed.get("starts_at") and not {"day", "at", "starts_at"} & self.errors.keys():
            self.add_error("starts_at", _("Choose a time first."))
        return typed


class People(forms.TypedMultipleChoiceField):
    """Some of the coachees that are offered, as ids."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": gettext_lazy("Choose at least one person.")})
        super().__init__(coerce=int, widget=forms.CheckboxSelectMultiple, **options)

    def offer(self, people: Iterable[Person]) -> None:
        """Who can be chosen."""
        self.choices = [(str(one.pk), one.name) for one in people]


class GroupForm(GroupTimeForm):
    """A new group session of a module."""

    module = forms.CharField(max_length=200, required=False, widget=forms.HiddenInput)
    coachees = People(label=gettext_lazy("Who comes"))

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["coachees"].offer(people)  # type: ignore[attr-defined]


class SeatsForm(forms.Form):
    """Who else comes."""

    coachees = People(label=gettext_lazy("Who else comes"))

    def __init__(self, *args: Any, people: Iterable[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["coachees"].offer(people)  # type: ignore[attr-defined]
