"""Marking what became of a session once it has ended, by its coach, and how the coach's time is paid for.

Whatever follows from an outcome follows by itself: the month's count reads the sessions, and what there is to encourage
is worked out in the same transaction. Every change leaves a SessionChange.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from activity.encouragement import engine
from coaching.models import Relationship
from profiles.actions import RefusedError, violates
from profiles.models import Person
from profiles.versions import save_version
from sessions_app.marking import OUTCOMES
from sessions_app.models import Session, SessionChange
from sessions_app.traces import trace


@dataclass(frozen=True)
class Verdict:
    """What is said about one session, and the version of it that was `shown`."""

    session: Session
    status: str
    reason: str
    shown: int


def why_not_marked(session: Session, now: datetime) -> str:
    """The sentence that says why its coach cannot mark it now; empty when they can. No query."""
    if session.status == Session.Status.CANCELLED:
        return _("This session was cancelled.")
    if session.ends_at > now:
        return _("This session is not over yet. Mark it once it has ended.")
    return ""


def mark(session: Session, *, status: str, reason: str, by: Person, now: datetime, shown: int) -> Session:
    """Says that it occurred, or that it didn't and why; also instead of what was said before.

    `marked_at` becomes now when the status changes, and stays where only the reason does. The same once more changes
    nothing. Raises ChangedMeanwhileError when somebody else was faster, and RefusedError before the end, for what was
    cancelled, when the coaching has ended, and where the pair has another complimentary session by now.
    """
    return mark_together([Verdict(session, status, reason, shown)], by=by, now=now)[0]


def mark_together(verdicts: Sequence[Verdict], *, by: Person, now: datetime) -> list[Session]:
    """Marks the sessions of a group, all of them or none. Raises as `mark` does."""
    try:
        with engine.changing({one.session.coachee_id for one in verdicts}, now):
            return _mark(verdicts, by, now)
    except IntegrityError as error:
        if violates(error, "one_complimentary_session_per_pair"):
            raise RefusedError(_("These two have another complimentary session by now.")) from error
        raise


def _mark(verdicts: Sequence[Verdict], by: Person, now: datetime) -> list[Session]:
    rows = Session.objects.select_for_update(no_key=True, of=("self",)).order_by("pk")
    current = {row.pk: row for row in rows.filter(pk__in=[one.session.pk for one in verdicts])}
    _check_running(list(current.values()), now)
    changed = []
    for one in verdicts:
        if _mark_one(current[one.session.pk], one, now):
            changed.append(current[one.session.pk])
    trace(changed, SessionChange.What.MARKED, by=by, now=now)
    return [current[one.session.pk] for one in verdicts]


def _mark_one(session: Session, verdict: Verdict, now: datetime) -> bool:
    """Tells whether there was anything to change."""
    if why_not := why_not_marked(session, now):
        raise RefusedError(why_not)
    reason = verdict.reason if verdict.status == Session.Status.DID_NOT_OCCUR else ""
    if verdict.status not in OUTCOMES or (verdict.status == Session.Status.DID_NOT_OCCUR and not reason):
        raise RefusedError(_("Say whether it occurred, and if it didn’t, why."))
    if (session.status, session.reason) == (verdict.status, reason) and session.marked_at is not None:
        return False
    marked_at = session.marked_at if session.status == verdict.status and session.marked_at else now
    save_version(session, verdict.shown, status=verdict.status, reason=reason, marked_at=marked_at)
    return True


def _check_running(sessions: Sequence[Session], now: datetime) -> None:
    """The relationships are locked by now, so that none ends before this is through."""
    pairs = {(one.coach_id, one.coachee_id) for one in sessions}
    running = Relationship.objects.running(now).filter(
        coach__in={coach for coach, _coachee in pairs}, coachee__in={coachee for _coach, coachee in pairs}
    )
    if pairs - set(running.values_list("coach_id", "coachee_id")):
        raise RefusedError(_("The coaching has ended. What was marked stays as it is."))


def set_payment(session: Session, *, payment: str, by: Person, now: datetime, shown: int) -> Session:
    """Says how the coach's time in this session is paid for. The same once more changes nothing.

    Raises ChangedMeanwhileError when somebody else was faster.
    """
    with transaction.atomic():
        current = Session.objects.select_for_update(no_key=True, of=("self",)).get(pk=session.pk)
        if current.payment != payment:
            save_version(current, shown, payment=payment)
            trace([current], SessionChange.What.PAYMENT, by=by, now=now)
        return current
