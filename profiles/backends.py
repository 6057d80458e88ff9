"""Signing in: allauth's backend, bringing along what every page shows of its viewer, in one query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import OuterRef, QuerySet

from config.prepared import Prepared
from profiles.models import Organization, Person

UNREAD_COUNTED = 100
"""More unread notices than this are shown as “99+”."""

PERSON = [field.attname for field in Person._meta.concrete_fields]
ORGANIZATION = [field.attname for field in Organization._meta.concrete_fields]


class PersonBackend(AuthenticationBackend):
    """E-mail and password, or whatever allauth has checked."""

    def get_user(self, user_id: int) -> Person | None:
        """The signed-in person with roles, organization and unread notices (ids), or nobody once deactivated."""
        for row in _VIEWER.rows(user_id=user_id):
            person = _person(row)
            return person if self.user_can_authenticate(person) else None
        return None


def _viewer(*, user_id: int) -> QuerySet[Person]:
    notices = apps.get_model("notifications", "Notification").objects
    unread = notices.shown_to(OuterRef("pk")).unread().order_by().values("pk")[:UNREAD_COUNTED]
    return Person.objects.with_roles().annotate(unread_notices=ArraySubquery(unread)).filter(pk=user_id)


_VIEWER = Prepared(
    _viewer, [*PERSON, *(f"organization__{name}" for name in ORGANIZATION), "role_names", "unread_notices"]
)


def _person(row: tuple) -> Person:
    """The row as the ORM would read it: writing this query anew took longer than anything else of a small page."""
    own, others = row[: len(PERSON)], row[len(PERSON) :]
    person = Person.from_db(DEFAULT_DB_ALIAS, PERSON, own)
    *organization, person.role_names, person.unread_notices = others  # type: ignore[attr-defined]
    if person.organization_id is not None:
        person.organization = Organization.from_db(DEFAULT_DB_ALIAS, ORGANIZATION, organization)
    return person
