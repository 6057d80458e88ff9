"""Every page for the time between sessions, with hostile texts: axe, fingers, both directions, the bar's count."""

from __future__ import annotations

import re

import pytest
import time_machine
from playwright.sync_api import Page, expect

from profiles.models import Person
from tests.browser.conftest import axe, overflow, sign_in
from tests.browser.test_fingers import SMALL, TAPPED
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    H,
    make_assignment,
    make_message,
    make_reflection,
    make_resource,
    make_response,
    make_session,
    make_takeaway,
)
from tests.make_between import make_answer, make_article, make_prompt, make_suggestion, make_template

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HOSTILE = "**Bold** رسالة صعبة جدا " + "unbroken" * 30 + "\n\n```\n" + "wide " * 40 + "\n```\n\n- a\n- b"
Pages = list[tuple[Person, list[str]]]


def what_is_wrong(page: Page, pages: Pages, width: int) -> list[tuple[str, object]]:
    """Address and finding: axe, what is small, a second primary button, pixels too wide in either direction."""
    found: list[tuple[str, object]] = []
    for viewer, paths in pages:
        page.context.clear_cookies()
        sign_in(page, viewer)
        for path in paths:
            assert page.goto(path).ok, path
            wrong = axe(page) + page.evaluate(SMALL, TAPPED if width == 390 else "none")
            primaries, wide = page.locator("main .btn-primary:visible").count(), overflow(page)
            page.evaluate("document.documentElement.dir = 'rtl'")
            found += [(path, one) for one in (wrong, primaries > 1, max(wide, 0), max(overflow(page), 0)) if one]
    return found


@pytest.fixture
def pages(cast: Cast):
    """Who looks at what; each page with something long on it. The clock stands still."""
    amara, maya = cast.coachee, cast.coach
    with time_machine.travel(NOW, tick=True):
        over, ahead = (make_session(coach=maya, coachee=amara, starts_at=NOW + at) for at in (-2 * D, 3 * H))
        make_takeaway(session=over, text=HOSTILE)
        given = make_assignment(coach=maya, coachee=amara, title="Lange" * 38, instructions=HOSTILE)
        make_response(assignment=given, text=HOSTILE)
        make_answer(assignment=given, text=HOSTILE)
        for sender in ("coachee", "coach"):
            make_message(coach=maya, coachee=amara, text=HOSTILE, sender=sender)
        written = make_reflection(coachee=amara, text=HOSTILE).pk
        make_prompt()
        article = make_article(added_by=maya, body=HOSTILE, tags=["a tag of many letters " + "x" * 15])
        link = make_resource(title="Lange" * 38).pk
        make_suggestion(coach=maya, coachee=amara, resource=article, note=HOSTILE)
        template = make_template(owner=maya, title="Lange" * 38, instructions=HOSTILE).pk
        yield _paths(
            cast, at=f"/people/{amara.pk}", of=(given.pk, written, article.pk, link, template, over.pk, ahead.pk)
        )


def _paths(cast: Cast, at: str, of: tuple[int, ...]) -> Pages:
    given, written, article, link, template, over, ahead = of
    both = [f"{at}/", f"{at}/messages/", f"{at}/activity/", f"{at}/reflections/", f"/assignments/{given}/", "/library/"]
    seen = [f"{at}/seen-by/coach-{cast.coach.pk}/", f"{at}/seen-by/staff/"]
    writing = ["/reflections/new/", f"/reflections/{written}/", f"/reflections/{written}/edit/"]
    meeting = [f"/sessions/{ahead}/goal/", f"/sessions/{over}/takeaway/"]
    new = [
        f"/assignments/new/?template={template}",
        "/library/new/",
        "/library/new/?kind=file",
        f"/assignments/{given}/edit/",
    ]
    templates = [
        "/assignments/templates/",
        f"/assignments/templates/{template}/",
        f"/assignments/templates/{template}/removal/",
    ]
    library = [f"/library/{one}/{part}" for one in (article, link) for part in ("", "suggest/")]
    return [
        (cast.coachee, ["/", *both, *seen, *writing, *meeting, f"/library/{article}/"]),
        (cast.coach, ["/messages/", *both, "/assignments/", *new, *templates, *library, f"/library/{article}/edit/"]),
    ]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1320, "dark")])
def test_they_are_accessible_and_fit_either_way_round(open_page, pages: Pages, width: int, scheme: str) -> None:
    assert what_is_wrong(open_page(width, color_scheme=scheme), pages, width) == []


@pytest.mark.parametrize("width", [320, 820])
def test_how_many_messages_are_new_is_in_sight(open_page, pages: Pages, width: int) -> None:
    page = open_page(width)
    sign_in(page, pages[0][0])
    page.goto("/")
    link = page.get_by_role("banner").get_by_role("link", name=re.compile("^Messages ?, 1 new$"))
    expect(link).to_have_count(1)
    expect(link.locator("b")).to_be_in_viewport(ratio=1)
    assert overflow(page) <= 0
    link.click()
    expect(page.get_by_role("heading", name="Messages", exact=True)).to_be_visible()
