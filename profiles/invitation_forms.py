"""Forms of invitations: inviting one person, inviting many by a list, and accepting."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.choosing import zone_choices
from profiles.edit_fields import LanguageField, OrganizationField, ZoneField
from profiles.invitations import AT_ONCE, NewPerson
from profiles.models import Person, Role

NAME_LENGTH = 200
EMAIL_LENGTH = 254
PROBLEMS_SHOWN = 20


def clean_email(written: str) -> str:
    """The address in lower case; raises ValidationError for one that no mail can be sent to."""
    email = written.strip().lower()
    EmailValidator()(email)
    try:
        sanitize_address(email, "utf-8")
    except ValueError as unsendable:
        raise ValidationError(_("Enter a valid email address.")) from unsendable
    if len(email) > EMAIL_LENGTH:
        raise ValidationError(_("This address is too long."))
    return email


def clean_name(written: str) -> str:
    """The name on one line; raises ValidationError when nothing readable is left, or too much."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in written).split())
    if not name:
        raise ValidationError(_("Write the name as well."))
    if len(name) > NAME_LENGTH:
        raise ValidationError(_("This name is too long."))
    return name


class _WithRoles(forms.Form):
    """What somebody who is invited will belong to and be."""

    organization = OrganizationField()
    roles = forms.MultipleChoiceField(
        choices=Role.choices,
        required=False,
        label=gettext_lazy("Roles"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Coaches need coaching access to be given coachees: it is the role Coach."),
    )


class InviteForm(_WithRoles):
    """One person. `existing` is whoever has the address already."""

    email = forms.CharField(
        max_length=EMAIL_LENGTH,
        label=gettext_lazy("E-mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        max_length=NAME_LENGTH, label=gettext_lazy("Name"), widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ("email", "name", "organization", "roles")
    existing: Person | None = None

    def clean_email(self) -> str:
        """Nobody has it yet."""
        email = clean_email(self.cleaned_data["email"])
        self.existing = Person.objects.filter(email=email).first()
        if self.existing is not None:
            raise ValidationError(_("%(name)s has this address already.") % {"name": self.existing.name})
        return email

    def clean_name(self) -> str:
        """One line."""
        return clean_name(self.cleaned_data["name"])


@dataclass(frozen=True)
class _Line:
    number: int
    email: str
    name: str


class InviteManyForm(_WithRoles):
    """Many people, one a line; a problem names its line, and then nobody is invited."""

    people = forms.CharField(
        label=gettext_lazy("People"),
        max_length=500_000,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("One a line: e-mail address, a comma, and the name."),
    )
    field_order = ("people", "organization", "roles")

    def clean_people(self) -> list[NewPerson]:
        """Each line, checked; raises all problems at once."""
        lines, problems = [], []
        for number, written in enumerate(self.cleaned_data["people"].splitlines(), 1):
            if not written.strip():
                continue
            try:
                lines.append(_line(number, written))
            except ValidationError as problem:
                problems.append((number, " ".join(problem.messages)))
        if len(lines) + len(problems) > AT_ONCE:
            raise ValidationError(_("At most %(count)d people at once.") % {"count": AT_ONCE})
        problems += [*_twice(lines), *_here_already(lines)]
        if problems:
            raise ValidationError(_told(sorted(problems)))
        if not lines:
            raise ValidationError(_("Nobody is listed."))
        return [NewPerson(line.email, line.name) for line in lines]


def _line(number: int, written: str) -> _Line:
    email, _comma, name = written.replace("\t", ",").replace(";", ",").partition(",")
    return _Line(number, clean_email(email), clean_name(name))


def _twice(lines: list[_Line]) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for line in lines:
        before = first.setdefault(line.email, line.number)
        if before != line.number:
            words = _("%(email)s is on line %(before)d as well.")
            yield line.number, words % {"email": line.email, "before": before}


def _here_already(lines: list[_Line]) -> Iterator[tuple[int, str]]:
    known = dict(Person.objects.filter(email__in={line.email for line in lines}).values_list("email", "name"))
    for line in lines:
        if line.email in known:
            words = _("%(email)s belongs to %(name)s, who is here already.")
            yield line.number, words % {"email": line.email, "name": known[line.email]}


def _told(problems: list[tuple[int, str]]) -> list[str]:
    told = [_("Line %(number)d: %(problem)s") % {"number": number, "problem": words} for number, words in problems]
    more = len(told) - PROBLEMS_SHOWN
    return told if more <= 0 else [*told[:PROBLEMS_SHOWN], _("And %(count)d more.") % {"count": more}]


class AcceptForm(forms.Form):
    """What somebody who was invited says of themselves before they come in."""

    name = forms.CharField(
        max_length=NAME_LENGTH, label=gettext_lazy("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password1 = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=gettext_lazy("Password again"),
        max_length=1_000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    timezone = ZoneField()
    language = LanguageField()

    def __init__(self, data: Any = None, *, person: Person, now: datetime) -> None:
        begins = {"name": person.name, "timezone": person.timezone, "language": person.language}
        super().__init__(data, initial=begins)
        self.person = person
        zone = self.fields["timezone"]
        zone.widget.suggestions = lambda: zone_choices(now)  # type: ignore[attr-defined]
        zone.widget.attrs["data-browser-zone"] = True
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())

    def clean_name(self) -> str:
        """One line."""
        return clean_name(self.cleaned_data["name"])

    def clean_password1(self) -> str:
        """As good as the installation asks for."""
        password = self.cleaned_data["password1"]
        validate_password(password, self.person)
        return password

    def clean(self) -> None:
        """Typed twice alike."""
        typed, again = self.cleaned_data.get("password1"), self.cleaned_data.get("password2")
        if typed and again and typed != again:
            self.add_error("password2", _("This is not the same password."))
