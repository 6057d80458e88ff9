"""Signing in, forgetting the password, two-step verification, and the demo's one-click entry."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import path

from config import demo_entry
from config.urls import handler500  # noqa: F401, this module is a URLconf too
from config.urls import urlpatterns as site_urls

urlpatterns = [path("demo/enter/", demo_entry.enter, name="demo-enter"), *site_urls]
pytestmark = [pytest.mark.urls("tests.ui.test_account"), pytest.mark.django_db]


@pytest.fixture
def amara(cast):
    cast.coachee.set_password("a calm long password")
    cast.coachee.save(update_fields=["password"])
    return cast.coachee


def sign_in(client: Client, email: str, password: str):
    return client.post("/accounts/login/", {"login": email, "password": password})


def test_signing_in_with_any_spelling_of_the_address(client, amara) -> None:
    response = sign_in(client, amara.email.upper(), "a calm long password")
    assert response.status_code == 302
    assert get_user(client) == amara


def test_a_wrong_password_is_said_beside_the_form(client, amara) -> None:
    response = sign_in(client, amara.email, "wrong")
    assert 'role="alert"' in response.text
    assert not get_user(client).is_authenticated


def test_nobody_signs_up(client) -> None:
    page = client.post("/accounts/signup/", {"email": "new@x.org", "password1": "p", "password2": "p"})
    assert "by invitation" in page.text


def test_known_and_unknown_addresses_get_the_same_answer(client, amara) -> None:
    known = client.post("/accounts/password/reset/", {"email": amara.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@x.org"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert [message.to for message in mail.outbox] == [[amara.email], ["nobody@x.org"]]


def test_an_address_that_no_mail_can_reach_is_refused_beside_the_field(client, amara) -> None:
    page = client.post("/accounts/password/reset/", {"email": "amara@example.org\u202e"})
    assert "Enter a valid email address." in page.text
    assert mail.outbox == []


def test_the_link_in_the_mail_changes_the_password_once(client, amara) -> None:
    client.post("/accounts/password/reset/", {"email": amara.email})
    link = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)
    form = client.get(link, follow=True)
    new = {"password1": "quite another long one", "password2": "quite another long one"}
    client.post(form.redirect_chain[-1][0], new)
    assert sign_in(client, amara.email, "quite another long one").status_code == 302
    assert "no longer works" in Client().get(link, follow=True).text


def test_a_mail_server_that_is_away_is_a_page_and_nothing_is_lost(client, amara, settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,
    )
    response = client.post("/accounts/password/reset/", {"email": amara.email})
    assert response.status_code == 503
    assert "mail could not be sent" in response.text
    assert "Send again" in response.text or amara.email in response.text


def code_of(secret: str) -> str:
    """What the app on the phone shows."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def test_two_step_verification_from_set_up_to_signing_in(client, amara, clock) -> None:
    client.post("/accounts/password/reset/", {"email": amara.email})  # must leave no unverified address behind
    sign_in(client, amara.email, "a calm long password")
    set_up = client.post(
        "/accounts/reauthenticate/",
        {"password": "a calm long password", "next": "/accounts/2fa/totp/activate/"},
        follow=True,
    )
    assert "Scan this" in set_up.text
    secret = re.search(r'id="authenticator_secret"[^>]*value="(\w+)"', set_up.text)[1]
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    assert "10 of 10 left" in client.get("/accounts/2fa/").text
    recovery = re.search(r'class="codes"><li>([^<]+)', client.get("/accounts/2fa/recovery-codes/").text)[1]
    client.post("/accounts/logout/")
    assert sign_in(client, amara.email, "a calm long password")["Location"].startswith("/accounts/2fa/authenticate/")
    assert "One more step" in client.get("/accounts/2fa/authenticate/").text
    client.post("/accounts/2fa/authenticate/", {"code": recovery})
    assert get_user(client) == amara
    assert not EmailAddress.objects.exists()


def test_the_own_address_cannot_be_changed_to_somebody_elses(client, amara, cast) -> None:
    client.force_login(amara)
    assert client.post("/accounts/email/", {"action_add": "", "email": cast.coach.email}).status_code == 405
    assert amara.email in client.get("/accounts/email/").text


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/password/change/",
        "/accounts/logout/",
        "/accounts/inactive/",
    ],
)
def test_account_pages_have_our_look(client, amara, address: str) -> None:
    sign_in(client, amara.email, "a calm long password")
    page = client.get(address)
    assert page.status_code == 200
    assert "css/tokens.css" in page.text
    assert "style=" not in page.text


def test_entering_the_demo_as_anybody(amara) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/demo/enter/", {"email": amara.email.upper()})
    assert response["Location"] == "/"
    assert get_user(client) == amara


@pytest.mark.parametrize("email", ["nobody@x.org", "not an address", "", "a\x00b@x.org"])
def test_nobody_to_enter_as_is_said_beside_the_field(client, db, email: str) -> None:
    response = client.post("/demo/enter/", {"email": email})
    assert response.status_code == 422
    assert 'id="demo_email_error"' in response.text
    assert "Enter as Maya Castellanos" in response.text


def test_the_deactivated_cannot_be_entered_as(client, cast) -> None:
    assert client.post("/demo/enter/", {"email": cast.deactivated.email}).status_code == 422


@pytest.mark.urls("config.urls")
def test_the_demos_entry_does_not_exist_outside_the_demo(client, amara, settings) -> None:
    if settings.ROOT_URLCONF and any(getattr(entry, "name", "") == "demo-enter" for entry in site_urls):
        pytest.skip("these tests run with DEMO on")
    assert client.post("/demo/enter/", {"email": amara.email}).status_code == 404
