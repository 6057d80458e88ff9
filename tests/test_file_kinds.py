"""Documents, texts and pictures given along: told by what is in them, refused when they could run, kept once."""

from __future__ import annotations

import zipfile
from functools import partial
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from PIL import Image

from assignments.models import AssignmentFile, TemplateFile
from config import file_kinds
from config.files import DOCUMENTS, MB, checked, storing
from config.upload_fields import FilesField
from profiles.keeping import forget, keep, share
from tests.make import make_assignment
from tests.make_between import PDF_BYTES, make_template

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
WORD_WITH_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
ODT = "application/vnd.oasis.opendocument.text"


def upload(content: bytes, name: str = "anything.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/html")


def archive(members: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """A zip archive; a member called mimetype is stored as it is."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as made:
        for name, content in members.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else how)
        made.comment = comment
    return buffer.getvalue()


def office(main: str = WORD, more: str = "", **members: bytes) -> bytes:
    types = f'<Types><Override PartName="/main.xml" ContentType="{main}"/>{more}</Types>'
    return archive({"[Content_Types].xml": types.encode(), "word/document.xml": b"<w/>", **members})


def open_document(kind: str = ODT, **members: bytes) -> bytes:
    return archive({"mimetype": kind.encode(), "content.xml": b"<office/>", **members})


def kind_of(content: bytes, name: str = "anything.bin") -> str:
    return checked(upload(content, name), allowed=DOCUMENTS, max_bytes=20 * MB).name


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (office(), "Plan.zip", "Plan.docx"),
        (office(EXCEL), "Plan", "Plan.xlsx"),
        (office(SLIDES), "Plan.docx", "Plan.pptx"),
        (open_document(), "Plan.odt", "Plan.odt"),
        (open_document("application/vnd.oasis.opendocument.spreadsheet"), "Plan.odt", "Plan.ods"),
        (open_document("application/vnd.oasis.opendocument.presentation"), "Plan.odt", "Plan.odp"),
        ("Grüße, 3 < 4\n".encode(), "Plan.txt", "Plan.txt"),
        ("\ufeffName;Größe\nA;1\n".encode(), "Plan.CSV", "Plan.csv"),
        (b"# Plan\n\n- one\n", "Plan.markdown", "Plan.md"),
        (b"no suffix", "Plan", "Plan.txt"),
        (PDF_BYTES, "Plan.txt", "Plan.pdf"),
    ],
)
def test_documents_are_what_is_in_them(content, name, kept):
    assert kind_of(content, name) == kept


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (office(WORD_WITH_MACROS), "a.docm"),
        (office(more=f'<Override ContentType="{WORD_WITH_MACROS}"/>'), "a.docx"),
        (office(more='<Override ContentType="x.ma&#99;roEnabled"/>'), "a.docx"),
        (office(**{"word/vbaProject.bin": b"x"}), "a.docx"),
        (office(**{"word/activeX/activeX1.xml": b"x"}), "a.docx"),
        (office(**{"xl/macrosheets/sheet1.xml": b"x"}), "a.xlsx"),
        (office(**{"word/setup.exe": b"x"}), "a.docx"),
        (office(**{"../../etc/cron.d/x": b"x"}), "a.docx"),
        (office("application/zip"), "a.docx"),
        (open_document(**{"Basic/Standard/Module1.xml": b"x"}), "a.odt"),
        (open_document("text/html"), "a.odt"),
        (archive({"readme.txt": b"x"}), "a.docx"),
        (b"MZ" + office(), "a.docx"),
        (office() + b"<script>1</script>", "a.docx"),
        (office()[:-30], "a.docx"),
        (archive({"mimetype": ODT.encode()}, comment=b"<script>"), "a.odt"),
    ],
)
def test_what_can_run_or_is_something_else_is_no_document(content, name):
    with pytest.raises(ValidationError, match="cannot be used"):
        kind_of(content, name)


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><p>x",
        b"\n\n <html>",
        b"\xef\xbb\xbf<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>",
        b"<?xml version='1.0'?><x/>",
        b"harmless\n<SCRIPT>alert(1)</SCRIPT>",
        b"#!/bin/sh\nrm x",
        b"MZ\x90\x00\x03",
        b"\x7fELF\x02",
        b"a\x00b",
        "Grüße".encode("latin-1"),
        "text".encode("utf-16"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.csv", "a.md", "a"])
def test_markup_and_programs_are_no_texts_whatever_they_are_called(content, name):
    with pytest.raises(ValidationError, match="cannot be used"):
        kind_of(content, name)


@pytest.mark.parametrize("name", ["a.html", "a.svg", "a.js", "a.bat", "a.exe", "a.txt.xml"])
def test_a_text_under_the_name_of_something_else_is_refused(name):
    with pytest.raises(ValidationError, match="cannot be used"):
        kind_of(b"just words", name)


def test_a_document_that_unpacks_to_far_more_is_refused_unread(monkeypatch):
    monkeypatch.setattr(file_kinds, "LARGEST_UNPACKED", MB)
    assert kind_of(office(**{"word/media/a.bin": b"0" * (MB - 1_000)})) == "anything.docx"
    with pytest.raises(ValidationError):
        kind_of(office(**{"word/media/a.bin": b"0" * (MB + 1)}))
    monkeypatch.setattr(file_kinds, "MOST_MEMBERS", 5)
    with pytest.raises(ValidationError):
        kind_of(office(**{f"word/{n}.xml": b"" for n in range(4)}))


def _photo() -> bytes:
    """A picture that lies on its side and says where it was taken."""
    buffer, exif = BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "TAKEN-AT-HOME"
    Image.new("RGB", (80, 40), "teal").save(buffer, "JPEG", exif=exif)
    return buffer.getvalue()


def test_pictures_are_drawn_anew_without_what_the_camera_wrote():
    assert b"TAKEN-AT-HOME" in _photo()
    [drawn] = FilesField().clean([upload(_photo(), "beach.jpeg")])
    content = drawn.content.read()
    assert b"TAKEN-AT-HOME" not in content
    assert b"Exif" not in content
    assert Image.open(BytesIO(content)).size == (40, 80)
    assert drawn.name == "beach.jpg"


def test_moving_pictures_keep_moving():
    buffer, frames = BytesIO(), [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=120, comment=b"WRITTEN-BY")
    [drawn] = FilesField().clean([upload(buffer.getvalue())])
    content = drawn.content.read()
    assert b"WRITTEN-BY" not in content
    assert Image.open(BytesIO(content)).n_frames == 3


def test_several_files_are_judged_together():
    field = FilesField(max_files=2, max_mb=1)
    assert [one.name for one in field.clean([upload(PDF_BYTES, "a"), upload(b"x", "b.txt")])] == ["a.pdf", "b.txt"]
    assert field.clean([]) == field.clean(None) == []
    with pytest.raises(ValidationError, match="at most 2 files"):
        field.clean([upload(PDF_BYTES)] * 3)
    with pytest.raises(ValidationError) as refused:
        field.clean(
            [
                upload(b"<html>", "page.html"),
                upload(PDF_BYTES),
            ][:2]
        )
    assert "page.html" in refused.value.messages[0]
    with pytest.raises(ValidationError, match="required"):
        FilesField(required=True).clean([])


@pytest.mark.django_db(transaction=True)
def test_what_is_stored_goes_with_the_last_row_that_uses_it(cast):
    template = make_template(owner=cast.coach)
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    documents = [checked(upload(PDF_BYTES, "Brief.pdf"), allowed=DOCUMENTS, max_bytes=MB)]
    with storing() as store, transaction.atomic():
        [kept] = keep(store, "templates", documents, partial(TemplateFile, template=template))
    assert (kept.name, kept.size) == ("Brief.pdf", len(PDF_BYTES))
    with transaction.atomic():
        [shared] = share(template.files.all(), partial(AssignmentFile, assignment=given))
    forget(template.files.all())
    assert not template.files.exists()
    assert default_storage.exists(shared.file)
    with transaction.atomic():
        forget(given.files.all())
        transaction.set_rollback(True)
    assert default_storage.exists(shared.file)
    forget(given.files.all())
    assert not default_storage.exists(shared.file)
