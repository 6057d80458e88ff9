"""The page *Your coachees*: a part of the list with its details, and the links to the other parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from coaching.coachees import CoacheeList, list_coachees
from coaching.notes import notes_on_former_coachees
from coaching.rows import Row, rows_of
from profiles.models import Person
from profiles.status import Status


@dataclass(frozen=True)
class StatusLink:
    """One of the three lists, with how many there are in it."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True)
class CoacheePage:
    """What the template shows."""

    found: CoacheeList
    rows: list[Row]
    statuses: list[StatusLink]
    previous: str
    following: str
    anew: str
    has_former_notes: bool

    @property
    def coaches_nobody(self) -> bool:
        """Whether the list is empty whatever one looks for."""
        return not any(self.found.totals.values())


def coachee_page(coach: Person, now: datetime, **query: str) -> CoacheePage:
    """Reads the page in a fixed number of queries; `query` is as for `list_coachees`."""
    found = list_coachees(coach, now, **query)
    return CoacheePage(
        found=found,
        rows=rows_of(coach, found.entries, found.at),
        statuses=[
            StatusLink(str(status.label), _link(found, status), found.counts[status], status == found.status)
            for status in Status
        ],
        previous=_link(found, found.status, before=found.previous) if found.previous else "",
        following=_link(found, found.status, after=found.following) if found.following else "",
        anew=_link(found, found.status),
        has_former_notes=notes_on_former_coachees(coach, now).exists(),
    )


def _link(found: CoacheeList, status: Status, **place: str) -> str:
    search = {"q": found.search} if found.search else {}
    return "?" + urlencode({"status": status.value, **search, **place})
