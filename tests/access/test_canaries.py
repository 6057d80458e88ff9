"""Every private text, name and address carries a marker, and nobody finds one that is not for them. Anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from io import StringIO

import pghistory
import pytest
import redis
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.management import call_command
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client
from django.urls import reverse

from activity.models import Encouragement, Event
from activity.tasks import sweep
from coaching.actions import end_relationship
from coaching.history import KINDS
from config.admin_site import site
from config.celery import app
from notifications.models import Notification
from notifications.sending import send_due
from profiles import audience
from profiles.invitations import invite_many
from profiles.models import Person
from profiles.search import MOST_FOUND, people_found
from sessions_app.querysets import PrivateNoteQuerySet
from tests.access.listening import heard
from tests.access.matrix import ACCOUNT, ACCOUNT_KWARGS, STAFF
from tests.access.private import PEOPLE, PREFIX, World
from tests.access.starts import starts
from tests.access.test_matrix import client_of
from tests.access.walking import Seen, look, sparing, walk
from tests.admin.pages import addresses, body
from tests.make import NOW, D

pytestmark = pytest.mark.django_db
FACTS = ("name of", "e-mail of", "position of")
"""What is marked of a person: it may be known to more people than there are pages for."""
FEW = {"profiles_person_history": 2, "profiles_person_delete": 2, "coaching_relationship_history": 2}
"""Of pages that say nothing of the row but its name, not everybody's."""
HOSTILE = "'\"><script>alert(1)</script>{{ 7 }}%s"


def one_of_each() -> set[str]:
    """Where it is asked who can see something: for each kind one row of each pair, as a draft and shared."""
    found: dict[tuple, str] = {}
    for word, kind in audience.KINDS.items():
        for row in kind.model.objects.order_by("pk"):
            alike = (word, row.coachee_id, getattr(row, "coach_id", 0), getattr(row, "shared_at", NOW) is None)
            found.setdefault(alike, reverse("who-can-see", args=[word, row.pk]))
    return set(found.values())


def followed() -> Callable[[str], bool]:
    """What is followed: all on the site, but of much that is alike a few. Admin's own pages have tests of their own."""
    asked, few = one_of_each(), sparing()

    def follows(address: str) -> bool:
        elsewhere = address.startswith(("/admin/", "/static/")) and address != "/admin/"
        return not elsewhere and (not address.startswith("/who-can-see/") or address in asked) and few(address)

    return follows


def found_by(world: World, who: str, client: Client | None = None, at: Iterable[str] = ()) -> set[str]:
    """What the markers mark that this person finds on the site; or from some pages on."""
    return marked_in(world, walk(client or client_of(world.cast, who), at or starts(world), followed()))


def marked_in(world: World, pages: Iterable[Seen]) -> set[str]:
    """What is marked in answers that are no errors, in bodies and headers alike."""
    pages = list(pages)
    assert {page.address: page.status for page in pages if page.status >= 500} == {}
    return {mark.what for page in pages for mark in world.in_text(page.text + page.headers)}


def for_(world: World, who: str) -> set[str]:
    return {mark.what for mark in world.marks if who in mark.may}


def test_everything_is_marked_once(world: World):
    """A model or a field for texts that is added later must be marked, or these tests are blind to it."""
    assert len({mark.what for mark in world.marks}) == len(world.marks) > 300
    assert all(mark.see <= mark.may for mark in world.marks)


def test_the_guard_is_not_blind(world: World, monkeypatch: pytest.MonkeyPatch):
    """The control: where one list forgets its filter, a coach finds what is another coach's."""
    assert found_by(world, "outsider_coach", at=["/notes/"]) <= for_(world, "outsider_coach")
    monkeypatch.setattr(PrivateNoteQuerySet, "visible_to", lambda notes, viewer: notes.all())
    assert found_by(world, "outsider_coach", at=["/notes/"]) - for_(world, "outsider_coach")


@pytest.mark.parametrize("who", ["coach", "coachee", "former_coach", "delivery_manager", "admin"])
def test_search_knows_names_and_addresses_and_no_other_word(who: str, world: World):
    viewer = Person.objects.with_roles().get(pk=getattr(world.cast, who).pk)
    by_person = {getattr(world.cast, one).pk: one for one in PEOPLE}
    everybody: set[str] = set()
    for mark in world.marks:
        found = {by_person[one.pk] for one in people_found(mark.text, viewer, NOW, limit=MOST_FOUND)}
        fact, _of, person = mark.what.partition(" of ")
        allowed = {person} if fact in ("name", "e-mail") and who in mark.may else set()
        assert found <= allowed, mark.what
        everybody |= found
    assert who in everybody
    assert len(everybody) > 1 or who == "former_coach"


@pytest.mark.parametrize("who", ["coach", "coachee", "delivery_manager", "anonymous"])
def test_forms_that_are_refused_tell_nothing(who: str, world: World):
    client = client_of(world.cast, who)
    ids = {"with": world.cast.outsider.pk, "pk": world.cast.outsider.pk, "login": HOSTILE, "email": HOSTILE}
    for name in [name for name in ACCOUNT if name != "account_logout"]:
        for values in ({}, ids):
            response = client.post(reverse(name, kwargs=ACCOUNT_KWARGS.get(name)), values)
            assert response.status_code < 500
            assert not {mark.what for mark in world.in_text(response.text)} - for_(world, who), name


@pytest.mark.parametrize("who", sorted(STAFF))
def test_the_admin_shows_names_and_addresses_and_no_text(who: str, world: World):
    client = client_of(world.cast, who)
    answers = [client.get(url) for url in _admin_pages(client)] + list(_refused(client, world))
    assert not [answer.request["PATH_INFO"] for answer in answers if answer.status_code >= 500]
    found = {mark.what for answer in answers for mark in world.in_text(body(answer))}
    assert found - for_(world, who) == set()
    assert {f"{what} {person}" for person in PEOPLE for what in ("name of", "e-mail of", "position of")} <= found
    assert {mark.what for mark in world.marks if "of the manager of" in mark.what} <= found


def _admin_pages(client: Client) -> list[str]:
    """All of them; lists also with each choice of each filter and with a search; suggestions for each field."""
    pages = [url for name, urls in addresses().items() if name != "logout" for url in urls[: FEW.get(name)]]
    pages += [f"/admin/history/?kind={kind}" for kind in KINDS]
    for model, admin in site._registry.items():
        named = {"app_label": model._meta.app_label, "model_name": model._meta.model_name}
        url = reverse(f"admin:{named['app_label']}_{named['model_name']}_changelist")
        listed = client.get(url).context["cl"]
        pages += [f"{url}?q={PREFIX}", f"{url}?all=", f"{url}?o=1.-2"]
        pages += [
            url + choice["query_string"]
            for spec in listed.filter_specs
            for choice in spec.choices(listed)
            if "query_string" in choice
        ]
        for field in admin.autocomplete_fields:
            asked = "&".join(f"{key}={value}" for key, value in {**named, "field_name": field}.items())
            pages += [f"/admin/autocomplete/?{asked}&term={term}" for term in ("", PREFIX)]
    return pages


def _refused(client: Client, world: World) -> Iterator:
    """Answers to forms sent empty, and with every field full of what does not belong there; nothing is kept."""
    other = world.cast.outsider.pk
    names = ("name", "email", "coach", "coachee", "program", "package", "starts_on", "timezone", "delivery_manager")
    action = {"action": "assign_coach", "_selected_action": [other], "index": "0"}
    for url in [url for name, urls in addresses().items() if name != "logout" for url in urls[:1]]:
        for values in ({}, dict.fromkeys(names, HOSTILE), dict.fromkeys(names, other), action):
            with transaction.atomic():
                yield client.post(url, values)
                transaction.set_rollback(True)


def test_what_admins_do_is_logged_without_texts(world: World):
    client, cast = client_of(world.cast, "admin"), world.cast
    client.post("/admin/coaching/relationship/add/", {"coach": cast.stranger_coach.pk, "coachee": cast.coachee.pk})
    client.post(reverse("admin:coaching_relationship_end", args=[cast.relationship.pk]))
    kept = [f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all()]
    assert len(kept) == 2
    assert not {mark.what for line in kept for mark in world.in_text(line)} - for_(world, "admin")


def test_the_history_of_changes_holds_no_word_and_no_address(world: World):
    Person.objects.update(email=Concat("email", Value(".other")), is_active=False)
    end_relationship(relationship=world.cast.relationship, by=world.cast.admin, now=NOW)
    tables = pghistory.core.event_models()
    kept = json.dumps([list(model.objects.values()) for model in tables], default=str)
    assert all(model.objects.exists() for model in tables if model.__name__ != "RelationshipReviewEvent")
    assert world.in_text(kept) == []


def test_mails_hold_what_their_readers_may_know(world: World):
    for who in PEOPLE:
        getattr(world.cast, who).refresh_from_db()
        Client().post("/accounts/password/reset/", {"email": getattr(world.cast, who).email})
    assert len(mail.outbox) > 5
    by_email = {getattr(world.cast, who).email: who for who in PEOPLE}
    for sent in mail.outbox:
        written = f"{sent.subject} {sent.body} {sent.alternatives} {sent.extra_headers}"
        assert not {mark.what for mark in world.in_text(written)} - for_(world, by_email[sent.to[0]])


def test_mails_of_notices_hold_no_text_and_only_names_their_readers_know(world: World):
    invite_many([getattr(world.cast, who).pk for who in PEOPLE], world.cast.admin, NOW)
    waiting = Notification.objects.count()
    assert waiting > 40
    assert send_due(NOW + D) > waiting / 2
    by_email = {Person.objects.get(pk=getattr(world.cast, who).pk).email: who for who in PEOPLE}
    for sent in mail.outbox:
        written = f"{sent.subject} {sent.body} {sent.extra_headers}"
        found = {mark.what for mark in world.in_text(written)}
        assert {what for what in found if not what.startswith(("name of", "credential’s title of"))} == set()
        invited_by = {"name of admin"}  # an invitation says from whom it comes
        assert found - invited_by <= for_(world, by_email[sent.to[0]])


def test_the_log_of_an_evaluation_tells_nothing(world: World):
    """What pages write into logs is looked at where all of them are walked."""
    with heard() as logged:
        client_of(world.cast, "coach").get(f"/people/{world.cast.outsider.pk}/")
        call_command("evaluate_encouragements", stdout=StringIO(), stderr=StringIO())
    assert logged
    assert not world.in_text("\n".join(logged))


def test_the_queue_carries_ids_only(world: World):
    if not settings.REDIS_URL.startswith(("redis:", "rediss:")):
        pytest.skip("no Redis here: Celery uses files")
    queue = redis.Redis.from_url(settings.REDIS_URL)
    app.send_task(sweep.name)
    app.send_task("activity.tasks.sweep_shard", args=[0, 1])
    held = [_value(queue, key) for key in queue.keys("*")]
    assert any("activity.tasks.sweep_shard" in value for value in held)
    assert not world.in_text("".join(held))
    queue.delete("celery")


def _value(queue: redis.Redis, key: bytes) -> str:
    read = {
        b"list": lambda: queue.lrange(key, 0, -1),
        b"set": lambda: queue.smembers(key),
        b"hash": lambda: queue.hgetall(key),
    }
    return f"{key!r} {read.get(queue.type(key), lambda: queue.get(key))()!r}"


def test_what_is_open_is_printed_with_addresses_and_no_text(world: World):
    for arguments in (["--json"], [], ["--at", NOW.isoformat()], ["--at", NOW.isoformat(), "--json"]):
        out, err = StringIO(), StringIO()
        call_command("evaluate_encouragements", *arguments, stdout=out, stderr=err)
        printed = {mark.what for mark in world.in_text(out.getvalue() + err.getvalue())}
        assert {what for what in printed if not what.startswith(FACTS)} == set()
    assert "e-mail of coachee" in printed


def test_actions_and_encouragements_are_kept_without_what_was_written(world: World):
    kept = json.dumps(
        [list(Event.objects.values()), list(Encouragement.objects.values("rule", "subject", "facts"))], default=str
    )
    texts = {mark.what for mark in world.in_text(kept)}
    assert texts  # the titles of surveys that are open, and nothing else
    assert {what for what in texts if not what.startswith("open survey of")} == set()


def test_the_end_of_a_relationship_is_the_end_of_seeing(world: World):
    """In the session that is open: what remains are the coach's own notes, and whom they still coach."""
    client, person = client_of(world.cast, "coach"), f"/people/{world.cast.coachee.pk}/"
    pages = [
        "/",
        "/coachees/",
        "/notes/",
        person,
        *(f"{person}{tab}/" for tab in ("sessions", "assignments", "assessments", "observations", "messages")),
    ]
    before = marked_in(world, [look(client, page) for page in pages])
    end_relationship(relationship=world.cast.relationship, by=world.cast.admin, now=NOW)
    after = found_by(world, "coach", client, pages)
    left = {what for what in after if what.endswith((" of coachee", "coach and coachee", "days ago"))}
    left -= {what for what in left if " of resource " in what}  # of their own library, which stays theirs
    agreed = {"name of coachee", "e-mail of coachee"}  # to stand in the log of hours
    assert left == {*_own_notes(world, "coach", "coachee"), *agreed}
    assert "message of the coachee of coach and coachee" in before - after
    kept = {mark.what for mark in world.marks if "coachee" in mark.see and "coach and coachee" in mark.what}
    assert kept <= found_by(world, "coachee", at=pages)


def _own_notes(world: World, coach: str, coachee: str) -> set[str]:
    """As they stand: what they said before is shown while the relationship runs."""
    marked = {mark.what for mark in world.marks if mark.what.startswith("private note on")}
    return {what for what in marked if what.endswith(f" of {coach} and {coachee}")}


@pytest.mark.parametrize("how", ["deactivated", "role", "password"])
def test_a_right_that_is_withdrawn_is_gone_in_the_open_session(how: str, world: World):
    coach, client = world.cast.coach, client_of(world.cast, "coach")
    paths = ["/coachees/", *(f"/people/{world.cast.coachee.pk}/{tab}" for tab in ("", "sessions/", "messages/"))]
    assert {client.get(path).status_code for path in paths} == {200}
    if how == "deactivated":
        Person.objects.filter(pk=coach.pk).update(is_active=False)
    elif how == "password":
        coach.set_password("another password altogether")
        coach.save(update_fields=["password"])
    else:
        coach.role_grants.update(ended_at=NOW)
    assert {client.get(path).status_code for path in paths} == {404 if how == "role" else 302}
    found = found_by(world, "coach", client, ["/", *paths])
    about_others = {what for what in found if not what.endswith(" of coach")}
    assert {what for what in about_others if not what.startswith("name of")} == set()
    assert bool(found) == (how == "role")  # their own profile, and on it whom they coach
