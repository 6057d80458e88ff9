"""Sending mails and reminding. Each may run late, twice or twice at once: the result is the same."""

from celery import shared_task
from django.utils import timezone

from activity.models import Heartbeat
from notifications import reminders, sending, session_reminders


def _done(job: str) -> None:
    Heartbeat.objects.update_or_create(name=job, defaults={"at": timezone.now()})


@shared_task
def send_waiting() -> None:
    """Sends the mails that wait; woken by whoever writes one, and by the beat."""
    sending.send_due(timezone.now())
    _done("send_waiting")


@shared_task
def remind_of_credentials() -> None:
    """Reminds of licenses and credentials that expire. Often enough that everybody's day is met."""
    reminders.remind_of_credentials(timezone.now())
    _done("remind_of_credentials")


@shared_task
def remind_of_sessions() -> None:
    """Reminds of sessions a day and an hour ahead, asks whether they happened, and asks once more."""
    session_reminders.remind_of_sessions(timezone.now())
    _done("remind_of_sessions")
