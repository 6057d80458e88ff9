"""Random deeds of random people, through the verbs and some through their pages, and what they should come to.

Each takes the world and two numbers and a choice to pick whom and what it is about, and does nothing where there is
nothing of the kind. What is refused is checked here; what was done is noted in the world's naive list.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.http import Http404
from django.urls import reverse

from activity.mirror_actions import reason_given, say_not_relevant, take_back_not_relevant
from activity.models import Encouragement
from assignments import giving, library_actions, reflection_actions, thread_actions
from assignments.models import Assignment, Reflection, Resource, ResourceView, Response, Suggestion
from coaching.actions import assign_coach, end_relationship
from coaching.message_actions import EndedError, send_message
from coaching.models import Message, Relationship
from profiles.actions import RefusedError
from profiles.models import OF_THE_COACHEE
from sessions_app import written_actions
from sessions_app.models import Session
from tests.between.world import MINUTE, Done, Pair, World, quietly
from tests.make import D

Deed = Callable[[World, int, int, bool], None]


def _pair(world: World, number: int) -> Pair:
    pair = world.people.pairs[number % len(world.people.pairs)]
    world.concerned = pair[1]
    return pair


def _one(world: World, kind: str, number: int) -> tuple[int, Any] | tuple[None, None]:
    rows = sorted(world.kept(kind).items())
    return rows[number % len(rows)] if rows else (None, None)


# Messages -----------------------------------------------------------------------------------------


def message(world: World, a: int, b: int, by_coachee: bool) -> None:
    """Half of them by the page."""
    pair = _pair(world, a)
    by, text = pair[by_coachee], world.text(world.of_pair(pair))
    send = _send_on_page if b % 2 else _send
    before = Message.objects.count()
    sent = send(world, pair, by, text)
    assert sent == (pair in world.running)
    assert Message.objects.count() == before + sent
    if not sent:
        world.nobody(text)
    elif by_coachee:
        row = Message.objects.get(text=text)
        assert world.now <= row.sent_at < world.now + timedelta(seconds=1)
        world.done["sent_message", row.pk] = Done("sent_message", pair[1], pair[0], row.sent_at, text)


def _send(world: World, pair: Pair, by: int, text: str) -> bool:
    words = {"coach_id": pair[0], "coachee_id": pair[1], "by": world.person(by), "now": world.now, "text": text}
    return quietly(lambda: send_message(**words), EndedError)


def _send_on_page(world: World, pair: Pair, by: int, text: str) -> bool:
    partner = pair[0] if by == pair[1] else pair[1]
    path = f"{reverse('person-messages', args=[pair[1]])}?with={partner}"
    return world.post(world.client(by), path, {"text": text}).status_code == 302


# Assignments --------------------------------------------------------------------------------------


def give(world: World, a: int, b: int, with_resource: bool) -> None:
    pair = _pair(world, a)
    title = world.text(world.of_pair(pair))
    resources = _givable(world, pair[0])[:1] if with_resource else []
    written = giving.Written(title=title, resources=resources)
    words = {"by": world.person(pair[0]), "coachees": [pair[1]], "written": written, "now": world.now}
    made: list = []
    day = (world.now + 9 * D).date()
    given = quietly(lambda: made.append(giving.give(**words, due_on=day)), giving.NotCoachedError)
    assert given == (pair in world.running)
    if given:
        row = SimpleNamespace(pair=pair, archived=False, done=False, resources=resources)
        world.kept("assignment")[made[0].pk] = row
    else:
        world.nobody(title)


def respond(world: World, a: int, b: int, by_coachee: bool) -> None:
    pk, given = _one(world, "assignment", a)
    if given is None:
        return
    world.concerned = given.pair[1]
    text, by = world.text(world.of_pair(given.pair)), given.pair[by_coachee]
    words = {"given": Assignment.objects.get(pk=pk), "by": world.person(by), "now": world.now, "form_id": ""}
    done = quietly(lambda: thread_actions.respond(**words, text=text), thread_actions.NotNowError, Http404)
    assert done == (given.pair in world.running and not given.archived)
    if not done:
        world.nobody(text)
    elif by_coachee:
        row = Response.objects.get(text=text)
        world.kept("response")[row.pk] = SimpleNamespace(given=given, at=row.responded_at, text=text)
        kind = "responded_to_assignment"
        world.done[kind, row.pk] = Done(kind, given.pair[1], given.pair[0], row.responded_at, text)


def edit_response(world: World, a: int, b: int, _choice: bool) -> None:
    pk, row = _one(world, "response", -1 - a)
    if row is None:
        return
    world.concerned = row.given.pair[1]
    text = world.text(world.of_pair(row.given.pair))
    response = Response.objects.get(pk=pk)
    words = {"response": response, "by": world.person(world.concerned), "now": world.now, "version": response.version}
    done = quietly(lambda: thread_actions.edit_response(**words, text=text), RefusedError, Http404)
    in_time = world.now < row.at + 15 * MINUTE
    assert done == (in_time and row.given.pair in world.running and not row.given.archived)
    world.nobody(row.text if done else text)
    if done:
        row.text = text
        deed = world.done["responded_to_assignment", pk]
        deed.quote, deed.edited = text, True


def done_or_not(world: World, a: int, b: int, done: bool) -> None:
    """Marks as done, or reopens."""
    pk, given = _one(world, "assignment", a)
    if given is None:
        return
    world.concerned = given.pair[1]
    words = {"given": Assignment.objects.get(pk=pk), "by": world.person(given.pair[1]), "now": world.now}
    verb = thread_actions.mark_done if done else thread_actions.reopen
    changed = quietly(lambda: verb(**words), thread_actions.NotNowError, Http404)
    assert changed == (given.pair in world.running and not given.archived)
    if not changed or given.done == done:
        return
    given.done, kind = done, "completed_assignment"
    if done:
        world.done[kind, pk] = Done(kind, given.pair[1], given.pair[0], world.now)
    else:
        del world.done[kind, pk]


def archive(world: World, a: int, b: int, away: bool) -> None:
    """Puts away, or takes out again; by the page, which a former coach no longer has."""
    pk, given = _one(world, "assignment", a)
    if given is None:
        return
    world.concerned = given.pair[1]
    path = reverse("assignment-archived" if away else "assignment-restored", args=[pk])
    runs = given.pair in world.running
    assert world.post(world.client(given.pair[0]), path, {}).status_code == (302 if runs else 404)
    if runs:
        given.archived = away


# The library --------------------------------------------------------------------------------------


def add_resource(world: World, a: int, b: int, private: bool) -> None:
    owner = world.people.coaches[a % 2]
    row = SimpleNamespace(owner=owner.pk, private=private)
    title = world.text(lambda pk: _sees(world, row, pk))
    fields = {"title": title, "url": "https://example.org/", "audience": "private" if private else "everybody"}
    words = {"kind": "link", "fields": fields, "file": None, "by": world.person(owner.pk), "form_id": ""}
    made = library_actions.add_resource(**words, now=world.now)
    row.pk = made.pk
    world.kept("resource")[made.pk] = row


def _sees(world: World, row: SimpleNamespace, pk: int) -> bool:
    suggested = any(one.resource == row.pk and one.pair[1] == pk for one in world.kept("suggestion").values())
    given = any(row.pk in one.resources and world.of_pair(one.pair)(pk) for one in world.kept("assignment").values())
    return not row.private or row.owner == pk or suggested or given


def _givable(world: World, coach: int) -> list[int]:
    rows = world.kept("resource")
    return sorted((pk for pk, row in rows.items() if not row.private or row.owner == coach), reverse=True)


def suggest(world: World, a: int, b: int, back: bool) -> None:
    """Suggests a resource, or withdraws a suggestion."""
    if back:
        pk, row = _one(world, "suggestion", a)
        if row is not None:
            world.concerned = row.pair[1]
            library_actions.withdraw(suggestion=Suggestion.objects.get(pk=pk), now=world.now)
            del world.kept("suggestion")[pk]
        return
    pair = _pair(world, a)
    if not (givable := _givable(world, pair[0])):
        return
    resource, note = givable[b % len(givable)], world.text(world.of_pair(pair))
    stands = any((one.resource, one.pair) == (resource, pair) for one in world.kept("suggestion").values())
    words = {"coach": world.person(pair[0]), "coachees": [world.person(pair[1])], "note": note, "now": world.now}
    library = Resource.objects.get(pk=resource)
    made = quietly(lambda: library_actions.suggest(resource=library, form_id="", **words), RefusedError)
    assert made == (pair in world.running and not stands)
    if made:
        pk = Suggestion.objects.get(note=note).pk
        world.kept("suggestion")[pk] = SimpleNamespace(resource=resource, pair=pair)
    else:
        world.nobody(note)


def view(world: World, a: int, b: int, _choice: bool) -> None:
    """By the page: on to where the link leads. Once a minute."""
    resource, row = _one(world, "resource", a)
    if row is None:
        return
    viewer = world.people.coachees[b % 3].pk
    world.concerned = viewer
    answer = world.get(world.client(viewer), reverse("resource-open", args=[resource]))
    assert answer.status_code == (302 if _sees(world, row, viewer) else 404)
    kind, mine = "viewed_resource", [one for one in world.done.values() if one.coachee == viewer]
    lately = [one for one in mine if one.topic == resource and world.now - one.at < MINUTE]
    if answer.status_code == 302 and not lately:
        pk = ResourceView.objects.get(coachee=viewer, resource=resource, viewed_at=world.now).pk
        world.done[kind, pk] = Done(kind, viewer, None, world.now, topic=resource)


# Goals, takeaways, reflections --------------------------------------------------------------------


def write(world: World, a: int, b: int, choice: bool) -> None:
    """A goal or a takeaway: a draft, shared or taken back."""
    session = Session.objects.get(pk=world.people.sessions[a % 5])  # a few, so that they meet
    world.concerned = session.coachee_id
    written = written_actions.GOAL if choice else written_actions.TAKEAWAY
    over = session.status == "occurred" or (session.status == "scheduled" and session.ends_at <= world.now)
    ahead = session.status == "scheduled" and session.ends_at > world.now
    is_open = (ahead if choice else over) and (session.coach_id, session.coachee_id) in world.running
    row = world.kept(written.word).setdefault(session.pk, SimpleNamespace(text="", shared=False, written=False))
    (_share, _save, _back)[b % 3](world, session, written, row, is_open)


def _about(world: World, session: Session) -> dict[str, Any]:
    return {"session": session, "by": world.person(session.coachee_id), "now": world.now}


def _version(written: Any, session: Session) -> int:
    row = written.model.objects.filter(session=session).first()
    return row.version if row else written_actions.NOTHING_YET


def _put(world: World, session: Session, row: SimpleNamespace) -> str:
    pair = session.coach_id, session.coachee_id
    return world.text(lambda pk: pk == pair[1] or (row.shared and world.of_pair(pair)(pk)))


def _share(world: World, session: Session, written: Any, row: SimpleNamespace, is_open: bool) -> None:
    text = _put(world, session, row)
    words = {**_about(world, session), "shown": _version(written, session), "text": text}
    done = quietly(lambda: written_actions.share(written, **words), RefusedError)
    assert done == is_open
    world.nobody(row.text if done else text)
    if done:
        key = written.event, written.model.objects.get(session=session).pk
        if row.shared:
            world.done[key].quote, world.done[key].edited = text, True
        else:
            world.done[key] = Done(written.event, session.coachee_id, session.coach_id, world.now, text)
        row.text, row.shared, row.written = text, True, True


def _save(world: World, session: Session, written: Any, row: SimpleNamespace, is_open: bool) -> None:
    text = _put(world, session, row)
    words = {**_about(world, session), "shown": _version(written, session), "text": text}
    done = quietly(lambda: written_actions.save_text(written, **words), RefusedError)
    assert done == is_open
    world.nobody(row.text if done else text)
    if done:
        row.text, row.written = text, True
        if row.shared:
            key = written.event, written.model.objects.get(session=session).pk
            world.done[key].quote, world.done[key].edited = text, True


def _back(world: World, session: Session, written: Any, row: SimpleNamespace, is_open: bool) -> None:
    done = quietly(lambda: written_actions.take_back(written, **_about(world, session)), RefusedError)
    assert done == is_open
    if done and row.shared:
        row.shared = False
        del world.done[written.event, written.model.objects.get(session=session).pk]


def reflect(world: World, a: int, b: int, share: bool) -> None:
    """Answers a prompt, privately or not."""
    coachee = world.people.coachees[a % 3]
    world.concerned = coachee.pk
    row = SimpleNamespace(coachee=coachee.pk, shared=share)
    row.text = world.text(lambda pk: pk == coachee.pk or (row.shared and pk in world.coaches_of(coachee.pk)))
    words = {"prompt": 0, "words": f"Prompt {len(world.may)}", "text": row.text, "share": share, "form_id": ""}
    made = reflection_actions.submit_reflection(coachee=world.person(coachee.pk), now=world.now, **words)
    world.kept("reflection")[made.pk] = row
    kind = "submitted_reflection"
    world.done[kind, made.pk] = Done(kind, coachee.pk, None, world.now, row.text, closed=not share)


def reflect_again(world: World, a: int, b: int, choice: bool) -> None:
    """Edits a reflection, shares it, or takes it back."""
    pk, row = _one(world, "reflection", a)
    if row is None:
        return
    world.concerned = row.coachee
    reflection, deed = Reflection.objects.get(pk=pk), world.done["submitted_reflection", pk]
    if b % 2:
        old, row.text = row.text, world.text(world.may[row.text])
        words = {"version": reflection.version, "text": row.text, "now": world.now}
        assert reflection_actions.edit_reflection(reflection=reflection, **words)
        world.nobody(old)
        deed.quote, deed.edited = row.text, True
        return
    verb = reflection_actions.share_reflection if choice else reflection_actions.take_back_reflection
    assert verb(reflection=reflection, now=world.now) == (row.shared != choice)
    row.shared, deed.closed = choice, not choice


# Encouragements and relationships -----------------------------------------------------------------


def not_relevant(world: World, a: int, b: int, back: bool) -> None:
    """The coachee says why something does not concern them, or takes it back."""
    coachee = world.people.coachees[a % 3].pk
    world.concerned = coachee
    rows = Encouragement.objects.open(world.now).filter(coachee=coachee).select_related("relationship")
    if not (found := list(rows.order_by("rule", "subject", "pk"))):
        return
    one = found[b % len(found)]
    coach, old = one.relationship.coach_id, reason_given(one)
    if back:
        assert take_back_not_relevant(encouragement=one, now=world.now) == bool(old)
    else:
        of_all = one.rule in OF_THE_COACHEE
        pair = (coach, coachee)
        reason = world.text(
            lambda pk: world.of_pair(pair)(pk) or (of_all and pk in (coachee, *world.coaches_of(coachee)))
        )
        say_not_relevant(encouragement=one, reason=reason, shown=old, now=world.now)
    if old:
        world.nobody(old)


def end_or_resume(world: World, a: int, b: int, resume: bool) -> None:
    pair = _pair(world, a)
    if resume and pair not in world.running:
        coach, coachee = world.person(pair[0]), world.person(pair[1])
        assign_coach(coach=coach, coachee=coachee, by=world.people.admin, now=world.now)
        world.running.add(pair)
    elif not resume and pair in world.running:
        row = Relationship.objects.running(world.now).get(coach=pair[0], coachee=pair[1])
        assert end_relationship(relationship=row, by=world.people.admin, now=world.now)
        world.running.remove(pair)


DEEDS: dict[str, Deed] = {
    deed.__name__: deed
    for deed in (
        message,
        give,
        respond,
        edit_response,
        done_or_not,
        archive,
        add_resource,
        suggest,
        view,
        write,
        reflect,
        reflect_again,
        not_relevant,
        end_or_resume,
    )
}
