"""“Who can see this?” as a page, and as a dialog where htmx asks for it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from profiles.audience import audience_or_404
from profiles.requests import PersonRequest


@require_safe
def who_can_see(request: PersonRequest, kind: str, pk: int) -> HttpResponse:
    """Exactly who can read this text. Whoever cannot gets 404."""
    audience = audience_or_404(kind, pk, request.user, timezone.now())
    template = "who_can_see/dialog.html" if request.headers.get("HX-Request") else "who_can_see/page.html"
    return render(request, template, {"audience": audience})
