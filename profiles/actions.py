"""Verbs that change people and subscriptions together with what follows from them.

Each is one transaction. Where several rows are locked it is people first, in id order, then relationships, so that
two verbs at once take turns and never wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from activity.encouragement import engine
from coaching.models import Relationship
from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from profiles.models import Person, PersonEdit, Program, Role, RoleGrant, Subscription, validate_zone
from profiles.querysets import SubscriptionQuerySet
from profiles.zones import start_of_day

PERSON_FIELDS = (
    *("email", "name", "organization", "position", "language", "manager_name", "manager_email", "is_active"),
    *("about", "capacity"),
)
_PERIODS_AT_ONCE = 5_000


class RefusedError(Exception):
    """A verb that said no, and changed nothing.

    `str()` is a sentence for whoever asked; `person` is whose page shows what to do about it, if anybody's.
    """

    def __init__(self, sentence: str, person: Person | None = None) -> None:
        super().__init__(sentence)
        self.person = person


def lock_people(ids: Iterable[int]) -> None:
    """Locks these people in id order until the transaction ends. Rows that point at them can still be added."""
    rows = Person.objects.filter(pk__in=list(ids)).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk", flat=True))


def violates(error: IntegrityError, *constraints: str) -> bool:
    """Whether the database refused because of one of these constraints."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) in constraints


# Roles --------------------------------------------------------------------------------------------


def grant_role(*, person: Person, role: str, by: Person | None, now: datetime) -> bool:
    """Gives the role unless it is held already, and tells the person of coaching access; tells whether it was given."""
    with transaction.atomic():
        lock_people([person.pk])
        if person.role_grants.current().filter(role=role).exists():
            return False
        grant = RoleGrant.objects.create(person=person, role=role, granted_by=by, granted_at=now)
        tell_of_access(NoticeKind.ACCESS_ON, [grant], now)
    _forget_roles(person)
    return True


def end_role(*, person: Person, role: str, by: Person | None, now: datetime) -> bool:
    """Takes the role away if it is held, and tells the person of coaching access; tells whether it was.

    Raises RefusedError where something depends on it (see `why_role_stays`).
    """
    with transaction.atomic():
        lock_people([person.pk])
        held = person.role_grants.current().filter(role=role)
        grants = list(held)
        if not grants:
            return False
        if reason := why_role_stays(person=person, role=role, by=by, now=now):
            raise RefusedError(reason, person)
        held.update(ended_at=now, ended_by=by)
        tell_of_access(NoticeKind.ACCESS_OFF, grants, now)
    _forget_roles(person)
    return True


def tell_of_access(kind: NoticeKind, grants: Iterable[RoleGrant], now: datetime) -> None:
    """Of other roles nobody is told. Who has never signed in gets an invitation, and reads of this in the product."""
    tell(
        [
            Notice(f"{kind}:{grant.pk}:{grant.person_id}", grant.person_id, kind, by_mail=bool(grant.person.last_login))
            for grant in grants
            if grant.role == Role.COACH
        ],
        now,
    )


def set_roles(*, person: Person, roles: Iterable[str], by: Person | None, now: datetime) -> None:
    """Gives and takes roles until exactly these are held. Raises RefusedError, and then changes none."""
    wanted = set(roles)
    with transaction.atomic():
        lock_people([person.pk])
        held = set(person.role_grants.current().values_list("role", flat=True))
        for role in sorted(held - wanted):
            end_role(person=person, role=role, by=by, now=now)
        for role in sorted(wanted - held):
            grant_role(person=person, role=role, by=by, now=now)


def why_role_stays(*, person: Person, role: str, by: Person | None, now: datetime) -> str:
    """The sentence that says why this role cannot be taken away now; empty when it can.

    Coaching access stays while the person coaches people (Proserva's guide, "Coaching access"), the role of coachee
    while they are coached or a subscription is not over, and nobody locks themselves out of administration.
    """
    relationships = Relationship.objects.not_over(now)
    if role == Role.COACH:
        count = relationships.filter(coach=person).count()
        return _coaches_still(person, count) if count else ""
    if role == Role.COACHEE and _is_coached(person, now):
        sentence = _("%(name)s has a coach or a subscription that is not over, and stays a coachee until then.")
        return sentence % {"name": person.name}
    if role == Role.ADMIN and by == person:
        return _("You cannot take away your own admin role. Another admin can.")
    return ""


def _coaches_still(person: Person, count: int) -> str:
    return ngettext(
        "%(name)s coaches %(count)d person. End this relationship first or hand it over.",
        "%(name)s coaches %(count)d people. End these %(count)d relationships first or hand them over.",
        count,
    ) % {"name": person.name, "count": count}


def _is_coached(person: Person, now: datetime) -> bool:
    relationships = Relationship.objects.not_over(now).filter(coachee=person)
    return relationships.exists() or person.subscriptions.not_over(now).exists()


def _forget_roles(person: Person) -> None:
    """The next look at `person.roles` asks the database."""
    person.__dict__.pop("roles", None)
    person.__dict__.pop("role_names", None)


# People -------------------------------------------------------------------------------------------


def save_person(*, person: Person, roles: Iterable[str], by: Person | None, now: datetime) -> None:
    """Adds or changes a person with exactly these roles, and what follows from a new time zone.

    A new person gets an unusable password and sets one by asking for a reset. Raises RefusedError.
    """
    with transaction.atomic():
        if person.pk is None:
            person.set_unusable_password()
            person.save()
        else:
            lock_people([person.pk])
            changed = _changed_fields(person)
            person.save(update_fields=PERSON_FIELDS)
            if changed:
                note_edit(person=person, fields=changed, by=by, now=now)
            # An address from before must not open the account of a person whose address was corrected.
            EmailAddress.objects.filter(user=person, primary=True).exclude(email=person.email).delete()
            set_time_zone(person=person, timezone=person.timezone, now=now)
        set_roles(person=person, roles=roles, by=by, now=now)


def _changed_fields(person: Person) -> list[str]:
    """Which of the fields that are about to be saved differ from what is stored."""
    stored = Person.objects.select_related("organization").get(pk=person.pk)
    return [name for name in (*PERSON_FIELDS, "timezone") if getattr(stored, name) != getattr(person, name)]


def note_edit(*, person: Person, fields: Iterable[str], by: Person | None, now: datetime) -> None:
    """Raises the version of a person whose profile was edited, and keeps who edited which fields. They are locked."""
    Person.objects.filter(pk=person.pk).update(version=F("version") + 1)
    person.refresh_from_db(fields=["version"])
    PersonEdit.objects.create(person=person, version=person.version, fields=sorted(fields), by=by, at=now)


def set_time_zone(*, person: Person, timezone: str, now: datetime) -> bool:
    """Moves a person to another time zone: their days begin elsewhere, so subscriptions and encouragements follow.

    Tells whether it was another one. Raises ValidationError for what is not a zone.
    """
    validate_zone(timezone)
    with transaction.atomic():
        lock_people([person.pk])
        with engine.changing([person.pk], now):
            moved = Person.objects.filter(pk=person.pk).exclude(timezone=timezone).update(timezone=timezone)
            write_periods(person.subscriptions.all())
    person.timezone = timezone
    return bool(moved)


# Subscriptions and programs -----------------------------------------------------------------------


def period(starts_on: date, ends_on: date, zone: str) -> tuple[datetime, datetime]:
    """First instant of the first day and of the day after the last, in the zone."""
    return start_of_day(starts_on, zone), start_of_day(ends_on + timedelta(days=1), zone)


def write_periods(subscriptions: SubscriptionQuerySet) -> int:
    """Brings `active_from` and `active_until` in line with the days and the coachee's zone; returns how many changed.

    For those who change zones or days in bulk; the caller marks the relationships.
    """
    rows = subscriptions.order_by("pk").values_list(
        "pk", "starts_on", "ends_on", "coachee__timezone", "active_from", "active_until"
    )
    changed, batch = 0, []
    for pk, starts_on, ends_on, zone, *stored in rows.iterator(chunk_size=_PERIODS_AT_ONCE):
        since, until = period(starts_on, ends_on, zone)
        if [since, until] != stored:
            batch.append((pk, since, until))
        if len(batch) == _PERIODS_AT_ONCE:
            changed += _update_periods(batch)
            batch = []
    return changed + _update_periods(batch)


def _update_periods(batch: list[tuple[int, datetime, datetime]]) -> int:
    if not batch:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE profiles_subscription AS s SET active_from = v.since, active_until = v.until"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS v (id, since, until)"
            " WHERE s.id = v.id",
            [list(column) for column in zip(*batch, strict=True)],
        )
        return cursor.rowcount


def save_subscription(*, subscription: Subscription, by: Person | None, now: datetime) -> None:
    """Adds or changes a subscription. The first one makes its person a coachee.

    Raises RefusedError when it overlaps another of the same coachee.
    """
    adding, coachee = subscription.pk is None, subscription.coachee
    with transaction.atomic():
        lock_people([coachee.pk])
        with engine.changing([coachee.pk], now):
            zone = Person.objects.values_list("timezone", flat=True).get(pk=coachee.pk)
            subscription.active_from, subscription.active_until = period(
                subscription.starts_on, subscription.ends_on, zone
            )
            _store(subscription)
        if adding:
            grant_role(person=coachee, role=Role.COACHEE, by=by, now=now)


def _store(subscription: Subscription) -> None:
    try:
        with transaction.atomic():
            subscription.save()
    except IntegrityError as error:
        if violates(error, "subscriptions_do_not_overlap"):
            raise RefusedError(
                _("This coachee already has a subscription in that time."), subscription.coachee
            ) from error
        raise


def save_program(*, program: Program, now: datetime) -> None:
    """Adds or changes a program; the encouragements of everybody in it are worked out again within a minute."""
    with transaction.atomic():
        program.save()
        coachees = Subscription.objects.filter(program=program).values("coachee")
        engine.mark(Relationship.objects.not_over(now).filter(coachee__in=coachees))
