"""A window of time in which an action is to be encouraged."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from activity.encouragement.facts import Period

D = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Window:
    """[since, until) for one rule and subject; `ended_by` says what closes it, `facts` why it is there.

    `facts` holds JSON values only: instants and days in ISO 8601, counts, titles.
    """

    rule: str
    subject: str | None
    since: datetime
    until: datetime
    ended_by: str
    facts: dict = field(default_factory=dict)

    def contains(self, instant: datetime) -> bool:
        """Whether it is open at that instant."""
        return self.since <= instant < self.until


@dataclass(frozen=True, slots=True)
class End:
    """An instant that would close a window, and what it is."""

    at: datetime | None
    what: str


def window(
    rule: str, period: Period, since: datetime, *ends: End, subject: str | None = None, **facts
) -> Window | None:
    """The window from `since` to the first of the ends, cut to the period; None when nothing is left of it."""
    until, ended_by = period.until, period.ended_by
    for end in ends:
        if end.at is not None and end.at < until:
            until, ended_by = end.at, end.what
    since = max(since, period.since)
    return Window(rule, subject, since, until, ended_by, facts) if since < until else None
