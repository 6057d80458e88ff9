"""The Overview: what a coach reads in ten seconds."""

from __future__ import annotations

from activity.encouragement import engine
from tests.make import (
    NOW,
    ago,
    ahead,
    make_assignment,
    make_message,
    make_micro_goal,
    make_private_note,
    make_rater,
    make_reflection,
    make_response,
    make_review,
    make_session,
    make_shared_note,
    make_survey,
    make_takeaway,
    make_view,
)

TABS = ("", "sessions/", "assignments/", "messages/")


def fill(cast, number: int) -> None:
    """A history with `number` of everything, an hour apart."""
    coach, coachee = cast.coach, cast.coachee
    pair = {"coach": coach, "coachee": coachee}
    first = 2 if number > 1 else 0
    for step in range(first, first + number):
        last = make_session(**pair, starts_at=ago(days=3 + step), status="occurred")
        make_shared_note(session=last)
        make_private_note(session=last)
        make_takeaway(session=last)
        make_micro_goal(session=make_session(**pair, starts_at=ahead(days=2 + step)))
        make_message(**pair, sent_at=ago(hours=step + 1))
        make_view(coachee=coachee, viewed_at=ago(hours=step + 1))
        make_reflection(coachee=coachee, submitted_at=ago(hours=step + 1))
        make_response(assignment=make_assignment(**pair))
        make_survey(coachee=coachee, completed_at=ago(hours=step + 1))
    make_rater(review=make_review(coachee=coachee), relationship="manager")
    engine.sweep(NOW)


def test_every_page_takes_few_queries_however_long_the_history(cast, queries_of):
    fill(cast, 1)
    pages = [(viewer, tab) for viewer in (cast.coach, cast.coachee) for tab in TABS]
    pages += [(cast.delivery_manager, ""), (cast.admin, "")]
    few = [queries_of(viewer, cast.coachee, tab) for viewer, tab in pages]
    fill(cast, 30)
    many = [queries_of(viewer, cast.coachee, tab) for viewer, tab in pages]
    assert few == many
    assert max(many) <= 14
