"""What is said about sessions: times are by the reader's clock, as they were when it happened."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.models import NoticeKind, Notification
from notifications.sentence import Known, Words

OF_SESSIONS = (
    NoticeKind.SESSION_SCHEDULED,
    NoticeKind.SESSION_RESCHEDULED,
    NoticeKind.SESSION_CANCELLED,
)
"""Kinds whose subject is a session."""


def _session(notice: Notification, known: Known) -> tuple[str, str]:
    """The session's own page, for who may still open it; for the coach of a group that of the meeting."""
    if notice.subject_id not in known.sessions:
        return "", ""
    meeting = notice.facts.get("meeting")
    where = reverse("group", args=[meeting]) if meeting else reverse("session", args=[notice.subject_id])
    return where, _("Open the session, move it or cancel it")


def _past(notice: Notification, known: Known) -> tuple[str, str]:
    where, _words = _session(notice, known)
    return (where, _("Open the session")) if where else ("", "")


def _facts(notice: Notification, known: Known) -> dict[str, str]:
    return {
        "name": known.name(notice.about_id),
        "when": known.when(notice.facts.get("starts_at")),
        "was": known.when(notice.facts.get("was_at")),
    }


def _group(notice: Notification) -> bool:
    """Told to the coach about a group as a whole."""
    return "meeting" in notice.facts and notice.about_id is None


def _by(notice: Notification, known: Known) -> str:
    """Whose deed it was: the reader's (`me`), that of the one it is about (`them`), somebody else's (empty)."""
    by = notice.facts.get("by")
    if by is None:
        return ""
    return "me" if by == known.reader.pk else "them" if by == notice.about_id else ""


def _scheduled(notice: Notification, known: Known) -> Words:
    sentence = {
        "me": _("You scheduled a session with %(name)s for %(when)s."),
        "them": _("%(name)s scheduled a session with you for %(when)s."),
        "": _("A session with %(name)s is scheduled for %(when)s."),
    }[_by(notice, known)]
    if _group(notice):
        sentence = _("Your group session is scheduled for %(when)s.")
    elif "meeting" in notice.facts:
        sentence = _("%(name)s is in your group session of %(when)s.")
    return Words(sentence % _facts(notice, known), "", *_session(notice, known))


def _rescheduled(notice: Notification, known: Known) -> Words:
    sentence = {
        "me": _("You moved your session with %(name)s from %(was)s to %(when)s."),
        "them": _("%(name)s moved your session from %(was)s to %(when)s."),
        "": _("Your session with %(name)s was moved from %(was)s to %(when)s."),
    }[_by(notice, known)]
    if _group(notice):
        sentence = _("Your group session was moved from %(was)s to %(when)s.")
    return Words(sentence % _facts(notice, known), "", *_session(notice, known))


def _cancelled(notice: Notification, known: Known) -> Words:
    sentence = {
        "me": _("You cancelled your session with %(name)s of %(when)s."),
        "them": _("%(name)s cancelled your session of %(when)s."),
        "": _("Your session with %(name)s of %(when)s is cancelled."),
    }[_by(notice, known)]
    if notice.facts.get("called_off"):
        sentence = _("Your group session of %(when)s is cancelled.")
    elif _group(notice):
        sentence = _("Seats in your group session of %(when)s are free again.")
    elif "meeting" in notice.facts:
        sentence = _("%(name)s is no longer in your group session of %(when)s.")
    return Words(sentence % _facts(notice, known), "", *_past(notice, known))


def _calendar_unread(notice: Notification, known: Known) -> Words:
    return Words(
        _("Your own calendar could not be read for a day."),
        _("Times that you were taken there may be offered until it can be read again."),
        reverse("calendar"),
        _("See what is wrong"),
    )


SESSION_SENTENCES: dict[NoticeKind, Callable[[Notification, Known], Words]] = {
    NoticeKind.SESSION_SCHEDULED: _scheduled,
    NoticeKind.SESSION_RESCHEDULED: _rescheduled,
    NoticeKind.SESSION_CANCELLED: _cancelled,
    NoticeKind.CALENDAR_UNREAD: _calendar_unread,
}
