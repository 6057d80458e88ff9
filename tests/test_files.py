"""Uploads: what is believed of them, where they end up, and how they are given out."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from PIL import Image

from config import files
from config.files import JPEG, MB, PDF, PNG, attachment, checked, delete_after_commit, storing

PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (80, 80)) -> bytes:
    """A picture of one colour."""
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind)
    return buffer.getvalue()


def upload(content: bytes, name: str = "anything.bin", declared: str = "text/html") -> SimpleUploadedFile:
    """What arrives with a form."""
    return SimpleUploadedFile(name, content, declared)


def test_the_content_decides_what_a_file_is():
    assert checked(upload(picture()), allowed={PNG, PDF}, max_bytes=MB).kind == PNG
    assert checked(upload(picture("JPEG")), allowed={PNG, JPEG}, max_bytes=MB).kind == JPEG
    assert checked(upload(PDF_BYTES, "paper.exe"), allowed={PNG, PDF}, max_bytes=MB).name == "paper.pdf"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html><script>1</script>", "cannot be used"),
        (b"%PDF-1.7 and no end", "cannot be used"),
        (b"<script>1</script>" + PDF_BYTES, "cannot be used"),
        (picture("GIF"), "cannot be used"),
        (picture()[:60], "cannot be used"),
        (picture() + b"x" * MB, "too large"),
    ],
)
def test_what_is_something_else_is_refused_with_a_sentence(content, words):
    with pytest.raises(ValidationError, match=words):
        checked(upload(content, "paper.pdf", "application/pdf"), allowed={PNG, PDF}, max_bytes=MB)


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unread(monkeypatch):
    monkeypatch.setattr(files, "MAX_PIXELS", 80 * 80)
    checked(upload(picture()), allowed={PNG}, max_bytes=MB)
    with pytest.raises(ValidationError, match="too many pixels"):
        checked(upload(picture(size=(81, 80))), allowed={PNG}, max_bytes=MB)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\fakepath\\Mein Zeugnis.PDF", "Mein Zeugnis.pdf"),
        ('a"b\r\nSet-Cookie: x.pdf', "a b Set-Cookie x.pdf"),
        ("fdp.\u202eexe.pdf", "fdp.exe.pdf"),
        ("", "file.pdf"),
        (".pdf", "pdf.pdf"),
        ("x" * 400, "x" * 116 + ".pdf"),
    ],
)
def test_names_are_made_fit_for_a_download(name, kept):
    assert files.download_name(name, PDF) == kept


def _fail_after(deed) -> None:
    deed()
    raise RuntimeError


def test_stored_files_have_names_of_ours_and_go_when_the_block_fails():
    document = checked(upload(PDF_BYTES, "secret name.pdf"), allowed={PDF}, max_bytes=MB)
    with storing() as store:
        kept = store("certificates", document)
    assert "secret" not in kept
    assert default_storage.open(kept).read() == PDF_BYTES
    gone = []
    with pytest.raises(RuntimeError), storing() as store:
        _fail_after(lambda: gone.append(store("certificates", document)))
    assert not default_storage.exists(gone[0])
    assert default_storage.exists(kept)


@pytest.mark.django_db(transaction=True)
def test_an_old_file_stays_until_its_row_is_gone_for_good():
    files.save_as("certificates/old.pdf", PDF_BYTES)
    with pytest.raises(RuntimeError), transaction.atomic():
        _fail_after(lambda: delete_after_commit("certificates/old.pdf"))
    assert default_storage.exists("certificates/old.pdf")
    with transaction.atomic():
        delete_after_commit("certificates/old.pdf", "")
    assert not default_storage.exists("certificates/old.pdf")


def test_files_are_given_out_to_be_saved_and_never_shown():
    files.save_as("certificates/one.pdf", PDF_BYTES)
    response = attachment("certificates/one.pdf", download_name="Zeugnis “2026”.pdf")
    assert b"".join(response) == PDF_BYTES
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''Zeugnis")
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert "default-src 'none'" in response["Content-Security-Policy"]
    with pytest.raises(Http404):
        attachment("certificates/none.pdf", download_name="x.pdf")


def test_of_an_endless_upload_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_UPLOAD", 100_000)
    sent = {"text": "kept", "small": upload(b"s" * 90_000), "large": upload(b"x" * 300_000)}
    request = RequestFactory().post("/", sent)
    large = request.FILES["large"]
    assert (large.size, large.read()) == (300_000, b"")
    assert request.FILES["small"].read() == b"s" * 90_000
    assert request.POST["text"] == "kept"
    with pytest.raises(ValidationError, match="too large"):
        checked(large, allowed={PDF}, max_bytes=MB // 8)


def test_of_many_uploads_no_more_is_kept_than_forms_allow(monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FORM", 200_000)
    request = RequestFactory().post("/", {f"file{number}": upload(b"x" * 90_000) for number in range(4)})
    assert [len(request.FILES[f"file{number}"].read()) for number in range(4)] == [90_000, 90_000, 0, 0]
    with pytest.raises(ValidationError, match="too large"):
        checked(request.FILES["file3"], allowed={PDF}, max_bytes=MB)
