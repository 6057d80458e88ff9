"""Something breaks after a form was sent: its text is on the page about it, and is sent again from there, once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from coaching.models import Message, MessageFile
from config.urls import handler500, urlpatterns  # noqa: F401, this module is a URLconf too
from tests.access.hostile import VALUES, send
from tests.loss.deeds import DEEDS
from tests.loss.deeds import opened as opened_form
from tests.loss.forms import Form, forms
from tests.make_between import PDF_BYTES

BACKEND = "profiles.backends.PersonBackend"


def breaks(request, how: str) -> HttpResponse:
    """A view of ours with a mistake in it, or that takes too long."""
    if how == "slow":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 20")
            cursor.execute("SELECT pg_sleep(5)")
    raise ZeroDivisionError("secret detail")


urlpatterns = [*urlpatterns, path("breaks/<str:how>/", breaks)]
pytestmark = [pytest.mark.urls("tests.loss.test_outages"), pytest.mark.django_db]
TYPED = {"text": "Two lines\nof <b>thought</b>", "title": "Delegate", "coachees": ["12", "13"], "version": "3"}


@pytest.fixture
def client(cast, clock) -> Client:
    """The coachee's, whose errors are pages."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.coachee, BACKEND)
    return client


def given_back(html: str) -> Form:
    return next(form for form in forms(html) if "text" in form.values)


@pytest.mark.parametrize(("how", "status"), [("wrong", 500), ("slow", 503)])
def test_what_was_typed_is_all_there_to_be_sent_again(client, how, status):
    page = client.post(f"/breaks/{how}/?step=2", TYPED)
    back = given_back(page.text)
    assert page.status_code == status
    assert back.action == f"/breaks/{how}/?step=2"
    assert {name: back.values[name] for name in ("text", "title", "version")} == {
        name: TYPED[name] for name in ("text", "title", "version")
    }
    assert page.text.count('name="coachees"') == 2
    assert "csrfmiddlewaretoken" in back.values
    assert "form_id</label>" not in page.text
    assert "Version" not in page.text
    assert "secret detail" not in page.text


def test_nothing_typed_nothing_to_give_back(client):
    page = client.post("/breaks/wrong/", {"version": "3", "form_id": "abc"})
    assert page.status_code == 500
    assert "What you wrote" not in page.text


def test_where_files_are_kept_is_full_and_then_is_not(cast, clock, settings, tmp_path: Path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }
    assert FileSystemStorage(tmp_path).exists("") is True
    client, form = opened_form(cast, DEEDS["message"])
    (tmp_path / "messages").write_bytes(b"in the way")
    page = client.post(form.action, {**form.values, "files": _pdf()})
    assert page.status_code == 503
    back = given_back(page.text)
    assert back.files == ["files"]
    assert "Notes.pdf" in page.text
    assert Message.objects.count() == 0

    (tmp_path / "messages").unlink()
    for _time in range(2):
        assert client.post(back.action, {**back.values, "files": _pdf()}).status_code == 302
    assert Message.objects.count() == 1
    assert MessageFile.objects.count() == 1
    assert len(list((tmp_path / "messages").iterdir())) == 1


def _pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("Notes.pdf", PDF_BYTES, content_type="application/pdf")


@pytest.mark.parametrize("name", ["whose", "form_id", "kept", "version"])
def test_fields_of_ours_full_of_what_does_not_belong_there(cast, clock, name):
    client, form = opened_form(cast, DEEDS["message"])
    for signed_in in (True, False):
        for value in VALUES.values():
            fields = [(key, str(one).encode()) for key, one in form.values.items() if key != name]
            answer = send(client, form.action, [*fields, (name, value)])
            assert answer.status_code in (302, 422), (name, value[:20])
        if signed_in:
            client.logout()
