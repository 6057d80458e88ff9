"""Hypothesis strategies: coaching relationships in awkward places at awkward times."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from activity.encouragement.facts import Facts, Review, Session, Survey, Thresholds
from profiles.zones import start_of_day

# Days on which a clock is changed, half of them at midnight: 00:00 is missing, comes twice, or a whole day is gone.
PLACES = [
    ("Europe/Paris", date(2026, 10, 25)),
    ("Europe/Paris", date(2026, 3, 29)),
    ("America/New_York", date(2026, 11, 1)),
    ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Africa/Cairo", date(2023, 4, 28)),
    ("America/Havana", date(2026, 11, 1)),
    ("Asia/Beirut", date(2026, 3, 29)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("America/St_Johns", date(2006, 10, 29)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Asia/Kathmandu", date(2026, 11, 21)),
    ("UTC", date(2026, 2, 28)),
]
JITTER = [timedelta(0), timedelta(seconds=1), timedelta(seconds=-1), timedelta(microseconds=1), timedelta(hours=1)]


@st.composite
def instants(draw, around: date) -> datetime:
    """Within three weeks of the day, often whole days apart from each other, give or take a second."""
    noon = datetime.combine(around, time(4, 30), UTC)
    return noon + draw(st.integers(-21, 21)) * timedelta(days=1) + draw(st.sampled_from(JITTER))


@st.composite
def facts(draw, relationship: int = 1) -> tuple[Facts, date]:
    """A relationship with up to four facts of a kind, past and future, and the day it is all around."""
    zone, around = draw(st.sampled_from(PLACES))
    moment = instants(around)
    maybe = st.none() | moment
    series = st.lists(moment, max_size=4, unique=True).map(lambda found: tuple(sorted(found)))
    started = draw(moment) - timedelta(days=draw(st.sampled_from([0, 10, 40])))
    ended = draw(maybe)
    return Facts(
        relationship=relationship,
        coach=1,
        coachee=2,
        zone=zone,
        started_at=started,
        ended_at=ended if ended and ended >= started else None,
        subscriptions=draw(subscriptions(around, zone)),
        messages=draw(series),
        views=draw(series),
        reflections=draw(series),
        surveys=draw(surveys(around, maybe)),
        sessions=draw(sessions(moment, maybe)),
        reviews=draw(reviews(moment, maybe)),
    ), around


@st.composite
def subscriptions(draw, around: date, zone: str) -> tuple:
    """Up to two that do not overlap, each with the settings of its program."""
    cuts = sorted(draw(st.lists(st.integers(-40, 40), min_size=2, max_size=4, unique=True)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    return tuple(
        (
            start_of_day(around + timedelta(days=first), zone),
            start_of_day(around + timedelta(days=last), zone),
            draw(thresholds()),
        )
        for first, last in pairs
        if start_of_day(around + timedelta(days=first), zone) < start_of_day(around + timedelta(days=last), zone)
    )


@st.composite
def thresholds(draw) -> Thresholds:
    """The usual settings, mostly; sometimes others, or a rule that is off."""
    if draw(st.integers(0, 3)):
        return Thresholds()
    days = st.integers(1, 10)
    off = draw(st.sets(st.sampled_from(["messages_silent", "survey_overdue", "goals_unshared"]), max_size=1))
    return Thresholds(draw(days), draw(days), draw(days), draw(days), draw(days), frozenset(off))


@st.composite
def surveys(draw, around: date, maybe) -> tuple:
    """Up to three, in the order of their days."""
    found = []
    for number in range(draw(st.integers(0, 3))):
        assigned = around + timedelta(days=draw(st.integers(-20, 10)))
        due = assigned + timedelta(days=draw(st.integers(0, 15)))
        found.append(Survey(f"S{number}", "A survey", assigned, due, draw(maybe)))
    return tuple(sorted(found, key=lambda one: (one.assigned_on, one.ref)))


@st.composite
def sessions(draw, moment, maybe) -> tuple:
    """Up to three that do not overlap, in the order of their starts."""
    starts = sorted(draw(st.lists(moment, max_size=3, unique_by=lambda one: one.date())))
    found = []
    for number, start in enumerate(starts):
        status = draw(st.sampled_from(["scheduled", "occurred", "occurred", "cancelled", "did_not_occur"]))
        found.append(
            Session(
                ref=f"C{number}",
                starts_at=start + number * timedelta(hours=2),
                status=status,
                marked_at=draw(maybe) if status in ("occurred", "did_not_occur") else None,
                cancelled_at=draw(maybe) if status == "cancelled" else None,
                goal_shared_at=draw(maybe),
                takeaway_shared_at=draw(maybe),
            )
        )
    return tuple(found)


@st.composite
def reviews(draw, moment, maybe) -> tuple:
    """At most one, with a manager, who was not asked before the enrolment."""
    if draw(st.booleans()):
        return ()
    enrolled, invited, answered = draw(moment), draw(maybe), draw(maybe)
    asked = max(enrolled, invited) if invited else None
    return (Review("R1", enrolled, draw(maybe), asked, answered, 2, (answered,) if answered else ()),)
