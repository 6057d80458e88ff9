"""Scheduling, rescheduling and cancelling sessions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from profiles.actions import RefusedError
from profiles.requests import PersonRequest, coachs_or_own_or_404, own_path
from profiles.versions import CONFLICT, ChangedMeanwhileError
from sessions_app.booking import CannotBookError, cancel, reschedule, schedule
from sessions_app.booking_closed import (
    CancellationPage,
    cancellation_page,
    cancelled_words,
    is_cancelled_by,
    why_closed,
)
from sessions_app.booking_forms import CancellationForm, SlotForm, TypedForm, reasons_of
from sessions_app.booking_page import BookingPage, booking_page, moving_page, pairs_of, times_of, was_ever_coached
from sessions_app.booking_week import Pair, moment
from sessions_app.models import Session

ASK = require_http_methods(["GET", "HEAD", "POST"])
FORBIDDEN, WRONG = 403, 422
ANOTHER = "another"
"""The button beside a time that is typed by hand."""


@ASK
def new(request: PersonRequest, pk: int) -> HttpResponse:
    """A new session of a coachee: when, of which kind, and with whom where there are several coaches."""
    sent, now = _sent(request), timezone.now()
    pairs = _pairs_or_404(request, pk, now)
    pair = _chosen(pairs, sent.get("coach", ""))
    if pair is None:
        return _whom(request, pk, pairs, sent)
    page = booking_page(pair, pairs, sent.get("kind", ""), sent.get("from", ""), _onward(sent))

    def done(starts_at: datetime, form_id: str, **_more: Any) -> HttpResponse:
        wanted: dict[str, Any] = {"coach": pair.coach, "coachee": pair.coachee, "kind": page.offer.kind}
        session = schedule(**wanted, starts_at=starts_at, by=request.user, now=now, form_id=form_id)
        words = {"time": moment(session.starts_at, pair.zone, pair.today)}
        messages.success(request, _("Scheduled for %(time)s. Both of you get an invitation by mail.") % words)
        return redirect(page.onward or _address(session))

    return _choose(request, page, done)


@ASK
def time(request: PersonRequest, pk: int) -> HttpResponse:
    """Another time for a session."""
    session, pair = _opened(request, pk)
    if session.meeting_id and session.coach_id == request.user.pk:
        return redirect("group-time", session.meeting_id)
    closed = why_closed(session, pair, timezone.now(), moves=True)
    if closed or pair is None:
        return _closed(request, session, closed)
    sent = _sent(request)
    page = moving_page(pair, session, sent.get("from", ""), onward=_onward(sent))

    def done(starts_at: datetime, version: int, **_more: Any) -> HttpResponse:
        moved = reschedule(session, starts_at=starts_at, by=request.user, now=pair.now, shown=version)
        words = {"time": moment(moved.starts_at, pair.zone, pair.today)}
        messages.success(request, _("Moved to %(time)s. Both of you get the new time by mail.") % words)
        return redirect(page.onward or _address(moved))

    return _choose(request, page, done)


@ASK
def cancellation(request: PersonRequest, pk: int) -> HttpResponse:
    """Cancels a session, after saying what that means."""
    session, pair = _opened(request, pk)
    onward, is_sent = _onward(_sent(request)), request.method == "POST"
    if is_sent and is_cancelled_by(session, request.user):  # the same form again
        return redirect(onward or _address(session))
    closed = why_closed(session, pair, timezone.now())
    if closed or pair is None:
        return _closed(request, session, closed)
    form = _cancellation_form(pair, session, request.POST if is_sent else None)
    if not is_sent or not form.is_valid():
        return _ask(request, cancellation_page(session, pair, onward), form, WRONG if is_sent else 200)
    shown, reason = form.cleaned_data["version"], form.cleaned_data["reason"]
    try:
        cancelled = cancel(session, by=request.user, now=pair.now, shown=shown, reason=reason)
    except ChangedMeanwhileError as faster:
        current, closed = faster.current, why_closed(faster.current, pair, pair.now)
        if closed:
            return _closed(request, current, closed, CONFLICT)
        page = cancellation_page(current, pair, onward, changed=str(faster))
        return _ask(request, page, _cancellation_form(pair, current, None), CONFLICT)
    except RefusedError as refusal:
        return _closed(request, session, str(refusal))
    messages.success(request, cancelled_words(cancelled, pair))
    return redirect(onward or _address(cancelled))


# What is asked for --------------------------------------------------------------------------------


def _sent(request: PersonRequest) -> Mapping[str, str]:
    return request.POST if request.method == "POST" else request.GET


def _onward(sent: Mapping[str, str]) -> str:
    """Where to go afterwards: a page of this site, or nothing."""
    return own_path(sent.get("next", ""))


def _pairs_or_404(request: PersonRequest, coachee: int, now: datetime) -> list[Pair]:
    """Whoever coaches this person now and is asking, or whom they can choose among; 404 for all others."""
    pairs = pairs_of(request.user, coachee, now)
    if not pairs and not (request.user.pk == coachee and was_ever_coached(request.user)):
        raise Http404
    return pairs


def _chosen(pairs: list[Pair], coach: str) -> Pair | None:
    if len(pairs) == 1 and not coach:
        return pairs[0]
    return next((pair for pair in pairs if str(pair.coach.pk) == coach), None)


def _opened(request: PersonRequest, pk: int) -> tuple[Session, Pair | None]:
    """A session of the viewer's, else 404, with the pair, while the two work together."""
    now = timezone.now()
    visible = Session.objects.visible_to(request.user, now).select_related("coach", "coachee")
    session = get_object_or_404(visible, pk=pk)
    coachs_or_own_or_404(request, session.coachee_id)
    pairs = pairs_of(request.user, session.coachee_id, now)
    return session, next((pair for pair in pairs if pair.coach.pk == session.coach_id), None)


def _address(session: Session) -> str:
    return reverse("session", args=[session.pk])


# What is answered ---------------------------------------------------------------------------------


def _choose(request: PersonRequest, page: BookingPage, done: Callable[..., HttpResponse]) -> HttpResponse:
    """Shows the times; when one was sent, does it, or says why not with what was typed."""
    by_hand = ANOTHER in request.POST and page.pair.by_coach
    form = _form(request, page, by_hand)
    if request.method != "POST":
        return _show(request, page, form)
    if not form.is_valid():
        return _show(request, page, form, status=WRONG)
    try:
        return done(**form.cleaned_data)
    except ChangedMeanwhileError as faster:
        return _moved_meanwhile(request, page, faster.current)
    except CannotBookError as refusal:
        page = replace(page.saying(str(refusal)), nearest=times_of(refusal.nearest, page.pair))
        return _show(request, page, form, status=CONFLICT if refusal.taken else WRONG)
    except RefusedError as refusal:
        return _show(request, replace(page, refused=str(refusal)), form, status=FORBIDDEN)


def _form(request: PersonRequest, page: BookingPage, by_hand: bool) -> SlotForm | TypedForm:
    data = request.POST if request.method == "POST" else None
    initial = {"version": page.moving.version if page.moving else None}
    if by_hand:
        return TypedForm(data, by=request.user, initial=initial, zone=page.zone, auto_id="hand-%s")
    return SlotForm(data, by=request.user, initial=initial)


def _show(request: PersonRequest, page: BookingPage, form: SlotForm | TypedForm, *, status: int = 200) -> HttpResponse:
    """The page with its two forms: that of the free times, and for a coach that for another time."""
    typed = form if isinstance(form, TypedForm) else None
    blank: dict[str, Any] = {"by": request.user, "initial": {"version": page.moving.version if page.moving else None}}
    shown = {
        "page": page,
        "now": page.pair.now,
        "form": SlotForm(**blank) if typed else form,
        "typed": typed or TypedForm(**blank, zone=page.zone, auto_id="hand-%s"),
    }
    return render(request, "sessions/time.html" if page.moving else "sessions/new.html", shown, status=status)


def _moved_meanwhile(request: PersonRequest, page: BookingPage, current: Session) -> HttpResponse:
    """Somebody else changed the session that was to be moved: what it is now, and the times again."""
    if closed := why_closed(current, page.pair, page.pair.now, moves=True):
        return _closed(request, current, closed, CONFLICT)
    words = {"name": page.pair.other.first_name, "time": moment(current.starts_at, page.zone, page.pair.today)}
    page = moving_page(page.pair, current, "", onward=page.onward)
    page = replace(page, refused=_("This session was changed meanwhile. It is now on %(time)s.") % words)
    return _show(request, page, SlotForm(by=request.user, initial={"version": current.version}), status=CONFLICT)


def _whom(request: PersonRequest, pk: int, pairs: list[Pair], sent: Mapping[str, str]) -> HttpResponse:
    """The coaches to choose from."""
    gone = bool(sent.get("coach")) and bool(pairs)
    parts = {"pairs": pairs, "gone": gone, "pk": pk, "onward": _onward(sent), "now": timezone.now()}
    return render(request, "sessions/whom.html", parts, status=WRONG if request.method == "POST" else 200)


def _cancellation_form(pair: Pair, session: Session, data: Any) -> CancellationForm:
    reasons = reasons_of(by_coach=pair.by_coach, coachee=pair.coachee.first_name)
    return CancellationForm(data, initial={"reason": reasons[0][0], "version": session.version}, reasons=reasons)


def _ask(request: PersonRequest, page: CancellationPage, form: CancellationForm, status: int) -> HttpResponse:
    shown = {"page": page, "form": form, "now": page.pair.now}
    return render(request, "sessions/cancellation.html", shown, status=status)


def _closed(request: PersonRequest, session: Session, why: str, status: int = FORBIDDEN) -> HttpResponse:
    """The sentence that says why nothing can be done; as the answer to a change it is a refusal."""
    shown = {"session": session, "why": why, "now": timezone.now()}
    return render(request, "sessions/closed.html", shown, status=status if request.method == "POST" else 200)
