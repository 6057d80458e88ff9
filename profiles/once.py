"""A form is taken once, however often it is sent: by a double click, a reload, or a network that repeats itself.

The form is a `OnceForm`; the verb, inside its transaction, asks `take_once`:

    taken = take_once(form_id, by=person, now=now, content=[text, *map(digest, documents)])
    if taken.again:
        return Message.objects.get(pk=taken.made)
    message = Message.objects.create(…)
    taken.remember(message.pk)

The content belongs to the key, so a form that went back in the browser and was sent with other words is another one.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core import signing

from config.files import Checked
from profiles.models import Person, SentForm

SALT = "trellis.form"
KEPT_FOR = timedelta(days=7)


def new_form_id(person: Person) -> str:
    """An id for one form as it is shown to one person, signed so that it tells whose it is."""
    return signing.dumps([person.pk, secrets.token_urlsafe(9)], salt=SALT)


def person_of(form_id: str) -> int | None:
    """Whose form it is (id), or None where the id is none of ours."""
    try:
        return signing.loads(form_id, salt=SALT)[0]
    except (signing.BadSignature, ValueError, TypeError, IndexError, KeyError):
        return None


class OnceForm(forms.Form):
    """A form that makes one thing. `by` is whom it is shown to. It works without its id, unprotected from repeats."""

    form_id = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_id"].initial = new_form_id(by)


@dataclass(frozen=True)
class Taken:
    """Whether a form came `again`, and what it `made` the first time (a primary key, or nothing)."""

    row: SentForm | None
    again: bool = False

    @property
    def made(self) -> int | None:
        """What the first one made."""
        return self.row.made if self.row else None

    def remember(self, made: int) -> None:
        """Keeps what was made, for those who come again."""
        if self.row:
            SentForm.objects.filter(pk=self.row.pk).update(made=made)


def take_once(form_id: str, *, by: Person, now: datetime, content: Sequence[str]) -> Taken:
    """Takes a form. Of two at once the second waits here until the first has committed. Call it in the transaction.

    Before any other lock is best: who comes again then waits for the first alone, and not in a row with all the others.
    """
    if person_of(form_id) != by.pk:
        return Taken(None)
    key = hashlib.sha256(json.dumps([form_id, *content]).encode("utf-8", "surrogatepass")).hexdigest()
    row, is_first = SentForm.objects.get_or_create(digest=key, defaults={"person": by, "sent_at": now})
    return Taken(row, again=not is_first)


def digest(document: Checked) -> str:
    """The content of an upload as a short text."""
    document.content.seek(0)
    found = hashlib.file_digest(document.content.file, "sha256")  # type: ignore[arg-type]
    document.content.seek(0)
    return found.hexdigest()


def forget_sent_forms(now: datetime) -> int:
    """Deletes what is older than a week; returns how many."""
    return SentForm.objects.filter(sent_at__lt=now - KEPT_FOR).delete()[0]
