"""Settings read from the environment. A missing or wrong one stops the start with one line that names it."""

import os
import sys
from typing import NoReturn
from urllib.parse import parse_qs, urlsplit

import environ

env = environ.Env()
TRUE, FALSE = {"1", "true", "yes", "on"}, {"", "0", "false", "no", "off"}


def stop(name: str, should: str) -> NoReturn:
    """Ends the process with one line: which variable, and what it should look like."""
    sys.exit(f"{name} {should}")


def text(name: str, should: str, default: str | None = None) -> str:
    """The variable, or the default; without either the start stops."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        stop(name, f"is missing. It should be {should}.")
    return value


def boolean(name: str, default: bool = False) -> bool:
    """Yes or no, in the usual spellings."""
    value = os.environ.get(name, "1" if default else "").strip().lower()
    if value not in TRUE | FALSE:
        stop(name, f"is {value!r}. It should be 1 or 0.")
    return value in TRUE


def secret_key() -> str:
    """At least 32 characters; shorter ones can be guessed."""
    value = text("SECRET_KEY", "a random text of at least 50 characters")
    if len(value) < 32:
        stop("SECRET_KEY", "is too short. It should be a random text of at least 50 characters.")
    return value


def database() -> dict:
    """DATABASE_URL as Django wants it; only PostgreSQL will do, since the constraints live there."""
    should = "like postgres://user:password@host:5432/trellis"
    value = text("DATABASE_URL", should)
    if urlsplit(value).scheme not in {"postgres", "postgresql"}:
        stop("DATABASE_URL", f"does not name a PostgreSQL database. It should be {should}.")
    try:
        config = env.db_url_config(value)
    except Exception:  # whatever the parser trips over, the reader needs the same line
        stop("DATABASE_URL", f"cannot be read. It should be {should}.")
    if not config.get("NAME"):
        stop("DATABASE_URL", f"names no database. It should be {should}.")
    return config


def redis_url() -> str:
    """REDIS_URL, also a socket; `filesystem://FOLDER` is what bin/demo falls back to without any Redis."""
    should = "like redis://:password@host:6379/0"
    value = text("REDIS_URL", should)
    if urlsplit(value).scheme not in {"redis", "rediss", "redis+socket", "unix", "filesystem"}:
        stop("REDIS_URL", f"is not a Redis address. It should be {should}.")
    return value


def base_url() -> str:
    """Where people reach the site, without a slash at the end; https unless in DEBUG or DEMO."""
    should = "like https://coaching.example.org"
    value = text("BASE_URL", should).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        stop("BASE_URL", f"is {value!r}. It should be {should}.")
    return value


def mail() -> dict:
    """EMAIL_URL as Django's settings."""
    should = "like smtp+tls://user:password@host:587"
    value = text("EMAIL_URL", should)
    try:
        return env.email_url_config(value)
    except Exception:  # see database()
        stop("EMAIL_URL", f"cannot be read. It should be {should}.")


def meeting_url() -> str:
    """MEETING_URL, where rooms for sessions are made, without a slash at the end; nothing when it is `none`."""
    should = "like https://meet.jit.si, or none"
    value = text("MEETING_URL", should, "https://meet.jit.si").rstrip("/")
    if value.lower() == "none":
        return ""
    try:
        parts = urlsplit(value)
        good = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.username is not None or parts.query or parts.fragment or len(value) > 200:
        stop("MEETING_URL", f"is {value!r}. It should be {should}.")
    return value


def files() -> dict:
    """Where uploads are kept, as an entry of Django's STORAGES: MEDIA_BUCKET_URL, else MEDIA_ROOT.

    The credentials are those of the usual AWS variables or of the machine; the address holds none.
    """
    value = os.environ.get("MEDIA_BUCKET_URL", "").strip()
    if not value:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _bucket(value)}


def _bucket(value: str) -> dict:
    should = "like s3://bucket/folder?endpoint=https://s3.example.org&region=eu-central-1"
    try:
        parts = urlsplit(value)
        asked = parse_qs(parts.query, strict_parsing=bool(parts.query), max_num_fields=2)
        endpoint, region = asked.pop("endpoint", [None])[0], asked.pop("region", [None])[0]
        good = endpoint is None or (urlsplit(endpoint).scheme in {"http", "https"} and urlsplit(endpoint).hostname)
    except ValueError:
        stop("MEDIA_BUCKET_URL", f"cannot be read. It should be {should}.")
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or ":" in parts.netloc or asked or not good:
        stop("MEDIA_BUCKET_URL", f"does not name a bucket. It should be {should}.")
    from botocore.config import Config  # slow to import, and needed by nobody without a bucket

    return {
        # A bucket that is away must not hold a page for minutes.
        "client_config": Config(connect_timeout=3, read_timeout=8, retries={"max_attempts": 1}),
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "endpoint_url": endpoint,
        "region_name": region,
        "file_overwrite": False,
        "querystring_auth": False,
    }
