"""Signing in: allauth's backend, bringing along what every page shows of its viewer, in one query."""

from allauth.account.auth_backends import AuthenticationBackend
from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from profiles.models import Person

UNREAD_COUNTED = 100
"""More unread notices than this are shown as “99+”."""


class PersonBackend(AuthenticationBackend):
    """E-mail and password, or whatever allauth has checked."""

    def get_user(self, user_id: int) -> Person | None:
        """The signed-in person with roles, organization and unread notices (ids), or nobody once deactivated."""
        notices = apps.get_model("notifications", "Notification").objects
        unread = notices.shown_to(OuterRef("pk")).unread().order_by().values("pk")[:UNREAD_COUNTED]
        people = Person.objects.with_roles().annotate(unread_notices=ArraySubquery(unread))
        person = people.select_related("organization").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
