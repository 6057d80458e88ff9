"""Reading calendars of coaches. It may run late, twice or twice at once: the result is the same."""

from celery import shared_task
from django.utils import timezone

from activity.models import Heartbeat
from sessions_app import reading_calendars


@shared_task
def read_calendars() -> None:
    """Reads the coaches' own calendars that are due."""
    reading_calendars.read_due(timezone.now())
    Heartbeat.objects.update_or_create(name="read_calendars", defaults={"at": timezone.now()})
