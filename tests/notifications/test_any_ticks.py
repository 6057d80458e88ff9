"""Whatever the beat does, and whatever becomes of sessions: each is reminded of once, and nothing is left out.

What is due is said here a second time, naively, session by session; ticks are left out, late and doubled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from coaching.models import Relationship
from notifications.models import Notification
from notifications.session_reminders import remind_of_sessions
from sessions_app.models import Session
from tests.make import NOW, D, H, make_coach, make_coachee
from tests.make_sessions import make_change, make_meeting

Told = tuple[str, str, datetime, int]
MINUTES = [0, 1, 29, 55, 60, 170, 700, 1_380, 1_440, 3_000, 4_320, 9_000]
AHEAD = [1, 30, 60, 61, 300, 1_440, 1_441, 2_000, 5_000]
DEEDS = ["nothing", "nothing", "move", "cancel", "mark", "end"]
steps = st.tuples(
    st.sampled_from(MINUTES), st.sampled_from(DEEDS), st.integers(0, 5), st.sampled_from(AHEAD), st.integers(0, 2)
)


@dataclass
class Known:
    """A session, and when it was last scheduled or moved on the site."""

    row: Session
    changed: datetime | None

    @property
    def of_coach(self) -> str:
        return f"g{self.row.meeting_id}" if self.row.meeting_id else str(self.row.pk)


class AnyTicks(TestCase):
    """Hypothesis wraps each example in a transaction of its own; the people are there before."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.coach = make_coach()
        cls.coachees = [make_coachee(coach=cls.coach) for _ in range(2)]

    @given(st.lists(st.sampled_from(AHEAD), min_size=6, max_size=6), st.lists(steps, min_size=5, max_size=20))
    @settings(max_examples=20)
    def test_each_is_told_once_and_everything_that_was_due_is(self, ahead, taken):
        sessions, now = self.begin(ahead), NOW
        ended: set[int] = set()
        expected: set[Told] = set()
        for minutes, deed, number, later, ticks in taken:
            now += timedelta(minutes=minutes)
            do(deed, sessions[number], now, now + timedelta(minutes=later), ended)
            if ticks:
                for one in sessions:
                    if one.row.coachee_id not in ended:
                        expected |= due(one, now, expected)
            for _ in range(ticks):
                remind_of_sessions(now)
        found = [told(notice) for notice in Notification.objects.all()]
        assert len(found) == len(set(found))
        assert set(found) == expected

    def begin(self, ahead: list[int]) -> list[Known]:
        """Imported and scheduled ones of two people, and a group of both."""
        found = []
        for number, minutes in enumerate(ahead):
            starts_at, site = NOW + timedelta(minutes=minutes), number % 2 == 1
            meeting = None
            if number >= 4:
                starts_at = NOW + timedelta(minutes=ahead[4])
                meeting = found[4].row.meeting if number == 5 else make_meeting(coach=self.coach, starts_at=starts_at)
            row = Session.objects.create(
                coach=self.coach,
                coachee=self.coachees[number % 2],
                kind="group" if meeting else "one_on_one",
                meeting=meeting,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=55),
                booked_at=NOW if site else None,
            )
            found.append(Known(row, NOW if site else None))
        return found


def do(deed: str, one: Known, now: datetime, later: datetime, ended: set[int]) -> None:
    """Changes the session as the verbs do, where they would."""
    row = one.row
    rows = Session.objects.filter(pk=row.pk)
    if deed == "end" and not ended:
        ended.add(row.coachee_id)
        Relationship.objects.filter(coachee=row.coachee_id).update(ended_at=now)
    if row.status != "scheduled":
        return
    if deed == "move" and row.starts_at > now:
        row.starts_at, row.ends_at, one.changed = later, later + timedelta(minutes=55), now
        rows.update(starts_at=row.starts_at, ends_at=row.ends_at)
        make_change(session=row, what="rescheduled", at=now)
    elif deed == "cancel" and row.starts_at > now:
        row.status = "cancelled"
        rows.update(status="cancelled")
    elif deed == "mark" and row.ends_at <= now:
        row.status = "occurred"
        rows.update(status="occurred", marked_at=now)


def due(one: Known, now: datetime, before: set[Told]) -> set[Told]:
    """Who is to have been told of what by now, of one session."""
    row = one.row
    if row.status != "scheduled":
        return set()
    left, since = row.starts_at - now, now - row.ends_at
    to_coach = (one.of_coach, row.starts_at, row.coach_id)
    to_coachee = (str(row.pk), row.starts_at, row.coachee_id)
    fresh = one.changed is not None and row.starts_at - one.changed
    if H < left <= D and (fresh is False or fresh > D):
        return {("session_tomorrow", *to_coach), ("session_tomorrow", *to_coachee)}
    if timedelta() < left <= H and (fresh is False or fresh > H):
        return {("session_soon", *to_coach), ("session_soon", *to_coachee)}
    if timedelta() <= since < 3 * D:
        return {("session_ended", *to_coach)}
    asked = row.booked_at is not None or ("session_ended", *to_coach) in before
    return {("session_unmarked", *to_coach)} if asked and 3 * D <= since < 14 * D else set()


def told(notice: Notification) -> Told:
    """What a notice tells, as `due` says it."""
    meeting = notice.facts.get("meeting")
    what = f"g{meeting}" if meeting else str(notice.subject_id)
    return notice.kind, what, datetime.fromisoformat(notice.facts["starts_at"]), notice.person_id
