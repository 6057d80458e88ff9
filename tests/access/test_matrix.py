"""Every address, every person, every method: the exact status, and the security headers on each answer."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.access.matrix import (
    ACCOUNT,
    ACCOUNT_KWARGS,
    ADMIN,
    ADMIN_ODD,
    COACHS,
    EVERYBODY,
    NAMELESS,
    ODD_KWARGS,
    SIGNED_IN,
    SIGNED_OUT,
    SITE,
    Row,
)
from tests.access.routes import METHODS, routes
from tests.cast import Cast

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def client_of(cast: Cast, who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        client.force_login(getattr(cast, who), backend="profiles.backends.PersonBackend")
    return client


def expected(row: Row, who: str, method: str) -> int:
    if who in SIGNED_OUT and not row.public:
        return 302
    if method == "OPTIONS":
        return row.options if who in row.who or row.options == 405 else 404
    if method not in row.methods and row.options == 405:
        return 405
    if who in row.forbidden:
        return 403
    if who in row.sent_on:
        return 302
    if who not in row.who:
        return 404
    return row.get if method in ("GET", "HEAD") else row.post


def check_headers(response, path: str, kept: bool = False) -> None:
    for name, value in HEADERS.items():
        assert response.headers.get(name) == value, (path, name)
    policy = response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy
    if not path.startswith("/admin/"):
        assert "unsafe" not in policy
    stored = "private, max-age=" if kept and response.status_code == 200 else "no-store"
    assert stored in response.headers["Cache-Control"], path


def test_every_route_is_in_the_matrix():
    known = {*SITE, *ADMIN, *ADMIN_ODD, *ACCOUNT}
    found = {route.name or route.pattern for route in routes()}
    redirects = {pattern for pattern in found if pattern.startswith("admin/") and "<path:object_id>" in pattern}
    assert found - NAMELESS - redirects == known


def ask_all_methods(turn: int, row: Row) -> set[str]:
    """Who asks with every method: one who may, one who may not, one who must not know, by turns; and nobody.

    Everybody asks with GET and POST. The other methods go the same way through the same guards.
    """
    kinds = [row.who & SIGNED_IN, row.forbidden, SIGNED_IN - row.who - row.forbidden - row.sent_on]
    return {"anonymous", *(sorted(kind)[turn % len(kind)] for kind in kinds if kind)}


def test_all_methods_are_asked_by_everybody_somewhere():
    asking = [ask_all_methods(turn, row) for turn, row in enumerate(SITE.values())]
    assert set().union(*asking) == SIGNED_IN | {"anonymous"}
    assert all(len(some) > 1 for some in asking)


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_site(who: str, cast: Cast, clock):
    client = client_of(cast, who)
    wrong = {}
    for turn, (name, row) in enumerate(SITE.items()):
        path = reverse(name, kwargs=row.kwargs(cast))
        for method in METHODS if who in ask_all_methods(turn, row) else ("GET", "POST"):
            for headers in [{}, {"HX-Request": "true"}] if method == "GET" else [{}]:
                with transaction.atomic():
                    response = client.generic(method, path, headers=headers)
                    transaction.set_rollback(True)
                check_headers(response, path, row.kept)
                status = expected(row, who, method)
                if headers and status == 302 and who not in row.sent_on:
                    status = 204  # htmx is told to go and sign in on a whole page
                elif headers and status == 302 and row.part:
                    status = 200
                if response.status_code != status:
                    wrong[name, method, bool(headers)] = (response.status_code, status)
    assert wrong == {}


@pytest.mark.parametrize("who", sorted(SIGNED_IN))
def test_the_pages_of_a_coach(who: str, cast: Cast, clock):
    client = client_of(cast, who)
    found = {name: client.get(reverse(name, args=[cast.coach.pk])).status_code for name in COACHS}
    assert found == {name: 200 if who in readers else 404 for name, readers in COACHS.items()}


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_admin(who: str, cast: Cast, clock):
    """For whoever is not staff there is no admin at all, whatever the method."""
    client = client_of(cast, who)
    wrong = {}
    addresses = {name: reverse(name, kwargs=row.kwargs(cast)) for name, row in ADMIN.items()}
    addresses |= {name: reverse(name, kwargs=ODD_KWARGS.get(name)) for name in ADMIN_ODD}
    addresses["admin:logout"] = addresses.pop("admin:logout")  # last, since it does what it says
    methods = METHODS if who == "admin" else ("GET", "POST")  # one guard for all of them
    for name, path in addresses.items():
        for method in methods:
            with transaction.atomic():
                response = client.generic(method, path)
                transaction.set_rollback(True)
            check_headers(response, path)
            if not acceptable(who, name, method, response.status_code):
                wrong[name, method] = response.status_code
    assert wrong == {}


def acceptable(who: str, name: str, method: str, status: int) -> bool:
    """Staff get the page, or are told that it does not exist or that this is not done here; never an error."""
    if who in SIGNED_OUT:
        return status == 302 or (name == "admin:logout" and status == 405)
    if who not in ADMIN["admin:index"].who:
        return status == 404
    if method == "GET" and name in ADMIN_ODD:
        return status == ADMIN_ODD[name]
    if method == "GET" and name.endswith(("_changelist", ":index")):
        return status == 200
    return status in {200, 302, 400, 403, 404, 405}


@pytest.mark.parametrize("who", sorted(EVERYBODY))
def test_account(who: str, cast: Cast, clock):
    if who != "anonymous":
        person = getattr(cast, who)
        person.set_password("a password to confirm with")
        person.save()
    client = client_of(cast, who)
    wrong = {}
    for name, (signed_out, signed_in) in ACCOUNT.items():
        path = reverse(name, kwargs=ACCOUNT_KWARGS.get(name))
        response = client.get(path)
        check_headers(response, path)
        if response.status_code != (signed_out if who in SIGNED_OUT else signed_in):
            wrong[name] = response.status_code
    assert wrong == {}


@pytest.mark.parametrize("who", ["coachee", "coach", "admin"])
@pytest.mark.parametrize("tab", ["nothing", "availability", "Coaching"])
def test_tabs_that_are_not_there(who: str, tab: str, cast: Cast):
    assert client_of(cast, who).get(f"/people/{cast.coachee.pk}/{tab}/").status_code == 404


@pytest.mark.parametrize("path", ["/people/0/", "/people/99999999999999999999999/", "/people/1%00/", "/people/-1/"])
def test_nobody_by_that_number(path: str, cast: Cast):
    for who in ("coach", "admin"):
        assert client_of(cast, who).get(path).status_code == 404


def test_the_demo_and_the_gallery_exist_only_where_they_are_switched_on(cast: Cast):
    client = client_of(cast, "anonymous")
    assert client.post("/demo/enter/", {"email": cast.coach.email}).status_code == 404
    assert client_of(cast, "admin").get("/ui/").status_code == 404
