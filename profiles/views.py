"""A person's profile: Overview, Sessions, Assignments and Messages."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from config.keyset import read_cursor
from profiles.coach_page import coaching_of, tie_of
from profiles.conversation import conversation
from profiles.facts import booked
from profiles.given import shown_on_tab, state_of
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
    return render_tab(request, profile, "person", "profiles/overview.html", hub=hub, coach=coach, tie=tie)


@require_safe
def sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions ahead and all past ones."""
    profile = profile_or_404(request, pk, reads_texts)
    page = history(profile, booked(profile), read_cursor(request.GET))
    return render_tab(request, profile, "person-sessions", "profiles/sessions.html", history=page)


@require_safe
def assignments(request: HttpRequest, pk: int) -> HttpResponse:
    """The assignments in one state, with instructions and responses."""
    profile = profile_or_404(request, pk, reads_texts)
    page = shown_on_tab(profile, state_of(request.GET.get("state")), read_cursor(request.GET))
    return render_tab(request, profile, "person-assignments", "profiles/assignments.html", assignments=page)


@require_safe
def messages(request: HttpRequest, pk: int) -> HttpResponse:
    """The conversation of coach and coachee."""
    profile = profile_or_404(request, pk, reads_texts)
    page = conversation(profile, request.GET.get("with"), read_cursor(request.GET))
    return render_tab(request, profile, "person-messages", "profiles/messages.html", conversation=page)
