"""The brief before a session: what a coach reads in two minutes, what a coachee has, and how many queries it takes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.encouragement import engine
from tests.make import (
    NOW,
    D,
    ago,
    ahead,
    make_assignment,
    make_message,
    make_micro_goal,
    make_response,
    make_session,
    make_takeaway,
)
from tests.profiles.reading import section

QUERIES = 14
"""What the page takes at most, with signing in."""


def page_of(client, viewer, session) -> str:
    client.force_login(viewer)
    return client.get(reverse("session", args=[session.pk])).text


@pytest.fixture
def soon(cast, clock):
    return make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=1))


def fill(cast, number: int, since: int = 1) -> None:
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    for day in range(since, number + 1):
        done = make_session(**pair, starts_at=ago(days=9 * day), status="occurred")
        make_takeaway(session=done, text=f"Takeaway of {9 * day} days ago", shared=day > 1)
        given = make_assignment(**pair, title=f"Task {day}", assigned_at=ago(days=20))
        make_response(assignment=given, text="Half of it.", responded_at=ago(hours=day))
        make_message(**pair, sender="coachee", text=f"Asked {day}", sent_at=ago(hours=day))


def test_a_coach_has_all_of_it_before_them(client, cast, soon) -> None:
    fill(cast, 2)
    make_message(coach=cast.coach, coachee=cast.coachee, sender="coach", text="Answered.", sent_at=ago(minutes=90))
    make_micro_goal(session=soon, text="Say no once.")
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=ago(days=3), status="occurred")
    engine.evaluate([cast.relationship.pk], NOW)
    said = section(page_of(client, cast.coach, soon), "brief")
    assert "Say no once." in said
    assert "Takeaway of 18 days ago" in said
    assert "Takeaway of 9 days ago" not in said  # a draft
    assert "Task 1 due" in said
    assert "Done since your session of Thu 12 Nov" in said
    assert "Responded to Task 1" in said
    assert "Not answered yet Asked 1" in said
    assert "Asked 2" not in said.split("Not answered yet")[1].split("Done since")[0]
    assert "To encourage No resource viewed" in said


def test_a_coachee_has_their_own(client, cast, soon) -> None:
    fill(cast, 1)
    make_micro_goal(session=soon, text="A draft of mine.", shared=False)
    said = section(page_of(client, cast.coachee, soon), "brief")
    assert "A draft of mine." in said
    assert "Takeaway of 9 days ago" in said
    assert "Task 1" in said
    assert "Not answered yet" not in said
    assert "A draft of mine." not in page_of(client, cast.coach, soon)


def test_nothing_of_another_coach_is_told(client, cast, soon) -> None:
    theirs = {"coach": cast.co_coach, "coachee": cast.coachee}
    make_takeaway(session=make_session(**theirs, starts_at=ago(days=3), status="occurred"), text="Hers alone")
    make_assignment(**theirs, title="Her task")
    make_message(**theirs, sender="coachee", text="For her eyes")
    text = page_of(client, cast.coach, soon)
    assert not any(one in text for one in ("Hers alone", "Her task", "For her eyes"))
    client.force_login(cast.co_coach)
    assert client.get(reverse("session", args=[soon.pk])).status_code == 404


@pytest.mark.parametrize("who", ["coach", "coachee"])
def test_few_queries_however_much_there_is(client, cast, soon, who) -> None:
    def queries() -> int:
        page_of(client, getattr(cast, who), soon)
        with CaptureQueriesContext(connection) as found:
            client.get(reverse("session", args=[soon.pk]))
        return len(found)

    fill(cast, 1)
    few = queries()
    fill(cast, 9, since=2)
    assert queries() == few <= QUERIES


def test_over_it_is_a_review_and_no_brief(client, cast, clock) -> None:
    over = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW - D, status="occurred")
    text = page_of(client, cast.coach, over)
    assert 'data-section="brief"' not in text
    assert "Write notes" in text
    assert "Write notes" not in page_of(client, cast.coachee, over)
