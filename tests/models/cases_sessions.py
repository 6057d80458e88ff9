"""Cases of scheduling sessions, for the table of `test_constraints`."""

from __future__ import annotations

from sessions_app.models import Session
from tests.make import NOW, D, make_shared_note
from tests.make_sessions import (
    DAY,
    make_change,
    make_consent,
    make_exception,
    make_hours,
    make_module,
    make_rules,
)
from tests.models.stage import Stage, plain_session


def _call(stage: Stage, **fields) -> Session:
    """A complimentary session that was scheduled on the site."""
    return plain_session(stage, **{"kind": "complimentary", "booked_at": NOW, **fields})


def _seat(stage: Stage, seat: int | None, who: str = "coachee", **fields) -> Session:
    """A seat in the stage's group meeting."""
    whose = {"meeting": stage.meeting, "kind": "group", "coachee": getattr(stage.cast, who)}
    return plain_session(stage, **whose, seat=seat, **fields)


CASES_SESSIONS = {
    "group_module_has_1_to_100_seats": (
        lambda s: make_module(capacity=0),
        lambda s: [make_module(name=str(seats), capacity=seats) for seats in (1, 100)],
    ),
    "group_module_takes_10_to_480_minutes": (
        lambda s: make_module(minutes=481),
        lambda s: [make_module(name=str(minutes), minutes=minutes) for minutes in (10, 480)],
    ),
    "session_payment_is_known": (
        lambda s: plain_session(s, payment="favour"),
        lambda s: [plain_session(s, payment=payment) for payment in Session.Payment.values],
    ),
    "one_complimentary_session_per_pair": (
        lambda s: [_call(s), _call(s, status="occurred")],
        lambda s: [_call(s), _call(s, status="cancelled"), _call(s, booked_at=None), _call(s, coach=s.cast.co_coach)],
    ),
    "one_coachee_per_seat": (
        lambda s: [_seat(s, 1), _seat(s, 1, "other_coachee")],
        lambda s: [
            *[_seat(s, 1, status="cancelled"), _seat(s, 1), _seat(s, 2, "other_coachee")],
            *[_seat(s, None, "outsider"), _seat(s, None, "strangers_coachee")],
        ],
    ),
    "session_change_is_known": (
        lambda s: make_change(session=s.session, what="forgotten"),
        lambda s: make_change(session=s.session, what="payment"),
    ),
    "shared_note_needs_a_text": (
        lambda s: make_shared_note(session=s.session, text=" \n"),
        lambda s: make_shared_note(session=s.session, text=" x"),
    ),
    "availability_rules_within_reason": (
        lambda s: make_rules(coach=s.cast.coach, furthest_days=731),
        lambda s: make_rules(
            coach=s.cast.coach, furthest_days=730, notice_hours=24 * 60, buffer_minutes=240, step_minutes=60
        ),
    ),
    "weekday_is_one_of_seven": (
        lambda s: make_hours(coach=s.cast.coach, days="7"),
        lambda s: make_hours(coach=s.cast.coach, days="06"),
    ),
    "weekly_hours_end_after_they_begin": (
        lambda s: make_hours(coach=s.cast.coach, days="0", opens=0, closes=DAY + 1),
        lambda s: make_hours(coach=s.cast.coach, days="0", opens=DAY - 1, closes=DAY),
    ),
    "weekly_hours_do_not_overlap": (
        lambda s: [make_hours(coach=s.cast.coach, days="0", opens=at, closes=at + 60) for at in (540, 599)],
        lambda s: [
            *[make_hours(coach=s.cast.coach, days="01", opens=at, closes=at + 60) for at in (540, 600)],
            make_hours(coach=s.cast.co_coach, days="0", opens=570, closes=630),
        ],
    ),
    "exception_ends_after_it_begins": (
        lambda s: make_exception(coach=s.cast.coach, starts_on=(NOW + D).date(), ends_on=NOW.date()),
        lambda s: make_exception(coach=s.cast.coach, starts_on=NOW.date(), ends_on=NOW.date()),
    ),
    "exception_hours_end_after_they_begin": (
        lambda s: make_exception(coach=s.cast.coach, is_open=True, opens=60, closes=60),
        lambda s: make_exception(coach=s.cast.coach, is_open=True, opens=60, closes=61),
    ),
    "one_standing_consent_per_pair": (
        lambda s: [make_consent(**s.pair), make_consent(**s.pair)],
        lambda s: [make_consent(**s.pair, withdrawn_at=NOW), make_consent(**s.pair)],
    ),
}
