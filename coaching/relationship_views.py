"""The Coaching tab, and what admins do there: add, remove, hand over, turn coaching access off."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coaching.access import turn_off
from coaching.actions import CoachingError, NoRoomError, assign_coach, end_relationship
from coaching.asking import AccessQuestion, Adding, Ending, HandingOver
from coaching.coaching_tab import coaching_tab
from coaching.handover import hand_over
from coaching.models import Relationship
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, not_contacts
from profiles.requests import PersonRequest

ASK = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def coaching(request: PersonRequest, pk: int) -> HttpResponse:
    """Who coaches this person and whom they coach."""
    profile = profile_or_404(request, pk, not_contacts)
    return render_tab(
        request, profile, "person-coaching", "coaching/tab.html", coaching=coaching_tab(profile, request.GET)
    )


@ASK
def add(request: PersonRequest, pk: int) -> HttpResponse:
    """Looks for a coach or a coachee of this person, and adds the one who is chosen."""
    profile = _administered(request, pk, "coaching.add_relationship")
    page, status = Adding.of(profile, request), 200
    if request.method == "POST":
        try:
            made = assign_coach(
                **page.pair(), by=request.user, now=profile.now, within_capacity="anyway" not in request.POST
            )
        except NoRoomError as warning:
            page, status = page.warned(str(warning)), 422
        except CoachingError as refusal:
            page, status = page.refused(refusal), 422
        else:
            names = {"coach": made.coach.name, "coachee": made.coachee.name}
            messages.success(request, _("%(coach)s now coaches %(coachee)s. Both are told.") % names)
            return redirect("person-coaching", pk)
    return render_tab(request, profile, "person-coaching", "coaching/add.html", status=status, page=page)


@ASK
def end(request: PersonRequest, pk: int) -> HttpResponse:
    """Says what ends with a relationship, and ends it."""
    now = timezone.now()
    page = Ending.of(_relationship(request, pk, now), request, now)
    if request.method != "POST":
        return render(request, "coaching/end.html", {"page": page, "now": now})
    if end_relationship(relationship=page.relationship, by=request.user, now=now):
        names = {"coach": page.coach.name, "coachee": page.coachee.name}
        messages.success(request, _("%(coach)s no longer coaches %(coachee)s. Both are told.") % names)
    else:
        messages.info(request, _("This relationship has ended already."))
    return redirect(page.back)


@ASK
def handover(request: PersonRequest, pk: int) -> HttpResponse:
    """Looks for another coach, says what goes along, and moves the coachee there."""
    now = timezone.now()
    page = HandingOver.of(_relationship(request, pk, now), request, now)
    status = 200
    if request.method == "POST":
        try:
            hand_over(relationship=page.relationship, to=page.to_whom(), by=request.user, now=now)
        except CoachingError as refusal:
            page, status = page.refused(refusal), 422
        else:
            names = {"coach": page.to_whom().name, "coachee": page.coachee.name}
            messages.success(request, _("%(coach)s now coaches %(coachee)s. All three are told.") % names)
            return redirect(page.back)
    return render(request, "coaching/handover.html", {"page": page, "now": now}, status=status)


@ASK
def access(request: PersonRequest, pk: int) -> HttpResponse:
    """Turns coaching access off, once it is said what becomes of the people this coach coaches."""
    profile = _administered(request, pk, "coaching.end_relationship")
    page, status = AccessQuestion.of(profile, request), 200
    if request.method == "POST":
        try:
            turn_off(person=page.person, by=request.user, now=profile.now, then=page.answer(), seen=page.asked)
        except CoachingError as refusal:
            page, status = page.refused(refusal), 422
        else:
            messages.success(request, _("%(name)s has no coaching access now.") % {"name": page.person.name})
            return redirect("person-coaching", pk)
    return render_tab(request, profile, "person-coaching", "coaching/access.html", status=status, page=page)


def _administered(request: PersonRequest, pk: int, deed: str) -> Profile:
    """The profile: 404 for whoever may not see the tab, 403 for those who may but administer nothing."""
    profile = profile_or_404(request, pk, not_contacts)
    if not request.user.has_perm(deed):
        raise PermissionDenied
    return profile


def _relationship(request: PersonRequest, pk: int, now: datetime) -> Relationship:
    """A relationship to end or hand over: 404 for whom it does not concern, 403 for the two themselves."""
    concerned = Relationship.objects.visible_to(request.user, now).select_related("coach", "coachee")
    relationship = concerned.filter(pk=pk).first()
    if relationship is None:
        raise Http404
    if not request.user.has_perm("coaching.end_relationship"):
        raise PermissionDenied
    return relationship
