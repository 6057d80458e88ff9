"""Adding and changing many people at once, as from a file: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from notifications.models import NoticeKind
from profiles.actions import RefusedError, save_person, tell_of_access, violates
from profiles.models import Organization, Person, RoleGrant

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Wanted:
    """A person as they are to be, with exactly these roles. `organization` is a name, which may be a new one."""

    person: Person
    roles: frozenset[str]
    organization: str | None = None
    """None leaves the organization as it is; an empty name is none."""


def save_people(*, wanted: Sequence[Wanted], by: Person, now: datetime) -> None:
    """Adds those without a primary key and changes the others, with what follows from roles and time zones.

    New people get no password and no mail; they can be invited afterwards. Those who change are saved one by one, as
    on their page. Raises RefusedError and changes nothing.
    """
    new = [one for one in wanted if one.person.pk is None]
    known = sorted((one for one in wanted if one.person.pk is not None), key=lambda one: one.person.pk)
    with transaction.atomic():
        _place(wanted)
        _add(new, by, now)
        for one in known:
            save_person(person=one.person, roles=one.roles, by=by, now=now)


def _place(wanted: Sequence[Wanted]) -> None:
    """Puts everybody into their organization; those that do not exist yet are made."""
    names = {one.organization for one in wanted if one.organization}
    Organization.objects.bulk_create([Organization(name=name) for name in sorted(names)], ignore_conflicts=True)
    organizations = {one.name: one for one in Organization.objects.filter(name__in=names)}
    for one in wanted:
        if one.organization is not None:
            one.person.organization = organizations.get(one.organization)


def _add(wanted: Sequence[Wanted], by: Person, now: datetime) -> None:
    for one in wanted:
        one.person.password = make_password(None)
    try:
        with transaction.atomic():
            Person.objects.bulk_create([one.person for one in wanted], batch_size=_AT_ONCE)
    except IntegrityError as error:
        if violates(error, "profiles_person_email_key"):
            raise RefusedError(_("Somebody with one of these addresses was added meanwhile.")) from error
        raise
    grants = [
        RoleGrant(person=one.person, role=role, granted_by=by, granted_at=now)
        for one in wanted
        for role in sorted(one.roles)
    ]
    RoleGrant.objects.bulk_create(grants, batch_size=_AT_ONCE)
    tell_of_access(NoticeKind.ACCESS_ON, grants, now)
