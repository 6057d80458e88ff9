"""A session's own page: when and with whom, what is written about it, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from profiles.meetings import Meeting, one_of
from profiles.models import Person
from profiles.profile import Profile
from sessions_app.brief import Brief, brief_of
from sessions_app.models import Session, SessionChange

CHANGES = 30


@dataclass(frozen=True, slots=True)
class Change:
    """One line of what became of it: what, when, by whom, and when it had been before."""

    what: str
    at: datetime
    by: str
    detail: str
    starts_at: datetime | None
    was_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The page as its coach or its coachee gets it."""

    session: Session
    meeting: Meeting
    other: Person
    by_coach: bool
    changes: list[Change]
    brief: Brief | None
    """Until the session is over."""

    @property
    def group(self) -> int | None:
        """The meeting (its id) of a group."""
        return self.session.meeting_id

    @property
    def payment(self) -> str:
        """How the coach's time is paid for, for the coach alone."""
        return str(Session.Payment(self.session.payment).label) if self.by_coach else ""


def session_page(profile: Profile, session: Session) -> SessionPage | None:
    """Puts the page together; the session must be visible to the profile's viewer, and about its person."""
    meeting = one_of(profile, session.pk)
    if meeting is None:
        return None
    by_coach = profile.viewer.pk == session.coach_id
    if not by_coach and all(one.coach_id != session.coach_id for one in profile.running):
        session.coach.photo = ""  # of a former coach the name remains, not what their profile shows
    return SessionPage(
        session=session,
        meeting=meeting,
        other=session.coachee if by_coach else _coach_of(session, profile),
        by_coach=by_coach,
        changes=_changes(profile, session, by_coach),
        brief=brief_of(profile, session) if meeting.is_ahead else None,
    )


def _changes(profile: Profile, session: Session, by_coach: bool) -> list[Change]:
    """The latest first. How a session is paid for is between the coach and who pays."""
    found = SessionChange.objects.visible_to(profile.viewer, profile.now).filter(session=session)
    if not by_coach:
        found = found.exclude(what=SessionChange.What.PAYMENT)
    return [_change(row, profile) for row in found.select_related("by").order_by("-at", "-pk")[:CHANGES]]


def _change(row: SessionChange, profile: Profile) -> Change:
    What = SessionChange.What
    words = str(What(row.what).label)
    if row.what == What.MARKED and row.status:
        words = _("Marked: %(status)s") % {"status": Session.Status(row.status).label}
    reason = str(Session.Reason(row.reason).label) if row.reason else ""
    payment = str(Session.Payment(row.payment).label) if row.payment and row.what == What.PAYMENT else ""
    return Change(
        what=words,
        at=row.at,
        by=_("you") if row.by_id == profile.viewer.pk else row.by.name if row.by else "",
        detail=reason or payment,
        starts_at=row.starts_at if row.what in (What.SCHEDULED, What.RESCHEDULED) else None,
        was_at=row.was_at if row.what == What.RESCHEDULED else None,
    )


def _coach_of(session: Session, profile: Profile) -> Person:
    """The coach as their coachee knows them: of a former one they may not open the photo either."""
    if all(one.coach_id != session.coach_id for one in profile.running):
        session.coach.photo = ""
    return session.coach
