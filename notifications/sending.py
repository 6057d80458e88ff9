"""The sender of mails: claims rows with a lease, sends, then marks. Whatever happens in between is done again.

Marking before sending loses mails when a worker dies, sending before marking repeats them; a repeated one carries the
same Message-ID, by which mail programs know it.
"""

from __future__ import annotations

import random
import re
import time
from contextlib import suppress
from datetime import datetime, timedelta
from smtplib import SMTPResponseException

import structlog
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import Error, transaction
from django.db.models import F

from notifications.mails import mail_for
from notifications.models import Notification
from notifications.words import one_line

log = structlog.get_logger()

BATCH = 20
LEASE = timedelta(minutes=5)
BEGINS_WITHIN = 90.0  # seconds of a run in which another mail is begun; the task's time limit and the lease come later
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
GIVES_UP_AFTER = timedelta(hours=24)
FEWEST_TRIES = 5
"""Where nobody was sending for a day, a mail that is late still gets its tries."""
ADDRESS = re.compile(r"\S*@\S*")


class ServerAway(Exception):
    """No mail can be sent at the moment, whichever it is."""


def send_due(now: datetime) -> int:
    """Sends what waits, in batches over one connection, and returns how many mails left.

    Ends early when the mail server is away or time is up; what is left is due again at once. `now` is when the run
    began: rows are marked with it and with the seconds since.
    """
    began, sent = time.monotonic(), 0
    connection = get_connection()
    try:
        while time.monotonic() - began < BEGINS_WITHIN:
            at = now + timedelta(seconds=time.monotonic() - began)
            with transaction.atomic():
                ids = Notification.objects.lease(at, LEASE, BATCH)
            if not ids:
                break
            sent += _send_batch(ids, connection, at, began)
    except ServerAway as away:
        log.warning("mail_server_away", problem=str(away))
    finally:
        _hang_up(connection)
    return sent


def _send_batch(ids: list[int], connection: BaseEmailBackend, at: datetime, began: float) -> int:
    """Sends the rows of one lease; gives back those it did not get to."""
    sent = 0
    waiting = list(ids)
    rows = Notification.objects.in_bulk(ids)
    try:
        while waiting and time.monotonic() - began < BEGINS_WITHIN:
            notice = rows.get(waiting.pop(0))  # gone when its person was erased in this moment
            sent += _send(notice, connection, at) if notice else 0
    finally:
        given_back = Notification.objects.to_mail().filter(pk__in=waiting)
        given_back.update(next_try_at=at, attempts=F("attempts") - 1)
    return sent


def _send(notice: Notification, connection: BaseEmailBackend, at: datetime) -> bool:
    """Sends one mail and marks its row; a failure is noted, with when to try again. Raises ServerAway."""
    row = Notification.objects.to_mail().filter(pk=notice.pk)
    try:
        mail = mail_for(notice, at)
        if mail is None:
            row.update(given_up_at=at, problem="")
            return False
        _hand_over(mail, connection)
    except Error:
        raise  # the database is away: nothing can be noted, and the lease ends by itself
    except Exception as failure:  # one mail that cannot be put together or is refused holds up no other
        _note(notice, failure, at)
        _hang_up(connection)
        if isinstance(failure, ServerAway):
            raise
        return False
    row.update(mailed_at=at, problem="")
    return True


def _hand_over(mail: EmailMessage, connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except OSError as away:  # smtplib's errors are OSErrors too
        raise ServerAway(in_short(away)) from away
    connection.send_messages([mail])


def _hang_up(connection: BaseEmailBackend) -> None:
    """The next mail begins with a fresh connection; Django's would take a broken one for open."""
    with suppress(OSError):
        connection.close()


def _note(notice: Notification, failure: Exception, at: datetime) -> None:
    late = at - notice.created_at >= GIVES_UP_AFTER and notice.attempts >= FEWEST_TRIES
    problem = str(failure) if isinstance(failure, ServerAway) else in_short(failure)
    log.warning("mail_not_sent", notice=notice.pk, attempt=notice.attempts, given_up=late)
    Notification.objects.to_mail().filter(pk=notice.pk).update(
        problem=problem[:200], next_try_at=at + wait_after(notice.attempts), given_up_at=at if late else None
    )


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many tries: doubling from a minute to an hour, a quarter more or less by chance."""
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT) if attempts > 0 else FIRST_WAIT
    return wait * random.uniform(0.75, 1.25)


def in_short(failure: Exception) -> str:
    """What went wrong, in a line without addresses: the mail server's words, else the kind of error."""
    said = ""
    if isinstance(failure, SMTPResponseException):
        words = failure.smtp_error
        said = f"{failure.smtp_code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    refused = getattr(failure, "recipients", None)  # smtplib.SMTPRecipientsRefused: address to (code, words)
    if isinstance(refused, dict) and refused:
        code, words = next(iter(refused.values()))
        said = f"{code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    line = f"{type(failure).__name__}: {said}" if said else type(failure).__name__
    return ADDRESS.sub("…", one_line(line))[:200]
