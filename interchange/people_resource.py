"""People as a table that admins can edit elsewhere: what its cells mean, and what a file of them would change."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import ModelInstanceLoader
from import_export.widgets import Widget
from tablib import Dataset

from config.cells import FORMULA, guarded
from interchange.people_file import read_table
from interchange.problems import shown
from profiles.actions import why_role_stays
from profiles.languages import is_language_tag
from profiles.models import Organization, Person, Role
from profiles.people import Wanted
from profiles.zones import known_zones

NEEDED = ("email", "name")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LARGEST_CAPACITY = 32_767


def unguarded(text: str) -> str:
    """The cell as it was before `guarded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


# Cells --------------------------------------------------------------------------------------------


def _line(length: int) -> Callable[[str], str]:
    def read(raw: str) -> str:
        value = " ".join(raw.split())
        if len(value) > length:
            raise ValueError(_("longer than %(most)s characters") % {"most": length})
        if _CONTROL.search(value):
            raise ValueError(_("holds characters that cannot be shown"))
        return value

    return read


def _email(raw: str) -> str:
    value = raw.strip().lower()
    try:
        validate_email(value)
    except ValidationError:
        raise ValueError(_("%(value)s is not an e-mail address") % {"value": shown(raw)}) from None
    if len(value) > 254:
        raise ValueError(_("longer than %(most)s characters") % {"most": 254})
    return value


def _name(raw: str) -> str:
    value = _line(200)(raw)
    if not value:
        raise ValueError(_("is empty"))
    return value


def _zone(raw: str) -> str:
    if raw.strip() not in known_zones():
        raise ValueError(_("%(value)s is not a time zone, such as Europe/Madrid") % {"value": shown(raw)})
    return raw.strip()


def _language(raw: str) -> str:
    value = raw.strip()
    if value and (len(value) > 35 or not is_language_tag(value)):
        raise ValueError(_("%(value)s is not a language, such as en or pt-BR") % {"value": shown(raw)})
    return value


def _roles(raw: str) -> frozenset[str]:
    names = {part.strip().lower() for part in raw.split(";")} - {""}
    if unknown := sorted(names - set(Role.values)):
        found = {"value": shown(unknown[0]), "words": ", ".join(Role.values)}
        raise ValueError(_("%(value)s is not one of %(words)s") % found)
    return frozenset(names)


def _capacity(raw: str) -> int | None:
    value = raw.strip()
    if not value:
        return None
    if not re.fullmatch("[0-9]{1,5}", value) or int(value) > _LARGEST_CAPACITY:
        span = {"value": shown(raw), "least": 0, "most": _LARGEST_CAPACITY}
        raise ValueError(_("%(value)s is not a whole number from %(least)s to %(most)s") % span)
    return int(value)


def _yes_or_no(raw: str) -> bool:
    if raw.strip().lower() not in ("yes", "no"):
        raise ValueError(_("%(value)s is neither yes nor no") % {"value": shown(raw)})
    return raw.strip().lower() == "yes"


class Cell(Widget):
    """Reads a cell with a function that raises ValueError, and writes one that is safe to open anywhere."""

    def __init__(self, read: Callable[[str], Any]) -> None:
        super().__init__()
        self.read = read

    def clean(self, value: Any, row: dict | None = None, **kwargs: Any) -> Any:
        """The value of a cell."""
        return self.read(unguarded(str(value or "")))

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        """The cell of a value."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, frozenset):
            return ";".join(sorted(value))
        return "" if value is None else guarded(str(value))


class KeptField(Field):
    """A cell that, left empty, leaves what there is: taking roles or sign-in away has to be said."""

    def save(self, instance: Any, row: dict, is_m2m: bool = False, **kwargs: Any) -> None:
        """Sets it, if there is something to set."""
        if str(row[self.column_name] or "").strip():
            super().save(instance, row, is_m2m, **kwargs)


def _field(attribute: str, read: Callable[[str], Any], *, kept: bool = False, column: str = "") -> Field:
    return (KeptField if kept else Field)(attribute, column or attribute, Cell(read))


class ByEmail(ModelInstanceLoader):
    """Everybody of the file whom there is already, in one query; an address that is none belongs to nobody."""

    def __init__(self, resource: Any, dataset: Dataset) -> None:
        super().__init__(resource, dataset)
        emails = {unguarded(str(cell or "")).strip().lower() for cell in dataset["email"]}
        self._people = {person.email: person for person in self.get_queryset().filter(email__in=emails)}

    def get_instance(self, row: dict) -> Person | None:
        """The person of this row, if there is one."""
        return self._people.get(self.resource.fields["email"].clean(row))


class PeopleResource(resources.ModelResource):
    """The columns of the table. `state` is written for people to read, and not read back."""

    email = _field("email", _email)
    name = _field("name", _name)
    roles = _field("wanted_roles", _roles, kept=True, column="roles")
    organization = _field("wanted_organization", _line(200), column="organization")
    position = _field("position", _line(200))
    timezone = _field("timezone", _zone, kept=True)
    language = _field("language", _language)
    manager_name = _field("manager_name", _line(200))
    manager_email = _field("manager_email", lambda raw: _email(raw) if raw.strip() else "")
    capacity = _field("capacity", _capacity)
    active = _field("is_active", _yes_or_no, kept=True, column="active")
    state = Field("state", "state", Cell(str), readonly=True)

    class Meta:
        model = Person
        fields = (
            *("email", "name", "roles", "organization", "position", "timezone", "language"),
            *("manager_name", "manager_email", "capacity", "active", "state"),
        )
        import_order = fields
        export_order = fields
        import_id_fields = ("email",)
        instance_loader_class = ByEmail
        skip_diff = True
        use_bulk = True  # no savepoint for each row; nothing is saved here, see `save_instance`
        store_instance = True
        store_row_values = True

    def __init__(self, by: Person, now: datetime) -> None:
        super().__init__()
        self.by, self.now = by, now
        self.plan: list[Planned] = []
        self._seen: set[str] = set()

    def get_queryset(self) -> Any:
        """With their roles and organizations, in one query."""
        return super().get_queryset().with_roles().select_related("organization")

    def dehydrate_roles(self, person: Person) -> str:
        """Separated by semicolons, as in people.csv."""
        return ";".join(sorted(person.roles))

    def dehydrate_organization(self, person: Person) -> str:
        """By name."""
        return guarded(person.organization.name) if person.organization else ""

    def dehydrate_state(self, person: Person) -> str:
        """Whether they have ever signed in."""
        if person.last_login:
            return _("has signed in")
        return _("invited") if getattr(person, "is_invited", False) else _("never signed in")

    def before_import_row(self, row: dict, **kwargs: Any) -> None:
        """Refuses an address that stands in the file twice."""
        try:
            email = self.fields["email"].clean(row)
        except ValueError as wrong:
            raise ValidationError({"email": str(wrong)}) from wrong
        if email in self._seen:
            raise ValidationError({"email": _("%(email)s is in this file twice") % {"email": email}})
        self._seen.add(email)

    def after_init_instance(self, instance: Person, new: bool, row: dict, **kwargs: Any) -> None:
        """What the file may change about them."""
        held = instance.roles if instance.pk else frozenset()
        named = instance.organization.name if instance.organization else ""
        self._before = {name: getattr(instance, name) for name in _PLAIN}
        self._before |= {"wanted_roles": held, "wanted_organization": named}
        instance.wanted_roles, instance.wanted_organization = held, named  # type: ignore[attr-defined]

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """What only this installation can say: roles that something depends on, and one's own."""
        errors = dict(import_validation_errors or {})
        if instance.pk and "wanted_roles" not in errors:
            reasons = (
                why_role_stays(person=instance, role=role, by=self.by, now=self.now)
                for role in sorted(self._before["wanted_roles"] - instance.wanted_roles)
            )
            if reason := next(filter(None, reasons), ""):
                errors["wanted_roles"] = ValidationError(reason)
        if instance == self.by and not instance.is_active:
            errors["is_active"] = ValidationError(
                _("You cannot take away your own right to sign in. Another admin can.")
            )
        if errors:
            raise ValidationError(errors)

    def save_instance(self, instance: Any, is_create: bool, row: dict, **kwargs: Any) -> None:
        """Writes nothing, but plans: the verb saves everybody at once when all rows are in order."""
        after = {name: getattr(instance, name) for name in self._before}
        changes = {name: (self._before[name], after[name]) for name in after if self._before[name] != after[name]}
        if is_create or changes:
            self.plan.append(Planned(instance, is_create, changes))


_PLAIN = ("name", "position", "timezone", "language", "manager_name", "manager_email", "capacity", "is_active")
_STORED = {"wanted_organization": "organization"}
COLUMN = {one.attribute: one.column_name for one in PeopleResource.fields.values()}
COLUMNS: tuple[str, ...] = tuple(PeopleResource._meta.fields)


# Files --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Planned:
    """A person who is new or changes: attribute to (before, after)."""

    person: Any
    is_new: bool
    changes: dict[str, tuple[Any, Any]]

    @property
    def wanted(self) -> Wanted:
        """As the verb takes it."""
        fields = {_STORED.get(name, name) for name in self.changes} - {"wanted_roles"}
        person = self.person
        return Wanted(person, person.wanted_roles, frozenset(fields), person.wanted_organization)

    @property
    def cells(self) -> Iterator[tuple[str, str, str]]:
        """Column, before, after, as they are written in a file."""
        for attribute, both in self.changes.items():
            if self.is_new and attribute == "name":
                continue  # it stands beside
            before, after = (unguarded(Cell(str).render(value)) for value in both)
            yield COLUMN[attribute], before, after


@dataclass(frozen=True)
class Wrong:
    """A cell that is not in order. `column` is empty where the whole line is meant."""

    line: int
    column: str
    cell: str
    message: str


@dataclass(frozen=True)
class Reading:
    """What a file would change, or what is wrong with it."""

    rows: int
    plan: list[Planned] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    @property
    def new(self) -> int:
        """People who are not there yet."""
        return sum(one.is_new for one in self.plan)

    @property
    def changed(self) -> int:
        """People who will be another than they are."""
        return len(self.plan) - self.new

    @property
    def unchanged(self) -> int:
        """People who are already as the file says."""
        return self.rows - len(self.plan) - len({one.line for one in self.wrong})

    @property
    def organizations(self) -> list[str]:
        """Those that would be made."""
        named = {one.person.wanted_organization for one in self.plan} - {""}
        known = Organization.objects.filter(name__in=named).values_list("name", flat=True)
        return sorted(named - set(known))


def read_people(data: bytes, by: Person, now: datetime) -> Reading:
    """Compares a file with what is stored. Writes nothing. Raises FileError."""
    lines, dataset = read_table(data, COLUMNS, NEEDED)
    resource = PeopleResource(by, now)
    result = resource.import_data(dataset, dry_run=True, raise_errors=False, use_transactions=False)
    for error in [*result.base_errors, *(error for _number, errors in result.row_errors() for error in errors)]:
        raise error.error
    wrong = [one for row in result.invalid_rows for one in _wrong(row, lines, dataset)]
    return Reading(len(dataset), resource.plan, wrong)


def _wrong(row: Any, lines: Sequence[int], dataset: Dataset) -> Iterator[Wrong]:
    for attribute, messages in row.error_dict.items():
        column = COLUMN.get(attribute, "")
        cell = dataset[row.number - 1][dataset.headers.index(column)] if column in dataset.headers else ""
        yield Wrong(lines[row.number - 1], column, cell, " ".join(map(str, messages)))
