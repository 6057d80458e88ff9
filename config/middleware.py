"""Small middleware: nothing is cached, times are shown in the viewer's zone, htmx requests sign in on a whole page."""

from collections.abc import Callable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from config import typed

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]
TAKEN = (204, 302, 303)
"""How a view answers a form that it has taken."""


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


class SignInKeepsTyped(LoginRequiredMiddleware):
    """Sends who is not signed in to sign in, as Django's, and keeps what they had typed; see config/typed.py."""

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple, view_kwargs: dict
    ) -> HttpResponseBase | None:
        """Also drops what is kept for somebody else than who has signed in."""
        if request.user.is_authenticated and request.session.accessed:  # else it would be read for this alone
            typed.forget(request, not_of=request.user.pk)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: View) -> HttpResponseRedirect:
        """After a form one goes on to what was typed, or back to its page: its own address may show nothing."""
        if request.method != "POST":
            return super().handle_no_permission(request, view_func)
        kept = typed.keep(request, typed.typed(request), timezone.now())
        return redirect_to_login(typed.ADDRESS if kept else _page_before(request), settings.SIGN_IN_PATH)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """What was given back and has been taken now is kept no longer."""
        if request.method == "POST" and response.status_code in TAKEN and typed.KEPT_KEY in request.POST:
            typed.forget(request, keys=request.POST.getlist(typed.KEPT_KEY))
        return response


def _page_before(request: HttpRequest) -> str:
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return settings.LOGIN_REDIRECT_URL
    return urlsplit(page)._replace(scheme="", netloc="").geturl()
