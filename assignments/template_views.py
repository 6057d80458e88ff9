"""A coach's templates: the list, a new one, changing one, and taking it away. Other people's answer 404."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assignments import giving as verbs
from assignments.giving_forms import TemplateForm
from assignments.giving_page import both_versions, start_editing_template, start_template
from assignments.giving_views import ASK, about_form, coach_or_404, looking, render_form, sent
from assignments.models import AssignmentTemplate, TemplateFile
from config.files import attachment
from profiles.actions import RefusedError
from profiles.requests import PersonRequest
from profiles.versions import ChangedMeanwhileError, again

FORM = "assignments/template.html"


@require_safe
def templates(request: PersonRequest) -> HttpResponse:
    """All of them, which are two hundred at most."""
    own = AssignmentTemplate.objects.visible_to(coach_or_404(request))
    counted = own.annotate(
        file_count=Count("files", distinct=True), resource_count=Count("resources", distinct=True)
    ).order_by("title", "pk")
    return render(request, "assignments/templates.html", {"templates": counted})


@ASK
def new(request: PersonRequest) -> HttpResponse:
    """A new template, empty or as an assignment that was given (`?assignment=`)."""
    coach, now = coach_or_404(request), timezone.now()
    start = start_template(coach, request.GET, now)
    form = TemplateForm(*sent(request), **about_form(request, start), kept=start.resources)
    if request.method == "POST" and not looking(request) and form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("due_in_days", "form_id")}
        about: dict[str, Any] = {"source": start.source, "draft_key": start.draft_key, "now": now}
        try:
            made = verbs.make_template(by=coach, written=form.written, **words, **about)
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            if not made.again:
                messages.success(request, _("The template is saved."))
            return redirect("templates")
    return render_form(request, FORM, form, start=start)


@ASK
def template(request: PersonRequest, pk: int) -> HttpResponse:
    """What a template says. What was given from it stays as it is."""
    found = _own(request, pk)
    start = start_editing_template(found)
    form = TemplateForm(*sent(request), **about_form(request, start), kept=start.resources, is_there=True)
    if request.method != "POST" or looking(request) or not form.is_valid():
        return render_form(request, FORM, form, template=found, start=start)
    shown = {name: form.cleaned_data[name] for name in ("due_in_days", "version", "form_id")}
    try:
        if verbs.edit_template(template=found, written=form.written, now=timezone.now(), **shown):
            messages.success(request, _("The template is saved."))
    except ChangedMeanwhileError as faster:
        versions = both_versions(form, faster.current)
        form = again(form, faster, version=faster.current.version)
        return render_form(request, FORM, form, template=found, start=start, both=versions)
    except RefusedError as refusal:
        form.add_error(None, str(refusal))
        return render_form(request, FORM, form, template=found, start=start)
    return redirect("templates")


@ASK
def removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks, then removes a template."""
    found = _own(request, pk)
    if request.method == "POST":
        verbs.remove_template(template=found)
        messages.success(request, _("The template is removed."))
        return redirect("templates")
    return render(request, "assignments/template_removal.html", {"template": found})


@require_safe
def file(request: PersonRequest, pk: int) -> FileResponse:
    """A file that goes with one of the coach's templates."""
    own = AssignmentTemplate.objects.visible_to(coach_or_404(request))
    found = get_object_or_404(TemplateFile.objects.filter(template__in=own), pk=pk)
    return attachment(found.file, download_name=found.name)


def _own(request: PersonRequest, pk: int) -> AssignmentTemplate:
    own = AssignmentTemplate.objects.visible_to(coach_or_404(request))
    return get_object_or_404(own.select_related("owner"), pk=pk)
