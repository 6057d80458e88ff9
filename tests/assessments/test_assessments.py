"""The Assessments tab: everything for coachee and coaches, kinds, states and dates for staff."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.make import NOW, D, ahead, make_rater, make_review, make_survey
from tests.profiles.reading import link, section, words

pytestmark = pytest.mark.usefixtures("clock")
TAB = "assessments/"


@pytest.fixture
def assessed(cast) -> None:
    """An open and a completed survey, an open and a closed review, all with words that are not for everybody."""
    make_survey(coachee=cast.coachee, title="§open§")
    make_survey(
        coachee=cast.coachee,
        title="§done§",
        assigned_on=date(2026, 3, 1),
        due_on=date(2026, 4, 1),
        completed_at=NOW - 200 * D,
    )
    review = make_review(coachee=cast.coachee)
    make_rater(review=review, relationship="manager", name="§manager§")
    for number in range(3):
        make_rater(review=review, name=f"§peer{number}§", completed_at=NOW - D if number else None)
    make_review(
        coachee=cast.coachee,
        enrolled_at=NOW - 300 * D,
        closed_at=NOW - 250 * D,
        closed_by="coachee",
        close_reason="§reason§",
    )


@pytest.mark.usefixtures("assessed")
def test_coach_and_coachee_read_titles_states_and_reasons(cast, page_of):
    own, coachs = (page_of(viewer, cast.coachee, TAB) for viewer in (cast.coachee, cast.coach))
    for page in (own, coachs):
        surveys, reviews = section(page, "surveys"), section(page, "reviews")
        assert "§open§ Due 1 Dec Assigned 11 Nov" in surveys
        assert "§done§ Completed 5 May Assigned 1 Mar · Due 1 Apr".replace(" · ", " ") in surveys
        assert surveys.index("§open§") < surveys.index("§done§")
        assert "Enrolled 9 Nov Collecting Due 7 Dec" in reviews
        assert "2 of 4 answered" in reviews
        assert "Manager Not yet" in reviews
        assert "Why it was closed §reason§" in reviews
        assert (surveys + reviews).count("Report not available") == 2
        assert "§peer" not in page
        assert "§manager§" not in page
    assert "Peers 2 of 3 answered" in section(own, "reviews")
    assert "Peers" not in section(coachs, "reviews")
    assert "Closed by You" in section(own, "reviews")
    assert "Closed by Amara Okafor" in section(coachs, "reviews")


@pytest.mark.usefixtures("assessed")
@pytest.mark.parametrize("who", ["admin", "superuser", "delivery_manager"])
def test_staff_see_kinds_states_and_dates(cast, page_of, who):
    page = page_of(getattr(cast, who), cast.coachee, TAB)
    assert "§" not in page
    assert "Assigned 11 Nov Due 1 Dec" in section(page, "surveys")
    assert "Assigned 1 Mar Completed 5 May" in section(page, "surveys")
    assert "Closed 16 Mar" in section(page, "reviews")
    assert "answered" not in section(page, "reviews")
    assert "Closed by" not in words(page)
    assert "who-can-see" not in section(page, "surveys")


@pytest.mark.usefixtures("assessed")
@pytest.mark.parametrize(
    "who", ["former_coach", "stranger_coach", "outsider", "manager", "sponsor", "other_delivery_manager"]
)
def test_nobody_else_finds_it(cast, client, who):
    client.force_login(getattr(cast, who))
    assert client.get(f"/people/{cast.coachee.pk}/{TAB}").status_code == 404


def test_it_is_a_tab_of_coachees_and_not_for_those_who_only_know_their_coach(cast, client):
    for viewer, person in ((cast.admin, cast.coach), (cast.coach, cast.coach), (cast.coachee, cast.coach)):
        client.force_login(viewer)
        assert client.get(f"/people/{person.pk}/{TAB}").status_code == 404


def test_empty_it_says_so(cast, page_of):
    page = page_of(cast.coach, cast.coachee, TAB)
    assert "No surveys yet" in page
    assert "Not enrolled yet" in page


def test_what_is_still_to_come_has_not_happened(cast, page_of):
    make_survey(coachee=cast.coachee, title="Tomorrow's", assigned_on=date(2026, 11, 22))
    make_survey(coachee=cast.coachee, title="Running", completed_at=ahead(days=1))
    make_review(coachee=cast.coachee, enrolled_at=ahead(minutes=1))
    page = page_of(cast.coach, cast.coachee, TAB)
    assert "Tomorrow" not in page
    assert "Completed" not in section(page, "surveys")
    assert "Not enrolled yet" in page


def test_long_lists_are_paged_by_themselves_and_take_as_many_queries(cast, page_of, queries_of):
    def one(number: int) -> None:
        make_survey(coachee=cast.coachee, title=f"Survey {number:02}", assigned_on=date(2026, 11, 11) - number * D)
        review = make_review(coachee=cast.coachee, enrolled_at=NOW - timedelta(days=number))
        make_rater(review=review)

    one(0)
    few = queries_of(cast.coachee, cast.coachee, TAB)
    for number in range(1, 30):
        one(number)
    assert queries_of(cast.coachee, cast.coachee, TAB) == few <= 10
    page = page_of(cast.coachee, cast.coachee, TAB)
    older = page_of(cast.coachee, cast.coachee, f"{TAB}{link(page, 'Older')}")
    assert "Survey 09" in page
    assert "Survey 10" not in page
    assert "Survey 10" in older
    assert section(older, "reviews") == section(page, "reviews")
    for odd in ("?surveys-before=x", "?reviews-after=9.9", "?surveys-before=-99999999999999999.1"):
        page_of(cast.coachee, cast.coachee, f"{TAB}{odd}")
