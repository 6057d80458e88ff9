"""Following every link and every form that reads, from the first page on: the site offers nothing that it refuses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.access.matrix import ACCOUNT, ADMIN, ADMIN_ODD, SIGNED_OUT, SITE
from tests.access.private import LOOKING, make_world
from tests.access.test_matrix import client_of
from tests.access.walking import Form, Seen, walk
from tests.cast import Cast

pytestmark = pytest.mark.django_db
LEADS_ON = {"account_login", "account_signup", "account_logout"}
"""Answers with a redirect to somebody who is signed in already, or asks first."""
ACCOUNTS = ("account_", "mfa_", "admin:", "demo-")
"""Forms that sign somebody in or out; tests/ui sends them."""
ALIKE = 3


def on_the_site(address: str) -> bool:
    """Everything but admin's own pages beyond its first one, which tests/admin goes through, and static files."""
    return address == "/admin/" or not address.startswith(("/admin/", "/static/"))


def sparing() -> Callable[[str], bool]:
    """What is followed: all on the site, but of the questions who can see something only a few of each kind."""
    asked: Counter[str] = Counter()

    def follows(address: str) -> bool:
        if not address.startswith("/who-can-see/"):
            return on_the_site(address)
        kind = address.split("/")[2]
        asked[kind] += 1
        return asked[kind] <= ALIKE

    return follows


@pytest.mark.parametrize("who", LOOKING)
def test_every_link_leads_to_a_page(who: str, cast: Cast, clock):
    make_world(cast)
    if who != "anonymous":
        person = getattr(cast, who)
        person.set_password("a password to be changed")
        person.save(update_fields=["password"])
    client = client_of(cast, who)
    pages = {page.address: page for page in walk(client, ["/", "/accounts/login/"], sparing())}
    if who in SIGNED_OUT:
        assert pages.pop("/").status == 302
    assert len(pages) > (1 if who in SIGNED_OUT else 5)
    links = {link for page in pages.values() for link in page.links}
    assert [address for address, page in pages.items() if not answers(page)] == []
    assert [link for link in links if not known(link)] == []
    assert [link for link in links if not lands(link, pages)] == []
    assert {link for link in links if link.startswith("/people/") and not to_a_profile(link)} == set()
    assert [place for place, status in sent(client, pages.values()).items() if status not in (200, 302, 422)] == []
    deeper = {link for link in pages["/admin/"].links if link.startswith("/admin/")} if "/admin/" in pages else set()
    assert [link for link in deeper if client.get(link).status_code not in (200, 302)] == []


def sent(client: Client, pages: Iterable[Seen]) -> dict[str, int]:
    """The forms that change something, as they stand, and how each is answered; of those that do the same, a few."""
    forms = {form.action: form for page in pages for form in page.forms if on_the_site(form.action)}
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
    return re.fullmatch(r"/people/[0-9]+/(([a-z]+/)?[a-z-]+/)?", urlsplit(link).path) is not None


def test_a_page_that_is_missing_is_noticed(cast: Cast, clock, monkeypatch: pytest.MonkeyPatch):
    """The control: a link to a page that this person may not open."""
    monkeypatch.setattr("profiles.models.Person.get_absolute_url", lambda person: f"/people/{person.pk + 10**9}/")
    with pytest.raises(AssertionError):
        test_every_link_leads_to_a_page("coach", cast, clock)
