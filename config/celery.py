"""Celery: Redis carries wake-ups only, whatever is to be done is in PostgreSQL.

What each setting guards against was measured: see docs/operators.md.
"""

import os
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("TRELLIS_PROCESS", "job")

import django

django.setup()

from celery import Celery, signals  # noqa: E402
from celery.beat import PersistentScheduler  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import Error, connection  # noqa: E402

from activity.models import Heartbeat  # noqa: E402
from config.schedule import BEAT_SCHEDULE  # noqa: E402

VISIBILITY_TIMEOUT = 300  # seconds; every task ends long before, so that none runs twice at once
PATIENCE = 1 if settings.IS_WEB else 2  # seconds for a frozen Redis; a page must not wait longer

_OVER_REDIS = {
    "visibility_timeout": VISIBILITY_TIMEOUT,
    "socket_timeout": PATIENCE,
    "socket_connect_timeout": PATIENCE,
    "socket_keepalive": True,
    "health_check_interval": 25,
    "max_retries": 0 if settings.IS_WEB else 1,  # a second try of a connection takes three seconds more
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
    task_publish_retry=False,  # by default a frozen Redis holds the publisher for ten seconds
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
app.autodiscover_tasks(["activity", "notifications", "sessions_app"])


_last_seen: dict[str, float] = {}


def seen(name: str) -> None:
    """Writes a heartbeat, at most every ten seconds; a database that is away must stop neither beat nor worker."""
    if time.monotonic() - _last_seen.get(name, -10) < 10:
        return
    _last_seen[name] = time.monotonic()
    try:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": datetime.now(UTC)})
    except Error:
        connection.close()


class SeenScheduler(PersistentScheduler):
    """Beat as it comes, leaving a heartbeat."""

    def tick(self, *args, **kwargs):
        """Sends what is due and returns the seconds until the next."""
        seen("beat")
        return super().tick(*args, **kwargs)


@signals.heartbeat_sent.connect
def _worker_is_alive(**_kwargs) -> None:
    """Celery's own heartbeat, every two seconds, from the worker's main process."""
    seen("worker")
