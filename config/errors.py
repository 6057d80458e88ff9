"""Pages for when something is away or wrong. Outages answer 503 and give back what was typed.

Nothing here reads the database.
"""

import logging
import sys
import time
from collections.abc import Callable

import psycopg
from django import db
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme

from config import typed as typing

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 10
CUT_WITHIN_SECONDS = 2.0  # sooner than any of our own deadlines
# https://www.postgresql.org/docs/current/errcodes-appendix.html
BUSY = {"57014", "55P03", "40P01", "40001"}  # query canceled, lock not available, deadlock, serialization failure
AWAY = {"25006", "25P03"}  # read-only (a standby took over), idle in transaction: not OperationalError in psycopg
OUTAGES = (db.OperationalError, db.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)


class MailAway(Exception):
    """The mail server did not take a mail that the page promises to send."""


class FilesAway(Exception):
    """Where uploads are kept does not answer, or is full."""


def outage_in(error: BaseException | None) -> str:
    """Which outage an exception tells of: `busy`, `database`, `mail`, `files`, or nothing."""
    if isinstance(error, (MailAway, FilesAway)):
        return "mail" if isinstance(error, MailAway) else "files"
    state = getattr(error, "sqlstate", None) or getattr(getattr(error, "__cause__", None), "sqlstate", None)
    if state in BUSY:
        return "busy"
    return "database" if isinstance(error, OUTAGES) or state in AWAY else ""


class OutageMiddleware:
    """Turns a database or a mail server that is away or busy into a 503, wherever in a view it shows.

    Reading a page whose connection was cut under it (the database restarted) is tried once more: the pool hands out a
    fresh connection, or waits for one. What was given up on after a while is not, and nothing that writes is.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        was_cut = getattr(response, "outage", "") == "database" and time.monotonic() - began < CUT_WITHIN_SECONDS
        if was_cut and request.method in ("GET", "HEAD"):
            db.close_old_connections()
            return self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django calls this for what a view or a template raised; what middleware raised comes to server_error."""
        which = outage_in(exception)
        return unavailable(request, which) if which else None


def unavailable(request: HttpRequest, which: str) -> HttpResponse:
    """The 503 page. It needs no database, session or signed-in person, and keeps a form's texts."""
    log.warning("unavailable: %s", which)
    body = render_to_string(
        "503.html",
        {
            "which": which,
            "path": request.get_full_path(),
            "retry": request.method in ("GET", "HEAD"),
            **_given_back(request),
        },
    )
    response = HttpResponse(body, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    response.outage = which  # type: ignore[attr-defined]  # for OutageMiddleware
    add_never_cache_headers(response)
    return response


def _given_back(request: HttpRequest) -> dict[str, object]:
    """For `ui/kept.html`: what was typed, and whether it may be sent again from that page."""
    form = typing.typed(request)
    again = bool(form) and form.complete and _is_from_our_own_form(request)
    return {"typed": form, "again": again, "csrf_token": get_token(request) if again else ""}


class _Guard(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)  # only asked whether, so without the page about it


def _is_from_our_own_form(request: HttpRequest) -> bool:
    """Only then may the page offer to send it again: it must not lend a stranger's form our token."""
    guard = _Guard(lambda _request: HttpResponse())
    guard.process_request(request)
    return guard.process_view(request, server_error, (), {}) is None


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500: an outage that middleware met (loading the session or the viewer) is a 503, all else a plain 500."""
    which = outage_in(sys.exc_info()[1])
    if which:
        return unavailable(request, which)
    return HttpResponse(render_to_string("500.html", _given_back(request)), status=500)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403; what was typed for something that one may no longer do can be copied from the page."""
    return render(request, "403.html", {"typed": _from_our_own_page(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404; the same for what one may no longer see."""
    return render(request, "404.html", {"typed": _from_our_own_page(request)}, status=404)


def _from_our_own_page(request: HttpRequest) -> typing.Typed | None:
    """What was typed, if the form says whose it is: an address that is none is not guarded against strangers' forms."""
    form = typing.typed(request)
    return None if typing.owner(form) is None else form


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: most often a form that was left open until its sign-in ended.

    A form that says whose it is comes from our own page, for nobody else can sign it: whoever it belongs to may send it
    again, after signing in where that is needed. Of any other the texts can be copied from the page.
    """
    form, viewer = typing.typed(request), request.user
    owner = typing.owner(form) if _comes_from_here(request) else None
    own = owner is not None and owner == viewer.pk
    by_htmx = bool(getattr(request, "htmx", False))
    to_be_kept = (own and by_htmx) or (owner is not None and not viewer.is_authenticated)
    if to_be_kept and typing.keep(request, form, timezone.now()):
        return _to_what_was_kept(by_htmx)
    context = {"typed": form, "again": own and form.complete, "path": request.get_full_path()}
    return render(request, "403_csrf.html", context, status=403)


def _to_what_was_kept(by_htmx: bool) -> HttpResponse:
    """On to the page that gives it back, which asks to sign in first where that is needed."""
    if not by_htmx:
        return redirect(typing.ADDRESS)
    return HttpResponse(status=204, headers={"HX-Redirect": typing.ADDRESS})


def _comes_from_here(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure())
