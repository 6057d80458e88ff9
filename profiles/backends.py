"""Signing in: allauth's backend, bringing along what every page shows of its viewer, in one query."""

from datetime import datetime

from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from config.prepared import Prepared
from profiles.models import Organization, Person

UNREAD_COUNTED = 100
"""So many unread notices or messages are shown as “99+”."""

PERSON = [field.attname for field in Person._meta.concrete_fields]
ORGANIZATION = [field.attname for field in Organization._meta.concrete_fields]


class PersonBackend(AuthenticationBackend):
    """E-mail and password, or whatever allauth has checked."""

    def get_user(self, user_id: int) -> Person | None:
        """The signed-in person with roles, organization, unread notices and messages (ids), or nobody once deactivated.

        Every page begins here, so this is where its clock is read for what is unread now.
        """
        for row in _VIEWER.rows(user_id=user_id, now=timezone.now()):
            person = _person(row)
            return person if self.user_can_authenticate(person) else None
        return None


def _viewer(*, user_id: int, now: datetime) -> QuerySet[Person]:
    notices = apps.get_model("notifications", "Notification").objects
    messages = apps.get_model("coaching", "Message").objects
    viewer = OuterRef("pk")
    return (
        Person.objects.with_roles()
        .annotate(
            unread_notices=_ids(notices.shown_to(viewer).unread()),
            unread_from_coaches=_ids(messages.unread_by_coachee(viewer)),
            unread_from_coachees=_ids(messages.unread_by_coach(viewer, now)),
        )
        .filter(pk=user_id)
    )


def _ids(rows: QuerySet) -> ArraySubquery:
    return ArraySubquery(rows.order_by().values("pk")[:UNREAD_COUNTED])


UNREAD = ["unread_notices", "unread_from_coaches", "unread_from_coachees"]
_VIEWER = Prepared(_viewer, [*PERSON, *(f"organization__{name}" for name in ORGANIZATION), "role_names", *UNREAD])


def _person(row: tuple) -> Person:
    """The row as the ORM would read it: writing this query anew took longer than anything else of a small page."""
    own, others = row[: len(PERSON)], row[len(PERSON) :]
    person = Person.from_db(DEFAULT_DB_ALIAS, PERSON, own)
    *organization, person.role_names, person.unread_notices, from_coaches, from_coachees = others  # type: ignore[attr-defined]
    person.unread_messages = [*from_coaches, *from_coachees]  # type: ignore[attr-defined]
    if person.organization_id is not None:
        person.organization = Organization.from_db(DEFAULT_DB_ALIAS, ORGANIZATION, organization)
    return person
