"""The Licenses and credentials tab: what expires first on top. Days are the person's own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.days import short_day
from profiles.models import Credential
from profiles.profile import Profile
from profiles.zones import local_day

REMINDERS = (60, 14)
"""Days before the last day on which the holder is reminded."""


@dataclass(frozen=True, slots=True)
class Held:
    """A license or credential, ready to show: its state in words with a colour, and when a reminder goes out."""

    pk: int
    title: str
    issuer: str
    number: str
    issued_on: date | None
    expires_on: date | None
    state: str
    tone: str
    reminder: str


def credentials(profile: Profile) -> list[Held]:
    """What somebody holds, as far as the viewer may see it; what never expires comes last. One query."""
    rows = Credential.objects.visible_to(profile.viewer, profile.now).filter(person=profile.person.pk)
    today = local_day(profile.now, profile.person.timezone)
    return [held(row, today) for row in rows.order_by(F("expires_on").asc(nulls_last=True), "title", "pk")]


def held(row: Credential, today: date) -> Held:
    """One of them as of this day of the person's."""
    state, tone = _state(row.expires_on, today)
    return Held(
        pk=row.pk,
        title=row.title,
        issuer=row.issuer,
        number=row.number,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        state=state,
        tone=tone,
        reminder=_reminder(row.expires_on, today),
    )


def _state(expires_on: date | None, today: date) -> tuple[str, str]:
    """It is good on its last day and expired on the day after."""
    if expires_on is None:
        return _("Does not expire"), "plain"
    left = (expires_on - today).days
    if left < 0:
        return _("Expired %(day)s") % {"day": short_day(expires_on, today)}, "rose"
    if left == 0:
        return _("Expires today"), "amber"
    if left <= REMINDERS[0]:
        return ngettext("Expires in %(count)d day", "Expires in %(count)d days", left) % {"count": left}, "amber"
    return _("In force"), "leaf"


def _reminder(expires_on: date | None, today: date) -> str:
    """The next reminder that is to come."""
    if expires_on is None or expires_on < today:
        return ""
    due = [_before(expires_on, days) for days in REMINDERS]
    coming = [day for day in due if day and day >= today]
    if not coming:
        return ""
    if coming[0] == today:
        return _("Reminder today")
    return _("Next reminder %(day)s") % {"day": short_day(coming[0], today)}


def _before(day: date, days: int) -> date | None:
    try:
        return day - timedelta(days=days)
    except OverflowError:
        return None
