"""The one writer of notices. It is called in the transaction of what people are told about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from notifications.models import NoticeKind, Notification
from notifications.wake import wake_sender


@dataclass(frozen=True)
class Notice:
    """Tell `person` (an id) of something of this kind, once: `key` names the happening and the person.

    `about` is the id of the other person, `subject_id` of the row it is about; `facts` are days and numbers for the
    sentence, never what somebody wrote. The mail leaves after `wait`, if it is still true then.
    """

    key: str
    person: int
    kind: NoticeKind
    about: int | None = None
    subject_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    in_product: bool = True
    by_mail: bool = True
    wait: timedelta = timedelta(0)


def tell(notices: Iterable[Notice], now: datetime) -> None:
    """Writes the notices that are not there yet, and wakes the sender of mails once they are committed."""
    rows = [
        Notification(
            key=one.key,
            person_id=one.person,
            kind=one.kind,
            about_id=one.about,
            subject_id=one.subject_id,
            facts=one.facts,
            in_product=one.in_product,
            by_mail=one.by_mail,
            created_at=now,
            next_try_at=now + one.wait,
        )
        for one in notices
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    if any(row.by_mail and row.next_try_at <= now for row in rows):
        transaction.on_commit(wake_sender)
