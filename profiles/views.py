"""A person's profile: Overview, Sessions and Assignments."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.keyset import read_cursor
from profiles.as_seen import as_seen, eyes, without_own
from profiles.coach_page import coaching_of, tie_of
from profiles.facts import booked
from profiles.given import only_of, shown_on_tab, state_of
from profiles.hub import coachee_hub
from profiles.meetings import history
from profiles.pages import profile_or_404, render_tab
from profiles.profile import reads_texts


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Who somebody is, what they did, what to encourage, and what comes next."""
    profile = profile_or_404(request, pk)
    hub = coachee_hub(profile, request.GET)
    coach, tie = coaching_of(profile), tie_of(profile)
    parts: dict[str, Any] = {"hub": hub, "coach": coach, "tie": tie, "eyes": eyes(profile)}
    return render_tab(request, profile, "person", "profiles/overview.html", **parts)


@require_safe
def as_others_see(request: HttpRequest, pk: int, who: str) -> HttpResponse:
    """One's own Overview as a coach of now, or an admin, gets it."""
    own = profile_or_404(request, pk)
    seen = as_seen(own, who)
    if seen is None:
        raise Http404
    parts = {"profile": seen, "hub": without_own(coachee_hub(seen, request.GET)), "now": seen.now}
    return render(request, "profiles/overview.html", {**parts, "eyes": eyes(own, who), "tabs": []})


@require_safe
def sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions ahead and all past ones."""
    profile = profile_or_404(request, pk, reads_texts)
    page = history(profile, booked(profile), request.GET, read_cursor(request.GET))
    return render_tab(request, profile, "person-sessions", "profiles/sessions.html", history=page)


@require_safe
def assignments(request: HttpRequest, pk: int) -> HttpResponse:
    """The assignments in one state, with instructions."""
    profile = profile_or_404(request, pk, reads_texts)
    state = state_of(request.GET.get("state"))
    page = shown_on_tab(profile, state, only_of(request.GET.get("only"), state), read_cursor(request.GET))
    return render_tab(request, profile, "person-assignments", "profiles/assignments.html", assignments=page)
