"""Who can see this? Exactly those whose pages show it, by name, and nobody is told who may not ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.models import Observation, Rubric, RubricVersion
from coaching.models import Relationship
from profiles.audience import KINDS, audience_or_404
from profiles.models import Person
from tests.access.private import LOOKING
from tests.cast import Cast
from tests.make import (
    NOW,
    D,
    ago,
    make_assignment,
    make_goal,
    make_message,
    make_micro_goal,
    make_person,
    make_private_note,
    make_reflection,
    make_relationship,
    make_review,
    make_session,
    make_shared_note,
    make_survey,
    make_takeaway,
)
from tests.profiles.reading import words

PAGES = ("", "sessions/", "messages/", "assignments/", "goals/", "observations/", "assessments/")


@pytest.fixture
def asked(client: Client, clock):
    """`asked(viewer, kind, row)`: the words of the page; empty where there is none."""

    def fetch(viewer, kind, row) -> str:
        client.force_login(viewer)
        response = client.get(f"/who-can-see/{kind}/{row.pk}/")
        assert response.status_code in (200, 404)
        return words(response.text.split("<h1>")[1].split("</main>")[0]) if response.status_code == 200 else ""

    return fetch


def past_session(cast: Cast, **fields):
    return make_session(**{"coach": cast.coach, "coachee": cast.coachee, "starts_at": ago(days=6), **fields})


def observation(cast: Cast, title: str, **fields) -> Observation:
    rubric = Rubric.objects.create(name=title)
    version = RubricVersion.objects.create(rubric=rubric, number=1, published_at=ago(days=90))
    written = {"observed_on": date(2026, 11, 1), "strengths": title, "version": version}
    return Observation.objects.create(coach=cast.coach, coachee=cast.coachee, **written, **fields)


def texts(cast: Cast) -> Iterator[tuple[str, str, Model]]:
    """One text of every kind and state between Amara, Maya and the coach who was, each with a word of its own."""
    coachee = cast.coachee
    for number, coach in enumerate((cast.coach, cast.former_coach, cast.co_coach)):
        pair, own = {"coach": coach, "coachee": coachee}, f"of{number}"
        session = past_session(cast, coach=coach, starts_at=NOW - (40 + number) * D, status="occurred")
        other = past_session(cast, coach=coach, starts_at=NOW - (50 + number) * D, status="occurred")
        yield "private_note", f"private{own}", make_private_note(session=session, text=f"private{own}")
        yield "shared_note", f"note{own}", make_shared_note(session=session, text=f"note{own}")
        yield "micro_goal", f"micro{own}", make_micro_goal(session=session, text=f"micro{own}")
        yield "micro_goal", f"plan{own}", make_micro_goal(session=other, text=f"plan{own}", shared=False)
        yield "takeaway", f"takeaway{own}", make_takeaway(session=session, text=f"takeaway{own}")
        yield "takeaway", f"sketch{own}", make_takeaway(session=other, text=f"sketch{own}", shared=False)
        yield "message", f"letter{own}", make_message(**pair, text=f"letter{own}")
        yield "assignment", f"task{own}", make_assignment(**pair, title=f"task{own}")
    yield "goal", "longterm", make_goal(coachee=coachee, title="longterm")
    yield "reflection", "thought", make_reflection(coachee=coachee, text="thought")
    yield "reflection", "secret", make_reflection(coachee=coachee, prompt="?", text="secret", shared=False)
    yield "observation", "observed", observation(cast, "observed", shared_at=ago(days=2))
    yield "observation", "drafted", observation(cast, "drafted")
    yield "survey", "surveyed", make_survey(coachee=coachee, title="surveyed", completed_at=ago(days=1))
    closed = {"closed_at": ago(days=1), "closed_by": "admin", "close_reason": "reviewed"}
    yield "review", "reviewed", make_review(coachee=coachee, **closed)


def signed_in(person: Person | None) -> Client:
    """Nobody is somebody who is signed out."""
    client = Client()
    if person is not None:
        client.force_login(person)
    return client


def everything_shown_to(client: Client, cast: Cast) -> str:
    """All pages on which something of Amara's could stand, as this visitor gets them."""
    coaches = (cast.coach, cast.former_coach, cast.co_coach)
    addresses = [f"/people/{cast.coachee.pk}/{page}" for page in PAGES] + ["/notes/"]
    addresses += [f"/people/{cast.coachee.pk}/messages/?with={coach.pk}" for coach in coaches]
    answers = [client.get(address) for address in addresses]
    return " ".join(answer.text for answer in answers if answer.status_code == 200)


def test_it_lists_exactly_those_whose_pages_show_it(cast: Cast, clock):
    written = list(texts(cast))
    assert {kind for kind, _text, _row in written} == set(KINDS)
    clients = {who: signed_in(getattr(cast, who, None)) for who in LOOKING}
    shown = {who: everything_shown_to(client, cast) for who, client in clients.items()}
    for kind, text, row in written:
        reading = {who for who in LOOKING if text in shown[who]}
        assert reading, f"the guard is blind: nobody's page shows {text}"
        for who in LOOKING:
            person = getattr(cast, who, None)
            if who in reading:
                listed = {one.person for one in audience_or_404(kind, row.pk, person, NOW).readers}
                assert listed == {getattr(cast, one) for one in reading}, (kind, text, who)
            elif person is not None:
                assert clients[who].get(f"/who-can-see/{kind}/{row.pk}/").status_code in (404, 302), (kind, text, who)


def test_a_private_note_is_its_authors_alone(cast, asked):
    note = make_private_note(session=past_session(cast))
    said = asked(cast.coach, "private_note", note)
    assert said.startswith("Who can see this private note? MC Maya Castellanos (you) wrote it It stays yours alone")
    assert "Nobody else can: not Amara Okafor, no other coach, admin, sponsor or delivery manager." in said
    Relationship.objects.filter(coach=cast.coach).update(ended_at=ago(days=1))
    assert asked(cast.coach, "private_note", note).startswith("Who can see this private note? MC Maya")


def test_a_conversation_is_the_pairs_and_the_coachee_reads_who_no_longer_can(cast, asked):
    said = asked(cast.coach, "message", make_message(coach=cast.coach, coachee=cast.coachee))
    assert "AO Amara Okafor coachee MC Maya Castellanos (you) coach since 5 May Nobody else can" in said
    assert "Admins and delivery managers see that and when a message was sent, never what it says." in said
    old = make_message(coach=cast.former_coach, coachee=cast.coachee, sent_at=ago(days=60))
    said = asked(cast.coachee, "message", old)
    assert "AO Amara Okafor (you) coachee Felix Former coached you until 22 Oct and can no longer read it." in said
    assert asked(cast.former_coach, "message", old) == ""


def test_a_draft_says_who_will(cast, asked):
    draft = make_takeaway(session=past_session(cast), shared=False)
    said = asked(cast.coachee, "takeaway", draft)
    assert "Okafor (you) coachee It is a draft. Once you share it, the coach of that session can read it." in said
    assert asked(cast.coach, "takeaway", draft) == ""
    secret = make_reflection(coachee=cast.coachee, shared=False)
    assert "It is private: your coaches see the prompt" in asked(cast.coachee, "reflection", secret)


def test_co_coaches_know_of_each_other_where_both_read(cast, asked):
    said = asked(cast.coach, "goal", make_goal(coachee=cast.coachee))
    assert "Cornelia Cole coach since 5 May MC Maya Castellanos (you)" in said
    assert "Felix" not in said
    assert "Your former coaches can no longer read it." in asked(cast.coachee, "goal", cast.coachee.goals.get())


@pytest.mark.parametrize("which", ["deactivated", "no_access", "ended"])
def test_a_right_that_is_gone_is_gone_from_the_list(which, cast, asked):
    goal = make_goal(coachee=cast.coachee)
    assert "Cornelia" in asked(cast.coachee, "goal", goal)
    if which == "deactivated":
        Person.objects.filter(pk=cast.co_coach.pk).update(is_active=False)
    elif which == "no_access":
        cast.co_coach.role_grants.update(ended_at=NOW)
    else:
        Relationship.objects.filter(coach=cast.co_coach).update(ended_at=NOW)
    assert "Cornelia" not in asked(cast.coachee, "goal", goal)


def test_htmx_gets_a_dialog_and_odd_addresses_nothing(cast, client: Client, clock):
    client.force_login(cast.coachee)
    goal = make_goal(coachee=cast.coachee)
    answer = client.get(f"/who-can-see/goal/{goal.pk}/", headers={"HX-Request": "true"})
    assert answer.text.startswith("<dialog")
    for odd in (f"unicorn/{goal.pk}", "goal/0", f"goal/{2**70}", f"__class__/{goal.pk}", f"Goal/{goal.pk}"):
        assert client.get(f"/who-can-see/{odd}/").status_code == 404


def test_twenty_coaches_cost_as_many_queries_as_one(cast, client: Client, clock):
    client.force_login(cast.coachee)
    goal = make_goal(coachee=cast.coachee)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/who-can-see/goal/{goal.pk}/").status_code == 200
        return len(found)

    one = queries()
    for _number in range(20):
        make_relationship(coach=make_person(roles=["coach"]), coachee=cast.coachee)
    assert queries() == one
