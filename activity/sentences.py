"""What a coachee did, said in a sentence: one short function per kind of action, and words for each kind of reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.dateformat import format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.keyset import beginning_with
from config.text import plain_first_line, web_address


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: whether texts are for them, whether they are the coachee, and what they call things."""

    reads_texts: bool
    is_self: bool
    zone: str
    review_label: str
    survey_label: str
    sessions_url: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """An action: its kind, what the row of the deed tells, how often on that day, and the coach's first name."""

    kind: str
    told: dict[str, Any]
    times: int = 1
    coach: str = ""

    def page(self, name: str) -> str:
        """The address of the deed's row; nothing for whoever may not open it."""
        return reverse(name, args=[self.told["pk"]]) if self.told.get("pk") else ""

    def quote(self, reader: Reader) -> str:
        """What is read under the sentence: the first line of a text that may be read, or that there is no report."""
        if not reader.reads_texts:
            return ""
        if self.kind in ("closed_360", "completed_survey"):
            return _("Report not available")
        line = plain_first_line(self.told.get("text") or "")
        return _("“%(line)s”") % {"line": line} if line else ""


def sentence(deed: Deed, reader: Reader) -> SafeString:
    """The sentence as HTML; what people wrote is escaped. Without texts it names the kind of action only."""
    return (_SENTENCES if reader.reads_texts else _KINDS)[deed.kind](deed, reader)


def _title(deed: Deed, otherwise: str, url: str = "") -> SafeString:
    title = deed.told.get("title") or otherwise
    return format_html('<a class="link" href="{}">{}</a>', url, title) if url else format_html("<b>{}</b>", title)


def _enrolled(deed: Deed, reader: Reader) -> SafeString:
    return format_html(_("Enrolled in the {review}"), review=reader.review_label)


def _closed(deed: Deed, reader: Reader) -> SafeString:
    closed_by = {
        "coachee": _("Closed the {review}"),
        "admin": _("An admin closed the {review}"),
        "delivery_manager": _("The delivery manager closed the {review}"),
        "automatic": _("The {review} closed by itself"),
    }
    return format_html(closed_by.get(deed.told.get("by", ""), _("The {review} was closed")), review=reader.review_label)


def _surveyed(deed: Deed, reader: Reader) -> SafeString:
    if not deed.told.get("title"):
        return format_html(_("Completed the {survey}"), survey=reader.survey_label)
    return format_html(_("Completed the {survey} {title}"), survey=reader.survey_label, title=_title(deed, ""))


def _finished(deed: Deed, reader: Reader) -> SafeString:
    return format_html(_("Marked {title} as done"), title=_assignment(deed, reader))


def _responded(deed: Deed, reader: Reader) -> SafeString:
    return format_html(_("Responded to {title}"), title=_assignment(deed, reader))


def _assignment(deed: Deed, reader: Reader) -> SafeString:
    return _title(deed, _("an assignment"), deed.page("assignment"))


def _viewed(deed: Deed, reader: Reader) -> SafeString:
    otherwise = web_address(deed.told.get("url") or "") or _("a resource")
    return _times(format_html(_("Viewed {title}"), title=_title(deed, otherwise, deed.page("resource"))), deed)


def _times(said: SafeString, deed: Deed) -> SafeString:
    if deed.times == 1:
        return said
    words = ngettext("{said}, {count} time", "{said}, {count} times", deed.times)
    return format_html(words, said=said, count=deed.times)


def _wrote(deed: Deed, reader: Reader) -> SafeString:
    if not reader.is_self:
        return _plain(_("Sent you a message"))
    return format_html(_("Sent {coach} a message"), coach=deed.coach)


def _set_goal(deed: Deed, reader: Reader) -> SafeString:
    return format_html(_("Shared a goal for {session}"), session=_session(deed, reader))


def _took_away(deed: Deed, reader: Reader) -> SafeString:
    return format_html(_("Shared a takeaway from {session}"), session=_session(deed, reader))


def _session(deed: Deed, reader: Reader) -> SafeString:
    """The session with its day, where it stands among all: those ahead are on the first page."""
    if not deed.told:
        return _plain(_("a session"))
    pk, at = deed.told["pk"], datetime.fromisoformat(deed.told["session"])
    # Translators: a day within a sentence; see Django's `date` filter. 24 Nov
    day = format(at.astimezone(ZoneInfo(reader.zone)), pgettext("date format", "j M"))
    place = "" if deed.told["ahead"] else beginning_with(at, pk)
    words = _("the session on %(day)s") % {"day": day}
    return format_html('<a class="link" href="{}{}#session-{}">{}</a>', reader.sessions_url, place, pk, words)


def _reflected(deed: Deed, reader: Reader) -> SafeString:
    if not deed.told.get("title"):
        return _plain(_("Answered a reflection"))
    prompt = format_html("<em>{}</em>", deed.told["title"])
    if deed.told["open"]:
        prompt = format_html('<a class="link" href="{}">{}</a>', deed.page("reflection"), prompt)
    return format_html(_("Answered the reflection {prompt}"), prompt=prompt)


_SENTENCES: dict[str, Callable[[Deed, Reader], SafeString]] = {
    "enrolled_360": _enrolled,
    "closed_360": _closed,
    "completed_survey": _surveyed,
    "completed_assignment": _finished,
    "responded_to_assignment": _responded,
    "viewed_resource": _viewed,
    "sent_message": _wrote,
    "shared_micro_goal": _set_goal,
    "shared_takeaway": _took_away,
    "submitted_reflection": _reflected,
}

_KINDS: dict[str, Callable[[Deed, Reader], SafeString]] = {
    "enrolled_360": _enrolled,
    "closed_360": lambda deed, reader: format_html(_("The {review} was closed"), review=reader.review_label),
    "completed_survey": lambda deed, reader: format_html(_("Completed the {survey}"), survey=reader.survey_label),
    "completed_assignment": lambda deed, reader: _plain(_("Marked an assignment as done")),
    "responded_to_assignment": lambda deed, reader: _plain(_("Responded to an assignment")),
    "viewed_resource": lambda deed, reader: _times(_plain(_("Viewed a resource")), deed),
    "sent_message": lambda deed, reader: _plain(_("Sent the coach a message")),
    "shared_micro_goal": lambda deed, reader: _plain(_("Shared a goal for a session")),
    "shared_takeaway": lambda deed, reader: _plain(_("Shared a takeaway from a session")),
    "submitted_reflection": lambda deed, reader: _plain(_("Answered a reflection")),
}


def _plain(words: str) -> SafeString:
    return format_html("{}", words)
