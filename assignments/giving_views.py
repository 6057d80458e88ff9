"""Where a coach gives assignments, changes them, puts them away and looks over all that were given."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import giving as verbs
from assignments.given_out import given_out
from assignments.giving_forms import EditForm, GiveForm, keys_in
from assignments.giving_page import (
    Start,
    as_typed,
    both_versions,
    file_choices,
    recipient_choices,
    resource_choices,
    start_editing,
    start_giving,
)
from assignments.models import Assignment
from assignments.thread_forms import with_files_again
from profiles.actions import RefusedError
from profiles.models import Role
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, reads_texts
from profiles.requests import PersonRequest
from profiles.versions import ChangedMeanwhileError, again, form_status
from profiles.zones import local_day

ASK = require_http_methods(["GET", "HEAD", "POST"])
TAB = "person-assignments"


@require_safe
def overview(request: PersonRequest) -> HttpResponse:
    """What a coach gave to everybody; whoever is only coached is sent to their own."""
    now = timezone.now()
    if not rules.has_perm("assignments.give", request.user):
        if Role.COACHEE in request.user.roles:
            return redirect(TAB, request.user.pk)
        raise Http404
    return render(request, "assignments/overview.html", {"page": given_out(request.user, request.GET, now), "now": now})


@ASK
def new(request: PersonRequest) -> HttpResponse:
    """A new assignment for one or several."""
    coach, now = coach_or_404(request), timezone.now()
    start = start_giving(coach, request.GET, now)
    form = GiveForm(*sent(request), **about_form(request, start), recipients=start.recipients)
    if request.method == "POST" and not looking(request) and form.is_valid():
        chosen = {"template": start.template, "as_template": form.cleaned_data["as_template"]}
        try:
            made = verbs.give(
                by=coach,
                coachees=form.cleaned_data["coachees"],
                written=form.written,
                due_on=form.cleaned_data["due_on"],
                form_id=form.cleaned_data["form_id"],
                draft_key=start.draft_key,
                now=now,
                **chosen,
            )
            return _given(request, form, start, made)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
    parts = {"start": start, "recipients": recipient_choices(form, start.recipients)}
    return render_form(request, "assignments/new.html", form, **parts)


def _given(request: PersonRequest, form: GiveForm, start: Start, made: verbs.Made) -> HttpResponse:
    """Says to whom it was given, and goes on to it."""
    chosen = form.cleaned_data["coachees"]
    names = {one.pk: one.name for one in start.recipients}
    if not made.again:
        words = ngettext("Given to %(name)s.", "Given to %(count)d people.", len(chosen))
        messages.success(request, words % {"name": names[chosen[0]], "count": len(chosen)})
    if len(chosen) == 1 and made.pk:
        return redirect("assignment", made.pk)
    return redirect("assignments")


@ASK
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """What an assignment says, when it is due, and what comes with it."""
    given, profile = _opened(request, pk)
    start = start_editing(given)
    recipient = verbs.Recipient(
        given.coachee_id, profile.person.name, "", True, local_day(profile.now, profile.person.timezone)
    )
    about: dict[str, Any] = {"recipient": recipient, "due_on": given.due_on, "kept": start.resources, "is_there": True}
    form = EditForm(*sent(request), **about_form(request, start), **about)
    if request.method != "POST" or looking(request) or not form.is_valid():
        return _form(request, profile, given, form)
    shown = {name: form.cleaned_data[name] for name in ("due_on", "version", "form_id")}
    try:
        if verbs.edit(assignment=given, by=request.user, written=form.written, now=profile.now, **shown):
            messages.success(request, _("Saved."))
    except ChangedMeanwhileError as faster:
        versions = both_versions(form, faster.current)
        form = again(form, faster, version=faster.current.version)
        return _form(request, profile, given, form, both=versions)
    return redirect("assignment", pk)


@ASK
def archived(request: PersonRequest, pk: int) -> HttpResponse:
    """Puts an assignment away, and says what became of it, with the way back."""
    given, profile = _opened(request, pk)
    if request.method == "POST":
        verbs.archive(assignment=given, now=profile.now)
        return redirect("assignment-archived", pk)
    return render_tab(request, profile, TAB, "assignments/archived.html", given=given)


@require_POST
def restored(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes an assignment out again."""
    given, _profile = _opened(request, pk)
    if verbs.restore(assignment=given):
        messages.success(request, _("Restored."))
    return redirect("assignment", pk)


@require_safe
def resources(request: PersonRequest) -> HttpResponse:
    """The part of the form in which resources are chosen, with what was looked for."""
    coach, now = coach_or_404(request), timezone.now()
    chosen = keys_in(request.GET.getlist("resources"))[:50]
    offered = resource_choices(coach, now, chosen, request.GET.get("find", ""))
    return render(request, "assignments/resource_choices.html", {"resources": offered})


# Shared with the pages of templates ---------------------------------------------------------------


def coach_or_404(request: PersonRequest) -> Any:
    """The signed-in person, who must have coaching access; for others there is no such page."""
    if not rules.has_perm("assignments.give", request.user):
        raise Http404
    return request.user


def looking(request: PersonRequest) -> bool:
    """Whether the form was sent only to look for resources, as it is without JavaScript."""
    return request.method == "POST" and "look" in request.POST


def sent(request: PersonRequest) -> list[Any]:
    """What a form is bound to: nothing when it is only shown."""
    return [request.POST, request.FILES] if request.method == "POST" and not looking(request) else []


def about_form(request: PersonRequest, start: Start) -> dict[str, Any]:
    """Whose form it is, how it begins, and which files lie there."""
    initial = as_typed(request.POST) if looking(request) else start.initial
    return {"by": request.user, "initial": initial, "files_there": start.files, "auto_id": "task-%s"}


def render_form(request: PersonRequest, page: str, form: Any, **parts: Any) -> HttpResponse:
    """A page with the form of an assignment or a template."""
    return render(request, page, form_parts(request, form, **parts), status=form_status(form, parts.get("both")))


def form_parts(request: PersonRequest, form: Any, **parts: Any) -> dict[str, Any]:
    """What the form's template needs."""
    find = request.POST.get("find", "")
    if form.is_bound and (form.errors or parts.get("both") is not None):
        with_files_again(form)
    found = resource_choices(request.user, timezone.now(), form.chosen, find)
    return {"form": form, "find": find, "resources": found, "files_there": file_choices(form), **parts}


def _form(request: PersonRequest, profile: Profile, given: Assignment, form: EditForm, **parts: Any) -> HttpResponse:
    parts, status = form_parts(request, form, given=given, **parts), form_status(form, parts.get("both"))
    return render_tab(request, profile, TAB, "assignments/edit.html", status=status, **parts)


def _opened(request: PersonRequest, pk: int) -> tuple[Assignment, Profile]:
    """An assignment that the viewer may change, and the profile it is on; 404, or 403 for those who only read it."""
    now = timezone.now()
    given = get_object_or_404(Assignment.objects.visible_to(request.user, now).as_of(now), pk=pk)
    profile = profile_or_404(request, given.coachee_id, reads_texts, now=now)
    if not rules.has_perm("assignments.change_assignment", request.user, given):
        raise PermissionDenied
    return given, profile
