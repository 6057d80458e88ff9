"""The whole feed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from activity.feed_page import sees_activity, whole_feed
from profiles.pages import profile_or_404, render_tab


@require_safe
def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """All that a coachee did, page by page, of one kind or of all."""
    profile = profile_or_404(request, pk, sees_activity)
    page = whole_feed(profile, request.GET)
    return render_tab(request, profile, "person", "activity/activity.html", page=page)
