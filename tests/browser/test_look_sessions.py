"""Every page about sessions, with long names and texts: axe, fingers, one primary button, both directions, on paper."""

from __future__ import annotations

import pytest
import time_machine
from playwright.sync_api import expect

from sessions_app.models import Session
from tests.browser.conftest import sign_in
from tests.browser.test_look_between import HOSTILE, Pages, what_is_wrong
from tests.cast import Cast
from tests.make import NOW, D, H, make_micro_goal, make_private_note, make_session, make_shared_note, make_takeaway
from tests.make_sessions import (
    make_change,
    make_consent,
    make_exception,
    make_feed,
    make_hours,
    make_meeting,
    make_module,
    make_outside_calendar,
    make_private_version,
    make_seat,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "Wolfeschlegelsteinhausenbergerdorff" * 2


@pytest.fixture
def pages(cast: Cast):
    """Who looks at what; each page with something long on it. The clock stands still."""
    amara, maya = cast.coachee, cast.coach
    for person in (amara, maya):
        person.name = f"{person.name} {NAME}"
        person.save()
    with time_machine.travel(NOW, tick=True):
        done, to_mark, soon = (
            make_session(coach=maya, coachee=amara, starts_at=NOW + at) for at in (-9 * D, -2 * D, 5 * H)
        )
        Session.objects.filter(pk=done.pk).update(status="occurred", marked_at=NOW - 8 * D)
        _write_about(done, soon)
        _open(cast)
        module = make_module()
        meeting = make_meeting(coach=maya, module=module.name)
        make_seat(meeting=meeting, coachee=amara)
        yield _paths(cast, done=done.pk, to_mark=to_mark.pk, soon=soon.pk, meeting=meeting.pk)


def _write_about(done: Session, soon: Session) -> None:
    make_takeaway(session=done, text=HOSTILE)
    make_micro_goal(session=soon, text=HOSTILE)
    make_shared_note(session=done, text=HOSTILE)
    make_private_version(note=make_private_note(session=done, text=HOSTILE), text=HOSTILE)
    make_change(session=soon)
    make_change(session=soon, what="rescheduled", was_at=NOW + D)


def _open(cast: Cast) -> None:
    make_hours(coach=cast.coach, days="01234", opens=9 * 60, closes=17 * 60)
    make_exception(coach=cast.coach)
    make_outside_calendar(coach=cast.coach, failures=3, problem="The address answered 404: nothing is there.")
    make_feed(person=cast.coach)
    make_consent(coach=cast.coach, coachee=cast.coachee, given_at=NOW - D)


def _paths(cast: Cast, *, done: int, to_mark: int, soon: int, meeting: int) -> Pages:
    at = f"/people/{cast.coachee.pk}"
    both = [
        "/",
        "/sessions/",
        "/sessions/?kind=flash",
        "/calendar/",
        f"{at}/",
        f"{at}/sessions/",
        f"{at}/sessions/new/",
    ]
    both += [f"/sessions/{soon}/{page}" for page in ("", "time/", "cancellation/", "join/")]
    both += [f"/sessions/{done}/", f"/sessions/{to_mark}/", f"/sessions/groups/{meeting}/"]
    after = [f"/sessions/{done}/{page}/" for page in ("notes", "notes/versions", "outcome", "payment")]
    groups = ["/sessions/groups/new/", *(f"/sessions/groups/{meeting}/{page}/" for page in ("time", "cancellation"))]
    own = ["/availability/", "/hours/", f"{at}/log-consent/", f"/sessions/{to_mark}/outcome/"]
    return [(cast.coach, [*both, *after, *groups, *own]), (cast.coachee, both)]


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1320, "light")])
def test_they_are_accessible_and_fit_either_way_round(open_page, pages: Pages, width: int, scheme: str) -> None:
    assert what_is_wrong(open_page(width, color_scheme=scheme), pages, width) == []


def test_pages_about_sessions_begin_where_the_page_does(open_page, pages: Pages) -> None:
    page = open_page(1320)
    sign_in(page, pages[0][0])
    for path in ("/sessions/", "/availability/", "/calendar/", "/hours/"):
        page.goto(path)
        tab = page.get_by_role("navigation", name="Sessions", exact=True).get_by_role("link").first
        starts = [one.evaluate("(one) => one.getBoundingClientRect().x") for one in (tab, page.locator("h1"))]
        inner = tab.evaluate("(one) => parseFloat(getComputedStyle(one).paddingInlineStart)")
        assert starts[0] + inner == starts[1], path


def test_on_paper_there_is_nothing_to_press(open_page, pages: Pages) -> None:
    page = open_page(820)
    coach, paths = pages[0]
    sign_in(page, coach)
    page.goto(next(path for path in paths if path.endswith("/notes/")))
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Notes on the session")).to_be_visible()
    for pressed in (".crumb", ".btn", ".outcome-said a", ".written-private"):
        expect(page.locator(pressed).and_(page.locator(":visible"))).to_have_count(0)
