"""The page Calendar, the address that calendars subscribe to, and single sessions as files."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from profiles.models import Role
from profiles.requests import PersonRequest, coachs_or_own_or_404
from sessions_app import calendar_actions as verbs
from sessions_app.calendar_page import OutsideForm, calendar_page
from sessions_app.entries import entries_of, entry_of
from sessions_app.ics import Entry, published
from sessions_app.models import Session

TYPE = "text/calendar; charset=utf-8"


def _coach_or_404(request: PersonRequest) -> None:
    if Role.COACH not in request.user.roles:
        raise Http404


def _in_coaching_or_404(request: PersonRequest) -> None:
    if not {Role.COACH, Role.COACHEE} & request.user.roles:
        raise Http404


@require_safe
def calendar(request: PersonRequest) -> HttpResponse:
    """Subscribing to one's sessions; a coach's own calendar."""
    _in_coaching_or_404(request)
    return render(request, "sessions/calendar.html", {"page": calendar_page(request.user)})


@require_POST
def address(request: PersonRequest) -> HttpResponse:
    """Makes the person's calendar address, or another one in its place."""
    _in_coaching_or_404(request)
    verbs.make_address(request.user, timezone.now())
    messages.success(request, _("Here is your new calendar address. Any older one no longer works."))
    return redirect("calendar")


@require_POST
def address_removal(request: PersonRequest) -> HttpResponse:
    """Ends the address."""
    _in_coaching_or_404(request)
    verbs.remove_address(request.user)
    messages.success(request, _("Your calendar address no longer works."))
    return redirect("calendar")


@require_POST
def outside(request: PersonRequest) -> HttpResponse:
    """The address of the coach's own calendar."""
    _coach_or_404(request)
    form = OutsideForm(request.POST)
    if not form.is_valid():
        page = calendar_page(request.user, form)
        return render(request, "sessions/calendar.html", {"page": page}, status=422)
    verbs.read_from(request.user, form.cleaned_data["secret_address"], timezone.now())
    messages.success(request, _("Your calendar is read within the next minutes, then every 15 minutes."))
    return redirect("calendar")


@require_POST
def outside_removal(request: PersonRequest) -> HttpResponse:
    """Forgets it."""
    _coach_or_404(request)
    verbs.stop_reading(request.user)
    messages.success(request, _("Your own calendar is no longer read, and what was read is deleted."))
    return redirect("calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The sessions of whom the address belongs to, for their calendar, which has no way of signing in."""
    found = verbs.feed_of(token)
    if found is None:
        raise Http404
    entries = entries_of(found.person, timezone.now(), found.made_at)
    etag = _etag(entries, found.person.timezone)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(published(entries, found.person.timezone, _("Coaching")), content_type=TYPE)
    return _for_its_owner(response, etag)


def _etag(entries: list[Entry], zone: str) -> str:
    return f'"{hashlib.sha256(repr((zone, entries)).encode()).hexdigest()[:32]}"'


def _for_its_owner(response: HttpResponse, etag: str) -> HttpResponse:
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=0, must-revalidate"  # kept, and asked about each time
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def session_calendar(request: PersonRequest, pk: int) -> HttpResponse:
    """One session as a file, for a calendar that knows no invitations."""
    visible = Session.objects.visible_to(request.user, timezone.now())
    session = get_object_or_404(visible.select_related("coach", "coachee", "meeting"), pk=pk)
    coachs_or_own_or_404(request, session.coachee_id)
    entry = entry_of(session, request.user)
    response = HttpResponse(published([entry], request.user.timezone), content_type=TYPE)
    response["Content-Disposition"] = 'attachment; filename="session.ics"'
    return response
