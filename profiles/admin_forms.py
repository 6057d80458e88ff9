"""Forms of the admin about people."""

from __future__ import annotations

from datetime import date

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldBooleanSwitchWidget,
)

from profiles.actions import why_role_stays
from profiles.models import Person, Program, Role, RuleKey, Subscription
from profiles.zones import known_zones

FIRST_YEAR, LAST_YEAR = 1900, 2999
OTHER_ROLES = [(value, label) for value, label in Role.choices if value != Role.COACH]


class PersonForm(forms.ModelForm):
    """A person with their roles; coaching access is a switch of its own. `by` is the admin, set by PersonAdmin."""

    by: Person
    coaching_access = forms.BooleanField(
        label=gettext_lazy("Coaching access"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("On: this person can be assigned as a coach."),
    )
    other_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Other roles"),
        required=False,
        choices=OTHER_ROLES,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = Person
        fields = (
            "email",
            "name",
            "organization",
            "position",
            "timezone",
            "language",
            "about",
            "manager_name",
            "manager_email",
            "is_active",
            "capacity",
        )
        widgets = {"is_active": UnfoldBooleanSwitchWidget}
        help_texts = {
            "language": gettext_lazy("A tag such as en or pt-BR."),
            "timezone": gettext_lazy("Decides when this person’s days begin."),
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "timezone" in self.fields:
            zones = [(zone, zone) for zone in sorted(known_zones() | {self.instance.timezone})]
            self.fields["timezone"] = forms.ChoiceField(
                label=self.fields["timezone"].label,
                help_text=self.fields["timezone"].help_text,
                choices=zones,
                initial="UTC",
                widget=UnfoldAdminSelect2Widget,
            )
        held = self.instance.roles if self.instance.pk else frozenset()
        self.fields["coaching_access"].initial = Role.COACH in held
        self.fields["other_roles"].initial = sorted(held - {Role.COACH})

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return self.cleaned_data["email"].lower()

    def clean_coaching_access(self) -> bool:
        """Stays on while they coach people."""
        wanted = self.cleaned_data["coaching_access"]
        if not wanted:
            self._refuse_to_end({Role.COACH})
        return wanted

    def clean_other_roles(self) -> list[str]:
        """What something depends on stays."""
        wanted = self.cleaned_data["other_roles"]
        self._refuse_to_end({value for value, _label in OTHER_ROLES} - set(wanted))
        return wanted

    def clean_is_active(self) -> bool:
        """Nobody shuts themselves out."""
        if not self.cleaned_data["is_active"] and self.instance == self.by:
            raise forms.ValidationError(_("You cannot take away your own right to sign in. Another admin can."))
        return self.cleaned_data["is_active"]

    def _refuse_to_end(self, roles: set[str]) -> None:
        if self.instance.pk is None:
            return
        now = timezone.now()
        for role in sorted(roles & self.instance.roles):
            if reason := why_role_stays(person=self.instance, role=role, by=self.by, now=now):
                raise forms.ValidationError(self._with_answer(reason) if role == Role.COACH else reason)

    def _with_answer(self, reason: str) -> SafeString:
        """With a link to the page on the site that asks what becomes of the relationships, and does it."""
        url = reverse("coaching-access", args=[self.instance.pk])
        return format_html('{} <a href="{}">{}</a>', reason, url, _("Decide what becomes of them"))

    @property
    def roles(self) -> set[str]:
        """All roles this form asks for."""
        access = {Role.COACH.value} if self.cleaned_data["coaching_access"] else set()
        return access | set(self.cleaned_data["other_roles"])


class SubscriptionForm(forms.ModelForm):
    """A subscription. What cannot be is said beside the field, before the database has to refuse it."""

    class Meta:
        model = Subscription
        fields = (
            "coachee",
            "starts_on",
            "ends_on",
            "program",
            "package",
            "delivery_manager",
            "sessions_per_month",
            "complimentary_call",
            "flash_sessions",
            "group_module",
        )

    def clean_delivery_manager(self) -> Person | None:
        """A delivery manager has that role; one named earlier may stay."""
        chosen = self.cleaned_data["delivery_manager"]
        kept = chosen is None or chosen.pk == self.initial.get("delivery_manager")
        if not kept and Role.DELIVERY_MANAGER not in chosen.roles:
            sentence = _("%(name)s is not a delivery manager. Give them that role on their page first.")
            raise forms.ValidationError(sentence % {"name": chosen.name})
        return chosen

    def clean_starts_on(self) -> date:
        """A year that can be meant."""
        return _possible(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> date:
        """A year that can be meant."""
        return _possible(self.cleaned_data["ends_on"])

    def clean(self) -> dict:
        """The days in their order."""
        super().clean()
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day must not be before the first."))
        return self.cleaned_data


def _possible(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        sentence = _("The year must be between %(first)d and %(last)d.")
        raise forms.ValidationError(sentence % {"first": FIRST_YEAR, "last": LAST_YEAR})
    return day


class ProgramForm(forms.ModelForm):
    """A program: which actions it encourages, after how many days, and what it calls things."""

    encouraged = forms.MultipleChoiceField(
        label=gettext_lazy("Actions to encourage"),
        required=False,
        choices=RuleKey.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("What is not ticked is never shown to the coaches of this program."),
    )

    class Meta:
        model = Program
        fields = (
            "name",
            "resources_days",
            "messages_days",
            "reflections_days",
            "goals_days",
            "takeaways_days",
            "review_label",
            "survey_label",
            "prompt_days",
        )

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["encouraged"].initial = [key for key in RuleKey.values if key not in self.instance.rules_off]

    def clean(self) -> dict:
        """Stored is what is off."""
        super().clean()
        encouraged = self.cleaned_data.get("encouraged", [])
        self.instance.rules_off = [key for key in RuleKey.values if key not in encouraged]
        return self.cleaned_data
