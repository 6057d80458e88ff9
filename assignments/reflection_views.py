"""Writing reflections in calm, and reading them: the coachee all of their own, coaches what is shared."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import reflection_actions as verbs
from assignments.reflection_forms import EditForm, ReflectionForm, shown_words
from assignments.reflection_page import Writing, coaches_of, list_of, readable, share_words, whole, writing_page
from assignments.reflections import Reflection
from config.keyset import read_cursor
from profiles.actions import RefusedError
from profiles.drafts import draft_of, save_draft
from profiles.models import Draft
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, reads_texts
from profiles.requests import PersonRequest
from profiles.versions import CONFLICT, ChangedMeanwhileError, again, both

TAB = "person-reflections"
FORM = ["GET", "HEAD", "POST"]
FORBIDDEN, WRONG = 403, 422


@require_safe
def reflections(request: PersonRequest, pk: int) -> HttpResponse:
    """A coachee's reflections: their own with drafts and states, to coaches what is shared."""
    profile = profile_or_404(request, pk, reads_texts)
    page = list_of(profile, request.GET.get("state", ""), read_cursor(request.GET))
    return render_tab(request, profile, TAB, "reflections/list.html", page=page)


@require_http_methods(FORM)
def new(request: PersonRequest) -> HttpResponse:
    """The page to write on. `?prompt=` chooses another prompt than the one whose turn it is, 0 none at all."""
    profile = profile_or_404(request, request.user.pk, reads_texts)
    page = writing_page(request.user, _prompt(request), profile.now, shown_words(request.POST.get("asked", "")))
    if page is None:
        raise Http404
    form = _form(request, page)
    if request.method != "POST":
        return _write(request, profile, page, form)
    if request.POST.get("save") == "draft":
        return _draft_saved(request, profile, page, form)
    if page.closed or not form.is_valid():
        return _write(request, profile, page, form, status=FORBIDDEN if page.closed else WRONG)
    words = {"prompt": page.prompt, "words": form.cleaned_data["asked"], "text": form.cleaned_data["text"]}
    share, form_id = request.POST.get("save") == "share", form.cleaned_data["form_id"]
    try:
        by: dict[str, Any] = {"coachee": request.user, "now": profile.now}
        made = verbs.submit_reflection(**by, **words, share=share, form_id=form_id)
    except RefusedError as refusal:
        form.add_error("text", str(refusal))
        return _write(request, profile, page, form, status=WRONG)
    return _said(request, profile, made)


@require_safe
def reflection(request: PersonRequest, pk: int) -> HttpResponse:
    """One reflection."""
    row, profile = _opened(request, pk)
    own = _is_own(request, row)
    parts: dict[str, Any] = {"reflection": whole(row, profile.now), "own": own}
    if own:
        closed = verbs.why_closed(request.user, profile.now)
        parts |= {"share": share_words(coaches_of(request.user, profile.now)), "closed": closed}
        parts["draft"] = draft_of(request.user, verbs.edit_key(row.pk))
    return render_tab(request, profile, TAB, "reflections/reflection.html", **parts)


@require_http_methods(FORM)
def edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Another text for a reflection of one's own."""
    row, profile = _opened_own(request, pk)
    draft = draft_of(request.user, verbs.edit_key(row.pk))
    form = _edit_form(request, row, draft)
    parts: dict[str, Any] = {"row": row, "draft": draft, "closed": verbs.why_closed(request.user, profile.now)}
    if request.method != "POST":
        return _edit(request, profile, form, **parts)
    if parts["closed"] or not form.is_valid():
        return _edit(request, profile, form, status=FORBIDDEN if parts["closed"] else WRONG, **parts)
    try:
        verbs.edit_reflection(reflection=row, now=profile.now, **form.cleaned_data)
    except ChangedMeanwhileError as faster:
        beside = both(form, {"text": faster.current.text})
        form = again(form, faster, version=faster.current.version)
        return _edit(request, profile, form, status=CONFLICT, both=beside, **parts)
    except RefusedError as refusal:
        form.add_error("text", str(refusal))
        return _edit(request, profile, form, status=WRONG, **parts)
    messages.success(request, _("Saved."))
    return redirect("reflection", pk=row.pk)


@require_POST
def sharing(request: PersonRequest, pk: int) -> HttpResponse:
    """Opens a reflection of one's own to the current coaches; with `back` it is private again."""
    row, profile = _opened_own(request, pk)
    if request.POST.get("back"):
        verbs.take_back_reflection(reflection=row, now=profile.now)
        messages.success(request, _("Taken back. Only you can read it now."))
        return redirect("reflection", pk=row.pk)
    try:
        verbs.share_reflection(reflection=row, now=profile.now)
    except RefusedError as refusal:
        closed = verbs.why_closed(request.user, profile.now)
        form = EditForm({"text": row.text, "version": row.version}, shared=False)
        form.add_error("text", str(refusal))
        status = FORBIDDEN if closed else WRONG
        return _edit(request, profile, form, status=status, row=row, draft=None, closed=closed)
    return _said(request, profile, Reflection.objects.get(pk=row.pk))


def _prompt(request: PersonRequest) -> int | None:
    asked = request.GET.get("prompt")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 20):
        raise Http404
    return int(asked)


def _form(request: PersonRequest, page: Writing) -> ReflectionForm:
    kept = {"text": page.draft.fields.get("text", ""), "draft_version": page.draft.version} if page.draft else {}
    sent = request.POST if request.method == "POST" else None
    initial = {"draft_version": 0, **kept}
    return ReflectionForm(sent, by=request.user, initial=initial, prompt=page.prompt, words=page.words)


def _edit_form(request: PersonRequest, row: Reflection, draft: Draft | None) -> EditForm:
    text = draft.fields.get("text", row.text) if draft else row.text
    sent = request.POST if request.method == "POST" else None
    return EditForm(sent, initial={"text": text, "version": row.version}, shared=row.shared_at is not None)


def _draft_saved(request: PersonRequest, profile: Profile, page: Writing, form: ReflectionForm) -> HttpResponse:
    """For who writes without JavaScript."""
    text = str(form.fields["text"].to_python(request.POST.get("text", "")))
    shown = form.fields["draft_version"].clean(request.POST.get("draft_version"))
    try:
        save_draft(request.user, page.draft_key, {"text": text}, shown, profile.now)
    except ChangedMeanwhileError as faster:
        beside = [(str(form.fields["text"].label), faster.current.fields.get("text", ""), text)]
        form = again(form, faster, draft_version=faster.current.version)
        return _write(request, profile, page, form, status=CONFLICT, both=beside)
    except RefusedError as refusal:
        form.add_error("text", str(refusal))
        return _write(request, profile, page, form, status=WRONG)
    messages.success(request, _("Saved as a draft. Only you can read it."))
    return redirect(page.address)


def _opened(request: PersonRequest, pk: int) -> tuple[Reflection, Profile]:
    """A reflection and the profile it is on; 404 where there is none that the viewer may read."""
    now = timezone.now()
    row = get_object_or_404(readable(request.user, now), pk=pk)
    return row, profile_or_404(request, row.coachee_id, reads_texts, now=now)


def _opened_own(request: PersonRequest, pk: int) -> tuple[Reflection, Profile]:
    """The same, to be changed: 403 where it is somebody else's."""
    row, profile = _opened(request, pk)
    if not _is_own(request, row):
        raise PermissionDenied
    return row, profile


def _is_own(request: PersonRequest, row: Reflection) -> bool:
    return rules.has_perm("assignments.change_reflection", request.user, row)


def _said(request: PersonRequest, profile: Profile, row: Reflection) -> HttpResponse:
    """Back to the reflection, with what it is now."""
    if row.shared_at is None:
        messages.success(request, _("Saved. Only you can read it."))
    elif names := [coach.name for coach in coaches_of(request.user, profile.now)]:
        messages.success(request, _("Shared. %(names)s can read it now.") % {"names": ", ".join(names)})
    else:
        messages.success(request, _("Shared with whoever coaches you."))
    return redirect("reflection", pk=row.pk)


def _write(
    request: PersonRequest, profile: Profile, page: Writing, form: ReflectionForm, *, status: int = 200, **parts: object
) -> HttpResponse:
    shown = {"page": page, "form": form, "now": profile.now, **parts}
    return render(request, "reflections/write.html", shown, status=status)


def _edit(
    request: PersonRequest, profile: Profile, form: EditForm, *, row: Reflection, status: int = 200, **parts: object
) -> HttpResponse:
    shown = {"reflection": row, "key": verbs.edit_key(row.pk), "form": form, "now": profile.now, **parts}
    return render(request, "reflections/edit.html", shown, status=status)
