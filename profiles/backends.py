"""Signing in: allauth's backend, bringing the roles along so that a page needs one query for its viewer."""

from allauth.account.auth_backends import AuthenticationBackend

from profiles.models import Person


class PersonBackend(AuthenticationBackend):
    """E-mail and password, or whatever allauth has checked."""

    def get_user(self, user_id: int) -> Person | None:
        """The signed-in person with roles and organization, or nobody once deactivated."""
        person = Person.objects.with_roles().select_related("organization").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
