"""Between sessions over real HTTP: the pages that coach and coachee share, and everything that they do there."""

from __future__ import annotations

import http.client
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from activity.models import Encouragement
from assignments.models import Reflection
from benchmarks.administering import deed_row, page_row
from benchmarks.figures import Value, median
from benchmarks.forms import fields_of, send
from benchmarks.pages import FLOOR, ask, sign_in, web_server
from benchmarks.shared_work import Pair, Size, pairs
from benchmarks.talking import Asking, answered, caught_up
from profiles.models import Person
from profiles.once import new_form_id

Connection = http.client.HTTPConnection
Row = dict[str, Value]
Fields = list[tuple[str, str]]
TEXT = "I asked three open questions, and **listened**."


def measure(now: datetime, times: int, size: Size) -> tuple[list[Row], list[Row]]:
    """The pages, and the deeds; writes what they show first."""
    made = pairs(now, size)
    with tempfile.TemporaryDirectory() as logs, web_server(Path(logs)) as port:
        connection = Connection("127.0.0.1", port, timeout=30)
        pages = [row for pair in made for row in _pages(connection, pair, times)]
        doing = Doing(connection, made[-1], now)
        for turn in range(times):
            _talk(doing, turn)
            _work_on_assignments(doing, turn)
            _read(doing, turn)
            _write(doing, turn)
        return pages, [deed_row(name, costs) for name, costs in doing.costs.items()]


def _pages(connection: Connection, pair: Pair, times: int) -> Iterator[Row]:
    cookies = {"coach": _cookie(pair.coach), "coachee": _cookie(pair.coachee)}
    floors = {name: median(ask(connection, FLOOR, cookie, times).server) for name, cookie in cookies.items()}
    coachee, library = f"/people/{pair.coachee}", "/library/"
    pages = (
        ("today", "/", "coachee"),
        ("today", "/", "coach"),
        ("overview", f"{coachee}/", "coach"),
        ("own overview", f"{coachee}/", "coachee"),
        ("as the coach sees it", f"{coachee}/seen-by/coach-{pair.coach}/", "coachee"),
        ("whole feed", f"{coachee}/activity/", "coach"),
        ("whole feed, one kind", f"{coachee}/activity/?kind=submitted_reflection", "coach"),
        ("conversation", f"{coachee}/messages/", "coach"),
        ("conversation", f"{coachee}/messages/?with={pair.coach}", "coachee"),
        ("inbox", "/messages/", "coach"),
        ("assignments given", "/assignments/", "coach"),
        ("assignments given, completed", "/assignments/?state=completed", "coach"),
        ("assignments given, overdue", "/assignments/?only=overdue", "coach"),
        ("assignments given, unread", "/assignments/?only=unread", "coach"),
        ("give an assignment", "/assignments/new/", "coach"),
        ("templates", "/assignments/templates/", "coach"),
        ("assignments", f"{coachee}/assignments/", "coachee"),
        ("assignment", f"/assignments/{pair.assignments[0]}/", "coach"),
        ("assignment", f"/assignments/{pair.assignments[0]}/", "coachee"),
        ("library", library, "coach"),
        ("library", library, "coachee"),
        ("library, newest", f"{library}?sort=newest", "coach"),
        ("library, one tag", f"{library}?tag=trust", "coach"),
        ("library, searched", f"{library}?q=pract", "coach"),
        ("library, searched for few", f"{library}?q=practice+{pair.resources[0]}", "coach"),
        ("library, suggested", f"{library}?show=suggested", "coachee"),
        ("article", f"{library}{pair.resources[1 - pair.resources[0] % 2]}/", "coachee"),
        ("suggest", f"{library}{pair.resources[0]}/suggest/", "coach"),
        ("reflections", f"{coachee}/reflections/", "coach"),
        ("reflections", f"{coachee}/reflections/", "coachee"),
        ("write a reflection", "/reflections/new/", "coachee"),
        ("write a goal", f"/sessions/{pair.ahead}/goal/", "coachee"),
        ("write a takeaway", f"/sessions/{pair.past}/takeaway/", "coachee"),
    )
    for name, path, viewer in pages:
        yield page_row(connection, (name, path), viewer, cookies[viewer], pair.records, floors[viewer], times)


def _cookie(person: int) -> str:
    return sign_in(Person.objects.get(pk=person))


@dataclass
class Doing:
    """Who does all that, and what each time cost."""

    connection: Connection
    pair: Pair
    now: datetime
    costs: dict[str, list[dict[str, float]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        self.people = {name: Person.objects.get(pk=getattr(self.pair, name)) for name in ("coach", "coachee")}
        self.cookies = {name: sign_in(person) for name, person in self.people.items()}

    def do(self, name: str, who: str, path: str, *fields: tuple[str, str], done: int = 302) -> None:
        """Sends one form, with an id as every form that makes something has one."""
        sent = [*fields, ("form_id", new_form_id(self.people[who]))]
        self.costs[name].append(send(self.connection, path, self.cookies[who], sent, done))

    def shown(self, who: str, path: str, *names: str) -> Fields:
        """What the form on that page holds in these fields."""
        found = fields_of(self.connection, path, self.cookies[who])
        return [(name, value) for name, value in found if name in names]

    def look(self, name: str, page: Asking, status: int) -> bytes:
        """Asks with GET; raises RuntimeError for another answer."""
        got, body, cost = answered(self.connection, page)
        if got != status:
            raise RuntimeError(f"{page.path} answered {got}")
        self.costs[name].append(cost)
        return body


def _talk(doing: Doing, turn: int) -> None:
    pair = doing.pair
    path = f"/people/{pair.coachee}/messages/"
    page = Asking(doing.cookies["coachee"], f"{path}new/?with={pair.coach}")
    page = caught_up(doing.connection, page)
    doing.look("ask what is new: nothing", page, 204)
    doing.do("send a message", "coach", path, ("text", f"{TEXT} {turn}"))
    doing.look("ask what is new: one message", page, 200)


def _work_on_assignments(doing: Doing, turn: int) -> None:
    pair = doing.pair
    for name, people in (("to one", [pair.coachee]), ("to thirty", pair.others[:30])):
        chosen = [("coachees", str(pk)) for pk in people]
        due = (doing.now + timedelta(days=9)).date().isoformat()
        about = [("title", f"Ask, {turn}"), ("instructions", TEXT), ("due_on", due), *chosen]
        doing.do(f"give an assignment {name}", "coach", "/assignments/new/", *about)
    one = f"/assignments/{pair.assignments[turn % len(pair.assignments)]}/"
    doing.do("respond", "coachee", one, ("text", TEXT))
    doing.do("answer", "coach", one, ("text", TEXT))
    doing.do("mark as done", "coachee", f"{one}done/")
    doing.do("reopen", "coachee", f"{one}reopened/")
    doing.do("archive", "coach", f"{one}archived/")
    doing.do("restore", "coach", f"{one}restored/")


def _read(doing: Doing, turn: int) -> None:
    pair = doing.pair
    about = [("title", f"Asking, {turn}"), ("body", TEXT), ("tags", "asking"), ("audience", "private")]
    doing.do("add an article", "coach", "/library/new/?kind=article", *about)
    resource = pair.resources[pair.records * 4 + 2 * turn + pair.resources[0] % 2]  # a link
    doing.do("suggest", "coach", f"/library/{resource}/suggest/", ("coachees", str(pair.coachee)), ("note", TEXT))
    doing.look("open a link", Asking(doing.cookies["coachee"], f"/library/{resource}/open/"), 302)


def _write(doing: Doing, turn: int) -> None:
    pair = doing.pair
    kept = ("key", "reflection:0"), ("version", str(turn)), ("fields", json.dumps({"text": f"{TEXT} {turn}"}))
    doing.do("keep a draft", "coachee", "/drafts/", *kept, done=200)
    prompt = str(Reflection.objects.values_list("asked", flat=True).get(pk=pair.reflection))
    new = f"/reflections/new/?prompt={prompt}"
    doing.do("write a reflection", "coachee", new, ("text", f"{TEXT} {turn}"), ("save", "private"))
    sharing = f"/reflections/{pair.reflection}/sharing/"
    doing.do("share a reflection", "coachee", sharing)
    doing.do("take a reflection back", "coachee", sharing, ("back", "1"))
    for word, path in (("goal", f"/sessions/{pair.ahead}/goal/"), ("takeaway", f"/sessions/{pair.past}/takeaway/")):
        text = ("text", f"{TEXT} {turn}")
        doing.do(f"write a {word}", "coachee", path, text, *doing.shown("coachee", path, "version")[:1])
        shown = doing.shown("coachee", path, "version")[:1]
        doing.do(f"share a {word}", "coachee", f"{path}sharing/", text, *shown)
        doing.do(f"take a {word} back", "coachee", f"{path}sharing/", ("back", "1"))
    item = Encouragement.objects.open(doing.now).filter(coachee=pair.coachee).order_by("pk").first()
    if item is None:
        raise RuntimeError("There is nothing to encourage; shared_work.pairs leaves a survey due.")
    doing.do("say what is not relevant", "coachee", f"/encouragements/{item.pk}/not-relevant/", ("reason", TEXT))
    doing.do("take that back", "coachee", f"/encouragements/{item.pk}/not-relevant/removal/")
