"""The page that edits a profile: the form's fields in sections, and what somebody else saved in the meantime."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import BoundField
from django.utils.translation import gettext as _

from profiles.edit import ADMIN_FIELDS, OWN_FIELDS, Conflict
from profiles.edit_forms import OTHER_ROLES, EditForm
from profiles.languages import language_name
from profiles.models import Organization, Person, Role
from profiles.profile import Profile


@dataclass(frozen=True)
class Theirs:
    """What somebody else saved in a field, in words."""

    by: str
    at: datetime | None
    value: str
    field: str
    mine: str


@dataclass(frozen=True)
class EditField:
    """A field, with what somebody else saved in it where that is something else."""

    bound: BoundField
    theirs: Theirs | None = None


@dataclass(frozen=True)
class Section:
    """Fields that belong together; `key` is where one can jump to."""

    key: str
    title: str
    text: str
    fields: tuple[EditField, ...]


@dataclass(frozen=True)
class EditPage:
    """Everything the page shows. `photo` is of the person as stored, also where somebody has just set a newer one."""

    profile: Profile
    person: Person
    form: EditForm
    sections: tuple[Section, ...]
    late: int
    photo_theirs: Theirs | None
    photo_again: bool

    @property
    def wrong(self) -> int:
        """How many fields cannot be saved as they are."""
        return len(self.form.errors)


def fields_for(profile: Profile, person: Person) -> tuple[str, ...]:
    """What the viewer may change of this person; the address is the person's own once they have signed in."""
    if not profile.by_admin:
        return OWN_FIELDS
    absent = {"email"} if person.last_login else set()
    absent |= set() if Role.COACH in person.roles else {"capacity"}
    return tuple(name for name in ADMIN_FIELDS if name not in absent)


def edit_page(profile: Profile, person: Person, form: EditForm, conflicts: list[Conflict] | None = None) -> EditPage:
    """The page, with the conflicts beside their fields."""
    theirs = {one.field: _theirs(one, form) for one in conflicts or ()}
    sections = (
        Section(
            key, title, text, tuple(EditField(form[name], theirs.get(name)) for name in names if name in form.fields)
        )
        for key, title, text, names in _sections(profile, person)
    )
    return EditPage(
        profile=profile,
        person=person,
        form=form,
        sections=tuple(one for one in sections if one.fields),
        late=len(theirs),
        photo_theirs=theirs.get("photo"),
        photo_again=bool(form.files.get("photo")) and "photo" not in form.errors,
    )


def _sections(profile: Profile, person: Person) -> list[tuple[str, str, str, tuple[str, ...]]]:
    name, signs_in = profile.first_name, ""
    if profile.by_admin and person.last_login:
        signs_in = _("They sign in as %(email)s. Since they have done so, nobody else changes the address.")
        signs_in %= {"email": person.email}
    access = _("With coaching access somebody can be given coachees. They then open these people’s profiles, write to"
               " them and plan sessions; without it they keep only their own page.")  # fmt: skip
    return [
        ("photo", _("Photo"), "", ("photo", "remove_photo")),
        ("person", _("Person"), signs_in, ("name", "email", "organization", "position", "about")),
        ("time-and-language", _("Time and language"), "", ("timezone", "language")),
        ("manager", _("Line manager"), "", ("manager_name", "manager_email")),
        ("roles", _("Roles and signing in"), "", ("other_roles", "is_active")),
        (
            "coaching-access",
            _("Your coaching access") if profile.is_self else _("%(name)s’s coaching access") % {"name": name},
            access,
            ("coaching_access", "capacity"),
        ),
    ]


def _theirs(conflict: Conflict, form: EditForm) -> Theirs:
    by = conflict.by.name if conflict.by else _("Somebody else")
    sent = form.cleaned_data.get(conflict.field)
    mine = sent.pk if isinstance(sent, Organization) else sent
    return Theirs(
        by, conflict.at, _in_words(conflict.field, conflict.theirs), conflict.field, _in_words(conflict.field, mine)
    )


def _in_words(field: str, value: Any) -> str:
    """A stored value as the form shows it; empty is said, too."""
    if field == "photo":
        return _("a newer photo") if value else _("no photo")
    if field == "other_roles":
        return ", ".join(str(label) for role, label in OTHER_ROLES if role in value) or _("None")
    if field == "organization" and (chosen := Organization.objects.filter(pk=value).first()):
        return chosen.name
    if field == "language" and value:
        return language_name(value)
    return str(value) if value not in ("", None) else _("Empty")
