"""*Your coachees*: whom a coach coaches, in the order in which they want attention, a page at a time.

The order is that of one instant: the one at which the list was opened. It travels in the cursor with the place in
the list, so that what happens between two pages makes nobody appear twice and nobody disappear.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, QuerySet

from activity.models import Encouragement
from coaching.models import Relationship
from config.cursors import seal, unseal
from config.prepared import Prepared
from profiles.folding import fold
from profiles.models import Person, RuleKey
from profiles.status import Status, status_at

PAGE_SIZE = 30
FRESH = timedelta(hours=12)
"""How long a list that was opened may be paged through before it is made anew."""

NEVER = datetime.max.replace(tzinfo=UTC)
Key = tuple[bool, datetime, str, str, int]


@dataclass(frozen=True, slots=True)
class Entry:
    """One coachee in the list, with what decides the place: `since` is that of the oldest open encouragement."""

    relationship_id: int
    coachee_id: int
    name: str
    organization: str
    status: str
    overdue: bool
    since: datetime | None

    @property
    def key(self) -> Key:
        """Overdue surveys first, then by the oldest open encouragement, then by name, then by id."""
        return (not self.overdue, self.since or NEVER, fold(self.name), self.name, self.coachee_id)

    def matches(self, words: list[str]) -> bool:
        """Each of the folded words is somewhere in the name or the organization."""
        text = fold(f"{self.name}\n{self.organization}")
        return all(word in text for word in words)


@dataclass(frozen=True)
class Place:
    """Where a page begins or ends, in the list as of an instant."""

    at: datetime
    key: Key

    def sealed(self) -> str:
        """As text for an address."""
        calm, since, *rest = self.key
        return seal("coachees", [self.at.isoformat(), calm, since.isoformat(), *rest])

    @classmethod
    def unsealed(cls, text: str | None, now: datetime) -> Place | None:
        """The place that `sealed` wrote, or None when it is too old or not ours."""
        parts: Any = unseal("coachees", text)
        if parts is None:
            return None
        at, calm, since, folded, name, pk = parts
        place = cls(datetime.fromisoformat(at), (calm, datetime.fromisoformat(since), folded, name, pk))
        return place if now - FRESH <= place.at <= now else None


@dataclass(frozen=True)
class CoacheeList:
    """One page of the list. `counts` holds how many there are of each status among those that match."""

    at: datetime
    status: Status
    search: str
    counts: dict[str, int]
    totals: dict[str, int]
    entries: list[Entry]
    previous: str
    following: str


def entries_of(coach: Person, at: datetime, now: datetime) -> list[Entry]:
    """Everybody the coach coaches now and coached at `at`, in order as of `at`. One query."""
    found = _ROWS.rows(coach=coach.pk, at=at, now=now)
    entries = (Entry(pk, coachee, name, at_home or "", *rest) for pk, coachee, name, at_home, *rest in found)
    return sorted(entries, key=lambda entry: entry.key)


def _rows(*, coach: int, at: datetime, now: datetime) -> QuerySet:
    opened = Encouragement.objects.open(at).filter(relationship=OuterRef("pk"))
    overdue = Exists(opened.filter(rule=RuleKey.SURVEY_OVERDUE))
    return (
        Relationship.objects.running(at)
        .running(now)
        .filter(coach=coach)
        .order_by()
        .annotate(
            status=status_at(at, "coachee"),
            overdue=ExpressionWrapper(overdue, output_field=BooleanField()),
            since=opened.order_by("since").values("since")[:1],
        )
    )


_ROWS = Prepared(_rows, ["pk", "coachee", "coachee__name", "coachee__organization__name", "status", "overdue", "since"])


def list_coachees(
    coach: Person, now: datetime, *, status: str = "", search: str = "", after: str = "", before: str = ""
) -> CoacheeList:
    """The page after or before a sealed place, else the first one, of those with that status who match the search.

    An unknown status is the first of active, onboarding and past that has somebody. One query.
    """
    follows, precedes = Place.unsealed(after, now), Place.unsealed(before, now)
    place = follows or precedes
    at = place.at if place else now
    everybody = entries_of(coach, at, now)
    words = fold(search).split()
    found = [entry for entry in everybody if entry.matches(words)] if words else everybody
    counts = _count(found)
    chosen = Status(status) if status in Status.values else _first_with_somebody(counts)
    entries = [entry for entry in found if entry.status == chosen]
    first = _first_of_page(entries, place, backwards=follows is None)
    page = entries[first : first + PAGE_SIZE]
    return CoacheeList(
        at=at,
        status=chosen,
        search=search,
        counts=counts,
        totals=_count(everybody),
        entries=page,
        previous=Place(at, page[0].key).sealed() if page and first > 0 else "",
        following=Place(at, page[-1].key).sealed() if page and first + PAGE_SIZE < len(entries) else "",
    )


def _first_of_page(entries: list[Entry], place: Place | None, *, backwards: bool) -> int:
    """Where in the list the page starts that follows the place, or that ends just before it."""
    if place is None:
        return 0
    if backwards:
        return max(bisect_left(entries, place.key, key=lambda entry: entry.key) - PAGE_SIZE, 0)
    first = bisect_right(entries, place.key, key=lambda entry: entry.key)
    return first if first < len(entries) else max(len(entries) - PAGE_SIZE, 0)


def _count(entries: list[Entry]) -> dict[str, int]:
    counted = Counter(entry.status for entry in entries)
    return {status: counted[status] for status in Status.values}


def _first_with_somebody(counts: dict[str, int]) -> Status:
    return next((Status(status) for status, count in counts.items() if count), Status.ACTIVE)
