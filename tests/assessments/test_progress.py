"""Scores over time, one line for each component of a rubric, on one scale at a time."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.progress import progress
from profiles.profile import open_profile
from tests.make import NOW
from tests.make_observations import make_observation, make_rubric, make_version
from tests.profiles.reading import words

pytestmark = pytest.mark.usefixtures("clock")


def test_a_component_is_followed_across_versions_by_its_key(cast, page_of):
    first = make_version(rubric=make_rubric(name="Meetings"))
    second = make_version(rubric=first.rubric, components=("Asks", "Listens"))
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_observation(**pair, version=first, observed_on=date(2026, 9, 1), ratings={"listens": (1, "Talked.")})
    make_observation(
        **pair, version=second, observed_on=date(2026, 11, 1), ratings={"listens": (3, ""), "asks": (2, "")}
    )
    for viewer in (cast.coach, cast.co_coach, cast.coachee):
        (rubric,) = progress(open_profile(viewer, cast.coachee.pk, NOW))
        assert (rubric.name, [(line.title, line.last) for line in rubric.lines]) == (
            "Meetings",
            [("Asks", "2 Beginning"), ("Listens", "3 Steady")],
        )
        dots = rubric.lines[1].chart.dots
        assert [(dot.day, dot.words, dot.note) for dot in dots] == [
            ("1 Sep", "1 Not yet", "Talked."),
            ("1 Nov", "3 Steady", ""),
        ]
        page = words(page_of(viewer, cast.coachee, "observations/"))
        assert "1 Sep 1 Not yet Talked. 1 Nov 3 Steady" in page, "the table, for who cannot see the chart"


def test_the_line_breaks_where_the_number_of_levels_changed(cast):
    old = make_version(levels=("No", "Yes"), components=("Listens",))
    new = make_version(rubric=old.rubric, components=("Listens",))
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    for version, month, value in ((old, 7, 1), (old, 8, 2), (new, 9, 2), (new, 10, 4)):
        make_observation(**pair, version=version, observed_on=date(2026, month, 1), ratings={"listens": (value, "")})
    (rubric,) = progress(open_profile(cast.coach, cast.coachee.pk, NOW))
    (line,) = rubric.lines
    assert [dot.words for dot in line.chart.dots] == ["2 Beginning", "4 A strength"]
    assert [tick.words for tick in line.chart.up] == ["1 Not yet", "2 Beginning", "3 Steady", "4 A strength"]
    (earlier,) = line.earlier
    assert [dot.words for dot in earlier.chart.dots] == ["1 No", "2 Yes"]
    assert "2 levels" in earlier.words


def test_drafts_and_what_was_not_observed_are_not_drawn(cast, page_of):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    make_observation(**pair, shared=False, ratings={"listens": (4, "")})
    make_observation(**pair, ratings={"listens": (0, "Nobody spoke.")})
    assert progress(open_profile(cast.coach, cast.coachee.pk, NOW)) == []
    assert "Nothing to draw yet" in page_of(cast.coach, cast.coachee, "observations/")


def test_two_queries_for_one_observation_and_for_thirty(cast, django_assert_num_queries):
    version = make_version()
    pair = {"coach": cast.coach, "coachee": cast.coachee, "version": version}
    for number in range(31):
        make_observation(**pair, ratings={"listens": (number % 4 + 1, ""), "asks": (2, "")})
        if number in (0, 30):
            profile = open_profile(cast.coach, cast.coachee.pk, NOW)
            with django_assert_num_queries(2):
                assert len(progress(profile)[0].lines[0].chart.dots) == number + 1
