"""Forms of the admin about relationships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.actions import CoachingError, why_no_room, why_not_coach, why_not_pair
from coaching.models import Relationship
from config.admin_base import SuggestedSelect, with_link
from config.admin_site import site
from profiles.models import Person

ANYWAY = "anyway"


class PersonChoice(forms.ModelChoiceField):
    """A person by name and e-mail."""

    def label_from_instance(self, obj: Person) -> str:
        """Tells namesakes apart."""
        return f"{obj.name} · {obj.email}"


def with_anyway(reason: str) -> SafeString:
    """The warning that a coach has no room, with a button that sends the form again and means it."""
    classes = "cursor-pointer font-semibold underline"
    button = '{} <button type="submit" name="apply" value="{}" class="{}">{}</button>'
    return format_html(button, reason, ANYWAY, classes, _("Add anyway"))


def asked_anyway(data: Mapping[str, Any]) -> bool:
    """Whether that button was pressed."""
    return data.get("apply") == ANYWAY


class AssignForm(forms.ModelForm):
    """One coach and one coachee. Anybody can be typed in; who cannot coach is told so, with where to change it."""

    class Meta:
        model = Relationship
        fields = ("coach", "coachee")
        field_classes = {"coach": PersonChoice, "coachee": PersonChoice}

    def clean(self) -> dict:
        """Refuses a pair that cannot be, in words; the model's own checks, left out here, would only repeat it."""
        coach, coachee = self.cleaned_data.get("coach"), self.cleaned_data.get("coachee")
        if coach and coachee:
            now = timezone.now()
            if reason := why_not_pair(coach, coachee, now):
                self.add_error("coach", with_link(CoachingError(reason, coach)))
            elif not asked_anyway(self.data) and (reason := why_no_room(coach, 1, now)):
                self.add_error("coach", with_anyway(reason))
        return self.cleaned_data


class CoachForm(forms.Form):
    """The coach for several coachees at once."""

    coach = PersonChoice(
        Person.objects.all(),
        label=gettext_lazy("Coach"),
        help_text=gettext_lazy("Only people with coaching access can be chosen."),
    )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        widget = SuggestedSelect(Relationship._meta.get_field("coach"), site)
        widget.is_required = True
        coach = cast("PersonChoice", self.fields["coach"])
        coach.widget, widget.choices = widget, coach.choices

    def clean_coach(self) -> Person:
        """Refuses somebody without coaching access."""
        coach = self.cleaned_data["coach"]
        if reason := why_not_coach(coach):
            raise forms.ValidationError(with_link(CoachingError(reason, coach)))
        return coach
