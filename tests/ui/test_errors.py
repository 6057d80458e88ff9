"""What people see when something is away, busy or broken."""

import psycopg
import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from config.errors import MailAway, outage_in, unavailable
from config.typed import Typed, typed
from config.urls import handler500, urlpatterns  # noqa: F401, this module is a URLconf too


def raises(request, what: str) -> HttpResponse:
    if what == "lock":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(5)")
    raise {"away": OperationalError, "mail": MailAway, "bug": ZeroDivisionError}[what]("secret detail")


urlpatterns = [*urlpatterns, path("raises/<str:what>/", raises)]
pytestmark = [pytest.mark.urls("tests.ui.test_errors"), pytest.mark.django_db]


@pytest.fixture
def signed_in(cast) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(cast.coach)
    return client


@pytest.mark.parametrize(
    ("what", "status", "words"),
    [
        ("away", 503, "The database is away"),
        ("lock", 503, "busy just now"),
        ("mail", 503, "mail could not be sent"),
        ("bug", 500, "Something broke on our side"),
    ],
)
def test_each_failure_has_its_page(signed_in, what: str, status: int, words: str) -> None:
    response = signed_in.get(f"/raises/{what}/")
    assert response.status_code == status
    assert words in response.text
    assert "secret detail" not in response.text
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert response.has_header("Retry-After") == (status == 503)


def test_an_outage_in_a_view_is_not_reported_as_a_bug(cast, client) -> None:
    client.force_login(cast.coach)  # this client raises what is reported
    assert client.get("/raises/away/").status_code == 503


def test_an_outage_while_loading_the_viewer_is_a_503_too(signed_in, monkeypatch) -> None:
    def away(self, user_id):
        raise OperationalError("away")

    monkeypatch.setattr("profiles.backends.PersonBackend.get_user", away)
    response = signed_in.get("/accounts/email/")
    assert response.status_code == 503
    assert "The database is away" in response.text


def test_what_was_typed_comes_back_but_no_secret(signed_in) -> None:
    response = signed_in.post("/raises/away/", {"text": "Two pages <b> of thoughts", "password": "hunter2"})
    assert "Two pages &lt;b&gt; of thoughts" in response.text
    assert "hunter2" not in response.text
    assert "Send again" not in response.text  # a part of the form is missing


def test_a_whole_form_can_be_sent_again(signed_in) -> None:
    response = signed_in.post("/raises/away/", {"text": "Thoughts"})
    assert "Send again" in response.text


def test_a_strangers_form_is_not_lent_our_token() -> None:
    request = RequestFactory().post("/somewhere/", {"text": "Buy now"})
    response = unavailable(request, "database")
    assert b"csrfmiddlewaretoken" not in response.content
    assert b"Send again" not in response.content


def test_a_form_sent_too_late_says_so_and_keeps_the_text(cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.coach)
    response = client.post("/raises/away/", {"text": "Thoughts"})
    assert response.status_code == 403
    assert "open for too long" in response.text
    assert "Thoughts" in response.text


def test_a_body_that_cannot_be_read_is_no_second_failure() -> None:
    request = RequestFactory().post("/", b"--x\r\nbroken", content_type="multipart/form-data; boundary=")
    assert typed(request) == Typed(complete=False)


@pytest.mark.parametrize(
    ("error", "which"),
    [
        (psycopg.errors.DeadlockDetected(), "busy"),
        (psycopg.errors.LockNotAvailable(), "busy"),
        (psycopg.errors.DiskFull(), "database"),
        (psycopg.errors.ReadOnlySqlTransaction(), "database"),
        (psycopg.errors.UniqueViolation(), ""),
        (ValueError(), ""),
    ],
)
def test_which_outage(error: Exception, which: str) -> None:
    assert outage_in(error) == which


def test_what_is_not_there_offers_a_way_on(signed_in) -> None:
    assert "Go to Today" in signed_in.get("/people/999999999/").text
    page = Client().get("/nowhere/")
    assert page.status_code == 404
    assert "Sign in" in page.text


def test_an_unknown_host_gets_a_page_without_anything_of_ours() -> None:
    assert Client().get("/", headers={"host": "evil.example"}).status_code == 400
