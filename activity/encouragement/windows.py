"""A window of time in which an action is to be encouraged."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from activity.encouragement.facts import Period

D = timedelta(hours=24)


class Window(NamedTuple):
    """[since, until) for one rule and subject; `ended_by` says what closes it, `facts` why it is there."""

    rule: str
    subject: str | None
    since: datetime
    until: datetime
    ended_by: str
    facts: dict[str, datetime | date | str | int | None]

    def contains(self, instant: datetime) -> bool:
        """Whether it is open at that instant."""
        return self.since <= instant < self.until

    def kept_facts(self) -> dict[str, str | int | None]:
        """The facts as they are stored: JSON values, with instants and days in ISO 8601."""
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in self.facts.items()}


class End(NamedTuple):
    """An instant that would close a window, and what it is."""

    at: datetime | None
    what: str


def window(
    rule: str, period: Period, since: datetime, *ends: End, subject: str | None = None, **facts
) -> Window | None:
    """The window from `since` to the first of the ends, cut to the period.

    None when nothing is left of it, or nothing that lasts beyond what the period wants.
    """
    until, ended_by = period.until, period.ended_by
    for at, what in ends:
        if at is not None and at < until:
            until, ended_by = at, what
    since = max(since, period.since)
    return Window(rule, subject, since, until, ended_by, facts) if since < until and until > period.after else None
