"""Days, times and differences of time zones in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext


def short_day(day: date, today: date) -> str:
    """“24 Nov”, with the year when it is another one than today's."""
    # Translators: a day within a sentence; see Django's `date` filter. 24 Nov
    return format(day, pgettext("date format", "j M") if day.year == today.year else full_day_format())


def full_day(day: date) -> str:
    """“24 Nov 2026”."""
    return format(day, full_day_format())


def full_day_format() -> str:
    """Django's `date` format of a day with its year."""
    # Translators: a day with its year; see Django's `date` filter. 24 Nov 2026
    return pgettext("date format", "j M Y")


def long_day(day: date, today: date) -> str:
    """“Tuesday 24 November”, with the year when it is another one than today's."""
    # Translators: a day as a heading; see Django's `date` filter. Tuesday 24 November
    form = pgettext("date format", "l j F") if day.year == today.year else pgettext("date format", "l j F Y")
    return format(day, form)


def clock(at: datetime) -> str:
    """“14:42”, of a local time."""
    # Translators: a time of day; see Django's `date` filter. 14:42
    return format(at, pgettext("date format", "H:i"))


def clock_beside(at: datetime, beside: datetime) -> str:
    """The time of day, with the weekday when it falls on another date than the local time shown beside it."""
    if at.date() == beside.date():
        return clock(at)
    # Translators: a time of day on another day; see Django's `date` filter. Tue 14:42
    return format(at, pgettext("date format", "D H:i"))


def place_of(zone: str) -> str:
    """The place an IANA zone is named after: “Buenos Aires” for America/Argentina/Buenos_Aires."""
    area, _slash, place = zone.rpartition("/")
    return zone if not area or area == "Etc" else place.replace("_", " ")


def local_time(now: datetime, zone: str, viewer_zone: str) -> str:
    """“14:42 in Lagos, 1 h ahead of you”; half and quarter hours in minutes."""
    there, here = now.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(viewer_zone))
    words = {"time": clock_beside(there, here), "place": place_of(zone)}
    ahead = (there.utcoffset() or timedelta()) - (here.utcoffset() or timedelta())
    if not ahead:
        return _("%(time)s in %(place)s, same time as you") % words
    words["span"] = _span(abs(ahead))
    if ahead > timedelta():
        return _("%(time)s in %(place)s, %(span)s ahead of you") % words
    return _("%(time)s in %(place)s, %(span)s behind you") % words


def own_time(now: datetime, zone: str) -> str:
    """“14:42 in Lagos”."""
    return _("%(time)s in %(place)s") % {"time": clock(now.astimezone(ZoneInfo(zone))), "place": place_of(zone)}


def _span(span: timedelta) -> str:
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    parts = [_("%(count)s h") % {"count": hours}] if hours else []
    if minutes:
        parts.append(_("%(count)s min") % {"count": minutes})
    return " ".join(parts)


def in_days(at: datetime, now: datetime) -> str:
    """How long until then, rounded down: “in 3 days”, “in 2 hours”, “now”."""
    minutes = int((at - now).total_seconds()) // 60
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return ngettext("in %(count)s minute", "in %(count)s minutes", minutes) % {"count": minutes}
    if minutes < 24 * 60:
        return ngettext("in %(count)s hour", "in %(count)s hours", minutes // 60) % {"count": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("in %(count)s day", "in %(count)s days", days) % {"count": days}
