"""Writing a goal for a session and a takeaway from it, sharing it and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from profiles.actions import RefusedError
from profiles.requests import PersonRequest, coachs_or_own_or_404
from profiles.versions import CONFLICT, ChangedMeanwhileError, again, both
from sessions_app.models import Session
from sessions_app.written_actions import GOAL, TAKEAWAY, Written, save_text, share, take_back
from sessions_app.written_forms import WrittenForm, share_something, take_it_back
from sessions_app.written_page import WritingPage, writing_page

FORBIDDEN = 403
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def goal(request: PersonRequest, pk: int) -> HttpResponse:
    """What the coachee wants from a session."""
    return _write(request, pk, GOAL)


@require_POST
def goal_sharing(request: PersonRequest, pk: int) -> HttpResponse:
    """Shares it with the coach, or takes it back."""
    return _share(request, pk, GOAL)


@form_methods
def takeaway(request: PersonRequest, pk: int) -> HttpResponse:
    """What the coachee takes from a session."""
    return _write(request, pk, TAKEAWAY)


@require_POST
def takeaway_sharing(request: PersonRequest, pk: int) -> HttpResponse:
    """Shares it with the coach, or takes it back."""
    return _share(request, pk, TAKEAWAY)


def _write(request: PersonRequest, pk: int, written: Written) -> HttpResponse:
    """The editor; sent, it keeps the draft or changes what is shared."""
    page = _opened(request, pk, written)
    if request.method != "POST":
        return _show(request, page, _form(page))

    def done(**words: Any) -> HttpResponse:
        save_text(written, page.session, by=request.user, now=page.now, **words)
        if page.is_shared:
            messages.success(request, _("Saved. %(name)s reads it as it is now.") % _coach(page))
            return redirect("person", request.user.pk)
        messages.success(request, _("Saved as a draft. Only you can read it."))
        return redirect(page.address)

    return _sent(request, page, _form(page, request, take_it_back() if page.is_shared else ""), done)


def _share(request: PersonRequest, pk: int, written: Written) -> HttpResponse:
    page = _opened(request, pk, written)
    if request.POST.get("back"):
        return _taken_back(request, page)

    def done(**words: Any) -> HttpResponse:
        share(written, page.session, by=request.user, now=page.now, **words)
        messages.success(request, _("Shared. %(name)s can read it now.") % _coach(page))
        return redirect("person", request.user.pk)

    return _sent(request, page, _form(page, request, share_something()), done)


def _sent(
    request: PersonRequest, page: WritingPage, form: WrittenForm, done: Callable[..., HttpResponse]
) -> HttpResponse:
    """Does it, or shows the form again with what was typed and why it could not be done."""
    if page.closed:
        return _show(request, page, form, status=FORBIDDEN)
    if not form.is_valid():
        return _show(request, page, form, status=422)
    try:
        return done(text=form.cleaned_data["text"], shown=form.cleaned_data["version"])
    except ChangedMeanwhileError as faster:
        beside = both(form, {"text": faster.current.text})
        page = replace(page, row=faster.current, both=beside)
        return _show(request, page, again(form, faster, version=faster.current.version), status=CONFLICT)
    except RefusedError as refusal:
        return _show(request, replace(page, closed=str(refusal)), form, status=FORBIDDEN)


def _taken_back(request: PersonRequest, page: WritingPage) -> HttpResponse:
    try:
        take_back(page.written, page.session, by=request.user, now=page.now)
    except RefusedError as refusal:
        return _show(request, replace(page, closed=str(refusal)), _form(page), status=FORBIDDEN)
    messages.success(request, _("Taken back. It is a draft that only you can read."))
    return redirect(page.address)


def _opened(request: PersonRequest, pk: int, written: Written) -> WritingPage:
    """The page of a session that the viewer may see, 404 for others; 403 where it is not theirs to write."""
    now = timezone.now()
    visible = Session.objects.visible_to(request.user, now).select_related("coach")
    session = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, session.coachee_id)
    if not rules.has_perm(f"sessions_app.write_{written.model._meta.model_name}", request.user, session):
        raise PermissionDenied
    return writing_page(written, session, request.user, now)


def _form(page: WritingPage, request: PersonRequest | None = None, says: str = "") -> WrittenForm:
    shown = {"text": page.text, "version": page.version}
    data = request.POST if request else None
    return WrittenForm(data, initial=shown, by=page.writer, label=page.question, says=says)


def _show(request: PersonRequest, page: WritingPage, form: WrittenForm, *, status: int = 200) -> HttpResponse:
    shown = {"page": page, "form": form, "now": page.now}
    return render(request, "written/write.html", shown, status=status)


def _coach(page: WritingPage) -> dict[str, str]:
    return {"name": page.session.coach.first_name}
