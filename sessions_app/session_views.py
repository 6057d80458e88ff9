"""The Sessions page, a session's own page, and the way into a session."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.keyset import read_cursor
from profiles.facts import booked
from profiles.losing import will_be_lost
from profiles.pages import profile_or_404
from profiles.profile import reads_texts
from profiles.requests import PersonRequest, coachs_or_own_or_404
from sessions_app.joining import joinable, meeting_link
from sessions_app.models import Session
from sessions_app.session_page import session_page
from sessions_app.sessions_page import sessions_page, sides_of


@require_safe
def sessions(request: PersonRequest) -> HttpResponse:
    """All sessions of a coach or a coachee; for people who are neither there is no such page."""
    now = timezone.now()
    if not sides_of(request.user, now):
        raise Http404
    page = sessions_page(request.user, now, request.GET, read_cursor(request.GET))
    return render(request, "sessions/sessions.html", {"now": now, "page": page})


@require_safe
def session(request: PersonRequest, pk: int) -> HttpResponse:
    """A session's own page, for its coach and its coachee."""
    now = timezone.now()
    row = _visible_or_404(request, pk, now)
    profile = profile_or_404(request, row.coachee_id, reads_texts, now=now)
    page = session_page(profile, row)
    if page is None:
        raise Http404
    return render(request, "sessions/session.html", {"now": now, "profile": profile, "page": page})


@require_safe
def forecast(request: PersonRequest, pk: int) -> HttpResponse:
    """Which sessions will be lost, with the free times until then: for profiles, which fetch it when they are shown."""
    profile = profile_or_404(request, pk, reads_texts)
    if not request.htmx:
        return redirect("person", pk)
    losing = will_be_lost(profile, booked(profile), free_times=True)
    return render(request, "sessions/losing_times.html", {"profile": profile, "losing": losing})


@require_safe
def join(request: PersonRequest, pk: int) -> HttpResponse:
    """Leads to where the session meets, while it is time to; else says when that is, or was."""
    now = timezone.now()
    session = _visible_or_404(request, pk, now)
    link = meeting_link(session)
    if link and joinable(session, now):
        # The address of the page says whose session it is; that is nobody's business at the other end.
        return HttpResponseRedirect(link, headers={"Referrer-Policy": "no-referrer"})
    shown = {"now": now, "session": session, "has_link": bool(link), "over": session.ends_at <= now}
    shown["other"] = session.coach if request.user.pk == session.coachee_id else session.coachee
    return render(request, "sessions/join_page.html", shown)


def _visible_or_404(request: PersonRequest, pk: int, now: datetime) -> Session:
    visible = Session.objects.visible_to(request.user, now).select_related("coach", "coachee", "meeting")
    session = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, session.coachee_id)
    return session
