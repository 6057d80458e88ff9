"""What of a session stands in people's calendars: who with, when and where to join. Nothing that anybody wrote."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from config.text import one_line
from profiles.models import Person, Role
from sessions_app.ics import Entry, Mailbox
from sessions_app.models import Session
from sessions_app.querysets import SessionQuerySet

CANCELLED_FOR, PAST_FOR = timedelta(days=30), timedelta(days=90)
"""How long a calendar that subscribes is told of what was cancelled, and shown what is past."""
MOST = 5_000
"""Entries of one calendar address."""


def told_entry(facts: Mapping[str, Any], session: int, name: str, stamp: datetime, *, cancelled: bool) -> Entry:
    """The entry as it was when a notice was written: `facts` are those of `telling`, `name` that of the other one.

    For the coach of a group it is the meeting, which stands while single seats are given back.
    """
    meeting = facts.get("meeting")
    gone = bool(facts.get("called_off")) if meeting else cancelled
    return Entry(
        uid=uid(session=session, meeting=meeting),
        sequence=int(facts["version"]),
        stamp=stamp,
        starts_at=datetime.fromisoformat(facts["starts_at"]),
        ends_at=datetime.fromisoformat(facts["ends_at"]),
        summary=_summary(facts["kind"], name, of_meeting=bool(meeting)),
        link=join_address(session, meeting),
        words=_words(gone),
        cancelled=gone,
    )


def entries_of(person: Person, now: datetime, since: datetime) -> list[Entry]:
    """What a calendar that subscribes shows this person, as coach and as coachee: soonest first. Two queries.

    What they may see now, from 90 days back; what was cancelled in the last 30 days as cancelled. `since` stands for
    the change of what never changed here.
    """
    visible = Session.objects.visible_to(person, now)
    if Role.COACH not in person.roles:
        visible = visible.filter(coachee=person)
    rows = _shown(visible, now).select_related("coach", "coachee", "meeting")
    dated = rows.annotate(changed_at=Max("changes__at")).order_by("starts_at", "id")
    return list(_once(_entry(row, person, since) for row in dated[:MOST]))


def entry_of(session: Session, person: Person) -> Entry:
    """One session (with its people and its meeting) as its coach or coachee has it."""
    return _entry(session, person, session.booked_at or session.starts_at)


def _shown(rows: SessionQuerySet, now: datetime) -> SessionQuerySet:
    lately = Q(cancelled_at__gte=now - CANCELLED_FOR) | Q(cancelled_at=None, starts_at__gte=now - CANCELLED_FOR)
    return rows.filter(~Q(status="cancelled") | lately, ends_at__gte=now - PAST_FOR)


def _once(entries: Iterable[Entry]) -> Iterator[Entry]:
    """A coach has one entry for a group: it stands while one seat does."""
    by_uid: dict[str, Entry] = {}
    for entry in entries:
        if entry.uid not in by_uid or by_uid[entry.uid].cancelled:
            by_uid[entry.uid] = entry
    yield from by_uid.values()


def _entry(session: Session, person: Person, since: datetime) -> Entry:
    as_coach = session.coach_id == person.pk
    meeting = session.meeting if as_coach else None
    gone = session.status == Session.Status.CANCELLED
    name = session.coachee.name if as_coach else session.coach.name
    changed = getattr(session, "changed_at", None) or session.cancelled_at or session.marked_at or session.booked_at
    return Entry(
        uid=uid(session=session.pk, meeting=meeting.pk if meeting else None),
        sequence=meeting.version if meeting else session.version,
        stamp=changed or since,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        summary=_summary(session.kind, name, of_meeting=meeting is not None),
        link=join_address(session.pk, meeting.pk if meeting else None),
        words=_words(gone),
        cancelled=gone,
    )


def uid(*, session: int, meeting: int | None = None) -> str:
    """What calendars know a session by, or a group's meeting; the same in every mail and in every calendar."""
    what = f"meeting-{meeting}" if meeting else f"session-{session}"
    return f"{what}@{urlsplit(settings.BASE_URL).hostname}"


def join_address(session: int, meeting: int | None = None) -> str:
    """The page on which the session is joined, or, for its coach, the meeting of a group."""
    path = reverse("group", args=[meeting]) if meeting else reverse("session-join", args=[session])
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def sender() -> Mailbox:
    """Whom mails come from, as calendars know the organizer."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return Mailbox(name or "Trellis", address)


def _summary(kind: str, name: str, *, of_meeting: bool) -> str:
    if of_meeting:
        return _("Group coaching")
    sentence = {
        Session.Kind.ONE_ON_ONE: _("Coaching with %(name)s"),
        Session.Kind.FLASH: _("Flash coaching with %(name)s"),
        Session.Kind.COMPLIMENTARY: _("Complimentary session with %(name)s"),
        Session.Kind.GROUP: _("Group coaching with %(name)s"),
    }[Session.Kind(kind)]
    return sentence % {"name": one_line(name)}


def _words(gone: bool) -> str:
    return _("This session is cancelled.") if gone else _("Join, move or cancel it in Trellis.")
