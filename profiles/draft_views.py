"""Where forms keep what is typed into them, and where it can be thrown away."""

from __future__ import annotations

import json

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods

from profiles.actions import RefusedError
from profiles.drafts import draft_of, forget_draft, save_draft
from profiles.models import Draft
from profiles.requests import PersonRequest, own_path
from profiles.versions import CONFLICT, ChangedMeanwhileError

FORM = ["GET", "HEAD", "POST"]


@require_http_methods(FORM)
def drafts(request: PersonRequest) -> HttpResponse:
    """POST keeps a draft; GET gives a page that was open while its reader signed in again a token to go on with.

    Answers `{version, saved}`; 409 also with the `fields` that another tab has saved; 422 for what cannot be kept; 403
    when somebody else than the writer is signed in by now.
    """
    if request.method != "POST":
        return JsonResponse({"token": get_token(request), "person": request.user.pk})
    sent = request.POST
    if sent.get("person") not in (None, str(request.user.pk)):
        return JsonResponse({"refused": "person"}, status=403)
    try:
        fields = _fields(sent.get("fields", ""))
        draft = save_draft(request.user, sent.get("key", ""), fields, _version(sent.get("version")), timezone.now())
    except ChangedMeanwhileError as faster:
        return JsonResponse({**_told(faster.current), "fields": faster.current.fields}, status=CONFLICT)
    except RefusedError as refusal:
        return JsonResponse({"refused": str(refusal)}, status=422)
    return JsonResponse(_told(draft))


@require_http_methods(FORM)
def removal(request: PersonRequest) -> HttpResponse:
    """Throwing a draft away, after asking. `key` says which, `next` where to go then."""
    sent = request.POST if request.method == "POST" else request.GET
    key, onward = sent.get("key", "").replace("\x00", ""), own_path(sent.get("next", "")) or "/"
    if request.method == "POST":
        forget_draft(request.user, key)
        return HttpResponseRedirect(onward)
    return render(request, "ui/draft_removal.html", {"draft": draft_of(request.user, key), "key": key, "next": onward})


def _fields(text: str) -> dict[str, str]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise RefusedError("These are no fields.")
    return fields


def _version(text: str | None) -> int:
    known = text is not None and text.isascii() and text.isdecimal() and len(text) < 10
    return int(text) if known and text else -1


def _told(draft: Draft) -> dict[str, object]:
    return {"version": draft.version, "saved": localtime(draft.saved_at).strftime("%H:%M") if draft.version else ""}
