"""Group sessions: a new one, its page, its seats, another time, and calling it off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from profiles.actions import RefusedError
from profiles.models import Person
from profiles.requests import PersonRequest
from profiles.rules import has_coaching_access
from profiles.versions import CONFLICT, ChangedMeanwhileError
from profiles.zones import local_day
from sessions_app.booking import CannotBookError
from sessions_app.booking_forms import CancellationForm
from sessions_app.booking_week import moment
from sessions_app.group_actions import add_to_group, cancel_group, reschedule_group, schedule_group, take_seat
from sessions_app.group_forms import GroupForm, GroupTimeForm, SeatsForm
from sessions_app.group_page import NewGroupPage, group_page, module_asked, new_group_page, times_for, times_of
from sessions_app.groups import visible_group
from sessions_app.models import GroupMeeting, Session

ASK = require_http_methods(["GET", "HEAD", "POST"])
FORBIDDEN, WRONG = 403, 422


@ASK
def new(request: PersonRequest) -> HttpResponse:
    """A new group session: of which module, when, and who comes."""
    if not has_coaching_access(request.user):
        raise Http404
    coach, now, is_sent = request.user, timezone.now(), request.method == "POST"
    asked = request.POST.get("module", "") if is_sent else module_asked(coach, request.GET.get("module", ""), now)
    page = new_group_page(coach, asked, now)
    form = _new_form(page, request.POST if is_sent else None)
    if not is_sent or page.course is None or not form.is_valid():
        return _show_new(request, page, form, WRONG if is_sent else 200)
    if asked != page.course.name:
        gone = replace(page, refused=_("None of your coachees is enrolled in that module any more. Choose again."))
        return _show_new(request, gone, form, WRONG)
    typed = form.cleaned_data
    coming = [one for one in page.people if one.pk in typed["coachees"]]
    words = {"module": page.course.name, "starts_at": typed["starts_at"], "coachees": coming}
    try:
        meeting = schedule_group(coach=coach, **words, by=coach, now=now, form_id=typed["form_id"])
    except CannotBookError as refusal:
        page = replace(page, refused=str(refusal), nearest=times_of(refusal.nearest, coach, now))
        return _show_new(request, page, form, CONFLICT if refusal.taken else WRONG)
    messages.success(
        request, _("Scheduled for %(time)s. Everybody gets an invitation by mail.") % _time(meeting, coach, now)
    )
    return redirect("group", meeting.pk)


@require_safe
def group(request: PersonRequest, pk: int) -> HttpResponse:
    """A group session, as its coach or as one of its coachees sees it."""
    now = timezone.now()
    return _show(request, _visible_or_404(request, pk, now), now)


@require_POST
def seats(request: PersonRequest, pk: int) -> HttpResponse:
    """The coach adds people; somebody who is enrolled takes a seat."""
    now = timezone.now()
    meeting = _visible_or_404(request, pk, now)
    if meeting.coach_id != request.user.pk:
        if request.POST.get("seat") != "take":
            return _show(request, meeting, now, refused=_("Choose what to do."), status=WRONG)
        return _try(request, meeting, now, lambda: _take(request, meeting, now))
    people = group_page(meeting, request.user, now).others
    form = SeatsForm(request.POST, people=people)
    if not form.is_valid():
        return _show(request, meeting, now, form=form, status=WRONG)
    coming = [one for one in people if one.pk in form.cleaned_data["coachees"]]
    return _try(request, meeting, now, lambda: _add(request, meeting, coming, now))


@ASK
def time(request: PersonRequest, pk: int) -> HttpResponse:
    """Another time for everybody in the group."""
    now = timezone.now()
    meeting = _own_or_403(request, pk, now)
    if closed := _why_closed(meeting, now):
        return _closed(request, meeting, closed, now)
    coach, is_sent = request.user, request.method == "POST"
    form = _time_form(coach, meeting.version, request.POST if is_sent else None)
    if not is_sent or not form.is_valid():
        return _show_times(request, meeting, form, now, status=WRONG if is_sent else 200)
    starts_at, shown = form.cleaned_data["starts_at"], form.cleaned_data["version"]
    try:
        moved = reschedule_group(meeting, starts_at=starts_at, by=coach, now=now, shown=shown)
    except ChangedMeanwhileError as faster:
        again = _time_form(coach, faster.current.version, None)
        return _show_times(request, faster.current, again, now, refused=str(faster), status=CONFLICT)
    except CannotBookError as refusal:
        nearest, status = times_of(refusal.nearest, coach, now), CONFLICT if refusal.taken else WRONG
        return _show_times(request, meeting, form, now, refused=str(refusal), nearest=nearest, status=status)
    except RefusedError as refusal:
        return _closed(request, meeting, str(refusal), now)
    messages.success(request, _("Moved to %(time)s. Everybody gets the new time by mail.") % _time(moved, coach, now))
    return redirect("group", moved.pk)


@ASK
def cancellation(request: PersonRequest, pk: int) -> HttpResponse:
    """Calls a group session off for everybody, after asking."""
    now = timezone.now()
    meeting = _own_or_403(request, pk, now)
    if closed := _why_closed(meeting, now):
        return _closed(request, meeting, closed, now)
    is_sent = request.method == "POST"
    form = _cancellation_form(meeting, request.POST if is_sent else None)
    if not is_sent or not form.is_valid():
        return _ask(request, meeting, form, now, status=WRONG if is_sent else 200)
    shown, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
    try:
        cancel_group(meeting, by=request.user, now=now, shown=shown, reason=reason)
    except ChangedMeanwhileError as faster:
        again = _cancellation_form(faster.current, None)
        return _ask(request, faster.current, again, now, changed=str(faster), status=CONFLICT)
    except RefusedError as refusal:
        return _closed(request, meeting, str(refusal), now)
    messages.success(request, _("Cancelled: %(time)s. Everybody is told by mail.") % _time(meeting, request.user, now))
    return redirect("group", meeting.pk)


# Who and what -------------------------------------------------------------------------------------


def _visible_or_404(request: PersonRequest, pk: int, now: datetime) -> GroupMeeting:
    meeting = visible_group(request.user, pk, now)
    if meeting is None or (meeting.coach_id == request.user.pk and not has_coaching_access(request.user)):
        raise Http404
    return meeting


def _own_or_403(request: PersonRequest, pk: int, now: datetime) -> GroupMeeting:
    meeting = _visible_or_404(request, pk, now)
    if not rules.has_perm("sessions_app.change_group", request.user, meeting):
        raise PermissionDenied
    return meeting


def _why_closed(meeting: GroupMeeting, now: datetime) -> str:
    if meeting.cancelled_at is not None:
        return _("This group session was cancelled.")
    return _("This group session has begun already.") if meeting.starts_at <= now else ""


def _take(request: PersonRequest, meeting: GroupMeeting, now: datetime) -> HttpResponse:
    session = take_seat(meeting, coachee=request.user, now=now)
    messages.success(
        request, _("You have a seat on %(time)s. An invitation is on its way.") % _time(meeting, request.user, now)
    )
    return redirect("session", session.pk)


def _add(request: PersonRequest, meeting: GroupMeeting, coming: list[Person], now: datetime) -> HttpResponse:
    add_to_group(meeting, coming, by=request.user, now=now)
    messages.success(request, _("Added. Everybody who was added gets an invitation by mail."))
    return redirect("group", meeting.pk)


def _try(
    request: PersonRequest, meeting: GroupMeeting, now: datetime, deed: Callable[[], HttpResponse]
) -> HttpResponse:
    """Does it, or shows the page again with why not."""
    try:
        return deed()
    except CannotBookError as refusal:
        return _show(request, meeting, now, refused=str(refusal), status=CONFLICT if refusal.taken else WRONG)


def _time(meeting: GroupMeeting, viewer: Person, now: datetime) -> dict[str, str]:
    return {"time": moment(meeting.starts_at, viewer.timezone, local_day(now, viewer.timezone))}


def _new_form(page: NewGroupPage, data: Any) -> GroupForm:
    """At first everybody comes who is enrolled, as far as there are seats."""
    first = page.people[: page.course.capacity] if page.course else []
    chosen = {"coachees": [str(one.pk) for one in first]}
    return GroupForm(data, by=page.coach, zone=page.coach.timezone, people=page.people, initial=chosen)


def _time_form(coach: Person, version: int, data: Any) -> GroupTimeForm:
    return GroupTimeForm(data, by=coach, zone=coach.timezone, initial={"version": version})


def _cancellation_form(meeting: GroupMeeting, data: Any) -> CancellationForm:
    reason = Session.Reason
    reasons = [(reason.OTHER.value, _("Something else")), (reason.COACH_EMERGENCY.value, _("An emergency of mine"))]
    return CancellationForm(data, initial={"reason": reason.OTHER.value, "version": meeting.version}, reasons=reasons)


# What is answered ---------------------------------------------------------------------------------


def _show_new(request: PersonRequest, page: Any, form: GroupForm, status: int) -> HttpResponse:
    shown = {"page": page, "form": form, "now": page.now}
    return render(request, "sessions/group_new.html", shown, status=status)


def _show(
    request: PersonRequest,
    meeting: GroupMeeting,
    now: datetime,
    *,
    form: SeatsForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    page = group_page(meeting, request.user, now, refused=refused)
    shown = {"page": page, "form": form or SeatsForm(people=page.others), "now": now}
    return render(request, "sessions/group.html", shown, status=status)


def _show_times(
    request: PersonRequest, meeting: GroupMeeting, form: GroupTimeForm, now: datetime, *, status: int, **more: Any
) -> HttpResponse:
    page = group_page(meeting, request.user, now)
    times = times_for(meeting, [one.session.coachee_id for one in page.seated], now)
    shown = {"page": page, "form": form, "times": times, "now": now, **more}
    return render(request, "sessions/group_time.html", shown, status=status)


def _ask(
    request: PersonRequest,
    meeting: GroupMeeting,
    form: CancellationForm,
    now: datetime,
    *,
    status: int,
    changed: str = "",
) -> HttpResponse:
    page = group_page(meeting, request.user, now)
    shown = {"page": page, "form": form, "now": now, "changed": changed}
    return render(request, "sessions/group_cancellation.html", shown, status=status)


def _closed(request: PersonRequest, meeting: GroupMeeting, why: str, now: datetime) -> HttpResponse:
    """The group as it is with the sentence that says why; as the answer to a change it is a refusal."""
    return _show(request, meeting, now, refused=why, status=FORBIDDEN if request.method == "POST" else 200)
