"""Files that are not what they say, at every door that takes files: refused beside the field, or kept as a download.

What is refused writes nothing and loses no word of the form; what is taken never opens as a page.
"""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assignments.models import AssignmentFile, Resource, ResponseFile
from coaching.models import MessageFile
from profiles.models import Course
from tests.loss.deeds import BACKEND, DEEDS, Deed
from tests.loss.forms import form
from tests.make_between import PDF_BYTES

pytestmark = pytest.mark.django_db
SCRIPT = b"<script>alert(document.cookie)</script>"


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


REFUSED = {
    "a drawing": ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "a drawing that is called a picture": ("drawing.png", b'<?xml version="1.0"?><svg onload="alert(1)"/>'),
    "a page": ("page.html", b"<!doctype html><html>" + SCRIPT),
    "a page that is called a PDF": ("page.pdf", b"<html>" + SCRIPT),
    "a program": ("setup.pdf", b"MZ\x90\x00" + bytes(200)),
    "a script": ("run.sh\x00.pdf", b"#!/bin/sh\nrm -rf /\n\x00"),
    "a zip": ("notes.docx", _zip(**{"readme.txt": b"no document"})),
    "a zip that climbs": ("notes.docx", _zip(**{"../../etc/passwd": b"root", "[Content_Types].xml": b"<x/>"})),
    "half a zip": ("notes.xlsx", _zip(**{"[Content_Types].xml": b"<Types/>" * 99})[:-30]),
    "nothing": ("empty.pdf", b""),
    "half a picture": ("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"),
}
TAKEN = {
    "a PDF that is a page as well": ("both.pdf", PDF_BYTES + b"<html>" + SCRIPT),
    "a name that climbs": ("../../../etc/cron.d/x.pdf", PDF_BYTES),
    "a name that ends lines": ("a%0D%0AContent-Type: text/html%0D%0A.pdf", PDF_BYTES),
    "a long name": ("x" * 900 + ".pdf", PDF_BYTES),
    "a name of another script": ("\u202efdp.exe – Ünïcode.pdf", PDF_BYTES),
}


def _amaras_course(cast) -> str:
    return reverse("course-add", args=[cast.coachee.pk])


DOORS: dict[str, tuple[Deed, str]] = {
    "message": (DEEDS["message"], "message-file"),
    "response": (DEEDS["response"], "response-file"),
    "assignment": (DEEDS["assignment"], "assignment-file"),
    "resource": (
        Deed("coach", lambda c: f"{reverse('resource-new')}?kind=file", {"title": "X"}, Resource, has="title"),
        "resource-file",
    ),
    "course": (Deed("coachee", _amaras_course, {"title": "X"}, Course, has="title"), "course-certificate"),
}
ROWS = {"message": MessageFile, "response": ResponseFile, "assignment": AssignmentFile}


def _opened(cast, door: str):
    deed = DOORS[door][0]
    client = Client()
    client.force_login(getattr(cast, deed.who), BACKEND)
    found = form(client, deed.path(cast), has=deed.has)
    found.values |= deed.typed
    [name] = found.files
    return client, found, name


def _upload(name: str, content: bytes) -> SimpleUploadedFile:
    upload = SimpleUploadedFile("x", content, content_type="application/pdf")
    upload._name = name  # as a browser of the attacker's sends it; the setter would mend it
    return upload


@pytest.mark.parametrize("door", DOORS)
def test_what_is_refused_writes_nothing_and_loses_nothing(door, cast, clock):
    model = DOORS[door][0].model
    client, found, name = _opened(cast, door)
    before = model.objects.count()
    for what, (called, content) in REFUSED.items():
        answer = client.post(found.action, {**found.values, name: _upload(called, content)})
        assert answer.status_code == 422, what
        for typed in DOORS[door][0].typed.values():
            assert typed in answer.text, what
    six = [_upload(f"{number}.pdf", PDF_BYTES) for number in range(12)]
    assert client.post(found.action, {**found.values, name: six}).status_code in (302, 422)
    assert model.objects.count() in (before, before + (door in ("course", "resource")))


@pytest.mark.parametrize("door", DOORS)
def test_what_is_taken_is_only_ever_saved(door, cast, clock):
    deed, download = DOORS[door]
    for called, content in TAKEN.values():
        client, found, name = _opened(cast, door)
        answer = client.post(found.action, {**found.values, name: _upload(called, content)})
        assert answer.status_code == 302, called[:30]
        row = ROWS.get(door, deed.model).objects.latest("pk")
        given = client.get(reverse(download, args=[row.pk]))
        assert given.status_code == 200
        assert given["Content-Disposition"].startswith("attachment")
        assert given["X-Content-Type-Options"] == "nosniff"
        assert "html" not in given["Content-Type"]
        assert "default-src 'none'" in given["Content-Security-Policy"]
        assert b"".join(given.streaming_content) == content
        clock.shift(61)
