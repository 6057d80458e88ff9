"""*Relationships to review*, for admins; for everybody else there is no such page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from coaching.models import Relationship
from coaching.review import REASONS, mark_reviewed, relationships_to_review
from profiles.requests import PersonRequest


@require_safe
def to_review(request: PersonRequest) -> HttpResponse:
    """The list, all of it or for one reason."""
    if not request.user.has_perm("coaching.end_relationship"):
        raise Http404
    now = timezone.now()
    return render(request, "coaching/review.html", {"now": now, "page": relationships_to_review(request.GET, now)})


@require_POST
def reviewed(request: PersonRequest, pk: int) -> HttpResponse:
    """An admin has looked at this relationship."""
    now = timezone.now()
    concerned = Relationship.objects.visible_to(request.user, now).filter(pk=pk)
    relationship = concerned.select_related("coach", "coachee").first()
    if relationship is None:
        raise Http404
    if not request.user.has_perm("coaching.end_relationship"):
        raise PermissionDenied
    mark_reviewed(relationship=relationship, by=request.user, now=now)
    names = {"coach": relationship.coach.name, "coachee": relationship.coachee.name}
    messages.success(request, _("Reviewed: %(coach)s coaching %(coachee)s.") % names)
    reason = request.POST.get("reason", "")
    kept = f"?{urlencode({'reason': reason})}" if reason in {one.name for one in REASONS} else ""
    return redirect(reverse("relationships-to-review") + kept)
