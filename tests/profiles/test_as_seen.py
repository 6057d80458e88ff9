"""One's own profile as others see it: exactly what they get, and nothing that is theirs alone."""

from __future__ import annotations

import re

import pytest

from activity.encouragement import engine
from tests.make import (
    NOW,
    ago,
    ahead,
    make_assignment,
    make_message,
    make_micro_goal,
    make_private_note,
    make_reflection,
    make_session,
    make_shared_note,
    make_takeaway,
)
from tests.profiles.reading import hooks, lines, words

SECRET = "Secret thought of Maya"
DRAFT = "A draft of Amara"
UNSHARED = "Kept to herself"


@pytest.fixture
def history(cast) -> None:
    """A session with all kinds of texts, one of another coach, messages, a private reflection and an assignment."""
    last = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=3), status="occurred")
    make_private_note(session=last, author=cast.coach, text=SECRET)
    make_shared_note(session=last, text="We agreed on Tuesday")
    make_takeaway(session=last, text="Letting go", shared=True)
    coming = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=3))
    make_micro_goal(session=coming, text=DRAFT, shared=False)
    make_reflection(coachee=cast.coachee, text=UNSHARED, shared=False)
    make_message(coach=cast.coach, coachee=cast.coachee, text="Hello Maya")
    make_message(coach=cast.co_coach, coachee=cast.coachee, text="Hello Cornelia")
    make_assignment(coach=cast.co_coach, coachee=cast.coachee, title="Of Cornelia")
    make_assignment(coach=cast.coach, coachee=cast.coachee, title="Of Maya")
    engine.sweep(NOW)


def main(page: str) -> str:
    return page.split("<main", 1)[1].split("</main>", 1)[0]


@pytest.mark.usefixtures("history")
def test_it_is_what_the_coach_gets_but_for_private_notes(cast, page_of):
    cast.coach.timezone = cast.coachee.timezone  # times are in one's own zone
    cast.coach.save()
    seen = page_of(cast.coachee, cast.coachee, f"seen-by/coach-{cast.coach.pk}/")
    real = page_of(cast.coach, cast.coachee)
    assert SECRET in real
    assert hooks(seen, "rule") == hooks(real, "rule") != []
    assert lines(seen) == lines(real) != []
    assert hooks(seen, "fact") == hooks(real, "fact")
    assert "This is what Maya Castellanos sees." in words(seen)
    for theirs in ("We agreed on Tuesday", "Letting go", "Of Maya", "Hello Maya"):
        assert theirs in main(seen)
    for kept in (SECRET, DRAFT, UNSHARED, "Of Cornelia", "Hello Cornelia"):
        assert kept not in seen


@pytest.mark.usefixtures("history")
def test_staff_see_kinds_and_dates(cast, page_of):
    cast.admin.timezone = cast.coachee.timezone
    cast.admin.save()
    seen = page_of(cast.coachee, cast.coachee, "seen-by/staff/")
    assert lines(seen) == lines(page_of(cast.admin, cast.coachee)) != []
    for text in (SECRET, DRAFT, UNSHARED, "Of Cornelia", "Hello", "Letting go", "We agreed"):
        assert text not in seen


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("who", ["coach", "staff"])
def test_nothing_is_done_there(cast, page_of, who):
    which = f"coach-{cast.coach.pk}" if who == "coach" else who
    seen = main(page_of(cast.coachee, cast.coachee, f"seen-by/{which}/"))
    assert "<form" not in seen
    assert not re.search(r"Edit profile|New assignment|Not relevant|Encourage<|Message<|Suggest|>Write", seen)


def test_only_through_eyes_that_see_one_now(cast, client, clock):
    client.force_login(cast.coachee)
    for who in (f"coach-{cast.former_coach.pk}", f"coach-{cast.stranger_coach.pk}", "coach-0", "coach-", "x", "admin"):
        assert client.get(f"/people/{cast.coachee.pk}/seen-by/{who}/").status_code == 404


def test_the_own_profile_leads_there(cast, page_of):
    page = page_of(cast.coachee, cast.coachee)
    for who in (f"coach-{cast.coach.pk}", f"coach-{cast.co_coach.pk}", "staff"):
        assert f"/people/{cast.coachee.pk}/seen-by/{who}/" in page
    assert "seen-by" not in page_of(cast.coach, cast.coachee)
    assert "seen-by" not in page_of(cast.coach, cast.coach)
