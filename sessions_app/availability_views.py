"""A coach's own availability: weekly hours and rules, days off and extra hours."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from profiles.actions import RefusedError
from profiles.models import Person
from profiles.requests import PersonRequest
from profiles.rules import has_coaching_access
from profiles.versions import CONFLICT, ChangedMeanwhileError, again
from profiles.zones import local_day
from sessions_app.availability_actions import (
    add_exception,
    remove_exception,
    rules_of,
    save_availability,
    scheduled_within,
    stays_closed,
    week_of,
)
from sessions_app.availability_forms import AvailabilityForm, ExceptionForm, rearranged
from sessions_app.availability_page import AvailabilityPage, availability_page, differences
from sessions_app.models import AvailabilityException


@require_http_methods(["GET", "HEAD", "POST"])
def availability(request: PersonRequest) -> HttpResponse:
    """Weekly hours and rules. Buttons within the form add and remove hours, and save nothing."""
    coach, now = _coach(request), timezone.now()
    if request.method != "POST":
        return _show(request, availability_page(coach, now))
    if "arrange" in request.POST:
        return _show(request, _rearranged(request, coach, now))
    form = AvailabilityForm(request.POST, rules=rules_of(coach), week=week_of(coach))
    if not form.is_valid():
        return _show(request, availability_page(coach, now, form=form), status=422)
    try:
        save_availability(coach=coach, rules=form.rules(), week=form.week, shown=form.cleaned_data["version"])
    except ChangedMeanwhileError as faster:
        both = differences(form, faster.current, week_of(coach))
        shown = again(form, faster, version=faster.current.version)
        return _show(request, availability_page(coach, now, form=shown, both=both), status=CONFLICT)
    messages.success(request, _("Saved. Coachees see it at once."))
    return redirect("availability")


@require_POST
def exceptions(request: PersonRequest) -> HttpResponse:
    """Another day off, or extra hours."""
    coach, now = _coach(request), timezone.now()
    form = ExceptionForm(request.POST, by=coach, today=local_day(now, coach.timezone))
    if form.is_valid():
        try:
            wished = form.wished()
            row = add_exception(coach=coach, wished=wished, now=now, form_id=form.cleaned_data["form_id"])
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, row, 0 if row.is_open else scheduled_within(row, coach, now))
            return redirect("availability")
    return _show(request, availability_page(coach, now, exception_form=form), status=422)


@require_POST
def exception_removal(request: PersonRequest, pk: int) -> HttpResponse:
    """The weekly hours hold again."""
    row = get_object_or_404(AvailabilityException.objects.filter(coach=_coach(request)), pk=pk)
    remove_exception(row)
    messages.success(request, _("Removed. Your weekly hours hold again."))
    return redirect("availability")


def _coach(request: PersonRequest) -> Person:
    """The viewer, who has coaching access; else 404."""
    if not has_coaching_access(request.user):
        raise Http404
    return request.user


def _rearranged(request: PersonRequest, coach: Person, now: Any) -> AvailabilityPage:
    values, rows, onward = rearranged(request.POST, request.POST["arrange"])
    form = AvailabilityForm(rules=rules_of(coach), week={}, rows=rows, initial=values)
    if onward:
        form.fields[onward].widget.attrs["autofocus"] = True
    return availability_page(coach, now, form=form)


def _say(request: PersonRequest, row: AvailabilityException, scheduled: int) -> None:
    if row.is_open and stays_closed(row):
        messages.success(request, _("Added."))
        messages.warning(request, _("Some of it is within what you closed, and stays closed until you remove that."))
        return
    said = _("Added. Coachees can book these hours.") if row.is_open else _("Added. Coachees cannot book this time.")
    messages.success(request, said)
    if scheduled:
        words = ngettext(
            "%(number)s session is scheduled in this time. It stays until you reschedule or cancel it.",
            "%(number)s sessions are scheduled in this time. They stay until you reschedule or cancel them.",
            scheduled,
        )
        messages.warning(request, words % {"number": scheduled})


def _show(request: PersonRequest, page: AvailabilityPage, *, status: int = 200) -> HttpResponse:
    return render(request, "sessions/availability.html", {"page": page, "now": page.now}, status=status)
