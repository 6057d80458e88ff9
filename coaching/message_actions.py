"""What coach and coachee do with messages: send one, and read those of the other side."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Max, Min
from django.utils.translation import gettext as _

from activity.encouragement import engine
from activity.record import record
from coaching.models import Message, MessageFile, Relationship
from config.files import Checked, storing
from notifications.models import NoticeKind
from notifications.outbox import Notice, tell
from profiles.actions import RefusedError
from profiles.drafts import forget_draft
from profiles.keeping import keep
from profiles.models import Person
from profiles.once import digest, take_once

Sender = Message.Sender
MAILED_AFTER = timedelta(minutes=10)
"""Who reads a message before that gets no mail about it."""
AT_ONCE = timedelta(minutes=1)
"""Messages sent at the same time have read their clocks within this."""


class EndedError(RefusedError):
    """The two have no relationship that runs, so neither can write to the other."""


def draft_key(coach_id: int, coachee_id: int) -> str:
    """Under which key the unsent text of a conversation is kept."""
    return f"message:{coach_id}:{coachee_id}"


def send_message(
    *,
    coach_id: int,
    coachee_id: int,
    by: Person,
    now: datetime,
    text: str,
    documents: Sequence[Checked] = (),
    form_id: str = "",
) -> Message:
    """A message of one of the two to the other, with files. The same form sent again gives what it made the first time.

    Forgets the draft, and tells the other side by mail in ten minutes if they have not read it by then. Raises
    EndedError when the two have no relationship that runs.
    """
    sender = Sender.COACH if by.pk == coach_id else Sender.COACHEE
    pair = {"coach_id": coach_id, "coachee_id": coachee_id}
    with storing() as store, transaction.atomic():
        content = [draft_key(coach_id, coachee_id), text, *map(digest, documents)]
        taken = take_once(form_id, by=by, now=now, content=content)  # before the locks, see there
        if taken.again:
            return Message.objects.get(pk=taken.made or 0)
        with engine.changing([coachee_id], now):
            if not Relationship.objects.running(now).filter(**pair).exists():
                raise EndedError(_("This coaching relationship has ended, so nobody can write here any more."))
            message = Message.objects.create(
                **pair, sender=sender, text=text, sent_at=_instant(pair, sender, text, now)
            )
            keep(store, "messages", documents, partial(MessageFile, message=message, added_at=now))
            record("sent_message", Message.objects.filter(pk=message.pk))
            forget_draft(by, draft_key(coach_id, coachee_id))
            _tell_other_side(message, by, now)
            taken.remember(message.pk)
    return message


def mark_read(message_ids: Collection[int], reader: Person, now: datetime) -> int:
    """Notes that this person saw those of the messages which the other side sent; returns how many were new to them."""
    return Message.objects.unread_by(reader).filter(pk__in=message_ids).update(read_at=now)


def _instant(pair: dict[str, int], sender: str, text: str, now: datetime) -> datetime:
    """Now, but never before the last message: whoever waited for that one to be written read the clock earlier.

    The same words of one person at one instant would be the same message, so the second are an instant later.
    """
    near = Message.objects.filter(**pair, sent_at__gte=now, sent_at__lt=now + AT_ONCE)
    at = near.aggregate(last=Max("sent_at"))["last"] or now
    same = near.filter(sender=sender, text=text, sent_at=at)
    return at + timedelta(microseconds=1) if same.exists() else at


def _tell_other_side(message: Message, by: Person, now: datetime) -> None:
    """One mail for all that they have not seen since they last read: it is about the first of these."""
    reader = message.coachee_id if message.sender == Sender.COACH else message.coach_id
    sent = Message.objects.filter(coach=message.coach_id, coachee=message.coachee_id, sender=message.sender)
    last_read = sent.filter(read_at__isnull=False).newest_first().values_list("pk", flat=True).first() or 0
    first = sent.filter(read_at=None, pk__gt=last_read).aggregate(pk=Min("pk"))["pk"]
    key = f"message:{message.coach_id}:{message.coachee_id}:{reader}:{first}"
    notice = Notice(
        key,
        reader,
        NoticeKind.MESSAGE_RECEIVED,
        about=by.pk,
        subject_id=first,
        facts={"coachee": message.coachee_id},
        in_product=False,
        wait=MAILED_AFTER,
    )
    tell([notice], now)
