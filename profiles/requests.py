"""The request as views behind the sign-in get it."""

from django.http import HttpRequest

from profiles.models import Person


class PersonRequest(HttpRequest):
    """A request of somebody signed in: LoginRequiredMiddleware lets nobody else through."""

    user: Person
