"""The request as views behind the sign-in get it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from profiles.models import Person


class PersonRequest(HttpRequest):
    """A request of somebody signed in: LoginRequiredMiddleware lets nobody else through."""

    user: Person
    htmx: HtmxDetails


def is_looked_at(request: HttpRequest) -> bool:
    """Whether somebody is about to see this page: it is not fetched ahead, in case they ask for it (Sec-Purpose)."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead and "prerender" not in ahead
