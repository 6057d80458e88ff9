"""Tells a worker that mail is waiting. A wake-up that gets lost costs seconds: the beat asks as well."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

log = structlog.get_logger()

SEND_MAIL = "notifications.tasks.send_waiting"


def wake_sender() -> None:
    """Asks a worker to send what waits; Redis may be away, then the beat does."""
    try:
        current_app.send_task(SEND_MAIL, expires=60)
    except (OperationalError, OSError) as away:
        log.warning("wake_up_lost", task=SEND_MAIL, problem=type(away).__name__)
