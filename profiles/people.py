"""Adding and changing many people at once, as from a file: all of them in one transaction, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from activity.encouragement import engine
from coaching.models import Relationship
from notifications.models import NoticeKind
from profiles.actions import RefusedError, end_role, lock_people, tell_of_access, violates, write_periods
from profiles.models import Organization, Person, PersonEdit, RoleGrant, Subscription

_AT_ONCE = 1_000


@dataclass(frozen=True)
class Wanted:
    """A person as they are to be, with exactly these roles; `fields` are those of the person that change."""

    person: Person
    roles: frozenset[str]
    fields: frozenset[str] = frozenset()
    organization: str = ""
    """By name, which may be a new one; it counts when `fields` has the organization."""


def save_people(*, wanted: Sequence[Wanted], by: Person, now: datetime) -> None:
    """Adds those without a primary key and changes the others, with what follows from roles and time zones.

    New people get no password and no mail; they can be invited afterwards. Addresses do not change here. What there is
    to encourage after a change of time zone follows within seconds. Raises RefusedError and changes nothing.
    """
    new = [one for one in wanted if one.person.pk is None]
    known = [one for one in wanted if one.person.pk is not None]
    with transaction.atomic():
        lock_people(one.person.pk for one in known)
        _place(wanted)
        _add(new, by, now)
        _edit([one for one in known if one.fields], by, now)
        _move([one.person.pk for one in known if "timezone" in one.fields], now)
        _give_and_take(known, by, now)


def _place(wanted: Sequence[Wanted]) -> None:
    """Puts everybody into their organization; those that do not exist yet are made."""
    placed = [one for one in wanted if "organization" in one.fields]
    names = {one.organization for one in placed} - {""}
    Organization.objects.bulk_create([Organization(name=name) for name in sorted(names)], ignore_conflicts=True)
    organizations = {one.name: one for one in Organization.objects.filter(name__in=names)}
    for one in placed:
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
    _give([(one.person, role) for one in wanted for role in sorted(one.roles)], by, now)


def _edit(wanted: Sequence[Wanted], by: Person, now: datetime) -> None:
    """Writes the fields, raises the versions and keeps who edited what, as `note_edit` does for one."""
    fields = sorted({name for one in wanted for name in one.fields})
    if not fields:
        return
    Person.objects.bulk_update([one.person for one in wanted], fields, batch_size=_AT_ONCE)
    edited = Person.objects.filter(pk__in=[one.person.pk for one in wanted])
    edited.update(version=F("version") + 1)
    versions = dict(edited.values_list("pk", "version"))
    PersonEdit.objects.bulk_create(
        [
            PersonEdit(person=one.person, version=versions[one.person.pk], fields=sorted(one.fields), by=by, at=now)
            for one in wanted
        ],
        batch_size=_AT_ONCE,
    )


def _move(ids: Sequence[int], now: datetime) -> None:
    """Subscriptions of those who are in another time zone now begin and end at other instants."""
    if ids:
        write_periods(Subscription.objects.filter(coachee__in=ids))
        engine.mark(Relationship.objects.not_over(now).filter(coachee__in=ids))


def _give_and_take(wanted: Sequence[Wanted], by: Person, now: datetime) -> None:
    given: list[tuple[Person, str]] = []
    held = RoleGrant.objects.current().filter(person__in=[one.person.pk for one in wanted])
    roles: dict[int, set[str]] = {one.person.pk: set() for one in wanted}
    for person, role in held.values_list("person", "role"):
        roles[person].add(role)
    for one in wanted:
        for role in sorted(roles[one.person.pk] - one.roles):
            end_role(person=one.person, role=role, by=by, now=now)
        given += [(one.person, role) for role in sorted(one.roles - roles[one.person.pk])]
    _give(given, by, now)


def _give(roles: Sequence[tuple[Person, str]], by: Person, now: datetime) -> None:
    grants = [RoleGrant(person=person, role=role, granted_by=by, granted_at=now) for person, role in roles]
    RoleGrant.objects.bulk_create(grants, batch_size=_AT_ONCE)
    tell_of_access(NoticeKind.ACCESS_ON, grants, now)
