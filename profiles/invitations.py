"""Inviting people, taking an invitation back, and accepting one. One transaction each; people are locked first.

No mail leaves here: the outbox holds what is to be sent, and the sender makes the link when the mail leaves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.core.signing import Signer
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from coaching.actions import assign_coach
from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from profiles.actions import RefusedError, lock_people, note_edit, set_time_zone, violates
from profiles.invitation import Invitation, new_nonce
from profiles.models import Organization, Person, RoleGrant

VALID_FOR = timedelta(days=14)
NOT_AGAIN_WITHIN = timedelta(minutes=1)
"""Asked for twice within this time, an invitation is sent once: a button pressed twice means one mail."""
AT_ONCE = 1_000
"""People that are invited in one request."""
_TOKEN = re.compile(r"([1-9][0-9]{0,17})-([A-Za-z0-9_-]{20,100})", re.ASCII)


class LinkDead(Exception):
    """The link of an invitation leads nowhere (any more). It is not said why: whoever asks may be anybody."""


@dataclass(frozen=True)
class NewPerson:
    """Somebody who has no account yet."""

    email: str
    name: str


@dataclass(frozen=True)
class Invited:
    """What became of inviting people, by their ids."""

    invited: tuple[int, ...]
    just_invited: tuple[int, ...] = ()
    """A mail to them was asked for within the last minute."""
    impossible: tuple[int, ...] = ()
    """Not there, not allowed to sign in, or here already: they have signed in."""


# Inviting -----------------------------------------------------------------------------------------


def invite_many(people_ids: Iterable[int], by: Person | None, now: datetime) -> Invited:
    """Invites people who never signed in, or sends their invitation again; earlier links stop working.

    A fixed number of statements. Their mails wait in the outbox when this returns.
    """
    asked = set(people_ids)
    with transaction.atomic():
        lock_people(asked)
        possible = set(Person.objects.never_signed_in().filter(pk__in=asked).values_list("pk", flat=True))
        held = {one.person_id: one for one in Invitation.objects.open().filter(person__in=possible)}
        just = {pk for pk, one in held.items() if one.sent_at > now - NOT_AGAIN_WITHIN and one.expires_at > now}
        again = _sent_again([one for pk, one in held.items() if pk not in just], by, now)
        _send([*again, *_made(sorted(possible - held.keys()), by, now)], now)
    return Invited(tuple(sorted(possible - just)), tuple(sorted(just)), tuple(sorted(asked - possible)))


def invite_new(
    people: Sequence[NewPerson], *, organization: Organization | None, roles: Iterable[str], by: Person, now: datetime
) -> list[Person]:
    """Makes accounts with these roles and invites their holders, all or nobody. A fixed number of statements.

    Raises RefusedError when one of the addresses belongs to somebody by now.
    """
    made = [
        Person(
            email=one.email.lower(),
            name=one.name,
            organization=organization,
            password=make_password(None),
            created_at=now,
        )
        for one in people
    ]
    try:
        with transaction.atomic():
            Person.objects.bulk_create(made)
            RoleGrant.objects.bulk_create(
                RoleGrant(person=person, role=role, granted_by=by, granted_at=now)
                for person in made
                for role in sorted(set(roles))
            )
            _send(_made([person.pk for person in made], by, now), now)
    except IntegrityError as error:
        if violates(error, "profiles_person_email_key"):
            raise RefusedError(_("Somebody with one of these addresses was added just now. Look again.")) from error
        raise
    return made


def invite_beside(
    new: NewPerson,
    *,
    organization: Organization | None,
    roles: Iterable[str],
    coach: Person | None = None,
    coachee: Person | None = None,
    by: Person,
    now: datetime,
) -> Person:
    """Invites one person, and assigns them to `coach` as a coachee or to `coachee` as a coach.

    Raises RefusedError, and then there is neither account nor relationship.
    """
    with transaction.atomic():
        [person] = invite_new([new], organization=organization, roles=roles, by=by, now=now)
        if coach is not None:
            assign_coach(coach=coach, coachee=person, by=by, now=now)
        if coachee is not None:
            assign_coach(coach=person, coachee=coachee, by=by, now=now)
    return person


def _made(people: Sequence[int], by: Person | None, now: datetime) -> list[Invitation]:
    fields = {"invited_at": now, "sent_at": now, "expires_at": now + VALID_FOR, "invited_by": by}
    return Invitation.objects.bulk_create([Invitation(person_id=pk, **fields) for pk in people])


def _sent_again(invitations: list[Invitation], by: Person | None, now: datetime) -> list[Invitation]:
    for one in invitations:
        one.nonce, one.sent_at, one.expires_at, one.times_sent = new_nonce(), now, now + VALID_FOR, one.times_sent + 1
        one.invited_by = by or one.invited_by
    Invitation.objects.bulk_update(invitations, ["nonce", "sent_at", "expires_at", "times_sent", "invited_by"], 500)
    return invitations


def _send(invitations: list[Invitation], now: datetime) -> None:
    tell(
        (
            Notice(
                key=f"{NoticeKind.INVITATION}:{one.pk}:{one.person_id}:{one.times_sent}",
                person=one.person_id,
                kind=NoticeKind.INVITATION,
                subject_id=one.pk,
                facts={"time": one.times_sent},
                in_product=False,
            )
            for one in invitations
        ),
        now,
    )


def revoke(invitation: Invitation, by: Person | None, now: datetime) -> bool:
    """Takes an open invitation back: its link stops working, and a mail that waits does not leave.

    Twice is harmless: tells whether it was this call.
    """
    return bool(Invitation.objects.open().filter(pk=invitation.pk).update(revoked_at=now, revoked_by=by))


# The link -----------------------------------------------------------------------------------------


def link_token(invitation: Invitation, person: Person) -> str:
    """What the link holds: the id and a signature. Neither is kept anywhere.

    The signature covers the nonce, which changes when the invitation is sent again, and the stored password, so that
    the link also dies when a password is set in another way.
    """
    return f"{invitation.pk}-{_signature(invitation, person)}"


def _signature(invitation: Invitation, person: Person) -> str:
    signed = f"{invitation.pk}:{invitation.nonce}:{person.pk}:{person.email}:{person.password}"
    return Signer(salt="profiles.invitations").signature(signed)


def invitation_of(token: str, now: datetime, *, locked: bool = False) -> Invitation:
    """The invitation that this link may still accept, with its `person`. Reading it uses nothing up.

    Raises LinkDead for everything else: made up, expired, used, revoked, replaced, or for somebody who has signed in
    or may not.
    """
    written = _TOKEN.fullmatch(token)
    if not written:
        raise LinkDead
    rows: QuerySet[Invitation] = Invitation.objects.usable(now)
    if locked:
        rows = rows.select_for_update(of=("self",))
    found = rows.select_related("person__organization", "invited_by").filter(pk=int(written[1])).first()
    if found is None or not constant_time_compare(_signature(found, found.person), written[2]):
        raise LinkDead
    if found.person.last_login is not None or not found.person.is_active:
        raise LinkDead
    return found


def accept(token: str, *, name: str, password: str, timezone: str, language: str, now: datetime) -> Person:
    """Uses the invitation up: sets password, name, time zone and language of its person, and returns them.

    Raises LinkDead, also for the second of two at once, and ValidationError for what is not a time zone.
    """
    hashed = make_password(password)  # slow on purpose, so before anything is locked
    person_id = invitation_of(token, now).person_id
    with transaction.atomic():
        lock_people([person_id])
        invitation = invitation_of(token, now, locked=True)
        person = invitation.person
        Person.objects.filter(pk=person.pk).update(name=name, password=hashed, language=language)
        set_time_zone(person=person, timezone=timezone, now=now)
        note_edit(person=person, fields=("name", "timezone", "language"), by=person, now=now)
        Invitation.objects.filter(pk=invitation.pk).update(accepted_at=now)
    person.refresh_from_db()
    return person
