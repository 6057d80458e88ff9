"""What cancelling a session means, said before and after; and why a session can be neither moved nor cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.models import Person
from sessions_app.allowance import Month, month_for, month_name
from sessions_app.booking import is_late
from sessions_app.booking_week import Pair, Time, moment, time_of
from sessions_app.models import Session


def why_closed(session: Session, pair: Pair | None, now: datetime, *, moves: bool = False) -> str:
    """The sentence that says why this session cannot be cancelled now, or moved (`moves`); empty when it can.

    `pair` is None once the two no longer work together.
    """
    if session.status == Session.Status.CANCELLED:
        return _("This session was cancelled.")
    if session.status != Session.Status.SCHEDULED or session.starts_at <= now:
        return _("This session has begun already. It can no longer be moved or cancelled.")
    if pair is None:
        return _("The coaching has ended.")
    if moves and session.meeting_id:
        return _("A group session is moved by its coach, for everybody at once. You can give back your seat.")
    return ""


def is_cancelled_by(session: Session, person: Person) -> bool:
    """Whether this person, as its coach or coachee, has cancelled the session already."""
    sides = Session.CancelledBy
    by = {sides.COACH: session.coach_id, sides.COACHEE: session.coachee_id}
    return session.status == Session.Status.CANCELLED and by.get(sides(session.cancelled_by or "admin")) == person.pk


@dataclass(frozen=True)
class CancellationPage:
    """A session that somebody is about to cancel."""

    session: Session
    pair: Pair
    month: Month | None
    onward: str = ""
    changed: str = ""

    @property
    def time(self) -> Time:
        """When it is."""
        return time_of(self.session.starts_at, self.pair)

    @property
    def is_seat(self) -> bool:
        """Whether it is a seat in a group, which goes on without it."""
        return self.session.meeting_id is not None

    @property
    def counts(self) -> str:
        """“… it counts as one of November's 2”, where cancelling it is late and the coachee's."""
        if not self._is_late or self.pair.by_coach or self.month is None:
            return ""
        words = {"month": month_name(self.month.first_day, self.pair.today), "of": self.month.of}
        if self.month.of is None:
            return _("This is less than 24 hours ahead: it counts as one of %(month)s’s sessions.") % words
        return _("This is less than 24 hours ahead: it counts as one of %(month)s’s %(of)d.") % words

    @property
    def frees(self) -> str:
        """What cancelling gives back, where it is not late."""
        if self.month is None or self.counts:
            return ""
        name = month_name(self.month.first_day, self.pair.today)
        if self._is_late:
            return _("Cancelled by you it does not count: %(month)s has room again.") % {"month": name}
        return _("It does not count then: %(month)s has room again.") % {"month": name}

    @property
    def back(self) -> str:
        """Where the session is."""
        return self.onward or reverse("session", args=[self.session.pk])

    @property
    def move(self) -> str:
        """Where it can be given another time instead; nothing in groups."""
        return "" if self.is_seat else reverse("session-time", args=[self.session.pk])

    @property
    def _is_late(self) -> bool:
        return is_late(self.session, self.pair.now)


def cancellation_page(session: Session, pair: Pair, onward: str, *, changed: str = "") -> CancellationPage:
    """Puts the page together. At most two queries."""
    limited = session.kind == Session.Kind.ONE_ON_ONE
    month = month_for(pair.coachee, session.starts_at) if limited else None
    return CancellationPage(session, pair, month, onward, changed)


def cancelled_words(session: Session, pair: Pair) -> str:
    """What is said afterwards: that it is cancelled, and how the month stands. At most two queries."""
    words = {"time": moment(session.starts_at, pair.zone, pair.today)}
    if session.meeting_id:
        return _("You gave back the seat of %(time)s. Both of you are told by mail.") % words
    told = _("Cancelled: %(time)s. Both of you are told by mail.") % words
    if session.kind != Session.Kind.ONE_ON_ONE:
        return told
    month = month_for(pair.coachee, session.starts_at)
    standing = {"used": month.words_on(pair.today), "name": pair.coachee.first_name}
    if pair.by_coach:
        return f"{told} {_('%(name)s has now used or scheduled %(used)s.') % standing}"
    return f"{told} {_('You have now used or scheduled %(used)s.') % standing}"
