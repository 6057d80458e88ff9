"""Writing notes on a session, and going back to what they said before. Reads are logged by ids, never by content."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import rules
import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from profiles.actions import RefusedError
from profiles.requests import PersonRequest, coachs_or_own_or_404
from profiles.versions import CONFLICT, ChangedMeanwhileError, again, both
from sessions_app.models import Session
from sessions_app.note_page import NotePage, NotesForm, note_page, version_or_404, versions_page
from sessions_app.noting import PARTS, PRIVATE, SHARED, Notes, restore, save_notes

FORBIDDEN = 403
form_methods = require_http_methods(["GET", "HEAD", "POST"])
log = structlog.get_logger(__name__)


@form_methods
def notes(request: PersonRequest, pk: int) -> HttpResponse:
    """The editor of both parts; sent, it saves them."""
    now = timezone.now()
    page = note_page(_coachs(request, pk, now), request.user, now)
    log.info("notes_read", person=request.user.pk, session=pk)
    if request.method != "POST":
        return _show(request, page, NotesForm(initial=page.initial, by=request.user))
    form = NotesForm(request.POST, initial=page.initial, by=request.user)
    if page.closed:
        return _show(request, page, form, status=FORBIDDEN)
    return _sent(request, page, form) if form.is_valid() else _show(request, page, form, status=422)


@form_methods
def versions(request: PersonRequest, pk: int) -> HttpResponse:
    """What the notes said before; sent, one of these texts is what they say again."""
    now = timezone.now()
    session = _coachs(request, pk, now)
    log.info("note_versions_read", person=request.user.pk, session=pk)
    if request.method == "POST":
        return _restored(request, session, now)
    page = versions_page(session, request.user, now, request.GET)
    return render(request, "sessions/note_versions.html", {"page": page, "now": now})


def _sent(request: PersonRequest, page: NotePage, form: NotesForm) -> HttpResponse:
    said = form.cleaned_data
    texts = {part: said[part] for part in PARTS}
    shown = {part: said[f"shown_{part}"] for part in PARTS}
    try:
        save_notes(page.session, by=request.user, now=page.now, shown=shown, **texts)
    except ChangedMeanwhileError as faster:
        current: Notes = faster.current
        page = replace(page, notes=current, both=both(form, {part: current.text(part) for part in PARTS}))
        versions = {f"shown_{part}": current.version(part) for part in PARTS}
        return _show(request, page, again(form, faster, **versions), status=CONFLICT)
    except RefusedError as refusal:
        return _show(request, replace(page, closed=str(refusal)), form, status=FORBIDDEN)
    messages.success(request, _saved(page, said[SHARED]))
    return redirect(page.address)


def _saved(page: NotePage, shared: str) -> str:
    name = {"name": page.session.coachee.first_name}
    if shared and shared != page.notes.text(SHARED):
        return _("Saved. %(name)s can read the shared part now.") % name
    return _("Saved.")


def _restored(request: PersonRequest, session: Session, now: datetime) -> HttpResponse:
    part = SHARED if request.POST.get("part") == SHARED else PRIVATE
    version = version_or_404(part, request.POST.get("version", ""), session, request.user, now)
    back = f"{reverse('session-note-versions', args=[session.pk])}?part={part}"
    sent = request.POST.get("shown", "")
    shown = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 11 else -1
    try:
        restore(session, version, by=request.user, now=now, shown=shown)
    except RefusedError as refusal:  # also when another tab was faster
        page = versions_page(session, request.user, now, request.GET)
        status = CONFLICT if isinstance(refusal, ChangedMeanwhileError) else FORBIDDEN
        parts = {"page": page, "now": now, "refused": str(refusal)}
        return render(request, "sessions/note_versions.html", parts, status=status)
    messages.success(request, _("It says this again. What it said until now is among the earlier texts."))
    return redirect(back)


def _coachs(request: PersonRequest, pk: int, now: datetime) -> Session:
    """A session that the viewer may see, 404 for others; 403 where they are not its coach."""
    visible = Session.objects.visible_to(request.user, now).select_related("coachee")
    session = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, session.coachee_id)
    if not rules.has_perm("sessions_app.write_notes", request.user, session):
        raise PermissionDenied
    return session


def _show(request: PersonRequest, page: NotePage, form: NotesForm, *, status: int = 200) -> HttpResponse:
    return render(request, "sessions/notes.html", {"page": page, "form": form, "now": page.now}, status=status)
