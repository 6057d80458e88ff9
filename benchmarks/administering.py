"""People and permissions over real HTTP: every tab with one record and with many, the lists, and the deeds."""

from __future__ import annotations

import http.client
import tempfile
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle
from pathlib import Path

from benchmarks.figures import Value, median, p95
from benchmarks.forms import fields_of, send
from benchmarks.pages import FLOOR, ask, sign_in, web_server
from benchmarks.records import Pair, pairs
from coaching.models import Relationship
from profiles.models import Person, Role

Connection = http.client.HTTPConnection
Row = dict[str, Value]
SEARCHED = "garcia"
"""A name that more than one in a hundred has."""


def measure(now: datetime, times: int) -> tuple[list[Row], list[Row]]:
    """The pages, and the deeds; writes what they show first."""
    made = pairs(now)
    admin = Person.objects.holding(Role.ADMIN).order_by("pk").first()
    if admin is None:
        raise RuntimeError("there is nobody to administer; searching.measure makes an admin")
    with tempfile.TemporaryDirectory() as logs, web_server(Path(logs)) as port:
        connection = Connection("127.0.0.1", port, timeout=30)
        cookie = sign_in(admin)
        pages = [
            *_lists(connection, cookie, now, times),
            *(row for one in made for row in _tabs(connection, cookie, one, times)),
        ]
        return pages, list(_deeds(connection, cookie, made, now, times))


def _lists(connection: Connection, admin: str, now: datetime, times: int) -> Iterator[Row]:
    """What admins see of everybody."""
    everybody, coached = Person.objects.count(), Relationship.objects.running(now).count()
    floor = median(ask(connection, FLOOR, admin, times).server)
    pages = (
        ("floor", FLOOR, 0),
        ("today", "/", coached),
        ("to review", "/relationships/review/", coached),
        ("to review, one reason", "/relationships/review/?reason=quiet", coached),
        ("invitations", "/invitations/", everybody),
        ("invitations, searched", f"/invitations/?q={SEARCHED}", everybody),
        ("search", f"/search/?q={SEARCHED}", everybody),
    )
    for name, path, records in pages:
        yield page_row(connection, (name, path), "admin", admin, records, floor, times)


def _tabs(connection: Connection, admin: str, pair: Pair, times: int) -> Iterator[Row]:
    """The profile of the coachee, and of the coach, who has 300 coachees where there are many."""
    people = {"coach": pair.coach, "coachee": pair.coachee}
    cookies = {"admin": admin, **{name: sign_in(Person.objects.get(pk=pk)) for name, pk in people.items()}}
    floors = {name: median(ask(connection, FLOOR, cookie, times).server) for name, cookie in cookies.items()}
    coachee, coach = f"/people/{pair.coachee}", f"/people/{pair.coach}"
    relationship = Relationship.objects.get(coach=pair.coach, coachee=pair.coachee).pk
    pages = (
        ("goals", f"{coachee}/goals/", "coach"),
        ("goal", f"/goals/{pair.goal}/", "coach"),
        ("assessments", f"{coachee}/assessments/", "coach"),
        ("observations", f"{coachee}/observations/", "coach"),
        ("observation", f"/observations/{pair.observation}/", "coachee"),
        ("who can see this", f"/who-can-see/observation/{pair.observation}/", "coachee"),
        ("learning", f"{coachee}/learning/", "admin"),
        ("licenses", f"{coachee}/credentials/", "admin"),
        ("coaching of a coachee", f"{coachee}/coaching/", "admin"),
        ("coaching of a coach", f"{coach}/coaching/", "admin"),
        ("personnel", f"{coachee}/personnel/", "admin"),
        ("permissions", f"{coachee}/permissions/", "admin"),
        ("edit profile", f"{coachee}/edit/", "admin"),
        ("add a coach, searched", f"{coachee}/coaching/add/?as=coach&q={SEARCHED}", "admin"),
        ("remove, asked", f"/relationships/{relationship}/end/", "admin"),
        ("hand over, searched", f"/relationships/{relationship}/handover/?q={SEARCHED}", "admin"),
        ("floor with the bell", FLOOR, "coach"),
        ("notices", "/notices/", "coach"),
    )
    for name, path, viewer in pages:
        yield page_row(connection, (name, path), viewer, cookies[viewer], pair.records, floors[viewer], times)


def page_row(
    connection: Connection, page: tuple[str, str], viewer: str, cookie: str, records: int, floor: float, times: int
) -> Row:
    """What a page (its name, its address) cost."""
    found = ask(connection, page[1], cookie, times)
    return {
        "page": page[0],
        "viewer": viewer,
        "records": records,
        "queries": found.queries,
        "median ms": median(found.server),
        "p95 ms": p95(found.server),
        "in database": median(found.database),
        "x floor": round(median(found.server) / floor, 2),
        "KB": round(found.size / 1024),
    }


def _deeds(connection: Connection, admin: str, made: list[Pair], now: datetime, times: int) -> Iterator[Row]:
    """A second coach for coachees with all their history, then another one in their place, then none."""
    few, many = made
    running = Relationship.objects.running(now).order_by("coachee")
    coachees = list(running.exclude(coachee__messages_as_coachee=None).values_list("coachee", flat=True)[:times])
    added = [(f"/people/{pk}/coaching/add/?as=coach", [("person", str(few.coach))]) for pk in coachees]
    yield deed_row("add a coach", [send(connection, path, admin, fields) for path, fields in added])
    begun = Relationship.objects.filter(ended_at=None, coachee__in=coachees)  # after `now`
    ids = begun.filter(coach=few.coach).values_list("pk", flat=True)
    moved = [(f"/relationships/{pk}/handover/", [("to", str(many.coach))]) for pk in list(ids)]
    yield deed_row("hand over", [send(connection, path, admin, fields) for path, fields in moved])
    ids = begun.filter(coach=many.coach).values_list("pk", flat=True)
    ended = [f"/relationships/{pk}/end/" for pk in list(ids)]
    yield deed_row("remove", [send(connection, path, admin, []) for path in ended])
    some = running.order_by("pk").values_list("pk", flat=True)[:times]
    reviewed = [f"/relationships/{pk}/reviewed/" for pk in list(some)]
    yield deed_row("reviewed", [send(connection, path, admin, []) for path in reviewed])
    yield deed_row("edit profile", list(_edits(connection, admin, coachees)))
    yield deed_row("update progress", list(_steps(connection, few, times)))


def _edits(connection: Connection, admin: str, people: list[int]) -> Iterator[dict[str, float]]:
    """Opens the form of a profile, as a browser does, and saves it with another position."""
    for pk in people:
        path = f"/people/{pk}/edit/"
        shown = [(name, value) for name, value in fields_of(connection, path, admin) if name != "position"]
        yield send(connection, path, admin, [*shown, ("position", "Head of the benchmark")])


def _steps(connection: Connection, pair: Pair, times: int) -> Iterator[dict[str, float]]:
    """Progress by turns, as the coach."""
    cookie, steps = sign_in(Person.objects.get(pk=pair.coach)), cycle(((0, 40), (40, 60), (60, 0)))
    for _, (shown, progress) in zip(range(times), steps, strict=False):
        fields = [("shown", str(shown)), ("progress", str(progress)), ("comment", "")]
        yield send(connection, f"/goals/{pair.goal}/progress/", cookie, fields)


def deed_row(name: str, costs: list[dict[str, float]]) -> Row:
    """What a deed cost each time."""
    taken = [cost["app"] for cost in costs]
    queries = [int(cost["queries"]) for cost in costs]
    return {
        "deed": name,
        "queries": max(queries),
        "median ms": median(taken),
        "p95 ms": p95(taken),
        "in database": median([cost["db"] for cost in costs]),
    }
