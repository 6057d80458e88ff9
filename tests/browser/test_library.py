"""The library in a browser: a coach suggests from a dialog, the coachee finds the note and opens the article."""

from __future__ import annotations

import pytest
import time_machine

from assignments.models import ResourceView, Suggestion
from tests.browser.conftest import axe, overflow, sign_in
from tests.make import NOW
from tests.make_between import make_article

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Rückmeldegespräche " + "unbreakable" * 9


@pytest.fixture
def article(cast):
    """Maya's own, with words that break nowhere; the clock stands still."""
    with time_machine.travel(NOW, tick=True):
        yield make_article(added_by=cast.coach, title=LONG, audience="private", tags=["trust"])


def test_a_suggestion_goes_from_the_dialog_to_the_coachee(open_page, cast, article):
    coach, coachee = open_page(1320), open_page(390)
    sign_in(coach, cast.coach)
    coach.goto(f"/library/{article.pk}/")
    coach.click("a.btn-primary:has-text('Suggest')")
    coach.wait_for_selector("dialog[open]")
    coach.check("dialog label:has-text('Amara')")
    coach.fill("dialog textarea", "Before Tuesday.")
    coach.click("dialog button.btn-primary")
    coach.wait_for_selector("text=Suggested. They are told.")
    assert Suggestion.objects.get().coachee == cast.coachee
    sign_in(coachee, cast.coachee)
    coachee.goto("/library/?show=suggested")
    assert "Before Tuesday." in coachee.inner_text(".suggested")
    coachee.click(".resources a.plain-link")
    coachee.wait_for_selector("article.article")
    assert ResourceView.objects.get().resource == article


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1320, "light")])
def test_every_page_is_whole_and_accessible(open_page, cast, article, width, scheme):
    page = open_page(width, color_scheme=scheme)
    sign_in(page, cast.coach)
    for path in ("", "new/", "new/?kind=file", f"{article.pk}/", f"{article.pk}/edit/", f"{article.pk}/suggest/"):
        page.goto(f"/library/{path}")
        assert not overflow(page), path
        assert axe(page) == [], path
