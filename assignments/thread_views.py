"""An assignment's own page: its thread, what is added to it, and whether it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assignments import thread_actions as verbs
from assignments.models import Assignment, AssignmentFile, Response, ResponseFile
from assignments.thread import assignment_page, find_assignment
from assignments.thread_forms import EditForm, ResponseForm, with_files_again
from config.files import attachment
from config.keyset import read_cursor
from profiles.drafts import draft_of
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, reads_texts
from profiles.requests import PersonRequest, coachs_or_own_or_404, is_looked_at
from profiles.versions import CONFLICT, ChangedMeanwhileError, again

TAB = "person-assignments"
FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def assignment(request: PersonRequest, pk: int) -> HttpResponse:
    """What to do and what was said about it; POST adds a response, or the coach's answer."""
    profile, given = _opened(request, pk)
    if request.method != "POST":
        return _page(request, profile, given)
    form = _form(request, profile, given)
    if not form.is_valid():
        with_files_again(form)
        return _page(request, profile, given, form, status=422)
    done, typed = "done" in request.POST, form.cleaned_data
    try:
        made = verbs.respond(
            given=given,
            by=request.user,
            now=profile.now,
            form_id=typed["form_id"],
            text=typed["text"],
            documents=typed["files"],
            done=done,
        )
    except verbs.NotNowError as refusal:
        return _refused(request, profile, pk, str(refusal), typed["text"])
    if done:
        messages.success(request, _("Marked as done."))
    return redirect(f"{reverse('assignment', args=[pk])}#response-{made.pk}")


@require_http_methods(FORM)
def response(request: PersonRequest, pk: int) -> HttpResponse:
    """An own response again, for 15 minutes."""
    profile, given, found = _own(request, pk)
    if reason := verbs.why_not_edit(found, given, request.user, profile.now):
        return _refused(request, profile, given.pk, reason, request.POST.get("text", ""))
    form = _edit_form(request, profile, found)
    if request.method != "POST" or not form.is_valid():
        return _edit_page(request, profile, given, found, form, status=422 if form.errors else 200)
    typed = dict(form.cleaned_data)
    typed["documents"] = typed.pop("files")
    try:
        verbs.edit_response(response=found, by=request.user, now=profile.now, **typed)
    except verbs.NotNowError as refusal:
        return _refused(request, profile, given.pk, str(refusal), typed["text"])
    except ChangedMeanwhileError as faster:
        both, newer = form.both(faster.current), again(form, faster, version=faster.current.version)
        return _edit_page(request, profile, given, faster.current, newer, both=both, status=CONFLICT)
    return redirect(f"{reverse('assignment', args=[given.pk])}#response-{pk}")


@require_POST
def done(request: PersonRequest, pk: int) -> HttpResponse:
    """The coachee is done with it."""
    profile, given = _opened(request, pk)
    try:
        if verbs.mark_done(given=given, by=request.user, now=profile.now):
            messages.success(request, _("Marked as done."))
    except verbs.NotNowError as refusal:
        return _refused(request, profile, pk, str(refusal))
    return redirect("assignment", pk)


@require_POST
def reopened(request: PersonRequest, pk: int) -> HttpResponse:
    """The coachee is not done after all."""
    profile, given = _opened(request, pk)
    try:
        if verbs.reopen(given=given, by=request.user, now=profile.now):
            messages.success(request, _("In progress again."))
    except verbs.NotNowError as refusal:
        return _refused(request, profile, pk, str(refusal))
    return redirect("assignment", pk)


@require_safe
def assignment_file(request: PersonRequest, pk: int) -> FileResponse:
    """A file that came with an assignment, to be saved."""
    visible = AssignmentFile.objects.visible_to(request.user, timezone.now()).select_related("assignment")
    kept = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, kept.assignment.coachee_id)
    return attachment(kept.file, download_name=kept.name)


@require_safe
def response_file(request: PersonRequest, pk: int) -> FileResponse:
    """A file that came with a response, to be saved."""
    visible = ResponseFile.objects.visible_to(request.user, timezone.now()).select_related("response")
    kept = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, kept.response.coachee_id)
    return attachment(kept.file, download_name=kept.name)


def _opened(request: PersonRequest, pk: int) -> tuple[Profile, Any]:
    """An assignment that the viewer may read, and the coachee's profile; 404 for any other."""
    coachee = Assignment.objects.filter(pk=pk).values_list("coachee", flat=True).first()
    profile = profile_or_404(request, coachee or 0, reads_texts)
    given = find_assignment(profile, pk)
    if given is None:
        raise Http404
    return profile, given


def _own(request: PersonRequest, pk: int) -> tuple[Profile, Any, Response]:
    """A response of the viewer's own with its assignment; 404 for one they may not read, 403 for another's."""
    now = timezone.now()
    found = get_object_or_404(
        Response.objects.visible_to(request.user, now).prefetch_related("files"), pk=pk, responded_at__lte=now
    )
    profile, given = _opened(request, found.assignment_id)
    if not verbs.is_own(found, request.user):
        raise PermissionDenied
    return profile, given, found


def _form(request: PersonRequest, profile: Profile, given: Any, draft: Any = None) -> ResponseForm:
    """What to add, as it was sent or as it was left when it was last written on."""
    about: dict[str, Any] = {"by": request.user, "answers": not profile.is_self, "auto_id": "response-%s"}
    if request.method == "POST":
        return ResponseForm(request.POST, request.FILES, **about)
    return ResponseForm(initial={"text": draft.fields.get("text", "") if draft else ""}, **about)


def _page(
    request: PersonRequest,
    profile: Profile,
    given: Any,
    form: ResponseForm | None = None,
    *,
    status: int = 200,
    **parts: object,
) -> HttpResponse:
    """The assignment with its thread; what is new there counts as read once somebody looks."""
    page = assignment_page(profile, given, read_cursor(request.GET))
    draft = None if page.closed else draft_of(request.user, verbs.draft_key(given))
    if is_looked_at(request):
        verbs.mark_read(given=given, shown=page.thread.shown, by=request.user, now=profile.now)
    if not page.closed:
        form = form or _form(request, profile, given, draft)
        parts |= {"form": form, "draft": draft, "draft_key": verbs.draft_key(given)}
    return render_tab(request, profile, TAB, "assignments/assignment.html", status=status, page=page, **parts)


def _refused(request: PersonRequest, profile: Profile, pk: int, reason: str, typed: str = "") -> HttpResponse:
    """The page as it is now with why not, and what was typed, so that it can be kept."""
    given = find_assignment(profile, pk)
    if given is None:
        raise Http404
    form = ResponseForm(by=request.user, answers=not profile.is_self)
    return _page(request, profile, given, form, status=403, refused=reason, typed=typed.strip())


def _edit_form(request: PersonRequest, profile: Profile, found: Response) -> EditForm:
    about: dict[str, Any] = {"response": found, "answers": not profile.is_self}
    if request.method == "POST":
        return EditForm(request.POST, request.FILES, **about)
    draft = draft_of(request.user, verbs.edit_draft_key(found))
    text = draft.fields.get("text", found.text) if draft else found.text
    return EditForm(initial={"text": text, "version": found.version}, **about)


def _edit_page(
    request: PersonRequest, profile: Profile, given: Any, found: Response, form: EditForm, **parts: Any
) -> HttpResponse:
    if form.errors:
        with_files_again(form)
    parts |= {"given": given, "found": found, "until": found.responded_at + verbs.EDITABLE_FOR}
    parts |= {"draft": draft_of(request.user, verbs.edit_draft_key(found)), "draft_key": verbs.edit_draft_key(found)}
    return render_tab(request, profile, TAB, "assignments/response.html", form=form, **parts)
