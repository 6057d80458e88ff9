"""How the demo's sessions came about: when coaches can be booked, who scheduled what, and what it says in their log."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from interchange.demo.roster import AMARA, COHORT, MAYA, SAMUEL
from interchange.demo.times import DAY, MINUTE, SATURDAY
from interchange.demo.world import World
from profiles.models import Person
from profiles.zones import local_day
from sessions_app.models import (
    Availability,
    AvailabilityException,
    GroupModule,
    LogConsent,
    LogSettings,
    PrivateNote,
    PrivateNoteVersion,
    Session,
    SessionChange,
    SharedNote,
    SharedNoteVersion,
    WeeklyHours,
)

HOUR = 60
SEATS = 8
# coach: weekdays (0 is Monday) and from when to when, in hours of their clock
HOURS = {
    MAYA: [*((day, 9, 13) for day in range(5)), *((day, 14, 19) for day in range(4))],
    SAMUEL: [(0, 8, 12), (1, 13, 20), (2, 8, 12), (3, 13, 20)],
}
RULES: dict[str, dict[str, Any]] = {
    MAYA: {"buffer_minutes": 5, "furthest_days": 75},
    SAMUEL: {"notice_hours": 48, "step_minutes": 60, "meeting_url": "https://meet.example.org/samuel-adeyemi-clarke"},
}
AGREED = 0.7
"""How many of Maya's coachees agreed to be named in her log."""
FIRST_WORDS = {
    SharedNoteVersion: "Worked on the weekly review.",
    PrivateNoteVersion: "She laughed about it herself. Note to self: do not rescue her.",
}


def availability(world: World) -> None:
    """Hours and rules of both coaches; Maya is away for two days soon and works one Saturday morning before."""
    rows = world.rows
    for coach, hours in HOURS.items():
        rows.add(Availability, coach=world.people[coach], **RULES[coach])
        for weekday, opens, closes in hours:
            rows.add(WeeklyHours, coach=world.people[coach], weekday=weekday, opens=opens * HOUR, closes=closes * HOUR)
    maya, today = world.people[MAYA], local_day(world.now, world.zone(MAYA))
    away, extra = _next(today + 20 * DAY, 3), _next(today + 8 * DAY, SATURDAY)
    rows.add(AvailabilityException, coach=maya, starts_on=away, ends_on=away + DAY)
    morning = {"is_open": True, "opens": 10 * HOUR, "closes": 13 * HOUR}
    rows.add(AvailabilityException, coach=maya, starts_on=extra, ends_on=extra, **morning)
    rows.add(GroupModule, name=COHORT, capacity=SEATS, minutes=90)


def booked(world: World) -> None:
    """Who scheduled each session and when, and the trace of what became of it. After all sessions are there."""
    rng = Random(f"{world.seed} booked")  # noqa: S311, a story and not a secret
    for session in world.rows.of(Session):
        by = session.coachee if rng.random() < 0.7 else session.coach
        session.booked_by = session.coach if session.kind == Session.Kind.GROUP else by
        session.booked_at = _before(world, session.starts_at, rng)
        if session.kind == Session.Kind.COMPLIMENTARY:
            session.payment = Session.Payment.PRO_BONO
        _trace(world, session, session.booked_at, rng)


def notes(world: World) -> None:
    """Maya went over what she wrote about Amara's last session; what it said before is kept."""
    latest = max(
        (one for one in world.rows.of(SharedNote) if one.coachee.email == world.people[AMARA.key].email),
        key=lambda note: note.written_at,
    )
    private = next(one for one in world.rows.of(PrivateNote) if one.session is latest.session)
    kept = {"written_at": latest.written_at, "coachee": latest.coachee}
    world.rows.add(
        SharedNoteVersion, session=latest.session, coach=latest.coach, text=FIRST_WORDS[SharedNoteVersion], **kept
    )
    world.rows.add(
        PrivateNoteVersion, note=private, author=private.author, text=FIRST_WORDS[PrivateNoteVersion], **kept
    )
    for note in (latest, private):
        note.edited_at, note.version = latest.written_at + 12 * MINUTE, 1


def log(world: World) -> None:
    """Maya keeps hours for her next credential; most of her coachees agreed to be named."""
    rng, maya = Random(f"{world.seed} log"), world.people[MAYA]  # noqa: S311
    world.rows.add(LogSettings, coach=maya, training_started_on=local_day(world.now, world.zone(MAYA)) - 1900 * DAY)
    for coachee in _coachees_of(world, maya):
        if rng.random() < AGREED or coachee is world.people[AMARA.key]:
            given_at = world.now - timedelta(days=rng.randint(20, 200), minutes=rng.randint(0, 600))
            world.rows.add(LogConsent, coach=maya, coachee=coachee, recorded_by=coachee, given_at=given_at)


def _coachees_of(world: World, coach: Person) -> list[Person]:
    """Whom the coach has met, in the order in which they appear."""
    met = dict.fromkeys(session.coachee.email for session in world.rows.of(Session) if session.coach is coach)
    by_email = {person.email: person for person in world.people.values()}
    return [by_email[email] for email in met]


def _next(day: date, weekday: int) -> date:
    """The first such weekday from that day on."""
    return day + ((weekday - day.weekday()) % 7) * DAY


def _before(world: World, starts_at: datetime, rng: Random) -> datetime:
    """One to three weeks ahead of the session, or some days ago for those that are further away than that."""
    ahead = timedelta(days=rng.randint(7, 21), minutes=rng.randint(0, 600))
    return min(starts_at - ahead, world.now - timedelta(days=rng.randint(1, 4), minutes=rng.randint(0, 600)))


def _trace(world: World, session: Session, booked_at: datetime, rng: Random) -> None:
    """Scheduled; sometimes moved; then cancelled or marked."""
    what, pair = SessionChange.What, {"session": session, "coach": session.coach, "coachee": session.coachee}
    moved = session.kind == Session.Kind.ONE_ON_ONE and rng.random() < 0.1
    first = session.starts_at - rng.choice([1, 2, 7]) * DAY if moved else session.starts_at
    scheduled = {"by": session.booked_by, "at": booked_at, "starts_at": first}
    world.rows.add(SessionChange, what=what.SCHEDULED, status="scheduled", **scheduled, **pair)
    if moved:
        at = booked_at + timedelta(hours=rng.randint(1, 20))
        times = {"starts_at": session.starts_at, "was_at": first}
        world.rows.add(
            SessionChange, what=what.RESCHEDULED, status="scheduled", by=session.coachee, at=at, **times, **pair
        )
    ended = {"status": session.status, "reason": session.reason, "starts_at": session.starts_at}
    if session.status == Session.Status.CANCELLED:
        by = session.coach if session.cancelled_by == "coach" else session.coachee
        world.rows.add(SessionChange, what=what.CANCELLED, by=by, at=session.cancelled_at, **ended, **pair)
    elif session.marked_at:
        world.rows.add(SessionChange, what=what.MARKED, by=session.coach, at=session.marked_at, **ended, **pair)
    session.version = moved + (session.status != Session.Status.SCHEDULED)
