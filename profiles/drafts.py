"""What somebody has typed and not sent: kept while they write, given back when they return, read by nobody else.

A form's page shows `draft_of(person, key)` as its initial values; `static/js/autosave.js` saves while they type (a form
without JavaScript may have a button that calls `save_draft`); the verb that takes the form calls `forget_draft` in its
transaction. A key says which form it is and what it is about: `message:12:34`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from profiles.actions import RefusedError
from profiles.models import Draft, Person
from profiles.versions import ChangedMeanwhileError

KINDS: dict[str, int] = {
    "message": 2,  # coach, coachee
    "response": 1,  # assignment
    "response-edit": 1,  # response
    "reflection": 1,  # prompt; 0 for one without
    "reflection-edit": 1,  # reflection
    "goal": 1,  # session
    "takeaway": 1,  # session
    "notes": 1,  # session
    "article": 1,  # resource; 0 for a new one
    "suggestion": 1,  # resource
    "assignment": 1,  # coachee; 0 when nobody is chosen yet
    "assignment-edit": 1,  # assignment
    "template": 1,  # template; 0 for a new one
}
"""The forms that keep drafts, and how many ids their keys have."""
MOST = 200
"""Drafts of one person; the oldest go."""
LARGEST = 100_000
"""Bytes of all texts of one form."""
KEPT_FOR = timedelta(days=180)
"""After the last key."""
_NAME = re.compile(r"[A-Za-z][\w-]{0,99}", re.ASCII)
_KEY = re.compile(r"([a-z-]{1,30})((?::\d{1,19})+)", re.ASCII)


def draft_of(person: Person, key: str) -> Draft | None:
    """What this person has typed into this form. One query."""
    return Draft.objects.filter(person=person, key=key).first()


def save_draft(person: Person, key: str, fields: Mapping[str, str], shown_version: int, now: datetime) -> Draft:
    """Keeps the texts of a form, by the names of its fields. A form that was emptied has no draft: version 0.

    `shown_version` is that of the draft which the form was shown with, or saved last; 0 for none. Raises
    ChangedMeanwhileError, with the other texts, when another tab was faster (version 0: it was sent or discarded
    there), and RefusedError for what is no form's. The same texts once more are no change.
    """
    _check(key, fields)
    wanted = dict(fields)
    with transaction.atomic():
        current = Draft.objects.select_for_update(no_key=True).filter(person=person, key=key).first()
        current = current or Draft(person=person, key=key, version=0)
        if current.fields == wanted:
            return current
        if current.version != shown_version:
            raise ChangedMeanwhileError(_("You went on writing this in another tab."), current)
        if not any(text.strip() for text in wanted.values()):
            Draft.objects.filter(pk=current.pk).delete()
            return Draft(person=person, key=key, version=0)
        return _changed(current, wanted, now) if current.pk else _begun(person, key, wanted, now)


def forget_draft(person: Person, key: str) -> bool:
    """Deletes what was kept, because it was sent or is not wanted any more; tells whether there was anything."""
    return bool(Draft.objects.filter(person=person, key=key).delete()[0])


def forget_old_drafts(now: datetime) -> int:
    """Deletes those that nobody has come back to; returns how many."""
    return Draft.objects.filter(saved_at__lt=now - KEPT_FOR).delete()[0]


def _check(key: str, fields: Mapping[str, str]) -> None:
    form = _KEY.fullmatch(key)
    if form is None or KINDS.get(form[1]) != form[2].count(":"):
        raise RefusedError(_("No form keeps a draft under this name."))
    if not all(_NAME.fullmatch(name) for name in fields):
        raise RefusedError(_("No form has a field of this name."))
    texts = [*fields.values()]
    if any("\x00" in text or _half_a_letter(text) for text in texts):
        raise RefusedError(_("There are characters in this that no text can hold."))
    if sum(len(text.encode()) for text in texts) > LARGEST or len(fields) > 50:
        raise RefusedError(_("This is too long to be kept as a draft. Copy it somewhere safe."))


def _half_a_letter(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def _changed(draft: Draft, fields: dict[str, str], now: datetime) -> Draft:
    Draft.objects.filter(pk=draft.pk).update(fields=fields, saved_at=now, version=F("version") + 1)
    draft.fields, draft.saved_at, draft.version = fields, now, draft.version + 1
    return draft


def _begun(person: Person, key: str, fields: dict[str, str], now: datetime) -> Draft:
    draft, is_new = Draft.objects.get_or_create(person=person, key=key, defaults={"fields": fields, "saved_at": now})
    if not is_new and draft.fields != fields:
        raise ChangedMeanwhileError(_("You went on writing this in another tab."), draft)
    kept = Draft.objects.filter(person=person).order_by("-saved_at", "-pk").values("pk")[:MOST]
    Draft.objects.filter(person=person).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return draft
