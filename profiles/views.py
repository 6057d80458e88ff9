"""A person's profile: Overview, Sessions, Assignments and Messages."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from config.keyset import read_cursor
from profiles.conversation import conversation
from profiles.facts import booked
from profiles.given import shown_on_tab, state_of
from profiles.hub import coachee_hub
from profiles.meetings import history
from profiles.models import Person
from profiles.profile import Profile, open_profile


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Who somebody is, what they did, what to encourage, and what comes next."""
    profile = _profile(request, pk)
    return _page(request, profile, "person", "overview", hub=coachee_hub(profile, request.GET))


@require_safe
def sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions ahead and all past ones."""
    profile = _confidential(request, pk)
    page = history(profile, booked(profile), read_cursor(request.GET))
    return _page(request, profile, "person-sessions", "sessions", history=page)


@require_safe
def assignments(request: HttpRequest, pk: int) -> HttpResponse:
    """The assignments in one state, with instructions and responses."""
    profile = _confidential(request, pk)
    page = shown_on_tab(profile, state_of(request.GET.get("state")), read_cursor(request.GET))
    return _page(request, profile, "person-assignments", "assignments", assignments=page)


@require_safe
def messages(request: HttpRequest, pk: int) -> HttpResponse:
    """The conversation of coach and coachee."""
    profile = _confidential(request, pk)
    page = conversation(profile, request.GET.get("with"), read_cursor(request.GET))
    return _page(request, profile, "person-messages", "messages", conversation=page)


def _profile(request: HttpRequest, pk: int) -> Profile:
    """The profile, or 404 where there is none that the viewer may know of."""
    profile = open_profile(cast(Person, request.user), pk, timezone.now())
    if profile is None:
        raise Http404
    return profile


def _confidential(request: HttpRequest, pk: int) -> Profile:
    """The profile of a coachee whose texts the viewer may read, else 404."""
    profile = _profile(request, pk)
    if not profile.reads_texts:
        raise Http404
    return profile


def _page(request: HttpRequest, profile: Profile, tab: str, template: str, **parts: object) -> HttpResponse:
    shown = {"profile": profile, "tabs": profile.tabs(tab), "now": profile.now, **parts}
    return render(request, f"profiles/{template}.html", shown)
