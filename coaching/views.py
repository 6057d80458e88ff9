"""Today, Your coachees, and a former coach's own notes."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coaching.coachee_page import coachee_page
from coaching.notes import page_of_notes
from coaching.today import todays
from profiles.models import Role
from profiles.requests import PersonRequest

SEARCH_LENGTH = 100


@require_safe
def today(request: PersonRequest) -> HttpResponse:
    """What waits for the viewer."""
    now = timezone.now()
    return render(request, "coaching/today.html", {"now": now, "today": todays(request.user, now, request.GET)})


@require_safe
def coachees(request: PersonRequest) -> HttpResponse:
    """A coach's coachees; for people without coaching access there is no such page."""
    if Role.COACH not in request.user.roles:
        raise Http404
    query = request.GET
    page = coachee_page(
        request.user,
        timezone.now(),
        status=query.get("status", ""),
        search=query.get("q", "")[:SEARCH_LENGTH].strip(),
        after=query.get("after", ""),
        before=query.get("before", ""),
    )
    return render(request, "coaching/coachees.html", {"now": page.found.at, "page": page})


@require_safe
def own_notes(request: PersonRequest) -> HttpResponse:
    """The viewer's private notes on people they no longer coach."""
    now = timezone.now()
    page = page_of_notes(request.user, now, request.GET)
    is_coach = Role.COACH in request.user.roles
    return render(request, "coaching/notes.html", {"now": now, "page": page, "is_coach": is_coach})
