"""Following every link and every form that reads, from the first page on: the site offers nothing that it refuses.

On the way, and on every other page that could be asked for, nobody finds a marked text that is not for them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.access.listening import heard
from tests.access.matrix import ACCOUNT, ADMIN, ADMIN_ODD, SIGNED_OUT, SITE
from tests.access.private import LOOKING, World
from tests.access.starts import starts
from tests.access.test_canaries import FACTS, followed, for_, marked_in
from tests.access.test_matrix import client_of
from tests.access.walking import ALIKE, Form, Seen, walk
from tests.make import NOW

pytestmark = pytest.mark.django_db
LEADS_ON = {"account_login", "account_signup", "account_logout", "resource-open", "messages"}
"""Redirects whoever is signed in already, asks first, leads out of the site, or to the only conversation one has."""
LEADS_ON |= {"session-forecast", "session-time"}
"""To the profile that fetches it, and for a coach from one seat of a group to the time of all of it."""
ACCOUNTS = ("account_", "mfa_", "admin:", "demo-")
"""Forms that sign somebody in or out; tests/ui sends them."""


@dataclass(frozen=True)
class Journey:
    """One person’s way through everything: over links from the first page on, then every other page there is."""

    who: str
    world: World
    linked: dict[str, Seen]
    others: list[Seen]
    logged: list[str]
    """What was written into any log on the way."""


@pytest.fixture(scope="module", params=LOOKING)
def journey(request: pytest.FixtureRequest, world_of_the_file: World) -> Journey:
    """Taken once for all that is to be said of its pages. Who has a password finds the pages for changing it."""
    world, who = world_of_the_file, request.param
    cast = copy.deepcopy(world.cast)
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        if who != "anonymous":
            getattr(cast, who).set_password("a password to be changed")
            getattr(cast, who).save(update_fields=["password"])
        client = client_of(cast, who)
        with heard() as logged:
            linked = {page.address: page for page in walk(client, ["/", "/accounts/login/"], followed())}
            others = walk(client, starts(world), followed(), been=linked)
        transaction.set_rollback(True)
    return Journey(who, world, linked, others, logged)


def test_every_link_leads_to_a_page(journey: Journey, clock):
    pages = dict(journey.linked)
    if journey.who in SIGNED_OUT:
        assert pages.pop("/").status == 302
    assert len(pages) > (1 if journey.who in SIGNED_OUT else 5)
    links = {link for page in pages.values() for link in page.links}
    assert [address for address, page in pages.items() if not answers(page)] == []
    assert [link for link in links if not known(link)] == []
    assert [link for link in links if not lands(link, pages)] == []
    assert {link for link in links if link.startswith("/people/") and not to_a_profile(link)} == set()
    client = client_of(journey.world.cast, journey.who)
    assert [place for place, status in sent(client, pages.values()).items() if status not in (200, 302, 422)] == []
    deeper = {link for link in pages["/admin/"].links if link.startswith("/admin/")} if "/admin/" in pages else set()
    assert [link for link in deeper if client.get(link).status_code not in (200, 302)] == []


def test_everybody_finds_what_is_theirs_and_nothing_else(journey: Journey):
    who, world = journey.who, journey.world
    found = marked_in(world, [*journey.linked.values(), *journey.others])
    assert found - for_(world, who) == set(), "seen by somebody who must not"
    shown = {mark.what for mark in world.marks if who in mark.see and not mark.what.startswith(FACTS)}
    assert shown - found == set(), "not shown to somebody whom it is for"
    if who not in SIGNED_OUT:
        assert f"name of {who}" in found


def test_logs_tell_nothing(journey: Journey):
    assert len(journey.logged) > 20 or journey.who in SIGNED_OUT  # each page that is not there is a line
    assert not journey.world.in_text("\n".join(journey.logged))


def sent(client: Client, pages: Iterable[Seen]) -> dict[str, int]:
    """The forms that change something, as they stand, and how each is answered; of those that do the same, a few."""
    forms = {form.action: form for page in pages for form in page.forms if not form.action.startswith("/admin/")}
    alike: dict[str, list[Form]] = {}
    for form in forms.values():
        alike.setdefault(resolve(urlsplit(form.action).path).view_name, []).append(form)
    found = {}
    for form in [form for name, some in alike.items() if not name.startswith(ACCOUNTS) for form in some[:ALIKE]]:
        with transaction.atomic():
            found[form.action] = client.post(form.action, form.values).status_code
            transaction.set_rollback(True)
    return found


def answers(page: Seen) -> bool:
    """A page that is there. Two-step verification asks for the password again before it goes on."""
    name = resolve(urlsplit(page.address).path).url_name
    return page.status == 200 or (page.status == 302 and (name in LEADS_ON or name.startswith("mfa_")))


def known(link: str) -> bool:
    """An address of the matrix."""
    path = urlsplit(link).path
    if path.startswith("/static/"):
        return True
    try:
        return resolve(path).view_name in {*SITE, *ADMIN, *ADMIN_ODD, *ACCOUNT}
    except Resolver404:
        return False


def lands(link: str, pages: dict[str, Seen]) -> bool:
    """Where a link names a place in a page, the page has it."""
    address, _, place = link.partition("#")
    return not place or address not in pages or place in pages[address].ids


def to_a_profile(link: str) -> bool:
    """In the promised form: a decimal number and a tab, each with a slash behind it."""
    tab = r"([a-z]+/)?[a-z-]+/|seen-by/(staff|coach-[0-9]+)/"
    return re.fullmatch(rf"/people/[0-9]+/({tab})?", urlsplit(link).path) is not None


def test_a_page_that_is_missing_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch):
    """The control: a link to a page that this person may not open."""

    def missing() -> list[str]:
        pages = walk(client_of(world.cast, "coach"), ["/"], lambda address: re.fullmatch(r"/people/\d+/", address))
        return [page.address for page in pages if not answers(page)]

    assert missing() == []
    monkeypatch.setattr("profiles.models.Person.get_absolute_url", lambda person: f"/people/{person.pk + 10**9}/")
    assert missing()
