"""What the viewer was told: the page behind the bell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.keyset import cut, link, read_cursor
from notifications.models import NoticeKind, Notification
from notifications.wake import wake_sender
from notifications.words import Words, words_for
from profiles.requests import PersonRequest

ASK = require_http_methods(["GET", "HEAD", "POST"])
PAGE_SIZE = 20
# kind: icon and tone
LOOKS = {
    NoticeKind.COACH_ASSIGNED: ("people", "leaf"),
    NoticeKind.COACHEE_ASSIGNED: ("people", "leaf"),
    NoticeKind.COACH_CHANGED: ("people", "sky"),
    NoticeKind.COACH_REMOVED: ("people", "plain"),
    NoticeKind.COACHEE_REMOVED: ("people", "plain"),
    NoticeKind.ACCESS_ON: ("key", "leaf"),
    NoticeKind.ACCESS_OFF: ("key", "plain"),
    NoticeKind.INVITATION: ("mail", "plain"),
    NoticeKind.CREDENTIAL_EXPIRES: ("shield", "amber"),
    NoticeKind.OBSERVATION_SHARED: ("eye", "sky"),
    NoticeKind.OBSERVATION_ANSWERED: ("chat", "sky"),
    NoticeKind.MESSAGE_RECEIVED: ("chat", "sky"),
    NoticeKind.ASSIGNMENT_GIVEN: ("tasks", "leaf"),
    NoticeKind.RESPONSE_GIVEN: ("pen", "sky"),
    NoticeKind.RESPONSE_ANSWERED: ("chat", "sky"),
    NoticeKind.RESOURCE_SUGGESTED: ("book", "leaf"),
    NoticeKind.SESSION_SCHEDULED: ("calendar", "leaf"),
    NoticeKind.SESSION_RESCHEDULED: ("calendar", "sky"),
    NoticeKind.SESSION_CANCELLED: ("calendar", "plain"),
    NoticeKind.SESSION_TOMORROW: ("clock", "sky"),
    NoticeKind.SESSION_SOON: ("clock", "amber"),
    NoticeKind.SESSION_ENDED: ("check", "sky"),
    NoticeKind.SESSION_UNMARKED: ("check", "amber"),
    NoticeKind.CALENDAR_UNREAD: ("alert", "amber"),
    NoticeKind.CONSENT_ASKED: ("shield", "sky"),
}


@dataclass(frozen=True)
class Shown:
    """One notice as the page shows it; `new` when it had not been seen before this look."""

    words: Words
    icon: str
    tone: str
    at: datetime
    new: bool


@require_safe
def notices(request: PersonRequest) -> HttpResponse:
    """The viewer's notices, the newest first. What is shown counts as read from then on."""
    viewer, now = request.user, timezone.now()
    mine = Notification.objects.shown_to(viewer.pk)
    page = cut(mine, key="created_at", cursor=read_cursor(request.GET), size=PAGE_SIZE)
    shown = [
        Shown(words, *LOOKS[NoticeKind(row.kind)], row.created_at, row.read_at is None)
        for row, words in zip(page.rows, words_for(page.rows, viewer, now), strict=True)
    ]
    if request.method == "GET" and (new := [row.pk for row in page.rows if row.read_at is None]):
        mine.unread().filter(pk__in=new).update(read_at=now)
        viewer.unread_notices = [pk for pk in viewer.unread_notices if pk not in new]  # type: ignore[attr-defined]
    parts = {"now": now, "shown": shown, "older": link(page.onward), "newer": link(page.back)}
    return render(request, "notifications/notices.html", parts)


@require_POST
def read(request: PersonRequest) -> HttpResponse:
    """Marks all of the viewer's notices as read."""
    Notification.objects.shown_to(request.user.pk).unread().update(read_at=timezone.now())
    return redirect("notices")


@ASK
def unsent(request: PersonRequest) -> HttpResponse:
    """For admins: mails that could not be sent for a day. To whom, what kind, when and why, not what they say."""
    if not request.user.has_perm("profiles.add_person"):
        raise Http404
    failed = Notification.objects.failed()
    if request.method == "POST":
        count = failed.try_again(timezone.now())
        wake_sender()
        words = ngettext("%(count)d mail is tried again.", "%(count)d mails are tried again.", count)
        messages.success(request, words % {"count": count})
        return redirect("mails-unsent")
    page = cut(failed.select_related("person"), key="given_up_at", cursor=read_cursor(request.GET), size=PAGE_SIZE)
    parts = {"now": timezone.now(), "rows": page.rows, "older": link(page.onward), "newer": link(page.back)}
    return render(request, "notifications/unsent.html", parts)
