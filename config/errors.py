"""Pages for when something is away or wrong. Outages answer 503 and give back what was typed.

Nothing here reads the database.
"""

import logging
import re
import sys
import time
from collections.abc import Callable

import psycopg
from django import db
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 10
CUT_WITHIN_SECONDS = 2.0  # sooner than any of our own deadlines
# https://www.postgresql.org/docs/current/errcodes-appendix.html
BUSY = {"57014", "55P03", "40P01", "40001"}  # query canceled, lock not available, deadlock, serialization failure
AWAY = {"25006", "25P03"}  # read-only (a standby took over), idle in transaction: not OperationalError in psycopg
OUTAGES = (db.OperationalError, db.InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
SECRET_FIELD = re.compile(r"passw|token|secret|credential|code|otp", re.IGNORECASE)
LONGEST_KEPT = 200_000  # characters of one field


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
    kept, complete = typed_texts(request)
    again = bool(kept) and complete and _is_from_our_own_form(request)
    body = render_to_string(
        "503.html",
        {
            "which": which,
            "kept": kept,
            "path": request.get_full_path(),
            "csrf_token": get_token(request) if again else "",
            "again": again,
            "retry": request.method in ("GET", "HEAD"),
        },
    )
    response = HttpResponse(body, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
    response.outage = which  # type: ignore[attr-defined]  # for OutageMiddleware
    add_never_cache_headers(response)
    return response


def typed_texts(request: HttpRequest) -> tuple[list[tuple[str, str]], bool]:
    """The fields of a posted form, without secrets and files, and whether they are all that was sent."""
    if request.method != "POST":
        return [], True
    try:
        posted = [(name, value) for name, values in request.POST.lists() for value in values]
        complete = not request.FILES
    except Exception:  # whatever is wrong with the body, this page must still be shown
        return [], False
    fields = [(name, value) for name, value in posted if name != "csrfmiddlewaretoken"]
    kept = [(name, value[:LONGEST_KEPT]) for name, value in fields if not SECRET_FIELD.search(name)]
    return kept, complete and len(kept) == len(fields) and all(len(value) <= LONGEST_KEPT for _name, value in fields)


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
    kept, _complete = typed_texts(request)
    return HttpResponse(render_to_string("500.html", {"kept": kept, "path": request.get_full_path()}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: most often a form left open until its sign-in ended; the texts can be copied from the page."""
    kept, _complete = typed_texts(request)
    return render(request, "403_csrf.html", {"kept": kept, "path": request.get_full_path()}, status=403)
