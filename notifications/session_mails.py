"""The invitation to a calendar in the mails about a session: as a part that mail programs read, and as a file."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives

from notifications.models import NoticeKind, Notification
from notifications.sentence import Known, one_line
from profiles.days import clock, place_of
from profiles.models import Person
from sessions_app.entries import sender, told_entry
from sessions_app.ics import Entry, Mailbox, invitation, method_of

CHANGES = (NoticeKind.SESSION_SCHEDULED, NoticeKind.SESSION_RESCHEDULED, NoticeKind.SESSION_CANCELLED)
"""What a calendar must follow."""


def entry_for(notice: Notification) -> Entry:
    """The session as it became with this change, whatever became of it since; the same at every try."""
    other = Person.objects.filter(pk=notice.about_id).values_list("name", flat=True).first()
    return told_entry(
        notice.facts,
        notice.subject_id or 0,
        one_line(other or ""),
        notice.created_at,
        cancelled=notice.kind == NoticeKind.SESSION_CANCELLED,
    )


def facts_for(entry: Entry, reader: Person, now: datetime) -> dict[str, str]:
    """When it is by the reader's clock, and where it is joined, for the text."""
    return {
        "when": Known(reader, now).when(entry.starts_at.isoformat()),
        "until": clock(entry.ends_at.astimezone(ZoneInfo(reader.timezone))),
        "place": place_of(reader.timezone),
        "join": "" if entry.cancelled else entry.link,
    }


def invite(mail: EmailMultiAlternatives, entry: Entry, reader: Person) -> None:
    """Adds the invitation to the mail, for Gmail and Outlook as a part of it and for the others as a file."""
    attendee = Mailbox(one_line(reader.name), reader.email)
    made = invitation(entry, reader.timezone, sender(), attendee)
    mail.attach_alternative(made.decode(), f"text/calendar; method={method_of(entry)}")
    mail.attach("invite.ics", made, "application/ics")
