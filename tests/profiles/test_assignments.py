"""Assignments on the Overview and on their tab."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from profiles.models import Person
from tests.make import ago, ahead, make_assignment, make_response
from tests.profiles.reading import link, section, words


def give(cast, **fields):
    return make_assignment(coach=cast.coach, coachee=cast.coachee, **fields)


def test_each_state_has_its_count_and_its_list(cast, page_of):
    give(cast, title="Running")
    give(cast, title="Finished", completed_at=ago(days=1))
    for number in range(2):
        give(cast, title=f"Away {number}", completed_at=ago(days=9), archived_at=ago(days=1))
    for state, shown in (("", "Running"), ("?state=completed", "Finished"), ("?state=archived", "Away 1")):
        for tab in ("", "assignments/"):
            said = section(page_of(cast.coach, cast.coachee, tab + state), "assignments")
            assert "In progress 1 Completed 1 Archived 2" in said
            assert [title for title in ("Running", "Finished", "Away 1") if title in said] == [shown]


def test_what_is_dated_later_has_not_happened_yet(cast, page_of):
    give(cast, title="Finished soon", completed_at=ahead(days=1))
    give(cast, title="Away soon", archived_at=ahead(days=1))
    give(cast, title="Given soon", assigned_at=ahead(days=1))
    said = section(page_of(cast.coach, cast.coachee), "assignments")
    assert "In progress 2 Completed 0 Archived 0" in said
    assert said.count("Due 26 Nov") == 2
    assert "Given soon" not in said


def test_an_unknown_state_is_in_progress(cast, page_of):
    give(cast, title="Running")
    assert "Running" in section(page_of(cast.coach, cast.coachee, "?state=%00"), "assignments")


@pytest.mark.parametrize(
    ("days", "said", "tone"),
    [
        (-1, "Overdue since 20 Nov", "rose"),
        (0, "Due today", "amber"),
        (1, "Due tomorrow", "amber"),
        (2, "Due 23 Nov", "plain"),
    ],
)
def test_due_days_are_the_coachees(cast, page_of, days, said, tone):
    give(cast, due_on=date(2026, 11, 21) + timedelta(days=days))
    page = page_of(cast.coach, cast.coachee)
    assert f'<span class="pill tone-{tone}">{said}</span>' in page
    # Noon in UTC is the first hour of the 22nd in Auckland: what was due today is late there.
    Person.objects.filter(pk=cast.coachee.pk).update(timezone="Pacific/Auckland")
    if days == 0:
        assert "Overdue since 21 Nov" in words(page_of(cast.coach, cast.coachee))


def test_responses_are_counted_and_the_last_is_read_on_the_tab(cast, page_of):
    assignment = give(cast, instructions="Choose **one** meeting.")
    make_response(assignment=assignment, text="Tomas said yes.", responded_at=ago(days=1))
    make_response(assignment=assignment, text="I chose Monday.", responded_at=ago(days=2))
    assert "2 responses, last one yesterday" in section(page_of(cast.coach, cast.coachee), "assignments")
    tab = page_of(cast.coach, cast.coachee, "assignments/")
    assert "<strong>one</strong>" in tab
    assert "Amara, Fri 20 Nov, 13:00 Tomas said yes." in words(tab)
    assert "I chose Monday." not in tab


def test_pages_of_the_tab(cast, page_of):
    for number in range(25):
        give(cast, title=f"Task {number:02}", due_on=date(2026, 12, 1) + timedelta(days=number // 3))
    first = page_of(cast.coach, cast.coachee, "assignments/")
    second = page_of(cast.coach, cast.coachee, "assignments/" + link(first, "Next"))
    shown = [[number for number in range(25) if f"Task {number:02}" in page] for page in (first, second)]
    assert shown == [list(range(20)), list(range(20, 25))]
    assert words(page_of(cast.coach, cast.coachee, "assignments/" + link(second, "Previous"))) == words(first)
