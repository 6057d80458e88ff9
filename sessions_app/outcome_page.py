"""The pages on which a coach marks what became of a session, or of a whole group, and says how it is paid for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coaching.goal_forms import Number
from profiles.days import clock, long_day
from profiles.models import Person
from profiles.zones import local_day
from sessions_app.marking import OUTCOMES, outcome_words
from sessions_app.models import Session, SessionChange
from sessions_app.outcomes import Verdict, why_not_marked

TRACED = 20
"""The latest changes of an outcome that the page tells."""


class OutcomeForm(forms.Form):
    """Occurred, or didn't occur and why."""

    status = forms.ChoiceField(
        label=gettext_lazy("Did it take place?"),
        choices=[(one.value, one.label) for one in OUTCOMES],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it took place.")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Why not?"),
        choices=[("", gettext_lazy("Choose a reason")), *Session.Reason.choices],
        required=False,
    )
    version = Number()

    def clean(self) -> dict[str, Any]:
        """What didn't occur has a reason; what occurred has none."""
        said = super().clean() or {}
        if said.get("status") == Session.Status.OCCURRED:
            self.errors.pop("reason", None)
            said["reason"] = ""
        elif said.get("status") and not said.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Say why it didn’t occur."))
        return said


class SeatForm(forms.Form):
    """The same of one coachee in a group, as one choice: `did_not_occur:coachee_missed`. Empty: not marked yet."""

    outcome = forms.ChoiceField(required=False)
    version = Number()

    def __init__(self, *args: Any, session: Session, **options: Any) -> None:
        options["prefix"] = str(session.pk)
        super().__init__(*args, **options)
        self.session = session
        not_yet = [] if session.status in OUTCOMES else [("", _("Not marked yet"))]
        occurred = [(Session.Status.OCCURRED.value, str(Session.Status.OCCURRED.label))]
        field: Any = self.fields["outcome"]
        field.choices = [*not_yet, *occurred, (_("Didn’t occur"), _reasons())]
        field.label = session.coachee.name

    def verdict(self, *, everybody: bool) -> Verdict | None:
        """What is said about it, if anything. With `everybody`, who is left unmarked was there."""
        said = self.cleaned_data["outcome"] or (Session.Status.OCCURRED.value if everybody else "")
        status, _colon, reason = said.partition(":")
        return Verdict(self.session, status, reason, self.cleaned_data["version"]) if status else None


class PaymentForm(forms.Form):
    """How the coach's time is paid for."""

    payment = forms.ChoiceField(label=gettext_lazy("How is it paid for?"), choices=Session.Payment.choices)
    version = Number()


@dataclass(frozen=True)
class Traced:
    """One time that the outcome was said: what, by whom, when, and what it had been."""

    at: datetime
    what: str
    by: str
    before: str


@dataclass(frozen=True)
class OutcomePage:
    """The session, with its whole group where it has one, and why it cannot be marked, if so."""

    session: Session
    viewer: Person
    now: datetime
    seats: list[Session]
    trace: list[Traced]
    closed: str

    @property
    def together(self) -> bool:
        """Whether it is a group's."""
        return self.session.meeting_id is not None

    @property
    def is_marked(self) -> bool:
        """Whether it was said what became of this session."""
        return self.session.status in OUTCOMES

    @property
    def words(self) -> str:
        """What is said now."""
        return outcome_words(self.session.status, self.session.reason)

    @property
    def day(self) -> str:
        """“Tuesday 24 November”, where the coach is."""
        return session_day(self.session, self.viewer, self.now)

    @property
    def times(self) -> str:
        """“13:00–13:55”, where the coach is."""
        return session_times(self.session, self.viewer)


def session_day(session: Session, viewer: Person, now: datetime) -> str:
    """“Tuesday 24 November” in the viewer's zone."""
    at = session.starts_at.astimezone(ZoneInfo(viewer.timezone))
    return long_day(at.date(), local_day(now, viewer.timezone))


def session_times(session: Session, viewer: Person) -> str:
    """“13:00–13:55” in the viewer's zone."""
    zone = ZoneInfo(viewer.timezone)
    return "–".join(clock(at.astimezone(zone)) for at in (session.starts_at, session.ends_at))


def outcome_page(session: Session, viewer: Person, now: datetime) -> OutcomePage:
    """Puts the page together. At most two queries."""
    together = session.meeting_id is not None
    seats: list[Session] = []
    if together:
        rows = Session.objects.visible_to(viewer, now).filter(meeting=session.meeting_id, coach=viewer)
        seats = list(rows.exclude(status="cancelled").select_related("coachee").order_by("coachee__name", "pk"))
    trace = [] if together else outcome_trace(session, viewer, now)
    return OutcomePage(session, viewer, now, seats, trace, why_not_marked(session, now))


def outcome_trace(session: Session, viewer: Person, now: datetime) -> list[Traced]:
    """When it was marked as what, the latest first. One query."""
    changes = SessionChange.objects.visible_to(viewer, now).filter(session=session, what=SessionChange.What.MARKED)
    latest = list(changes.select_related("by").order_by("-at", "-pk")[: TRACED + 1])
    before = [*latest[1:], None]
    return [_traced(one, earlier, viewer) for one, earlier in zip(latest, before, strict=False)][:TRACED]


def _traced(change: SessionChange, earlier: SessionChange | None, viewer: Person) -> Traced:
    by = _("you") if change.by_id == viewer.pk else change.by.name if change.by else _("somebody")
    before = outcome_words(earlier.status, earlier.reason) if earlier else ""
    return Traced(change.at, outcome_words(change.status, change.reason), by, before)


def _reasons() -> list[tuple[str, str]]:
    absent = Session.Status.DID_NOT_OCCUR.value
    return [(f"{absent}:{value}", str(label)) for value, label in Session.Reason.choices]


def seat_forms(page: OutcomePage, data: Any = None) -> list[SeatForm]:
    """A form for each coachee of the group, as it was sent or as it is."""
    return [SeatForm(data, session=one, initial=_said(one)) for one in page.seats]


def _said(session: Session) -> dict[str, Any]:
    outcome = ":".join(filter(None, (session.status, session.reason))) if session.status in OUTCOMES else ""
    return {"outcome": outcome, "version": session.version}
