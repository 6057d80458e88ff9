"""The button that opens shortly before a session, everywhere a session is shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.template import Library
from django.utils.translation import gettext as _

from sessions_app.joining import OPENS_BEFORE

register = Library()
COUNTED_DOWN = timedelta(hours=24)
"""Before that the day says more than hours and minutes."""


@register.inclusion_tag("sessions/join.html")
def join(
    *, pk: int, starts_at: datetime, ends_at: datetime, now: datetime, small: bool = False, soon: bool = False
) -> dict[str, Any]:
    """Join, for a scheduled session: open from ten minutes before until the end; until then it counts down.

    It opens and closes by itself (static/js/join.js). Nothing is shown of a session that is over, and with `soon` of
    one that is more than a day away.
    """
    opens = starts_at - OPENS_BEFORE
    return {
        "pk": pk,
        "opens": opens,
        "ends": ends_at,
        "now": now,
        "is_open": opens <= now < ends_at,
        "hidden": now >= ends_at or (soon and opens - now >= COUNTED_DOWN),
        "counts": opens - now < COUNTED_DOWN,
        "left": left_in_words(opens - now),
        "in_hours": _in_hours(),
        "in_minutes": _in_minutes(),
        "small": small,
    }


def left_in_words(span: timedelta) -> str:
    """“in 2 h 5 min”, “in 5 min”; minutes that have begun count, so that it never opens later than said."""
    minutes = -(-max(int(span.total_seconds()), 0) // 60)
    words = {"hours": minutes // 60, "minutes": minutes % 60}
    return (_in_hours() if minutes >= 60 else _in_minutes()) % words


def _in_hours() -> str:
    # Translators: how long until a session can be joined; static/js/join.js fills it in again each minute
    return _("in %(hours)s h %(minutes)s min")


def _in_minutes() -> str:
    return _("in %(minutes)s min")
