"""A sender of mails as a process of its own, to be killed. With MARKS_FIRST it does what ours must not: the control."""

from __future__ import annotations

import os
from typing import Any

from django.core.mail import EmailMessage
from django.utils import timezone

from notifications import sending
from notifications.models import Notification

BATCH = 5


def main() -> None:
    """Sends what is due, in small batches, until nothing is; what others hold is due when their lease has ended."""
    sending.BATCH = BATCH
    if os.environ.get("MARKS_FIRST"):
        sending.mail_for = marked_first(sending.mail_for)
    while sending.send_due(timezone.now()):
        pass


def marked_first(put_together: Any) -> Any:
    """Marks the row before its mail is sent."""

    def mail_for(notice: Notification, now: Any) -> EmailMessage | None:
        Notification.objects.filter(pk=notice.pk).update(mailed_at=now)
        return put_together(notice, now)

    return mail_for
