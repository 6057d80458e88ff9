"""A small world, and what should be seen of it: a naive list of what was done, and who may read which text.

Every text that anybody writes is a mark of its own (`MARK0001Q`), so that a page which shows one tells whose it was.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.test import Client
from time_machine import travel

from activity.encouragement import engine
from activity.feed import actions_taken
from activity.sentences import Reader
from config.keyset import read_cursor
from profiles.models import Person
from profiles.sight import Sight
from tests.make import NOW, D, make_coach, make_coachee, make_organization, make_person, make_relationship, make_session

BACKEND = "profiles.backends.PersonBackend"
MINUTE = timedelta(minutes=1)
May = Callable[[int], bool]
Pair = tuple[int, int]
"""Coach and coachee."""


@dataclass(frozen=True)
class People:
    """Three coaches, the last of whom coaches nobody; three coachees, the first with two coaches; an admin."""

    coaches: list[Person]
    coachees: list[Person]
    admin: Person
    pairs: list[Pair]
    """Those that have a relationship, running or over; the last one's has ended."""
    sessions: list[int]


@dataclass
class Done:
    """An action taken, as whoever did it would tell it. `coach` is nobody where it is for every coach."""

    kind: str
    coachee: int
    coach: int | None
    at: datetime
    quote: str = ""
    topic: int = 0
    closed: bool = False
    """Its text is not for coaches."""
    edited: bool = False


@dataclass
class World:
    """How things are, by what was done so far."""

    people: People
    now: datetime = NOW
    running: set[Pair] = field(default_factory=set)
    done: dict[tuple[str, int], Done] = field(default_factory=dict)
    may: dict[str, May] = field(default_factory=dict)
    """Who (id) may read which text."""
    rows: dict[str, dict[int, Any]] = field(default_factory=dict)
    """What the deeds remember of the rows they made, by kind and id."""
    concerned: int = 0
    """The coachee whom the last deed was about."""

    def kept(self, kind: str) -> dict[int, Any]:
        """The rows of a kind."""
        return self.rows.setdefault(kind, {})

    def person(self, pk: int) -> Person:
        """As pages get them."""
        return Person.objects.with_roles().select_related("organization").get(pk=pk)

    def text(self, may: May) -> str:
        """A new text that these may read."""
        mark = f"MARK{len(self.may):04d}Q"
        self.may[mark] = may
        return mark

    def of_pair(self, pair: Pair) -> May:
        """The coachee, and the coach while the relationship runs."""
        return lambda pk: pk == pair[1] or (pk == pair[0] and pair in self.running)

    def nobody(self, *marks: str) -> None:
        """These texts are gone."""
        self.may.update(dict.fromkeys(marks, lambda pk: False))

    def coaches_of(self, coachee: int) -> list[int]:
        """Those who coach now."""
        return [coach for coach, other in sorted(self.running) if other == coachee]

    def client(self, pk: int) -> Client:
        """Somebody signed in."""
        client = Client()
        with travel(self.now, tick=False):
            client.force_login(Person.objects.get(pk=pk), BACKEND)
        return client

    def get(self, client: Client, path: str):
        """A page as of now."""
        with travel(self.now, tick=False):
            return client.get(path)

    def post(self, client: Client, path: str, sent: dict[str, str]):
        """A form sent now."""
        with travel(self.now, tick=False):
            return client.post(path, sent)


def settle() -> People:
    """The people, on a Saturday in November, with what there is to encourage worked out."""
    here = make_organization(name="Northwind Logistics")
    zones = ("Europe/Madrid", "America/New_York", "UTC")
    coaches = [make_coach(name=f"Coach {n}", organization=here, timezone=zone) for n, zone in enumerate(zones)]
    zones = ("Africa/Lagos", "America/Los_Angeles", "Pacific/Apia")
    coachees = [make_coachee(name=f"Coachee {n}", organization=here, timezone=zone) for n, zone in enumerate(zones)]
    (maya, cornelia, _nobodys), (amara, jonas, nils) = coaches, coachees
    pairs, sessions = [(maya, amara), (cornelia, amara), (maya, jonas), (cornelia, nils), (maya, nils)], []
    for number, (coach, coachee) in enumerate(pairs):
        ended = {"ended_at": NOW - 30 * D} if (coach, coachee) == (maya, nils) else {}
        make_relationship(coach=coach, coachee=coachee, **ended)
        for days, fields in ((-4, {"status": "occurred"}), (3, {}), (30, {})):
            at = NOW + days * D + number * timedelta(hours=2)
            if not ended:
                sessions.append(make_session(coach=coach, coachee=coachee, starts_at=at, **fields).pk)
    engine.sweep(NOW)
    return People(
        coaches, coachees, make_person(roles=["admin"]), [(one.pk, other.pk) for one, other in pairs], sessions
    )


def begin(people: People) -> World:
    """Before anybody did anything."""
    return World(people, running=set(people.pairs[:-1]))


# What the feed should show, and what it does ------------------------------------------------------

Line = tuple[datetime, str, str, bool]


def told(world: World, coachee: int, viewer: Person) -> list[Line]:
    """What was done and is shared, the newest last: when, kind, the quoted text and whether it was edited."""
    own, zone = viewer.pk == coachee, ZoneInfo(viewer.timezone)
    mine = [one for one in world.done.values() if one.coachee == coachee and (own or one.coach in (None, viewer.pk))]
    views: dict[tuple, Done] = {}
    lines = []
    for one in sorted(mine, key=lambda one: one.at):
        if one.topic:
            views[one.topic, one.at.astimezone(zone).date()] = one  # the last one of that day stays
        else:
            hidden = one.closed and not own
            lines.append((one.at, one.kind, "" if hidden else one.quote, one.edited and not hidden))
    return sorted([*lines, *((one.at, one.kind, "", False) for one in views.values())])


def shown(world: World, coachee: int, viewer: Person) -> list[Line]:
    """The feed, page after page."""
    own = viewer.pk == coachee
    reader = Reader(True, own, viewer.timezone, "360", "Survey")
    person, lines, place = world.person(coachee), [], ""
    while True:
        page = actions_taken(
            person,
            viewer=viewer,
            sight=Sight.SELF if own else Sight.COACH,
            now=world.now,
            cursor=read_cursor(QueryDict(place)),
            reader=reader,
        )
        found = [line for day in page.days for line in day.lines]
        lines += [(datetime.fromisoformat(one.at), one.key, one.quote.strip("“”"), one.edited) for one in found]
        if not page.older:
            assert [line[0] for line in lines] == sorted((line[0] for line in lines), reverse=True)
            return sorted(lines)
        place = page.older.lstrip("?")


def quietly(deed: Callable[[], object], *refusals: type[Exception]) -> bool:
    """Whether it was done, and not refused."""
    with suppress(*refusals):
        deed()
        return True
    return False
