"""Random sequences of scheduling, moving, cancelling and marking by random people, and what must hold after each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activity.encouragement import engine
from coaching.actions import end_relationship
from coaching.models import Relationship
from notifications.models import Notification
from profiles.actions import RefusedError
from profiles.models import Person
from profiles.versions import ChangedMeanwhileError
from sessions_app.booking import CannotBookError, cancel, reschedule, schedule
from sessions_app.models import Session, SessionChange
from sessions_app.outcomes import mark
from tests.make import NOW, D, H, make_coach, make_coachee, make_relationship, make_subscription
from tests.make_sessions import attended, attended_by_sessions, make_hours

ALLOWED = 2
ZONES = ["Africa/Lagos", "America/Los_Angeles", "Pacific/Apia"]
number = st.integers(0, 40)
steps = st.tuples(
    st.sampled_from(["schedule"] * 4 + ["reschedule"] * 3 + ["cancel", "cancel", "mark", "mark", "stranger", "end"]),
    number,
    number,
    number,
    st.booleans(),
    st.sampled_from([0, 0, 1, 30, 24 * 60, 4 * 24 * 60]),
)


@dataclass
class World:
    """Three coachees with two coaches each, the second of whom is the first one's coachee, too."""

    pairs: list[tuple[int, int]]
    now: datetime = NOW
    counted: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """Sessions that count, by coachee, year and month, after the step before."""

    def at(self, place: int) -> datetime:
        """Around the end of November, an hour and a half apart so that they get in each other's way."""
        return NOW + 6 * D + place * timedelta(minutes=1.5 * 60 if place % 2 else 8 * 60)

    def of_someone(self, place: int) -> Session | None:
        rows = list(Session.objects.order_by("pk"))
        return rows[place % len(rows)] if rows else None


def do(world: World, name: str, a: int, b: int, c: int, by_coach: bool) -> None:
    """One step; what is refused is refused, and changes nothing."""
    coach, coachee = (Person.objects.get(pk=pk) for pk in world.pairs[a % len(world.pairs)])
    if name == "schedule":
        kind = ["one_on_one", "one_on_one", "flash", "complimentary"][c % 4]
        by = coach if by_coach else coachee
        schedule(coach=coach, coachee=coachee, kind=kind, starts_at=world.at(b), by=by, now=world.now)
        return
    if name == "end":
        running = Relationship.objects.running(world.now).between(coach, coachee).first()
        if running and c % 8 == 0:
            end_relationship(relationship=running, by=None, now=world.now)
        return
    if (session := world.of_someone(a)) is None:
        return
    by = session.coach if by_coach else session.coachee
    shown = session.version - (c % 7 == 0)
    if name == "reschedule":
        reschedule(session, starts_at=world.at(b), by=by, now=world.now, shown=shown)
    elif name == "cancel":
        cancel(session, by=by, now=world.now, shown=shown, reason=["", "coachee_emergency"][c % 2])
    elif name == "mark":
        status, reason = [("occurred", ""), ("did_not_occur", "coachee_missed"), ("did_not_occur", "other")][c % 3]
        mark(session, status=status, reason=reason, by=session.coach, now=world.now, shown=shown)
    else:
        cancel(session, by=coach if session.coach_id != coach.pk else coachee, now=world.now, shown=shown)


def state() -> list:
    return [*Session.objects.order_by("pk").values_list(), *SessionChange.objects.order_by("pk").values_list()]


class AnyBookings(TestCase):
    """Hypothesis wraps each example in a transaction of its own; the people are there before."""

    @classmethod
    def setUpTestData(cls) -> None:
        maya, cornelia = make_coach(timezone="Europe/Madrid"), make_coach(timezone="America/New_York")
        extra = {"flash_sessions": True, "complimentary_call": True, "sessions_per_month": ALLOWED}
        coachees = [make_coachee(timezone=zone, subscription=extra) for zone in ZONES]
        make_subscription(coachee=cornelia, sessions_per_month=ALLOWED)
        pairs = [(coach, coachee) for coach in (maya, cornelia) for coachee in coachees] + [(maya, cornelia)]
        for coach, coachee in pairs:
            make_relationship(coach=coach, coachee=coachee)
        make_hours(coach=maya)
        make_hours(coach=cornelia, days="01234", opens=9 * 60, closes=18 * 60)
        engine.sweep(NOW)
        cls.pairs = [(coach.pk, coachee.pk) for coach, coachee in pairs]

    @given(st.lists(steps, min_size=5, max_size=40))
    @settings(max_examples=20)
    def test_what_must_hold_after_each(self, done):
        world = World(self.pairs)
        for name, a, b, c, by_coach, minutes in done:
            world.now += timedelta(minutes=minutes)
            before = state()
            try:
                do(world, name, a, b, c, by_coach)
            except (CannotBookError, RefusedError, ChangedMeanwhileError):
                assert state() == before, name
            self.check(world, name)

    def check(self, world: World, name: str) -> None:
        assert attended() == attended_by_sessions(), name
        taken = defaultdict(list)
        for person, _session, _meeting, since, until in attended():
            taken[person].append((since, until))
        for spans in taken.values():
            spans.sort()
            assert all(one[1] <= other[0] for one, other in zip(spans, spans[1:], strict=False)), name
        check_allowance(world, name)
        swept = engine.sweep(world.now)
        assert (swept.opened, swept.cleared) == (0, 0), name
        for session in Session.objects.all():
            changes = list(session.changes.exclude(what="payment"))
            assert len(changes) == session.version + 1
            assert changes[-1].status == session.status
        told = Notification.objects.filter(kind__startswith="session_").values_list(
            "subject_id", "kind", "person", "facts__version"
        )
        assert len(told) == len(set(told))


def check_allowance(world: World, name: str) -> None:
    """Of every coachee in every month by their own calendar: only what the coach says afterwards goes beyond."""
    months: dict[tuple[int, int, int], int] = defaultdict(int)
    for one in Session.objects.filter(kind="one_on_one").select_related("coachee"):
        local = one.starts_at.astimezone(ZoneInfo(one.coachee.timezone))
        late = one.status == "cancelled" and one.cancelled_by == "coachee" and not one.reason
        late = late and one.starts_at - one.cancelled_at < 24 * H
        missed = one.status == "did_not_occur" and one.reason == "coachee_missed"
        if one.status in ("scheduled", "occurred") or late or missed:
            months[one.coachee_id, local.year, local.month] += 1
    for month, count in months.items():
        assert count <= ALLOWED or count <= world.counted.get(month, 0) or name == "mark", name
    world.counted = months
    calls = Session.objects.filter(kind="complimentary", status__in=["scheduled", "occurred"])
    pairs = list(calls.values_list("coach", "coachee"))
    assert len(pairs) == len(set(pairs))
