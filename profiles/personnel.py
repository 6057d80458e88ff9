"""The Personnel tab: employment facts, and the difference between what is stored and what somebody typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from profiles.days import full_day
from profiles.models import Employment, Person
from profiles.profile import Profile
from profiles.record_actions import EMPLOYMENT_FIELDS


@dataclass(frozen=True, slots=True)
class Line:
    """A fact with its label; without a value it reads “Not set”. `mail` is an address to write to."""

    label: str
    value: str
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else saved differently from what was typed."""

    label: str
    theirs: str
    yours: str


def employment_of(profile: Profile) -> Employment:
    """The record, or an empty one of version 0. One query."""
    return Employment.objects.filter(pk=profile.person.pk).first() or Employment(pk=profile.person.pk)


def personnel(profile: Profile) -> list[Line]:
    """Every fact in its order. Two queries."""
    record = employment_of(profile)
    manager = Person.objects.values_list("manager_name", "manager_email").get(pk=profile.person.pk)
    lines = [Line(_label(name), _words(getattr(record, name))) for name in EMPLOYMENT_FIELDS]
    return [*lines, Line(_("Manager"), manager[0] or manager[1], mail=manager[1])]


def differences(current: Employment, typed: Mapping[str, Any]) -> list[Difference]:
    """The fields in which what is stored now and what was typed differ."""
    return [
        Difference(_label(name), _words(getattr(current, name)), _words(typed[name]))
        for name in EMPLOYMENT_FIELDS
        if getattr(current, name) != typed[name]
    ]


def _label(name: str) -> str:
    label = str(getattr(Employment._meta.get_field(name), "verbose_name", name))
    return label[:1].upper() + label[1:]


def _words(value: Any) -> str:
    if not value:
        return ""
    return value if isinstance(value, str) else full_day(value)
