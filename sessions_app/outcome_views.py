"""Marking what became of a session, and saying how it is paid for."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from profiles.actions import RefusedError
from profiles.requests import PersonRequest, coachs_or_own_or_404, own_path
from profiles.versions import CONFLICT, ChangedMeanwhileError
from sessions_app.marking import OUTCOMES
from sessions_app.models import Session
from sessions_app.outcome_page import OutcomeForm, OutcomePage, PaymentForm, outcome_page, seat_forms
from sessions_app.outcomes import mark, mark_together, set_payment

FORBIDDEN = 403
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def outcome(request: PersonRequest, pk: int) -> HttpResponse:
    """Says that a session occurred, or why it didn't; of a group that of everybody at once."""
    now = timezone.now()
    page = outcome_page(_coachs(request, pk, "mark_session", now), request.user, now)
    if request.method != "POST":
        return _show(request, page)
    if page.closed:
        return _show(request, page, status=FORBIDDEN)
    return _group_sent(request, page) if "together" in request.POST else _sent(request, page)


@form_methods
def payment(request: PersonRequest, pk: int) -> HttpResponse:
    """Says how the coach's time in this session is paid for."""
    now = timezone.now()
    session = _coachs(request, pk, "change_payment", now)
    shown = {"payment": session.payment, "version": session.version}
    form = PaymentForm(request.POST if request.method == "POST" else None, initial=shown)
    status = 422 if form.errors else 200
    if form.is_valid():
        said, version = form.cleaned_data["payment"], form.cleaned_data["version"]
        try:
            set_payment(session, payment=said, by=request.user, now=now, shown=version)
        except ChangedMeanwhileError as faster:
            session, status = faster.current, CONFLICT
            form = PaymentForm({"payment": said, "version": session.version})
        else:
            messages.success(request, _("Saved."))
            return redirect(_onward(request, session))
    parts = {"session": session, "form": form, "now": now, "conflict": status == CONFLICT}
    return render(request, "sessions/payment.html", {**parts, "next": _onward(request, session)}, status=status)


def _sent(request: PersonRequest, page: OutcomePage) -> HttpResponse:
    form = OutcomeForm(request.POST)
    if not form.is_valid():
        return _show(request, page, form=form, status=422)
    said = form.cleaned_data
    words = {"status": said["status"], "reason": said["reason"], "shown": said["version"]}
    try:
        done = mark(page.session, by=request.user, now=page.now, **words)
    except ChangedMeanwhileError as faster:
        fresh = outcome_page(_coachs(request, page.session.pk, "mark_session", page.now), request.user, page.now)
        form = OutcomeForm({**words, "version": faster.current.version})
        return _show(request, fresh, form=form, status=CONFLICT)
    except RefusedError as refusal:
        return _show(request, page, form=form, refused=str(refusal), status=FORBIDDEN)
    words = {"name": page.session.coachee.first_name}
    occurred = done.status == Session.Status.OCCURRED
    messages.success(
        request,
        (_("Your session with %(name)s is marked as occurred.") if occurred
         else _("Your session with %(name)s is marked as didn’t occur.")) % words,
    )  # fmt: skip
    return redirect(_onward(request, page.session))


def _group_sent(request: PersonRequest, page: OutcomePage) -> HttpResponse:
    seats = seat_forms(page, request.POST)
    if not all(form.is_valid() for form in seats):
        return _show(request, page, seats=seats, status=422)
    verdicts = [one for form in seats if (one := form.verdict(everybody="everybody" in request.POST))]
    if not verdicts:
        return _show(request, page, seats=seats, refused=_("Say of at least one person how it was."), status=422)
    try:
        mark_together(verdicts, by=request.user, now=page.now)
    except ChangedMeanwhileError:
        fresh = outcome_page(page.session, request.user, page.now)
        return _show(request, fresh, seats=seat_forms(fresh, _with_versions(request, fresh)), status=CONFLICT)
    except RefusedError as refusal:
        return _show(request, page, seats=seats, refused=str(refusal), status=FORBIDDEN)
    messages.success(request, _("Marked."))
    return redirect(_onward(request, page.session))


def _with_versions(request: PersonRequest, page: OutcomePage) -> Any:
    """What was sent, with the versions of now: whoever sends it again has seen what is saved."""
    return {**request.POST.dict(), **{f"{one.pk}-version": str(one.version) for one in page.seats}}


def _coachs(request: PersonRequest, pk: int, deed: str, now: Any) -> Session:
    """A session that the viewer may see, 404 for others; 403 where they are not its coach."""
    visible = Session.objects.visible_to(request.user, now).select_related("coachee", "coach")
    session = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, session.coachee_id)
    if not rules.has_perm(f"sessions_app.{deed}", request.user, session):
        raise PermissionDenied
    return session


def _onward(request: PersonRequest, session: Session) -> str:
    """Where the form came from, else the coachee's profile. Only pages of ours."""
    sent = request.POST if request.method == "POST" else request.GET
    return own_path(sent.get("next", "")) or reverse("person", args=[session.coachee_id])


def _show(
    request: PersonRequest, page: OutcomePage, *, form: Any = None, seats: Any = None, refused: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    session = page.session
    said = {"status": session.status if session.status in OUTCOMES else "", "reason": session.reason}
    parts = {
        "page": page,
        "form": form or OutcomeForm(initial={**said, "version": session.version}),
        "seats": seats or seat_forms(page),
        "refused": refused,
        "conflict": status == CONFLICT,
        "next": _onward(request, session),
        "now": page.now,
    }
    return render(request, "sessions/mark.html", parts, status=status)
