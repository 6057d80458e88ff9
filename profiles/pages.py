"""What every tab of a profile begins and ends with: fetch the profile visibly, show a page inside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from profiles.models import Person
from profiles.profile import Profile, open_profile


def profile_or_404(
    request: HttpRequest,
    pk: int,
    shown: Callable[[Profile], bool] = lambda profile: True,
    *,
    now: datetime | None = None,
) -> Profile:
    """The profile as the signed-in viewer may see it, as of `now` where the view has read the clock already.

    404 where there is none that they may know of, or where `shown`, the same predicate that shows the tab, says no.
    """
    profile = open_profile(cast(Person, request.user), pk, now or timezone.now())
    if profile is None or not shown(profile):
        raise Http404
    return profile


def render_tab(
    request: HttpRequest, profile: Profile, tab: str, template: str, *, status: int = 200, **parts: object
) -> HttpResponse:
    """A page inside the profile. `tab` is the name of its URL, `template` extends `profiles/page.html`."""
    shown = {"profile": profile, "tabs": profile.tabs(tab), "now": profile.now, **parts}
    return render(request, template, shown, status=status)
