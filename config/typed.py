"""What was typed into a form that could not be taken: kept until whoever typed it has signed in again, and given back.

Each form of a signed-in person says in a signed field whose it is (the tag `csrf_token`, config/form_tags.py). So a
form that comes after the session ended is kept in the new, anonymous session for that person alone, and shown to them
at `/typed/`. Never secrets, never the content of files; nothing of a form that does not say whose it is.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WHOSE = "whose"
KEPT_KEY = "kept"
"""In a form: which of the kept ones it is. In the session: all of them."""
ADDRESS = "/typed/"
SALT = "trellis.whose"
OURS_FOR = timedelta(days=30)
KEPT_FOR = timedelta(days=1)
MOST_KEPT = 5
LONGEST_KEPT = 200_000
"""Characters, of one form and of all that are kept in a session."""
SECRET_FIELD = re.compile(r"passw|token|secret|credential|code|otp", re.IGNORECASE)
TECHNICAL = re.compile(
    rf"^(csrfmiddlewaretoken|{WHOSE}|{KEPT_KEY}|form_id|form_key|next)$|version|^shown|-[A-Z_]+_FORMS$"
)
LINE = 60  # letters that fit in one
LOOKS_WRITTEN = re.compile(r"\s|[^\x00-\x7f]")
LABELS: dict[str, str | Promise] = {
    "text": _("Text"),
    "title": _("Title"),
    "name": _("Name"),
    "instructions": _("Instructions"),
    "note": _("Note"),
    "reason": _("Reason"),
    "close_reason": _("Reason"),
    "comment": _("Comment"),
    "body": _("Text"),
    "summary": _("In one sentence"),
    "url": _("Address"),
    "tags": _("Tags"),
    "why": _("Why it matters"),
    "position": _("Position"),
    "evidence": _("Evidence"),
    "feedback": _("Feedback"),
    "private": _("Private part"),
    "shared": _("Shared part"),
}
"""Fields that are always shown, in words. Others are when they look like something that was written."""


@dataclass(frozen=True)
class Text:
    """A field with what was written into it."""

    name: str
    value: str

    @property
    def label(self) -> str:
        """The name of the field in words: of one of several forms on a page, what follows its prefix."""
        last = self.name.rsplit("-", 1)[-1]
        return str(LABELS.get(last, last.replace("_", " ").capitalize()))

    @property
    def rows(self) -> int:
        """Lines to show it in, about; up to twelve."""
        return min(12, sum(1 + len(line) // LINE for line in self.value.splitlines()))


@dataclass(frozen=True)
class Typed:
    """A form as it was sent, without secrets and files. `files` are the fields of files with their names.

    It is `complete` when it could be sent again as it is, but for the files.
    """

    path: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[tuple[str, list[str]]] = field(default_factory=list)
    complete: bool = True
    key: str = ""

    def __bool__(self) -> bool:
        return bool(self.files) or any(value.strip() for name, value in self.fields if not TECHNICAL.search(name))

    @property
    def texts(self) -> list[Text]:
        """What to show."""
        return [Text(name, value) for name, value in self.fields if _is_written(name, value)]

    @property
    def rest(self) -> list[tuple[str, str]]:
        """What goes along unseen."""
        return [(name, value) for name, value in self.fields if not _is_written(name, value)]

    @property
    def short(self) -> list[Text]:
        """What else may be worth copying where it cannot be sent."""
        return [
            Text(name, value)
            for name, value in self.rest
            if value.strip() and not value.isdecimal() and not TECHNICAL.search(name)
        ]

    @property
    def length(self) -> int:
        """In characters."""
        return len(self.path) + sum(len(name) + len(value) for name, value in self.fields)


def _is_written(name: str, value: str) -> bool:
    if TECHNICAL.search(name) or not value.strip():
        return False
    return name.rsplit("-", 1)[-1] in LABELS or bool(LOOKS_WRITTEN.search(value.strip()))


def typed(request: HttpRequest) -> Typed:
    """What a posted form holds. Whatever is wrong with its body, there is an answer."""
    if request.method != "POST":
        return Typed()
    try:
        posted = [(name, value) for name, values in request.POST.lists() for value in values]
        files = [(name, [str(one.name) for one in some]) for name, some in request.FILES.lists()]
    except Exception:
        return Typed(complete=False)
    posted = [(name, value) for name, value in posted if name != "csrfmiddlewaretoken"]
    fields = [(name, value[:LONGEST_KEPT]) for name, value in posted if not SECRET_FIELD.search(name)]
    return Typed(request.get_full_path(), fields, files, complete=fields == posted)


# Whose a form is ----------------------------------------------------------------------------------


def sign(person: int) -> str:
    """What a form of this person (id) carries."""
    return signing.dumps(person, salt=SALT)


def owner(form: Typed) -> int | None:
    """Whose form it is (id), or None where it does not say so, or no longer credibly."""
    try:
        return signing.loads(dict(form.fields).get(WHOSE, ""), salt=SALT, max_age=OURS_FOR)
    except (signing.BadSignature, ValueError):  # the latter for what is no text that can be encoded
        return None


# Kept until somebody signs in ---------------------------------------------------------------------


def keep(request: HttpRequest, form: Typed, now: datetime) -> bool:
    """Keeps a form in the session, beside at most four others of the last day; False where there is nothing to keep."""
    if not form or not form.complete or form.length > LONGEST_KEPT or owner(form) is None:
        return False
    one = {
        "key": secrets.token_urlsafe(9),
        "path": form.path,
        "fields": [(name, value) for name, value in form.fields if name != KEPT_KEY],
        "files": form.files,
        "at": now.timestamp(),
    }
    room = LONGEST_KEPT - form.length
    others = []
    for other in _rows(request)[: MOST_KEPT - 1]:
        room -= _form(other).length
        if room < 0:
            break
        others.append(other)
    request.session[KEPT_KEY] = [one, *others]
    return True


def kept(request: HttpRequest, person: int, now: datetime) -> list[Typed]:
    """What is kept for this person (id), the newest first."""
    since = (now - KEPT_FOR).timestamp()
    forms = [_form(row) for row in _rows(request) if row["at"] > since]
    return [form for form in forms if owner(form) == person]


def after_sign_in(request: HttpRequest) -> str:
    """Where who has just signed in goes on: to what they had typed, where there is something."""
    return ADDRESS if _rows(request) else settings.LOGIN_REDIRECT_URL


def forget(request: HttpRequest, *, keys: Iterable[str] = (), not_of: int | None = None) -> None:
    """Drops what is kept under these keys, or for anybody but this person (id). Writes nothing when nothing changes."""
    rows = _rows(request)
    gone = set(keys)
    left = [row for row in rows if row["key"] not in gone and (not_of is None or owner(_form(row)) == not_of)]
    if len(left) == len(rows):
        return
    if left:
        request.session[KEPT_KEY] = left
    else:
        del request.session[KEPT_KEY]


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    return request.session.get(KEPT_KEY, [])


def _form(row: dict[str, Any]) -> Typed:
    return Typed(
        path=row["path"],
        fields=[(name, value) for name, value in row["fields"]],
        files=[(name, names) for name, names in row["files"]],
        key=row["key"],
    )
