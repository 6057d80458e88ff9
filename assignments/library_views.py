"""The library: finding, reading and opening resources, adding and changing them, suggesting them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import library_actions as verbs
from assignments.library_forms import ResourceForm, SuggestionForm
from assignments.library_page import known_tags, library_page
from assignments.library_rules import adds_resources, uses_library
from assignments.links import web_target
from assignments.models import Resource, Suggestion
from assignments.resource_page import resource_page
from config.files import attachment
from profiles.actions import RefusedError
from profiles.drafts import draft_of
from profiles.models import Person, Role
from profiles.requests import PersonRequest, coachs_or_own_or_404, is_looked_at
from profiles.versions import ChangedMeanwhileError, again, both, form_status

FORM = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def library(request: PersonRequest) -> HttpResponse:
    """What there is, searched and narrowed."""
    if not uses_library(request.user):
        raise Http404
    now = timezone.now()
    page = library_page(request.user, request.GET, now, may_add=adds_resources(request.user))
    return render(request, "library/library.html", {"page": page, "now": now})


@require_safe
def resource(request: PersonRequest, pk: int) -> HttpResponse:
    """A resource's own page. Opening an article's is a view of it."""
    now = timezone.now()
    found = _visible(request, pk, now)
    if found.kind == Resource.Kind.ARTICLE:
        _view(request, found, now)
    page = resource_page(request.user, found, now, uses_library=uses_library(request.user))
    return render(request, "library/resource.html", {"page": page, "now": now})


@require_safe
def resource_open(request: PersonRequest, pk: int) -> HttpResponse:
    """On to where a link leads, which is a view of it."""
    now = timezone.now()
    found = _visible(request, pk, now)
    target = web_target(found.url) if found.kind == Resource.Kind.LINK else None
    if target is None:
        raise Http404
    _view(request, found, now)
    return HttpResponseRedirect(target.url)


@require_safe
def resource_file(request: PersonRequest, pk: int) -> FileResponse:
    """The file, to be saved, which is a view of it."""
    now = timezone.now()
    found = _visible(request, pk, now)
    if not found.file:
        raise Http404
    answer = attachment(found.file, download_name=found.file_name)
    _view(request, found, now)
    return answer


@FORM
def resource_new(request: PersonRequest) -> HttpResponse:
    """A new article, link or file."""
    if not adds_resources(request.user):
        raise Http404
    now, asked = timezone.now(), request.GET.get("kind")
    kind = asked if asked in Resource.Kind.values else Resource.Kind.ARTICLE.value
    draft = draft_of(request.user, verbs.article_draft(None)) if kind == Resource.Kind.ARTICLE else None
    known = known_tags(request.user, now)
    typed = draft.fields if draft else None
    form = ResourceForm(*_sent(request), kind=kind, by=request.user, known=known, initial=typed)
    if request.method == "POST" and form.is_valid():
        sent: dict[str, Any] = {"fields": form.values, "file": form.upload, "form_id": form.cleaned_data["form_id"]}
        made = verbs.add_resource(kind=kind, by=request.user, now=now, **sent)
        messages.success(request, _("It is in the library."))
        return redirect("resource", made.pk)
    parts = {"kind": kind, "kinds": _kinds(kind), "draft": draft, "draft_key": verbs.article_draft(None)}
    return _form(request, form, now, **parts)


@FORM
def resource_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """A resource, changed by its owner or, where it is shared, by an admin."""
    now = timezone.now()
    found = _changeable(request, pk, now)
    key = verbs.article_draft(found)
    draft = draft_of(request.user, key) if found.kind == Resource.Kind.ARTICLE else None
    known = {name: getattr(found, name) for name in ("title", "summary", "url", "body", "tags", "audience", "version")}
    initial = {**known, **(draft.fields if draft else {})}
    tags = known_tags(request.user, now)
    sent = _sent(request)
    form = ResourceForm(*sent, kind=found.kind, by=request.user, known=tags, resource=found, initial=initial)
    parts: dict[str, Any] = {"kind": found.kind, "resource": found, "draft": draft, "draft_key": key}
    if request.method == "POST" and form.is_valid():
        change = {"shown": form.cleaned_data["version"], "fields": form.values, "file": form.upload}
        try:
            verbs.change_resource(resource=found, by=request.user, now=now, **change)
        except ChangedMeanwhileError as faster:
            parts["both"] = both(form, _compared(form, faster.current))
            form = again(form, faster, version=faster.current.version)
            return _form(request, form, now, **parts)
        messages.success(request, _("It was saved."))
        return redirect("resource", found.pk)
    return _form(request, form, now, **parts)


@FORM
def resource_removal(request: PersonRequest, pk: int) -> HttpResponse:
    """Taking a resource out of the library, after asking."""
    now = timezone.now()
    found = _changeable(request, pk, now)
    if request.method == "POST":
        verbs.take_out(resource=found, now=now)
        messages.success(request, _("It was taken out of the library."))
        return redirect("library")
    return render(request, "library/removal.html", {"resource": found, "now": now})


@require_POST
def resource_restored(request: PersonRequest, pk: int) -> HttpResponse:
    """Bringing back what was taken out."""
    found = _changeable(request, pk, timezone.now())
    verbs.bring_back(resource=found)
    messages.success(request, _("It is in the library again."))
    return redirect("resource", found.pk)


@FORM
def suggestion_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Suggesting a resource to coachees of one's own."""
    now = timezone.now()
    found = _visible(request, pk, now)
    if not _may_suggest(request.user, found):
        raise PermissionDenied
    key = verbs.suggestion_draft(found)
    draft = draft_of(request.user, key)
    form = _suggestion_form(request, found, draft.fields if draft else {}, now)
    if request.method == "POST" and form.is_valid():
        sent = {"note": form.cleaned_data["note"], "form_id": form.cleaned_data["form_id"]}
        try:
            verbs.suggest(resource=found, coach=request.user, coachees=form.chosen, now=now, **sent)
        except RefusedError as refusal:
            form.add_error("coachees", str(refusal))
        else:
            messages.success(request, _("Suggested. They are told."))
            return redirect("resource", found.pk)
    parts = {"resource": found, "form": form, "draft": draft, "draft_key": key, "now": now}
    return render(request, "library/suggest.html", parts, status=422 if form.errors else 200)


@require_POST
def suggestion_withdrawn(request: PersonRequest, pk: int) -> HttpResponse:
    """Taking a suggestion back, by the coach who made it."""
    now = timezone.now()
    suggestion = get_object_or_404(Suggestion.objects.visible_to(request.user, now), pk=pk)
    coachs_or_own_or_404(request, suggestion.coachee_id)
    if not request.user.has_perm("assignments.withdraw_suggestion", suggestion):
        raise PermissionDenied
    if verbs.withdraw(suggestion=suggestion, now=now):
        messages.success(request, _("The suggestion was withdrawn."))
    return redirect("resource", suggestion.resource_id)


def _visible(request: PersonRequest, pk: int, now: datetime) -> Resource:
    """A resource that the viewer may see; else 404."""
    visible = Resource.objects.visible_to(request.user, now)
    return get_object_or_404(visible.select_related("added_by", "organization"), pk=pk)


def _changeable(request: PersonRequest, pk: int, now: datetime) -> Resource:
    found = _visible(request, pk, now)
    if not request.user.has_perm("assignments.change_resource", found):
        raise PermissionDenied
    return found


def _view(request: PersonRequest, found: Resource, now: datetime) -> None:
    """Records a coachee's view, unless the browser only looks ahead."""
    if Role.COACHEE in request.user.roles and is_looked_at(request):
        verbs.view_resource(resource=found, by=request.user, now=now)


def _may_suggest(viewer: Person, found: Resource) -> bool:
    givable = Resource.objects.givable_by(viewer).filter(pk=found.pk)
    return viewer.has_perm("assignments.suggest_resource") and givable.exists()


def _suggestion_form(request: PersonRequest, found: Resource, typed: dict[str, str], now: datetime) -> SuggestionForm:
    coached = Person.objects.coached_by(request.user, now).filter(is_active=True).order_by("name", "pk")
    standing = Suggestion.objects.standing().filter(resource=found, coach=request.user)
    return SuggestionForm(
        request.POST if request.method == "POST" else None,
        by=request.user,
        people=list(coached),
        have_it=set(standing.values_list("coachee", flat=True)),
        initial={**typed, "coachees": [request.GET.get("coachee")]},
    )


def _sent(request: PersonRequest) -> tuple[Any, Any]:
    """What a form is bound to: nothing when it is only shown."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def _kinds(kind: str) -> list[dict[str, Any]]:
    """The three kinds, to choose one."""
    return [
        {"label": label, "url": f"?kind={value}", "current": value == kind} for value, label in Resource.Kind.choices
    ]


def _compared(form: ResourceForm, current: Resource) -> dict[str, Any]:
    """What is saved by now, in the words of the form."""
    labels = dict(form.fields["audience"].choices)  # type: ignore[attr-defined]
    mine = form.cleaned_data
    mine.update(tags=", ".join(mine["tags"]), audience=labels[mine["audience"]])
    theirs: dict[str, Any] = {
        name: getattr(current, name) for name in ("title", "summary", "url", "body") if name in form.fields
    }
    audience = labels.get(current.audience, current.get_audience_display())
    return {**theirs, "tags": ", ".join(current.tags), "audience": audience}


def _form(request: PersonRequest, form: ResourceForm, now: datetime, **parts: Any) -> HttpResponse:
    status = form_status(form, parts.get("both"))
    return render(request, "library/form.html", {"form": form, "now": now, **parts}, status=status)
