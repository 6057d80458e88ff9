"""Forms full of what does not belong there: never an error, never a word that is not the sender's to read, never a row
written by what was refused or about somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.invitations import link_token
from profiles.models import Draft, Person
from tests.access.hostile import BODIES, VALUES, encoded, send
from tests.access.matrix import ADMIN, SITE
from tests.access.private import World
from tests.access.test_matrix import client_of
from tests.access.walking import Form, look
from tests.cast import Cast
from tests.make import make_invitation, make_person
from tests.make_sessions import make_hours

pytestmark = pytest.mark.django_db
SENDERS = ("coach", "coachee", "admin")
"""Each tries what those before them may not open, so that nothing is tried thrice."""
GIVEN = {
    "milestone-reached": ("from", "version"),
    "milestone-reopened": ("from", "version"),
    "observation-sharing": ("revision",),
    "observation-acknowledgement": ("revision",),
    "observation-comments": ("text",),
    "invitations-sent": ("person", "only", "state"),
    "invitation-revoked": ("state",),
    "relationship-reviewed": ("reason",),
    "relationship-handover": ("to", "from", "anyway"),
    "coaching-access": ("to", "then", "seen"),
    "coaching-add": ("person", "anyway"),
    "drafts": ("key", "version", "fields", "person"),
    "draft-removal": ("key", "next"),
    "typed": ("kept",),
    "preview": ("text", "field"),
    "assignment-done": ("version",),
    "reflection-sharing": ("back",),
    "session-goal-sharing": ("text", "version", "form_id", "back"),
    "session-takeaway-sharing": ("text", "version", "form_id", "back"),
    "not-relevant": ("reason", "shown"),
    "session-note-versions": ("part", "version", "shown"),
    "session-outcome": ("status", "reason", "version", "next", "together", "everybody"),
    "session-new": ("kind", "coach", "from", "starts_at", "another", "day", "at", "which", "next"),
    "session-time": ("from", "starts_at", "another", "day", "at", "which", "next"),
    "groups-new": ("module", "coachees", "starts_at", "which"),
    "group-seats": ("coachees", "seat"),
    "group-time": ("starts_at", "which"),
    "availability": ("arrange", "day6-7-from", "day6-7-until"),
    "availability-exceptions": ("kind", "starts_on", "ends_on", "opens", "closes", "form_id"),
    "calendar-outside": ("secret_address",),
    "hours-settings": ("training_started_on", "version"),
    "log-consent": ("deed",),
}
"""Fields of forms that stand on another page than the one they are sent to, or only after a choice."""
OTHERS = ("coachee", "coach", "person", "author", "by", "set_by", "goal", "observation", "pk", "id", "organization")
OTHERS += ("coachees", "session", "meeting")
RIGHTS = ("is_superuser", "is_active", "is_staff", "email", "password", "role", "roles", "capacity", "version")
ASKED = ("q", "state", "status", "with", "before", "after", "as", "to", "from", "person", "reason", "only", "rubric")
ASKED += ("kind", "cursor", "seen", "page", "more", "order", "read", "prompt", "coachee", "template", "resource")
ASKED += ("assignment", "tag", "show", "sort", "at", "for", "key", "next", "part", "month", "coach", "module", "day")
IN_ADDRESSES = ("NUL", "no UTF-8", "a huge number", "the last day", "markup", "digits of another script")
OF_THE_ADMIN = ("NUL", "half a surrogate pair", "a huge number", "the last day")
KEPT_ANYWAY = ("django_session", "cache")
"""Tables in which something may be written by an answer that refuses: who is signed in, how often they tried."""


def doors(cast: Cast, who: str) -> dict[str, str]:
    """Where this person may send a form to: name and address."""
    rows = {name: row for name, row in SITE.items() if "POST" in row.methods and who in row.who}
    found = {name: reverse(name, kwargs=row.kwargs(cast)) for name, row in rows.items()}
    newcomer = make_person(name="Nils New")
    invitation = make_invitation(person=newcomer)
    return {**found, "invitation": reverse("invitation", args=[link_token(invitation, newcomer)])}


def first_to(who: str, names: Iterable[str]) -> set[str]:
    """Of these addresses those that nobody before them among the senders may open."""
    before = SENDERS[: SENDERS.index(who)]
    return {name for name in names if not any(one in SITE[name].who for one in before)}


def form_at(client: Client, name: str, path: str) -> Form:
    """The form that is sent there; of a page that has several, the one with most fields."""
    own = [form for form in look(client, path).forms if form.action.split("?")[0] == path]
    form = max([*own, Form(path, "post")], key=lambda one: len(one.names))
    form.names += [given for given in GIVEN.get(name, ()) if given not in form.names]
    return form


def fillings(form: Form, turn: int) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """What is wrong, with the fields: everywhere, in one field of a form that is right otherwise, twice, missing.

    Forms take turns: of the values everywhere each gets every second one.
    """
    right = {name: value.encode(errors="replace") for name, value in form.values.items()}
    names = list(dict.fromkeys(form.names)) or ["name"]
    for what in [*VALUES][turn % 2 :: 2]:
        yield f"{what} everywhere", [(name, VALUES[what]) for name in names]
    for number, name in enumerate(names):
        what = [*VALUES][(number + turn) % len(VALUES)]
        yield f"{what} in {name}", [*{**right, name: VALUES[what]}.items()]
        if number % 2:
            yield f"{name} twice", [*right.items(), (name, right.get(name, b"")), (name, VALUES["markup"])]
        else:
            yield f"without {name}", [(other, value) for other, value in right.items() if other != name]


def written(queries: CaptureQueriesContext) -> list[str]:
    """The statements that changed something."""
    said = [one["sql"] or "" for one in queries.captured_queries]
    changing = [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    return [sql for sql in changing if not any(f'"{table}"' in sql for table in KEPT_ANYWAY)]


def problem_of(world: World, who: str, response, queries: CaptureQueriesContext) -> object:
    """What is wrong with an answer, or nothing."""
    if response.status_code >= 500:
        return response.status_code
    if leaked := {mark.what for mark in world.in_text(response.text)} - {m.what for m in world.marks if who in m.may}:
        return leaked
    return written(queries) if response.status_code >= 400 else None


@pytest.mark.parametrize("who", SENDERS)
def test_no_form_breaks_and_what_is_refused_is_not_kept(who: str, world: World):
    client, wrong, tried = client_of(world.cast, who), {}, 0
    make_hours(coach=world.cast.coach, days="0", opens=540, closes=720)
    places = doors(world.cast, who)
    for turn, name in enumerate(sorted(first_to(who, places))):
        path = places[name]
        for what, pairs in fillings(form_at(client, name, path), turn):
            with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                response = send(client, path, pairs)
                transaction.set_rollback(True)
            tried += 1
            if problem := problem_of(world, who, response, queries):
                wrong[name, what] = problem
    assert wrong == {}
    assert tried > 60


def test_no_form_of_the_admin_breaks(world: World):
    """Nor does it keep anything; it answers 200 where it refuses, so that what it wrote is not looked at here."""
    client, wrong, tried = client_of(world.cast, "admin"), {}, 0
    for name, row in ADMIN.items():
        path = reverse(name, kwargs=row.kwargs(world.cast))
        form = form_at(client, name, path)
        for what in OF_THE_ADMIN:
            with transaction.atomic():
                response = send(client, path, [(field, VALUES[what]) for field in form.names or ["name"]])
                transaction.set_rollback(True)
            tried += 1
            if response.status_code >= 500:
                wrong[name, what] = response.status_code
    assert wrong == {}
    assert tried > 100


def test_no_body_breaks_anything(world: World):
    client, wrong = client_of(world.cast, "coach"), {}
    for name, path in doors(world.cast, "coach").items():
        for what, (kind, body) in BODIES.items():
            with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                response = client.generic("POST", path, body, kind)
                transaction.set_rollback(True)
            if problem := problem_of(world, "coach", response, queries):
                wrong[name, what] = problem
    assert wrong == {}


@pytest.mark.parametrize("who", ["coach", "coachee"])
def test_nobody_writes_to_somebody_elses_rows_or_gives_themselves_a_right(who: str, world: World):
    """Each form as it stands, and with every field it does not have full of the ids of another organization."""
    client, wrong, places = client_of(world.cast, who), {}, doors(world.cast, who)
    theirs, rights = rows_about(world.cast), rights_of_all()
    strange = [(name, str(world.cast.outsider.pk).encode()) for name in OTHERS]
    strange += [(name, value) for name in RIGHTS for value in (b"1", b"admin")]
    for name, path in places.items():
        form = form_at(client, name, path)
        right = {field: value.encode(errors="replace") for field, value in form.values.items()}
        added = [pair for pair in strange if pair[0] not in right]
        over = {field: str(world.cast.outsider.pk).encode() for field in {*OTHERS} & {*form.names}}
        for pairs in ([*right.items(), *added], [*{**right, **over}.items()]):
            with transaction.atomic():
                response = send(client, path, pairs)
                now = rows_about(world.cast), (rights_of_all() if name != "invitation" else rights)
                transaction.set_rollback(True)
            if response.status_code >= 500 or now != (theirs, rights):
                wrong[name] = response.status_code
    assert wrong == {}


DRAFTS = {
    "deep": "[" * 200_000,
    "deep in a field": '{"text": ' + "[" * 50_000 + "]" * 50_000 + "}",
    "a number": '{"text": 1e999}',
    "not a number": "NaN",
    "half a letter": '{"text": "\\ud800"}',
    "half a letter as a name": '{"\\udfff": "a"}',
    "NUL": '{"text": "a\\u0000b"}',
    "a name of digits": '{"1": "a"}',
    "a thousand fields": "{" + ", ".join(f'"f{number}": "a"' for number in range(1_000)) + "}",
    "a megabyte": '{"text": "' + "x" * 1_000_000 + '"}',
    "a huge number": "9" * 10_000,
}
"""What is not the texts of a form, by what it is."""


@pytest.mark.parametrize("what", DRAFTS)
def test_what_is_no_draft_is_not_kept(what: str, world: World):
    client, kept = client_of(world.cast, "coachee"), Draft.objects.count()
    answer = client.post("/drafts/", {"key": "reflection:0", "version": "1", "fields": DRAFTS[what]})
    assert (answer.status_code, Draft.objects.count()) == (422, kept)


def test_drafts_of_what_nobody_has_break_no_page(world: World):
    """Of the same name twice the last counts; a key may name any number, and every page still opens."""
    client, pk = client_of(world.cast, "coachee"), world.cast.coachee.pk
    for key in ("reflection:9999999999999999999", "reflection-edit:9999999999999999999", f"message:{pk}:{2**63}"):
        answer = client.post("/drafts/", {"key": key, "version": "0", "fields": '{"text": 1, "text": "a"}'})
        assert answer.status_code == 200
    pages = ["/", f"/people/{pk}/", f"/people/{pk}/reflections/", "/reflections/new/", f"/people/{pk}/messages/"]
    assert {client.get(page).status_code for page in pages} == {200}
    assert client.get("/reflections/new/?prompt=9999999999999999999").status_code == 404


def rows_about(cast: Cast) -> dict[str, list[tuple]]:
    """Everything stored about the people of the other organization."""
    people = [cast.outsider.pk, cast.outsider_coach.pk]
    found = {}
    for model in [one for one in apps.get_models() if one._meta.managed and not one._meta.proxy]:
        keys = [field.attname for field in model._meta.concrete_fields if field.related_model is Person]
        keys += ["pk"] if model is Person else []
        for key in keys:
            rows = model._default_manager.filter(**{f"{key}__in": people})
            found[f"{model.__name__}.{key}"] = sorted(rows.values_list(), key=repr)
    return found


def rights_of_all() -> list[tuple]:
    """Who may sign in with which address, and is what."""
    fields = ("pk", "is_superuser", "is_active", "email", "password", "capacity", "role_grants__role")
    return sorted(Person.objects.values_list(*fields, "role_grants__ended_at"), key=repr)


@pytest.mark.parametrize("who", SENDERS)
def test_no_question_breaks_a_page(who: str, world: World):
    client, wrong = client_of(world.cast, who), {}
    open_to = [name for name, row in SITE.items() if "GET" in row.methods and who in row.who]
    for name in first_to(who, open_to):
        path = reverse(name, kwargs=SITE[name].kwargs(world.cast))
        for what in IN_ADDRESSES:
            query = encoded((asked, VALUES[what][:2_000]) for asked in ASKED).decode()
            response = client.get(f"{path}?{query}")
            found = {mark.what for mark in world.in_text(b"".join(response).decode(errors="replace"))}
            if response.status_code >= 500 or found - {mark.what for mark in world.marks if who in mark.may}:
                wrong[name, what] = response.status_code
    assert wrong == {}


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_nothing_has_such_a_number(number: int, world: World):
    cast = world.cast
    client, found = client_of(cast, "admin"), {}
    for name, row in {**SITE, **ADMIN}.items():
        kwargs = row.kwargs(cast)
        for key in {"pk", "object_id"} & kwargs.keys():
            path = reverse(name, kwargs={**kwargs, key: number})
            found |= {(name, method): client.generic(method, path).status_code for method in sorted(row.methods)}
    assert len(found) > 80
    admins = {place: status for place, status in found.items() if place[0].startswith("admin:")}
    assert {place: status for place, status in admins.items() if status not in (302, 403, 404, 405)} == {}
    assert {place: status for place, status in found.items() if place not in admins and status != 404} == {}
