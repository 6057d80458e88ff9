"""The form that edits a profile: as many fields as whoever edits may change."""

from __future__ import annotations

import copy
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.files import PICTURES, Store, checked
from profiles.actions import why_role_stays
from profiles.choosing import zone_choices
from profiles.edit import as_stored
from profiles.edit_fields import LanguageField, OrganizationField, ZoneField
from profiles.models import Person, Role
from profiles.photos import ACCEPTED, LARGEST_FILE, squares, store_photo

OTHER_ROLES = [(value, label) for value, label in Role.choices if value != Role.COACH]
_DECLARED = ("timezone", "language", "organization", "other_roles", "coaching_access")
"""Fields of our own, which Django does not fill from the person."""
_SAME_NAME = (
    *("name", "email", "position", "timezone", "language", "about", "manager_name", "manager_email"),
    *("capacity", "is_active", "other_roles", "coaching_access"),
)
"""Fields whose cleaned value is the plain one."""
THEIRS = "theirs"


class EditForm(forms.ModelForm):
    """A profile as its editor may change it; `allowed` names the fields, others are not even there.

    What the page showed travels with it in `shown`, so that only what somebody touched is saved.
    """

    timezone = ZoneField()
    language = LanguageField()
    organization = OrganizationField()
    photo = forms.FileField(
        label=gettext_lazy("New photo"),
        required=False,
        allow_empty_file=True,  # said by `checked`
        widget=forms.FileInput({"accept": ",".join(ACCEPTED)}),
        help_text=gettext_lazy(
            "JPEG, PNG, WebP or GIF, up to 8 MB. We cut it to a square and drop where it was taken."
        ),
    )
    remove_photo = forms.BooleanField(label=gettext_lazy("Remove the photo"), required=False)
    other_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), required=False, choices=OTHER_ROLES, widget=forms.CheckboxSelectMultiple
    )
    coaching_access = forms.BooleanField(label=gettext_lazy("Coaching access is on"), required=False)

    class Meta:
        model = Person
        fields = ("name", "email", "position", "about", "manager_name", "manager_email", "capacity", "is_active")
        widgets = {"about": forms.Textarea({"rows": 5})}
        labels = {"about": gettext_lazy("About"), "is_active": gettext_lazy("May sign in")}
        help_texts = {
            "about": gettext_lazy("A few sentences. Everybody who may open this profile reads them."),
            "is_active": gettext_lazy("Without it, everything stays as it is and they are signed out everywhere."),
        }

    def __init__(
        self,
        data: Any = None,
        uploads: MultiValueDict | None = None,
        *,
        person: Person,
        by: Person,
        allowed: Collection[str],
        now: datetime,
    ) -> None:
        self.person, self.by, self.now, self.allowed = person, by, now, allowed
        self.stored = {name: value for name, value in as_stored(person).items() if name in allowed}
        begins = {name: self.stored[name] for name in _DECLARED if name in self.stored}
        # A form writes into its instance, also what it refuses; the person on the page stays as they are.
        super().__init__(data, uploads, instance=copy.copy(person), initial=begins)
        kept = {*allowed, *(["remove_photo"] if person.photo else [])}
        for name in set(self.fields) - kept:
            del self.fields[name]
        self.fields["timezone"].widget.suggestions = lambda: zone_choices(now)  # type: ignore[attr-defined]
        self.shown = {**self.stored, "version": person.version}
        if self.is_bound:
            self.shown = _read(self.data.get("shown", ""))
            self._take_theirs()

    def _take_theirs(self) -> None:
        """Where somebody chose what another one saved meanwhile, the field holds that."""
        self._fill([name for name in self.fields if self.data.get(f"keep-{name}") == THEIRS])

    def _fill(self, names: Collection[str]) -> None:
        """These fields hold what is stored, whatever was sent."""
        if not names:
            return
        sent = cast(QueryDict, self.data).copy()
        for name in names:
            value = self.fields[name].prepare_value(self.stored.get(name))
            sent.setlist(self.add_prefix(name), value if isinstance(value, list) else ["" if value is None else value])
        self.data = sent

    def now_shows(self, stored: dict[str, Any], version: int) -> None:
        """The next submit begins from what is stored by now; fields that were not touched hold it as well.

        Were they to hold what they showed before, that submit would take back what somebody else saved in them.
        """
        untouched = [name for name, value in self._plain().items() if name in self.shown and value == self.shown[name]]
        self.stored = {name: value for name, value in stored.items() if name in self.allowed}
        self._fill(untouched)
        self.shown = {**self.stored, "version": version}

    @property
    def shown_text(self) -> str:
        """What the page shows now, for its next submit."""
        return json.dumps({name: self.shown[name] for name in (*self.stored, "version") if name in self.shown})

    def clean_name(self) -> str:
        """One line."""
        return _line(self.cleaned_data["name"])

    def clean_position(self) -> str:
        """One line."""
        return _line(self.cleaned_data["position"])

    def clean_manager_name(self) -> str:
        """One line."""
        return _line(self.cleaned_data["manager_name"])

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return self.cleaned_data["email"].lower()

    def clean_about(self) -> str:
        """With plain line ends, however the browser sends them."""
        return self.cleaned_data["about"].replace("\r\n", "\n")

    def clean_language(self) -> str:
        """As it was spelled, where it is still the same."""
        tag, before = self.cleaned_data["language"], self.stored["language"]
        return before if tag.casefold() == before.casefold() else tag

    def clean_photo(self) -> dict[int, bytes] | None:
        """The new photo, drawn in its sizes."""
        upload = self.cleaned_data["photo"]
        return squares(checked(upload, allowed=PICTURES, max_bytes=LARGEST_FILE)) if upload else None

    def clean_is_active(self) -> bool:
        """Nobody shuts themselves out."""
        if not self.cleaned_data["is_active"] and self.person == self.by:
            raise forms.ValidationError(_("You cannot take away your own right to sign in. Another admin can."))
        return self.cleaned_data["is_active"]

    def clean_other_roles(self) -> list[str]:
        """What something depends on stays."""
        wanted = self.cleaned_data["other_roles"]
        for role in sorted(set(self.stored["other_roles"]) - set(wanted)):
            if reason := why_role_stays(person=self.person, role=role, by=self.by, now=self.now):
                raise forms.ValidationError(reason)
        return sorted(wanted)

    def wanted(self, store: Store) -> dict[str, Any]:
        """What was sent, as plain values; a new photo is stored."""
        sent = self._plain()
        if "photo" in self.fields:
            drawn = self.cleaned_data["photo"]
            kept = "" if self.cleaned_data.get("remove_photo") else self.shown.get("photo", self.stored["photo"])
            sent["photo"] = store_photo(drawn, store) if drawn else kept
        return sent

    def _plain(self) -> dict[str, Any]:
        """What was sent but for the photo, as plain values."""
        sent = {name: self.cleaned_data[name] for name in _SAME_NAME if name in self.fields}
        if "organization" in self.fields:
            chosen = self.cleaned_data["organization"]
            sent["organization"] = chosen.pk if chosen else None
        return sent


def _line(text: str) -> str:
    return " ".join(text.split())


def _read(text: str) -> dict[str, Any]:
    """What a page said it showed; nothing where that cannot be read, and then nobody was faster."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
