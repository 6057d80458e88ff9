"""Tells a worker that mail is waiting. A wake-up that gets lost costs seconds: the beat asks as well."""

import time

import structlog
from kombu.exceptions import OperationalError

log = structlog.get_logger()

SEND_MAIL = "notifications.tasks.send_waiting"
EXPIRES = 60  # seconds; later the beat has asked several times
QUIET = 15.0  # seconds without another try after Redis was away, so that one page pays for it and not each

_quiet_until = 0.0


def wake_sender() -> None:
    """Asks a worker to send what waits; Redis may be away, then the beat does."""
    from config.celery import app  # here, for it reads models, and models lead to whoever imports this

    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        app.send_task(SEND_MAIL, expires=EXPIRES)
    except (OperationalError, OSError) as away:
        _quiet_until = time.monotonic() + QUIET
        log.warning("wake_up_lost", task=SEND_MAIL, problem=type(away).__name__)
