"""Editing a profile: what somebody may change, and saving it without losing what another one saved meanwhile.

A value here is plain data (text, number, id, list of roles), so that a page can carry what it showed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coaching.access import turn_off, turn_on
from coaching.models import Relationship
from profiles.actions import RefusedError, lock_people, note_edit, set_roles, set_time_zone, violates
from profiles.models import Person, Role
from profiles.photos import drop_photo

OWN_FIELDS = ("position", "timezone", "language", "about", "photo")
"""What people change of their own profile, and current coaches of their coachees'."""
ADMIN_FIELDS = (
    *("name", "email", "organization", "is_active"),
    *OWN_FIELDS,
    *("manager_name", "manager_email", "capacity", "other_roles", "coaching_access"),
)
_COLUMNS = frozenset(ADMIN_FIELDS) - {"timezone", "organization", "other_roles", "coaching_access"}
_EDITS_LOOKED_AT = 50


class FieldRefusedError(RefusedError):
    """A change that cannot be; `field` is where the sentence belongs."""

    def __init__(self, field: str, sentence: str, person: Person) -> None:
        super().__init__(sentence, person)
        self.field = field


@dataclass(frozen=True)
class Conflict:
    """A field that somebody else changed, to something else, since the page was shown."""

    field: str
    theirs: Any
    by: Person | None
    at: datetime | None


class EditedMeanwhileError(Exception):
    """Nothing was saved, because of these fields. `stored` is everything as it is now, of that `version`."""

    def __init__(self, conflicts: list[Conflict], stored: dict[str, Any], version: int) -> None:
        super().__init__(", ".join(one.field for one in conflicts))
        self.conflicts, self.stored, self.version = conflicts, stored, version


@dataclass(frozen=True)
class Edited:
    """What an edit changed. With `asks` coaching access stays on until it is said what becomes of the coachees."""

    changed: tuple[str, ...]
    asks: bool


def as_stored(person: Person) -> dict[str, Any]:
    """Everything that can be edited, as plain values."""
    values: dict[str, Any] = {name: getattr(person, name) for name in (*_COLUMNS, "timezone")}
    return {
        **values,
        "about": person.about.replace("\r\n", "\n"),
        "organization": person.organization_id,
        "other_roles": sorted(person.roles - {Role.COACH}),
        "coaching_access": Role.COACH in person.roles,
    }


def edit_person(
    *, person: Person, wanted: Mapping[str, Any], shown: Mapping[str, Any], by: Person, now: datetime
) -> Edited:
    """Saves the fields of `wanted` that differ from what was `shown`; all others stay as they are by now.

    Both hold values as in `as_stored`, `shown` also the `version`. Raises EditedMeanwhileError when somebody else
    has given one of these fields yet another value, and FieldRefusedError; then nothing is saved. Roles, coaching
    access, subscription periods and encouragements follow. The files of a new photo are stored before.
    """
    with transaction.atomic():
        lock_people([person.pk])
        fresh = Person.objects.with_roles().get(pk=person.pk)
        stored = as_stored(fresh)
        touched = {name: value for name, value in wanted.items() if value != shown.get(name, stored[name])}
        late = [name for name in touched if stored[name] not in (shown.get(name, stored[name]), touched[name])]
        if late:
            raise EditedMeanwhileError(_conflicts(fresh, late, stored, shown), stored, fresh.version)
        changes = {name: value for name, value in touched.items() if value != stored[name]}
        asks = changes.get("coaching_access") is False and _coaches_somebody(fresh, now)
        if asks:
            del changes["coaching_access"]
        if changes:
            _write(fresh, stored, changes, by, now)
    return Edited(tuple(sorted(changes)), asks)


def _coaches_somebody(person: Person, now: datetime) -> bool:
    return Relationship.objects.not_over(now).filter(coach=person).exists()


def _conflicts(person: Person, names: list[str], stored: dict[str, Any], shown: Mapping[str, Any]) -> list[Conflict]:
    """With who was faster, where it was an edit of the profile and not an import."""
    version = shown.get("version")
    version = min(max(version, 0), person.version) if isinstance(version, int) else person.version
    edits = list(person.edits.filter(version__gt=version).select_related("by")[:_EDITS_LOOKED_AT])
    found = {name: next((one for one in edits if name in one.fields), None) for name in names}
    return [
        Conflict(name, stored[name], one.by if one else None, one.at if one else None) for name, one in found.items()
    ]


def _write(person: Person, stored: dict[str, Any], changes: dict[str, Any], by: Person, now: datetime) -> None:
    _check(person, changes, by)
    columns = {name: value for name, value in changes.items() if name in _COLUMNS}
    if "organization" in changes:
        columns["organization_id"] = changes["organization"]
    try:
        with transaction.atomic():
            if columns:
                Person.objects.filter(pk=person.pk).update(**columns)
    except IntegrityError as error:
        if violates(error, "profiles_person_email_key"):
            raise FieldRefusedError("email", _("Somebody else has this e-mail address."), person) from error
        raise
    note_edit(person=person, fields=changes, by=by, now=now)
    _follow(person, stored, changes, by, now)


def _check(person: Person, changes: dict[str, Any], by: Person) -> None:
    if changes.get("is_active") is False and person == by:
        sentence = _("You cannot take away your own right to sign in. Another admin can.")
        raise FieldRefusedError("is_active", sentence, person)
    if "email" in changes and person.last_login:
        raise FieldRefusedError("email", _("The address is theirs since they have signed in."), person)


def _follow(person: Person, stored: dict[str, Any], changes: dict[str, Any], by: Person, now: datetime) -> None:
    """What hangs on the changed fields."""
    if "email" in changes:
        # An address from before must not open the account of a person whose address was corrected.
        EmailAddress.objects.filter(user=person, primary=True).exclude(email=changes["email"]).delete()
    if "timezone" in changes:
        set_time_zone(person=person, timezone=changes["timezone"], now=now)
    if "photo" in changes:
        drop_photo(stored["photo"])
    if "other_roles" in changes:
        access = {Role.COACH.value} if stored["coaching_access"] else set()
        try:
            set_roles(person=person, roles=access | set(changes["other_roles"]), by=by, now=now)
        except RefusedError as refused:
            raise FieldRefusedError("other_roles", str(refused), person) from refused
    if "coaching_access" in changes:
        (turn_on if changes["coaching_access"] else turn_off)(person=person, by=by, now=now)
