"""Joining a session: where it meets, and when the way there is open."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.crypto import salted_hmac

from sessions_app.models import Availability, Session

OPENS_BEFORE = timedelta(minutes=10)
ROOM_LENGTH = 32
"""Letters of a room's name, four bits each: nobody comes upon one by trying."""


def opens_at(session: Session) -> datetime:
    """From when on people may join."""
    return session.starts_at - OPENS_BEFORE


def joinable(session: Session, now: datetime) -> bool:
    """Scheduled, and from ten minutes before the start until the end."""
    return session.status == Session.Status.SCHEDULED and opens_at(session) <= now < session.ends_at


def meeting_link(session: Session) -> str:
    """Where the session meets: the coach's own link, else a room made for it. One query.

    Nothing when the coach has no link and the installation makes no rooms (MEETING_URL). A room's name follows from the
    session, or the meeting of a group, and the secret key: nothing is stored, and all participants get the same.
    """
    rules = Availability.objects.filter(coach=session.coach_id)
    own = rules.values_list("meeting_url", flat=True).first() or ""
    if urlsplit(own).scheme == "https":
        return own
    return f"{settings.MEETING_URL}/{_room(session)}" if settings.MEETING_URL else ""


def _room(session: Session) -> str:
    place = f"meeting:{session.meeting_id}" if session.meeting_id else f"session:{session.pk}"
    name = salted_hmac("sessions_app.joining", place, algorithm="sha256").hexdigest()
    return f"trellis-{name[:ROOM_LENGTH]}"
