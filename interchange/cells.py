"""What may stand in a cell. Each kind turns a cell into a value for PostgreSQL, or says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from interchange.problems import shown
from profiles.languages import is_language_tag
from profiles.models import Role
from profiles.zones import known_zones

NULL = "\\N"  # in the text format of COPY
_DATE = re.compile(r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"(?:19|2[0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,6})?)?"
    r"(?:Z|[+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)"
)
_NUMBER = re.compile(r"[0-9]{1,6}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EMAIL_LENGTH = 254


@dataclass(frozen=True)
class Kind:
    """Of a cell: its type while staged, how to read it, and what an empty one becomes.

    `parse` returns what COPY expects and raises ValueError with a sentence for the person who made the file.
    A kind with `refers_to_person` is read by the importer, which knows who there is.
    """

    type: str
    parse: Callable[[str], str]
    empty: str = NULL
    refers_to_person: bool = False


def escaped(value: str) -> str:
    """Text as COPY expects it."""
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value:
        value = value.replace("\n", "\\n")
    if "\r" in value:
        value = value.replace("\r", "\\r")
    if "\t" in value:
        value = value.replace("\t", "\\t")
    return value


def line_of(length: int) -> Kind:
    """A name or title: one line, outer and repeated white space dropped, of at most `length` characters."""

    def parse(raw: str) -> str:
        value = " ".join(raw.split())
        if len(value) > length:
            raise ValueError(_("longer than %(most)s characters") % {"most": length})
        return escaped(value)

    return Kind("text", parse, empty="")


def one_of(*words: str) -> Kind:
    """One of these words."""
    known = frozenset(words)

    def parse(raw: str) -> str:
        if raw not in known:
            raise ValueError(_("%(value)s is not one of %(words)s") % {"value": shown(raw), "words": ", ".join(words)})
        return raw

    return Kind("text", parse)


def optional_one_of(*words: str) -> Kind:
    """One of these words, stored as an empty text when there is none."""
    return replace(one_of(*words), empty="")


def number(least: int, most: int) -> Kind:
    """A whole number."""

    def parse(raw: str) -> str:
        if not _NUMBER.fullmatch(raw) or not least <= int(raw) <= most:
            span = {"value": shown(raw), "least": least, "most": most}
            raise ValueError(_("%(value)s is not a whole number from %(least)s to %(most)s") % span)
        return raw

    return Kind("integer", parse)


def _instant(raw: str) -> str:
    if _INSTANT.fullmatch(raw):
        value = raw.replace(",", ".")
        try:
            datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            return value
    raise ValueError(
        _("%(value)s is not an instant with an offset, such as 2026-11-24T13:00:00+01:00") % {"value": shown(raw)}
    )


@lru_cache(maxsize=4096)
def _date(raw: str) -> str:
    if _DATE.fullmatch(raw):
        try:
            date.fromisoformat(raw)
        except ValueError:
            pass
        else:
            return raw
    raise ValueError(_("%(value)s is not a date, such as 2026-11-24") % {"value": shown(raw)})


def parse_email(raw: str) -> str:
    """The address in lower case."""
    value = raw.strip().lower()
    try:
        validate_email(value)
    except ValidationError:
        raise ValueError(_("%(value)s is not an e-mail address") % {"value": shown(raw)}) from None
    if len(value) > _EMAIL_LENGTH:
        raise ValueError(_("longer than %(most)s characters") % {"most": _EMAIL_LENGTH})
    return escaped(value)


def _ref(raw: str) -> str:
    value = raw.strip()
    if len(value) > 200:
        raise ValueError(_("longer than %(most)s characters") % {"most": 200})
    if _CONTROL.search(value):
        raise ValueError(_("an id is one line without control characters"))
    return escaped(value)


def _boolean(raw: str) -> str:
    if raw == "yes":
        return "t"
    if raw == "no":
        return "f"
    raise ValueError(_("%(value)s is neither yes nor no") % {"value": shown(raw)})


@lru_cache(maxsize=1024)
def _zone(raw: str) -> str:
    if raw.strip() not in known_zones():
        raise ValueError(_("%(value)s is not a time zone, such as Europe/Madrid") % {"value": shown(raw)})
    return raw.strip()


@lru_cache(maxsize=1024)
def _language(raw: str) -> str:
    value = raw.strip()
    if len(value) > 35 or not is_language_tag(value):
        raise ValueError(_("%(value)s is not a language, such as en or pt-BR") % {"value": shown(raw)})
    return value


@lru_cache(maxsize=1024)
def _roles(raw: str) -> str:
    names = {part.strip() for part in raw.split(";")} - {""}
    unknown = sorted(names - set(Role.values))
    if unknown:
        found = {"value": shown(unknown[0]), "words": ", ".join(Role.values)}
        raise ValueError(_("%(value)s is not one of %(words)s") % found)
    if not names:
        raise ValueError(_("is empty"))
    return "{" + ",".join(sorted(names)) + "}"


def _url(raw: str) -> str:
    value = raw.strip()
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or _CONTROL.search(value) or " " in value:
        raise ValueError(_("%(value)s is not an address that begins with http:// or https://") % {"value": shown(raw)})
    if len(value) > 2000:
        raise ValueError(_("longer than %(most)s characters") % {"most": 2000})
    return escaped(value)


ID = REF = Kind("text", _ref)
EMAIL = Kind("text", parse_email)
OPTIONAL_EMAIL = Kind("text", parse_email, empty="")
PERSON = Kind("bigint", parse_email, refers_to_person=True)
INSTANT = Kind("timestamptz", _instant)
DATE = Kind("date", _date)
BOOLEAN = Kind("boolean", _boolean)
NAME = line_of(200)
TITLE = line_of(300)
TEXT = Kind("text", escaped, empty="")
ZONE = Kind("text", _zone, empty="UTC")
LANGUAGE = Kind("text", _language, empty="")
ROLES = Kind("text[]", _roles)
URL = Kind("text", _url, empty="")
