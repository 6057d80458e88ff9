"""Security headers on whatever the web server says, errors and static files included."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.site import Answer, Site
from tests.faults.test_postgres import crash

pytestmark = pytest.mark.faults
FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains; preload",
}
POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")


def static_file(site: Site) -> Answer:
    """The first style sheet of the sign-in page."""
    page = site.ask("/accounts/login/")
    return site.ask(page.body.split('rel="stylesheet" href="')[1].split('"')[0])


def broken(site: Site) -> Answer:
    """A page that finds its table gone."""
    site.sql("ALTER TABLE coaching_relationship RENAME TO hidden")
    try:
        return site.ask("/coachees/", "maya")
    finally:
        site.sql("ALTER TABLE hidden RENAME TO coaching_relationship")


def away(site: Site) -> Answer:
    """A page without its database."""
    crash(site)
    try:
        return site.ask("/coachees/", "maya")
    finally:
        site.postgres.start()


ANSWERS: dict[str, tuple[int, Callable[[Site], Answer]]] = {
    "page": (200, lambda site: site.ask("/", "maya")),
    "static file": (200, static_file),
    "missing static file": (404, lambda site: site.ask("/static/none.css")),
    "redirect to sign-in": (302, lambda site: site.ask("/")),
    "not found": (404, lambda site: site.ask("/people/999999/", "maya")),
    "no such address": (404, lambda site: site.ask("/none/", "maya")),
    "forged form": (403, lambda site: site.ask("/accounts/login/", data={"login": "x"})),
    "health": (200, lambda site: site.ask("/healthz")),
    "readiness": (200, lambda site: site.ask("/readyz")),
    "bug": (500, broken),
    "outage": (503, away),
}


@pytest.mark.parametrize("what", ANSWERS)
def test_every_answer_carries_them(site, what):
    status, ask = ANSWERS[what]
    answer = ask(site)

    assert answer.status == status
    assert {name: answer.headers.get(name) for name in FIXED} == FIXED
    policy = answer.headers["content-security-policy"]
    assert not [part for part in POLICY if part not in policy]
    assert "unsafe" not in policy
    assert ("immutable" if what == "static file" else "no-store") in answer.headers["cache-control"]
    assert "Traceback" not in answer.body


def test_cookies_are_for_this_host_alone(site):
    answer = site.ask("/accounts/login/")

    cookies = [one for one in answer.headers["cookies"].split("; ") if one]
    assert cookies
    assert not [one for one in cookies if not one.startswith("__Host-")]
