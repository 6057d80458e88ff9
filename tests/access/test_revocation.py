"""A right that is withdrawn is gone at once, in the session that is open: the person's row of the matrix, once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from coaching.access import End, turn_off
from coaching.actions import end_relationship
from coaching.handover import hand_over
from coaching.models import Relationship
from profiles.actions import end_role
from profiles.audience import KINDS
from profiles.models import Person, Subscription
from sessions_app.models import Session
from tests.access.matrix import ADMIN, SIGNED_IN, SITE, STAFF, Row
from tests.access.private import make_world
from tests.access.subjects import amaras_group, amaras_next_session
from tests.access.test_matrix import client_of
from tests.cast import Cast
from tests.make import NOW, D
from tests.make_edits import make_photo
from tests.make_sessions import make_hours

pytestmark = pytest.mark.django_db


def _deactivated(who: str) -> Callable[[Cast], object]:
    return lambda cast: Person.objects.filter(pk=getattr(cast, who).pk).update(is_active=False)


def _another_password(who: str) -> Callable[[Cast], object]:
    def change(cast: Cast) -> None:
        person = Person.objects.get(pk=getattr(cast, who).pk)
        person.set_password("another password altogether")
        person.save(update_fields=["password"])

    return change


def _end(cast: Cast, coach: Person) -> None:
    spell = Relationship.objects.get(coach=coach, coachee=cast.coachee)
    end_relationship(relationship=spell, by=cast.admin, now=NOW)


@dataclass(frozen=True)
class Loss:
    """Who loses what, and where they are left: 404, or signed out."""

    who: str
    withdraw: Callable[[Cast], object]
    left_with: int = 404
    still_known: str = "nothing"
    """What the addresses begin with of what they may know of, but never do: it stays 403."""
    keeps: tuple[str, ...] = ()
    """What the addresses begin with of what stays open: it is their own, or open to all coaches."""


ADDED = ("resource", "suggestion-new")
OF_A_COACH = (*ADDED, "library", "assignments", "assignment-resources", "template")
OF_A_COACH += ("sessions", "groups-new", "availability", "calendar", "hours")
LOSSES = {
    "relationship ended": Loss(
        "coach",
        lambda cast: end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW),
        keeps=OF_A_COACH,
    ),
    "handed over": Loss(
        "coach",
        lambda cast: hand_over(relationship=cast.relationship, to=cast.stranger_coach, by=cast.admin, now=NOW),
        keeps=OF_A_COACH,
    ),
    "coaching access off": Loss(
        "coach", lambda cast: turn_off(person=cast.coach, by=cast.admin, now=NOW, then=End()), keeps=ADDED
    ),
    "coach no more, relationships left": Loss(
        "coach",
        lambda cast: cast.coach.role_grants.update(ended_at=NOW),
        still_known="relationship-",
        keeps=ADDED,
    ),
    "admin no more": Loss("admin", lambda cast: end_role(person=cast.admin, role="admin", by=cast.superuser, now=NOW)),
    "co-coach’s ended": Loss("co_coach", lambda cast: _end(cast, cast.co_coach), keeps=OF_A_COACH),
    "delivery manager no more": Loss(
        "delivery_manager", lambda cast: cast.delivery_manager.role_grants.update(ended_at=NOW)
    ),
    "not named any more": Loss("delivery_manager", lambda cast: Subscription.objects.update(delivery_manager=None)),
    "coach deactivated": Loss("coach", _deactivated("coach"), 302),
    "coachee deactivated": Loss("coachee", _deactivated("coachee"), 302),
    "another password": Loss("admin", _another_password("admin"), 302),
}


def about(row: Row, who: str) -> bool:
    """Whether this address is open to them because of what they are to somebody; public pages are everybody’s."""
    knows = who in row.who | row.forbidden
    return knows and not row.public and not row.who >= SIGNED_IN


def addresses(cast: Cast, who: str) -> dict[str, tuple[str, Row]]:
    """What is open to them of the site, and of the admin's pages a few."""
    own = {"coachees", "coaching-access"} - ({"coaching-access"} if who in STAFF else set())
    found = {name: row for name, row in SITE.items() if about(row, who) and name not in own}
    if who in STAFF:
        found |= {
            name: row for name, row in ADMIN.items() if "person" in name or name in ("admin:index", "admin:history")
        }
    return {name: (reverse(name, kwargs=row.kwargs(cast)), row) for name, row in found.items()}


def answers(client: Client, pages: dict[str, tuple[str, Row]], methods: set[str]) -> dict[tuple[str, str], int]:
    """Name and method to status; HX is htmx’s GET, which is told where to sign in instead of being led there."""
    found = {
        (name, method): client.generic(method, path).status_code
        for name, (path, row) in pages.items()
        for method in sorted(row.methods & methods)
    }
    for name, (path, row) in pages.items():
        if "GET" in row.methods:
            response = client.get(path, headers={"HX-Request": "true"})
            found[name, "HX"] = 302 if "HX-Redirect" in response.headers else response.status_code
    return found


@pytest.mark.parametrize("what", LOSSES)
def test_what_was_open_is_closed(what: str, cast: Cast, clock) -> None:
    loss = LOSSES[what]
    client = client_of(cast, loss.who)
    pages = addresses(cast, loss.who)
    before = answers(client, pages, {"GET"})
    assert len(before) >= 5
    assert {place: status for place, status in before.items() if status not in (200, 204, 302, 403, 422)} == {}
    loss.withdraw(cast)
    after = answers(client, pages, {"GET", "POST"})
    known = {place for place, status in after.items() if status == 403 and place[0].startswith(loss.still_known)}
    own = {place for place in after if loss.keeps and place[0].startswith(loss.keeps)}
    left = {place: after[place] for place in after.keys() - known - own if after[place] != loss.left_with}
    assert not left, left


def test_who_can_see_a_text_is_told_no_longer_than_the_text(cast: Cast, clock) -> None:
    """A former coach keeps the notes they wrote for themselves, and what is told of those."""
    make_world(cast)
    client, pages = client_of(cast, "coach"), {}
    for word, kind in KINDS.items():
        rows = kind.model.objects.filter(coachee=cast.coachee).order_by("pk")
        mine = rows.filter(coach=cast.coach) if hasattr(kind.model, "coach") else rows
        asked = [reverse("who-can-see", args=[word, row.pk]) for row in mine[:4]]
        pages[word] = [page for page in asked if client.get(page).status_code == 200]
    assert [word for word, seen in pages.items() if not seen] == []
    _end(cast, cast.coach)
    left = {word for word, seen in pages.items() for page in seen if client.get(page).status_code == 200}
    assert left == {"private_note"}


def test_a_coach_is_gone_for_their_former_coachee_too(cast: Cast, clock) -> None:
    client, photo = client_of(cast, "coachee"), make_photo(person=cast.coach)
    pages = [cast.coach.get_absolute_url(), reverse("person-photo", args=[cast.coach.pk, photo, 128])]
    assert {client.get(page).status_code for page in pages} == {200}
    assert "Maya Castellanos" in client.get("/search/?q=maya").text
    _end(cast, cast.coach)
    assert {client.get(page).status_code for page in pages} == {404}
    assert "Maya Castellanos" not in client.get("/search/?q=maya").text


def test_nothing_more_is_scheduled_with_a_former_coach(cast: Cast, clock) -> None:
    """From the pages that the coachee has open; what was ahead is called off."""
    client, ahead = client_of(cast, "coachee"), NOW + 4 * D
    make_hours(coach=cast.coach)
    session, group = amaras_next_session(cast)["pk"], amaras_group(cast)["pk"]
    pages = [reverse(name, args=[session]) for name in ("session-time", "session-cancellation", "session-join")]
    assert {client.get(page).status_code for page in pages} == {200}
    _end(cast, cast.coach)
    wanted = {"coach": cast.coach.pk, "kind": "one_on_one", "starts_at": ahead.isoformat(), "version": 0}
    sent = {page: client.post(page, wanted).status_code for page in pages[:2]}
    assert set(sent.values()) == {403}
    assert client.post(reverse("session-new", args=[cast.coachee.pk]), wanted).status_code == 422
    assert client.post(reverse("group-seats", args=[group]), {"seat": "take"}).status_code in (404, 409, 422)
    assert not Session.objects.filter(coach=cast.coach, coachee=cast.coachee, status="scheduled").exists()
    assert "meet.jit.si" not in client.get(pages[2]).text
