"""What the forms about a person's records have in common: who may, what was sent, and the page around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from profiles.actions import RefusedError
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, not_contacts
from profiles.requests import PersonRequest

LARGEST = 2**63 - 1


def may(request: HttpRequest, profile: Profile, deed: str) -> bool:
    """Whether the viewer may do this to the person's records."""
    return request.user.has_perm(f"profiles.{deed}", profile.person)


def profile_for(request: HttpRequest, pk: int, deed: str, shown: Callable[[Profile], bool] = not_contacts) -> Profile:
    """The profile for somebody about to do something: 404 where they may not see it, 403 where they may not do it."""
    profile = profile_or_404(request, pk, shown)
    if not may(request, profile, deed):
        raise PermissionDenied
    return profile


def row_or_404(model: Any, request: PersonRequest, pk: int) -> Any:
    """The course or credential, if the viewer may see it."""
    row = model.objects.visible_to(request.user, timezone.now()).filter(pk=pk).first() if pk <= LARGEST else None
    if row is None:
        raise Http404
    return row


def sent(request: HttpRequest) -> dict[str, Any]:
    """What a form is made with: data and files when they were sent."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def done(form: BaseForm, verb: Callable[[], object]) -> bool:
    """Whether the form was in order and the verb did it; what it refused stands above the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        verb()
    except RefusedError as refused:
        form.add_error(None, str(refused))
        return False
    return True


def form_page(
    request: HttpRequest, profile: Profile, tab: str, *, title: str, form: BaseForm, status: int = 0, **parts: Any
) -> HttpResponse:
    """The form inside the profile, below its tab; 422 when it was sent and is not in order."""
    shown = {"title": title, "form": form, "tab_url": tab, **parts}
    status = status or (422 if form.is_bound else 200)
    return render_tab(request, profile, tab, "profiles/record_form.html", **{**shown, "status": status})


def removal_page(request: HttpRequest, profile: Profile, tab: str, **parts: Any) -> HttpResponse:
    """The question before something is removed."""
    return render_tab(request, profile, tab, "profiles/record_remove.html", **{**parts, "tab_url": tab})
