"""Sessions on the Overview and on their tab."""

from __future__ import annotations

from tests.make import (
    ago,
    ahead,
    make_micro_goal,
    make_private_note,
    make_session,
    make_shared_note,
    make_takeaway,
)
from tests.profiles.reading import link, section, words


def test_the_next_session_and_every_further_one_in_both_zones(cast, page_of):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    type(cast.coachee).objects.filter(pk=cast.coachee.pk).update(timezone="Asia/Kolkata")
    make_session(**pair, starts_at=ahead(days=12))
    make_micro_goal(session=make_session(**pair, starts_at=ahead(days=3)), text="Say no once.")
    make_session(**pair, starts_at=ahead(days=1), status="cancelled")
    card = section(page_of(cast.coach, cast.coachee), "next-session")
    first, further = card.split(" After that ")
    assert (
        "Next session in 3 days Tuesday 24 November 13:00–13:55 for you · 17:30 for Amara One-on-one "
        "session 1 of 2 this month Goal Say no once. Join"
    ) in first
    assert further.startswith(
        "Thursday 3 December 13:00–13:55 for you · 17:30 for Amara One-on-one session 1 of 2 in December "
        "No goal shared for this session yet. Join"
    )
    assert (first.count("Reschedule Cancel"), further.count("Reschedule Cancel")) == (1, 1)
    assert further.endswith("Schedule another")


def test_every_session_ahead_is_there_however_many(cast, page_of):
    for day in range(1, 106):
        make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=day))
    card = section(page_of(cast.coach, cast.coachee), "next-session")
    assert (card.count("for you"), "94 more" in card) == (100, True)
    assert words(page_of(cast.coach, cast.coachee, "sessions/")).count("for you") == 105


def test_coachees_see_their_coachs_time_and_their_own_draft(cast, page_of):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=3, hours=11))
    make_micro_goal(session=session, text="Not ready yet.", shared=False)
    said = section(page_of(cast.coachee, cast.coachee), "next-session")
    assert "Wednesday 25 November 00:00–00:55 for you and for Maya" in said
    assert "with Maya Castellanos" in said
    assert "Goal (draft, only you can read it) Not ready yet." in said


def test_a_session_that_runs_is_still_the_next_one(cast, page_of):
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(minutes=54))
    page = page_of(cast.coach, cast.coachee)
    assert "Saturday 21 November" in section(page, "next-session")
    assert "No session yet" in section(page, "last-session")


def test_the_last_session_is_the_latest_that_is_over_marked_or_not(cast, page_of):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    marked = make_session(**pair, starts_at=ago(days=9), status="occurred")
    make_shared_note(session=marked, text="Let go of the **weekly review**.")
    make_private_note(session=marked, text="Quieter than usual.")
    make_takeaway(session=marked, text="I can let go.")
    assert section(page_of(cast.coach, cast.coachee), "last-session").endswith(
        "Occurred Thursday 12 November 13:00–13:55 for you and for Amara One-on-one "
        "Review your most recent session Marked Thu 12 Nov Change : Occurred Shared note Let go of the weekly review . "
        "Takeaway I can let go. Your private note, only you can read this Quieter than usual. Edit notes "
        "All past sessions"
    )
    make_session(**pair, starts_at=ago(minutes=55))
    assert "Not marked yet Saturday 21 November" in section(page_of(cast.coach, cast.coachee), "last-session")


def test_nothing_scheduled_says_so(cast, page_of):
    assert "No session scheduled" in section(page_of(cast.coach, cast.coachee), "next-session")


def test_the_tab_has_every_session_with_its_outcome_page_by_page(cast, page_of):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_session(**pair, starts_at=ago(days=1), status="did_not_occur", reason="coachee_emergency")
    make_session(**pair, starts_at=ahead(days=1), status="cancelled", cancelled_by="coach", cancelled_at=ago(days=1))
    for step in range(30):
        make_session(**pair, starts_at=ago(days=2 + step), status="occurred")
    first = page_of(cast.coach, cast.coachee, "sessions/")
    second = page_of(cast.coach, cast.coachee, "sessions/" + link(first, "Older"))
    assert "Didn’t occur" in words(first)
    assert "Coachee’s emergency" in words(first)
    assert "Cancelled by the coach" in words(first)
    ids = [page.count('id="session-') for page in (first, second)]
    assert ids == [20, 12]
    assert not link(second, "Older")
    again = page_of(cast.coach, cast.coachee, "sessions/" + link(second, "Newer"))
    assert section(again, "past-sessions") == section(first, "past-sessions")


def test_what_people_write_cannot_do_anything(cast, page_of):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=1), status="occurred")
    attack = "<script>alert(1)</script> [x](javascript:alert(1)) ![y](https://spy.example/i.png) <img src=x onerror=a>"
    make_shared_note(session=session, text=attack)
    make_takeaway(session=session, text=attack)
    for tab in ("", "sessions/"):
        page = page_of(cast.coach, cast.coachee, tab)
        assert "<script>alert" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
