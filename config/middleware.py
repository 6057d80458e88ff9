"""Small middleware: nothing is cached, times are shown in the viewer's zone, htmx requests sign in on a whole page."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

Handler = Callable[[HttpRequest], HttpResponse]


def no_store(get_response: Handler) -> Handler:
    """Pages are about people: neither browsers nor proxies keep them. The admin gets its own policy here too."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
            response["Cache-Control"] = "no-store, private"
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
        return response

    return middleware


def viewer_zone(get_response: Handler) -> Handler:
    """Every time on a page is the viewer's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return get_response(request)
        with timezone.override(ZoneInfo(request.user.timezone)):
            return get_response(request)

    return middleware


def htmx_sign_in(get_response: Handler) -> Handler:
    """A part of a page asked for after signing out must not answer with a sign-in form inside a card."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        asked_by_htmx = getattr(request, "htmx", False)
        if asked_by_htmx and response.status_code == 302 and response["Location"].startswith(settings.SIGN_IN_PATH):
            target = response["Location"]
            response = HttpResponse(status=204)
            response["HX-Redirect"] = target
        return response

    return middleware
