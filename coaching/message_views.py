"""Conversations: their pages, what is new in an open one, files, and the inbox.

An open page asks every few seconds what is new (`static/js/messages.js`). `news` is what all of them ask all day, so it
costs the session, the viewer and one prepared query, and holds no worker while nothing happens.
"""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from coaching.inbox import inbox, only_conversation
from coaching.message_actions import EndedError, draft_key, mark_read, send_message
from coaching.message_forms import MessageForm
from coaching.models import MessageFile, Relationship
from coaching.rules import in_running_talk
from config.files import attachment
from config.keyset import read_cursor
from profiles.conversation import Conversation, OverError, Talk, conversation, talk_of
from profiles.conversation import news as news_of
from profiles.drafts import draft_of
from profiles.models import Role
from profiles.pages import profile_or_404, render_tab
from profiles.profile import Profile, reads_texts
from profiles.requests import PersonRequest, coachs_or_own_or_404, is_looked_at

TAB = "person-messages"
LARGEST = 2**63 - 1
GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
def messages(request: PersonRequest, pk: int) -> HttpResponse:
    """The conversation of coach and coachee, and a new message in it."""
    profile = profile_or_404(request, pk, reads_texts)
    if request.method == "POST":
        return _send(request, profile)
    talk = talk_of(profile, request.GET.get("with"))
    page = conversation(profile, talk, read_cursor(request.GET))
    _mark(request, page)
    if request.htmx and request.GET.get("before"):
        return render(request, "messages/older.html", {"page": page, "now": profile.now})
    return _shown(request, profile, page, **_writing(request, talk))


def _send(request: PersonRequest, profile: Profile) -> HttpResponse:
    talk = talk_of(profile, request.GET.get("with"), exactly=True)
    if talk is None:
        raise Http404
    form = MessageForm(request.POST, request.FILES, by=request.user, partner=talk.partner)
    if not in_running_talk(request.user, talk):
        return _refused(request, profile, talk, form, 403)
    if not form.is_valid():
        return _refused(request, profile, talk, form, 422)
    words = form.cleaned_data
    what = {"text": words["text"], "documents": words["files"], "form_id": words["form_id"]}
    try:
        send_message(coach_id=talk.coach, coachee_id=talk.coachee, by=request.user, now=profile.now, **what)
    except EndedError:
        return _refused(request, profile, talk, form, 403)
    if request.htmx:
        return _part(request, profile, talk, 200, **_writing(request, talk))
    return redirect(talk.url)


def _writing(request: PersonRequest, talk: Talk | None) -> dict[str, Any]:
    """An empty form with the draft of this conversation in it, for who may write there."""
    if talk is None or not in_running_talk(request.user, talk):
        return {}
    draft = draft_of(request.user, draft_key(talk.coach, talk.coachee))
    form = MessageForm(by=request.user, partner=talk.partner, initial=draft.fields if draft else None)
    return {"form": form, "draft": draft, "draft_key": draft_key(talk.coach, talk.coachee)}


def _refused(request: PersonRequest, profile: Profile, talk: Talk, form: MessageForm, status: int) -> HttpResponse:
    """What was typed once more: in the form with what is wrong, or to copy where nobody can write any more."""
    shown: dict[str, Any] = {"unsent": request.POST.get("text", "")}
    if status != 403:
        shown = {**_writing(request, talk), "form": form}
    if request.htmx:
        return _part(request, profile, talk, status, **shown)
    return _shown(request, profile, conversation(profile, talk, None), status, **shown)


def _part(request: PersonRequest, profile: Profile, talk: Talk, status: int, **shown: Any) -> HttpResponse:
    return render(request, "messages/compose.html", {"profile": profile, "talk": talk, **shown}, status=status)


def _shown(
    request: PersonRequest, profile: Profile, page: Conversation, status: int = 200, **shown: Any
) -> HttpResponse:
    parts = {"page": page, "talk": page.talk, **shown}
    return render_tab(request, profile, TAB, "messages/page.html", status=status, **parts)


@require_safe
def news(request: PersonRequest, pk: int) -> HttpResponse:
    """What is new for a page that shows the messages up to `after`, with own ones read up to `read`.

    204 when nothing is, 410 when nothing will be because the relationship has ended.
    """
    now = timezone.now()
    by_coach = request.user.pk != pk
    if pk > LARGEST or (by_coach and Role.COACH not in request.user.roles):
        raise Http404
    talk = Talk(request.user.pk if by_coach else _number(request, "with"), pk, by_coach)
    try:
        found = news_of(talk, request.user, now, after=_number(request, "after"), read=_number(request, "read"))
    except Relationship.DoesNotExist:
        raise Http404 from None
    except OverError:
        return HttpResponse(status=GONE)
    if found is None:
        return HttpResponse(status=204)
    _mark(request, found)
    return render(request, "messages/news.html", {"page": found, "now": now})


@require_safe
def inbox_page(request: PersonRequest) -> HttpResponse:
    """All conversations; who has one only goes there."""
    now = timezone.now()
    if only := only_conversation(request.user, now):
        return redirect(only)
    page = inbox(request.user, now, after=request.GET.get("after"))
    return render(request, "messages/inbox.html", {"page": page, "now": now})


@require_safe
def file(request: PersonRequest, pk: int) -> FileResponse:
    """A file that came with a message, to be saved."""
    visible = MessageFile.objects.visible_to(request.user, timezone.now()).select_related("message")
    row = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, row.message.coachee_id)
    return attachment(row.file, download_name=row.name)


def _mark(request: PersonRequest, page: Conversation) -> None:
    """Notes that the viewer saw what is on this page, unless it was only fetched ahead of them."""
    if not page.unread or not is_looked_at(request):
        return
    mark_read(page.unread, request.user, timezone.now())
    waiting = request.user.unread_messages  # type: ignore[attr-defined]  # brought along by PersonBackend
    request.user.unread_messages = [pk for pk in waiting if pk not in set(page.unread)]  # type: ignore[attr-defined]


def _number(request: HttpRequest, name: str) -> int:
    """A number of the query string; 0 for anything else."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
