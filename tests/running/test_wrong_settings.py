"""A wrong setting stops every entry point with one line that names it."""

import os
import subprocess
import sys

import pytest
from django.core.files.storage import FileSystemStorage, storages

from config import environment
from tests.patience import COMES
from tests.running.conftest import ROOT

ENTRIES = {
    "manage": ["manage.py", "check"],
    "web": ["-m", "gunicorn", "--config", "config/gunicorn.py", "--bind", "127.0.0.1:0", "config.wsgi"],
    "worker": ["-m", "celery", "--app", "config", "worker"],
    "beat": ["-m", "celery", "--app", "config", "beat"],
}


def last_words(arguments: list[str], **settings: str) -> list[str]:
    """What the process says before it ends with status 1."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=COMES,
    )
    assert done.returncode == 1
    return (done.stdout + done.stderr).splitlines()


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_entry_says_one_line(entry):
    [line] = last_words(ENTRIES[entry], DATABASE_URL="mysql://root@db/trellis")

    assert line.startswith("DATABASE_URL ")
    assert "postgres://user:password@host:5432/trellis" in line


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL", "EMAIL_URL", "REDIS_URL", "DEFAULT_FROM_EMAIL"])
def test_a_missing_one_is_named(name):
    [line] = last_words(ENTRIES["manage"], **{name: ""})

    assert line.startswith(f"{name} is missing")


@pytest.mark.parametrize(
    "value",
    [
        "bucket",
        "https://bucket.example.org",
        "s3://",
        "s3://b?endpoint=ftp://x",
        "s3://b?acl=public",
        "s3://k:s@b",
        "s3://[",
    ],
)
def test_a_bucket_that_is_none_is_named(value):
    [line] = last_words(ENTRIES["manage"], MEDIA_BUCKET_URL=value)

    assert line.startswith("MEDIA_BUCKET_URL ")
    assert "s3://bucket/folder" in line
    assert "k:s" not in line


def test_a_bucket_takes_the_place_of_the_folder(monkeypatch):
    monkeypatch.setenv("MEDIA_BUCKET_URL", "s3://uploads/trellis/?endpoint=https://s3.example.org&region=eu-central-1")
    storage = storages.create_storage(environment.files())

    assert (storage.bucket_name, storage.location, storage.endpoint_url) == (
        "uploads",
        "trellis",
        "https://s3.example.org",
    )
    monkeypatch.setenv("MEDIA_BUCKET_URL", "")
    assert isinstance(storages.create_storage(environment.files()), FileSystemStorage)


@pytest.mark.parametrize(
    "value", ["http://meet.example.org", "https://", "meet", "https://a:b@c.org", "https://[", "no"]
)
def test_a_place_to_meet_that_is_none_is_named(value, monkeypatch):
    monkeypatch.setenv("MEETING_URL", value)
    with pytest.raises(SystemExit, match="MEETING_URL is .* https://meet.jit.si, or none"):
        environment.meeting_url()


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", "https://meet.jit.si"),
        ("none", ""),
        ("https://jitsi.example.org/rooms/", "https://jitsi.example.org/rooms"),
    ],
)
def test_rooms_are_made_at_jitsi_unless_told_otherwise(value, read, monkeypatch):
    monkeypatch.setenv("MEETING_URL", value)
    assert environment.meeting_url() == read
