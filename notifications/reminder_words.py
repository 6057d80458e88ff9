"""What is said in reminders of sessions, and when a coach asks to name somebody in their log."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import NoticeKind, Notification
from notifications.sentence import Known, Words, instant_of
from profiles.days import clock_beside

OF_REMINDERS = (
    NoticeKind.SESSION_TOMORROW,
    NoticeKind.SESSION_SOON,
    NoticeKind.SESSION_ENDED,
    NoticeKind.SESSION_UNMARKED,
)
"""Kinds whose subject is a session."""


def _group(notice: Notification) -> bool:
    """Told to the coach about a group as a whole."""
    return "meeting" in notice.facts


def _still(notice: Notification, known: Known) -> bool:
    """Whether it is still scheduled for that time, as far as the reader may know."""
    start = known.scheduled.get(notice.subject_id or 0)
    return start is not None and start == instant_of(notice.facts.get("starts_at"))


def _when(notice: Notification, known: Known) -> str:
    """“Tue 24 Nov, 13:00 (14:00 for Amara)”: by the reader's clock, and the other's where that shows another time."""
    at, zone = instant_of(notice.facts.get("starts_at")), known.zones.get(notice.about_id or 0)
    words = known.when(notice.facts.get("starts_at"))
    if at is None or not zone:
        return words
    here, there = at.astimezone(ZoneInfo(known.reader.timezone)), at.astimezone(ZoneInfo(zone))
    if here.utcoffset() == there.utcoffset():
        return words
    both = {"when": words, "time": clock_beside(there, here), "name": known.first_name(notice.about_id)}
    # Translators: when a session is for the reader and for the other. Tue 24 Nov, 13:00 (14:00 for Amara)
    return _("%(when)s (%(time)s for %(name)s)") % both


def _facts(notice: Notification, known: Known) -> dict[str, str]:
    return {"name": known.name(notice.about_id), "when": _when(notice, known)}


def _at(name: str, link: str, notice: Notification, known: Known) -> tuple[str, str]:
    """A page of the session, for who may still open it."""
    return (reverse(name, args=[notice.subject_id]), link) if notice.subject_id in known.sessions else ("", "")


def _ahead(notice: Notification, known: Known) -> Words:
    start = instant_of(notice.facts.get("starts_at"))
    facts, where = _facts(notice, known), _at("session", _("Open the session"), notice, known)
    if not _group(notice) and not _still(notice, known):
        was = _("Your session with %(name)s was to begin on %(when)s.")
        return Words(was % facts, _("That has changed since."), *where)
    if start is not None and start <= known.now:
        began = _("Your group session began on %(when)s.") if _group(notice) else ""
        return Words((began or _("Your session with %(name)s began on %(when)s.")) % facts, "", *where)
    begins = _("Your group session begins on %(when)s.") if _group(notice) else ""
    then = _("You can join from 10 minutes before.")
    return Words((begins or _("Your session with %(name)s begins on %(when)s.")) % facts, then, *where)


def _ended(notice: Notification, known: Known) -> Words:
    asks = _("Did your group session of %(when)s happen?") if _group(notice) else ""
    sentence = (asks or _("Did your session with %(name)s of %(when)s happen?")) % _facts(notice, known)
    return _to_mark(sentence, _("It takes a moment, and the month’s count follows."), notice, known)


def _unmarked(notice: Notification, known: Known) -> Words:
    says = _("Your group session of %(when)s is not marked yet.") if _group(notice) else ""
    sentence = (says or _("Your session with %(name)s of %(when)s is not marked yet.")) % _facts(notice, known)
    then = _("Say whether it happened, so that it counts rightly and a takeaway can follow.")
    return _to_mark(sentence, then, notice, known)


def _to_mark(sentence: str, then: str, notice: Notification, known: Known) -> Words:
    if not _group(notice) and not _still(notice, known):
        return Words(sentence, _("You have said so since."), *_at("session", _("Open the session"), notice, known))
    return Words(sentence, then, *_at("session-outcome", _("Say whether it happened"), notice, known))


def _consent(notice: Notification, known: Known) -> Words:
    names = {"name": known.name(notice.about_id), "first": known.first_name(notice.about_id)}
    where = reverse("log-consent", args=[notice.about_id]) if notice.about_id else ""
    if notice.facts.get("recorded"):
        sentence = _("%(name)s noted that you agreed to be named in their log of coaching hours.")
        return Words(sentence % names, _("If that is not so, withdraw it."), where, _("See what the log shows of you"))
    then = _("Coaches keep such a log for a credential. You decide, and can change your mind at any time.")
    return Words(
        _("%(name)s asks to name you in their log of coaching hours.") % names,
        then,
        where,
        _("See what it would show, and decide"),
    )


REMINDER_SENTENCES: dict[NoticeKind, Callable[[Notification, Known], Words]] = {
    NoticeKind.SESSION_TOMORROW: _ahead,
    NoticeKind.SESSION_SOON: _ahead,
    NoticeKind.SESSION_ENDED: _ended,
    NoticeKind.SESSION_UNMARKED: _unmarked,
    NoticeKind.CONSENT_ASKED: _consent,
}
