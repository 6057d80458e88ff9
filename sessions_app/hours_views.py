"""A coach's log of hours, the file of it, and who agreed to be named there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from profiles.actions import RefusedError
from profiles.models import Person, Role
from profiles.requests import PersonRequest
from profiles.versions import CONFLICT, ChangedMeanwhileError, again
from profiles.zones import local_day
from sessions_app import consenting as verbs
from sessions_app.hours_csv import lines_of
from sessions_app.hours_log import hours_log
from sessions_app.hours_page import ConsentPage, TrainingForm, consent_page, hours_page

log = structlog.get_logger()


def _coach_or_404(request: PersonRequest) -> Person:
    if Role.COACH not in request.user.roles:
        raise Http404
    return request.user


@require_safe
def hours(request: PersonRequest) -> HttpResponse:
    """The coach's log with how far it is to each credential."""
    coach, now = _coach_or_404(request), timezone.now()
    return _show_hours(request, coach, now, None)


@require_POST
def settings(request: PersonRequest) -> HttpResponse:
    """Says from when on hours count."""
    coach, now = _coach_or_404(request), timezone.now()
    form = TrainingForm(request.POST, today=local_day(now, coach.timezone))
    if not form.is_valid():
        return _show_hours(request, coach, now, form, status=422)
    said = form.cleaned_data
    try:
        verbs.save_training(coach=coach, began_on=said["training_started_on"], shown=said["version"])
    except ChangedMeanwhileError as faster:
        return _show_hours(request, coach, now, again(form, faster, version=faster.current.version), status=CONFLICT)
    messages.success(request, _("Saved."))
    return redirect("hours")


@require_safe
def file(request: PersonRequest) -> StreamingHttpResponse:
    """The log as a file. That it was exported, when and by whom is logged."""
    coach, now = _coach_or_404(request), timezone.now()
    made = hours_log(coach, now)
    log.info("hours_log_exported", by=coach.pk, count=len(made.lines))
    name = f"coaching-log-{local_day(now, coach.timezone):%Y-%m-%d}.csv"
    response = StreamingHttpResponse(lines_of(made), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _show_hours(
    request: PersonRequest, coach: Person, now: datetime, form: TrainingForm | None, *, status: int = 200
) -> HttpResponse:
    page = hours_page(coach, now, request.GET)
    row = page.log.settings
    shown = {"training_started_on": row.training_started_on, "version": row.version}
    form = form or TrainingForm(initial=shown, today=local_day(now, coach.timezone))
    parts = {"page": page, "form": form, "now": now, "saved": row if status == CONFLICT else None}
    return render(request, "sessions/hours.html", parts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: PersonRequest, pk: int) -> HttpResponse:
    """Whether somebody is named in a coach's log: the coachee agrees or withdraws, the coach asks."""
    now = timezone.now()
    page = consent_page(request.user, get_object_or_404(Person, pk=pk), now)
    if page is None:
        raise Http404
    if request.method != "POST":
        return _show_consent(request, page, now)
    wanted = request.POST.get("deed", "")
    if wanted not in _DEEDS:
        return _show_consent(request, page, now, error=_("Choose one of the two."), status=422)
    is_coachs, deed = _DEEDS[wanted]
    if not (page.is_coach if is_coachs else page.is_coachee):
        raise PermissionDenied
    coach, coachee = (request.user, page.other) if is_coachs else (page.other, request.user)
    try:
        said = deed(coach=coach, coachee=coachee, now=now)
    except RefusedError as refusal:
        return _show_consent(request, page, now, error=str(refusal), status=422)
    messages.success(request, said % {"name": page.other.first_name})
    return redirect("log-consent", page.other.pk)


def _give(**pair) -> str:
    verbs.give_consent(**pair)
    return _("%(name)s may name you in their log.")


def _withdraw(**pair) -> str:
    verbs.withdraw_consent(**pair)
    return _("Withdrawn. %(name)s’s log no longer names you.")


def _ask(**pair) -> str:
    verbs.ask_for_consent(**pair)
    return _("%(name)s is asked by mail, and decides.")


def _record(**pair) -> str:
    verbs.record_consent(**pair)
    return _("Noted. %(name)s is told, and can withdraw it.")


def _strike(**pair) -> str:
    verbs.withdraw_consent(**pair)
    return _("Your log no longer names %(name)s.")


_DEEDS: dict[str, tuple[bool, Callable[..., str]]] = {
    "give": (False, _give),
    "withdraw": (False, _withdraw),
    "ask": (True, _ask),
    "record": (True, _record),
    "strike": (True, _strike),
}
"""What the buttons of the page do, and whether they are the coach's."""


def _show_consent(
    request: PersonRequest, page: ConsentPage, now: datetime, *, error: str = "", status: int = 200
) -> HttpResponse:
    shown = {"page": page, "now": now, "error": error}
    return render(request, "sessions/log_consent.html", shown, status=status)
