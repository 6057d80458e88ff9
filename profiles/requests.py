"""The request as views behind the sign-in get it."""

from django.http import Http404, HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from profiles.models import Person, Role


class PersonRequest(HttpRequest):
    """A request of somebody signed in: LoginRequiredMiddleware lets nobody else through."""

    user: Person
    htmx: HtmxDetails


def coachs_or_own_or_404(request: PersonRequest, coachee: int) -> None:
    """404 for a coach of this coachee (id) whose coaching access is gone: their profile, where it stands, is closed."""
    if request.user.pk != coachee and Role.COACH not in request.user.roles:
        raise Http404


def is_looked_at(request: HttpRequest) -> bool:
    """Whether somebody is about to see this page: it is not fetched ahead, in case they ask for it (Sec-Purpose)."""
    ahead = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    return request.method == "GET" and "prefetch" not in ahead and "prerender" not in ahead


def own_path(text: str) -> str:
    """The path of a page of this site, such as a form's `next`; empty for whatever would lead elsewhere."""
    path = text.replace("\x00", "")
    return path if path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""
