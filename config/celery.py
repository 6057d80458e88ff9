"""Celery: Redis carries wake-ups only, whatever is to be done is in PostgreSQL.

What each setting guards against was measured: see docs/operators.md.
"""

import os
from datetime import UTC, datetime
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("TRELLIS_PROCESS", "job")

import django

django.setup()

from celery import Celery, signals
from celery.beat import PersistentScheduler
from django.conf import settings

from config.schedule import BEAT_SCHEDULE

VISIBILITY_TIMEOUT = 300  # seconds; every task ends long before, so that none runs twice at once

_OVER_REDIS = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "max_retries": 1,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
}


def broker(url: str) -> dict:
    """Celery's broker settings for REDIS_URL; a `filesystem://FOLDER` address is the fallback without any Redis."""
    parts = urlsplit(url)
    if parts.scheme != "filesystem":
        return {"broker_url": url, "broker_transport_options": _OVER_REDIS}
    folder = parts.netloc + parts.path
    folders = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "-control"}
    return {"broker_url": "filesystem://", "broker_transport_options": folders}


app = Celery("trellis")
app.conf.update(
    **broker(settings.REDIS_URL),
    beat_schedule=BEAT_SCHEDULE,
    beat_scheduler="config.celery.SeenScheduler",
    beat_max_loop_interval=5,
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=2,
    enable_utc=True,
    timezone="UTC",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_soft_time_limit=VISIBILITY_TIMEOUT - 120,
    task_time_limit=VISIBILITY_TIMEOUT - 100,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_soft_shutdown_timeout=30,
    worker_max_tasks_per_child=500,
    worker_max_memory_per_child=400_000,
    worker_hijack_root_logger=False,
)
app.autodiscover_tasks(["activity"])


def seen(name: str) -> None:
    """Writes a heartbeat; a database that is away must stop neither beat nor worker."""
    from django.db import DatabaseError, connection

    from activity.models import Heartbeat

    try:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": datetime.now(UTC)})
    except DatabaseError:
        connection.close()


class SeenScheduler(PersistentScheduler):
    """Beat as it comes, leaving a heartbeat at most every ten seconds."""

    _seen_at = 0.0

    def tick(self, *args, **kwargs):
        """Sends what is due and returns the seconds until the next."""
        import time

        if time.monotonic() - self._seen_at > 10:
            self._seen_at = time.monotonic()
            seen("beat")
        return super().tick(*args, **kwargs)


@signals.heartbeat_sent.connect
def _worker_is_alive(**_kwargs) -> None:
    _throttled_worker_heartbeat()


_worker_seen_at = 0.0


def _throttled_worker_heartbeat() -> None:
    """Celery's own heartbeat comes every two seconds; ours every ten."""
    import time

    global _worker_seen_at
    if time.monotonic() - _worker_seen_at > 10:
        _worker_seen_at = time.monotonic()
        seen("worker")
