"""Whichever way somebody signs in again, they come to what they had typed."""

from __future__ import annotations

import time

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import path

from config import demo_entry
from config.urls import handler500, urlpatterns  # noqa: F401, this module is a URLconf too
from tests.loss.test_session import PASSWORD, browser, expire, opened, send, sign_in  # noqa: F401, fixtures among them

urlpatterns = [path("demo/enter/", demo_entry.enter, name="demo-enter"), *urlpatterns]
pytestmark = [pytest.mark.urls("tests.loss.test_ways_in"), pytest.mark.django_db]


def lost(client: Client, form) -> None:
    """Sent after the session had ended."""
    expire(client)
    assert send(client, form)["Location"] == "/accounts/login/?next=/typed/"


def test_by_the_demo(browser, opened):  # noqa: F811
    lost(browser, opened)
    entered = browser.post("/demo/enter/", {"email": "amara@example.org"})
    assert entered["Location"] == "/typed/"
    assert "too many meetings" in browser.get("/typed/").text


def test_as_somebody_else_by_the_demo_there_is_nothing(browser, opened):  # noqa: F811
    lost(browser, opened)
    browser.post("/demo/enter/", {"email": "maya@example.org"})
    assert browser.get("/typed/")["Location"] == "/"
    assert not [row for row in Session.objects.all() if "kept" in row.get_decoded()]


def test_with_two_steps(browser, opened, cast, clock):  # noqa: F811
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(cast.coachee, secret)
    lost(browser, opened)
    asked = sign_in(browser, "/accounts/login/?next=/typed/", "amara@example.org")
    assert asked["Location"].startswith("/accounts/2fa/authenticate/")
    token = browser.get(asked["Location"]).context["csrf_token"]
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    done = browser.post(asked["Location"], {"code": code, "csrfmiddlewaretoken": str(token)})
    assert done["Location"] == "/typed/"
    assert "too many meetings" in browser.get("/typed/").text


def test_by_a_page_that_knew_nothing_of_it(browser, opened):  # noqa: F811
    lost(browser, opened)
    assert sign_in(browser, "/accounts/login/", "amara@example.org")["Location"] == "/typed/"
