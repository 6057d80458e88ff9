"""A handover: both spells keep their dates, goals and open assignments go along, the rest stays sealed."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from activity.encouragement import engine
from activity.models import Event
from assignments.models import Assignment, Response
from coaching.actions import CoachingError, end_relationship
from coaching.handover import hand_over
from coaching.models import Goal, Message, Relationship
from sessions_app.models import PrivateNote, Session, SharedNote
from tests.cast import Cast
from tests.coaching.test_actions import at_once
from tests.coaching.test_ending import told
from tests.make import (
    NOW,
    D,
    H,
    make_assignment,
    make_coach,
    make_coachee,
    make_message,
    make_person,
    make_private_note,
    make_response,
    make_session,
    make_shared_note,
)


@pytest.fixture
def new(cast: Cast) -> Relationship:
    """Amara goes from Maya to Stina, with a history that could leak."""
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    met = make_session(**pair, starts_at=NOW - 5 * D, status="occurred")
    make_private_note(session=met, text="sealed private note")
    make_shared_note(session=met, text="sealed shared note")
    make_message(**pair, text="sealed message")
    make_response(assignment=make_assignment(**pair, title="Open task"), text="answer that goes along")
    make_assignment(**pair, title="Done task", completed_at=NOW - D)
    make_session(**pair, starts_at=NOW + D)
    Goal.objects.create(coachee=cast.coachee, title="Goal of Amara", set_by=cast.coach)
    engine.sweep(NOW - H)
    return hand_over(relationship=cast.relationship, to=cast.stranger_coach, by=cast.admin, now=NOW)


def test_one_spell_ends_where_the_next_begins(cast: Cast, new: Relationship) -> None:
    cast.relationship.refresh_from_db()
    assert (cast.relationship.ended_at, cast.relationship.ended_by) == (NOW, cast.admin)
    assert (new.coach, new.coachee, new.started_at, new.started_by) == (
        cast.stranger_coach,
        cast.coachee,
        NOW,
        cast.admin,
    )


def test_goals_and_open_assignments_go_along_with_their_responses(cast: Cast, new: Relationship) -> None:
    to, former = cast.stranger_coach, cast.coach
    assert [one.title for one in Goal.objects.visible_to(to, NOW)] == ["Goal of Amara"]
    assert {one.title for one in Assignment.objects.visible_to(to, NOW).of(cast.coachee)} == {"Open task"}
    assert {one.text for one in Response.objects.visible_to(to, NOW)} == {"answer that goes along"}
    assert Event.objects.get(kind="responded_to_assignment").coach == to
    assert Event.objects.get(kind="completed_assignment").coach == former
    assert not Assignment.objects.visible_to(former, NOW).of(cast.coachee).exists()


def test_notes_and_messages_of_the_former_coach_stay_sealed(cast: Cast, new: Relationship) -> None:
    to = cast.stranger_coach
    assert not Message.objects.visible_to(to, NOW).of(cast.coachee).exists()
    assert not SharedNote.objects.visible_to(to, NOW).of(cast.coachee).exists()
    assert not PrivateNote.objects.visible_to(to).exists()
    assert PrivateNote.objects.visible_to(cast.coach).count() == 1
    assert Message.objects.visible_to(cast.coachee, NOW).exists()


def test_no_page_shows_the_new_coach_a_sealed_word(cast: Cast, new: Relationship, client: Client, clock) -> None:
    client.force_login(cast.stranger_coach)
    names = ("person", "person-sessions", "person-assignments", "person-messages", "person-coaching")
    pages = [client.get(reverse(name, args=[cast.coachee.pk])) for name in names]
    assert {page.status_code for page in pages} == {200}
    assert "Open task" in "".join(page.text for page in pages)
    assert not [page for page in pages if "sealed" in page.text]


def test_the_former_coach_is_shut_out_in_the_same_open_session(cast: Cast, client: Client, clock) -> None:
    client.force_login(cast.coach)
    page = reverse("person", args=[cast.coachee.pk])
    assert client.get(page).status_code == 200
    hand_over(relationship=cast.relationship, to=cast.stranger_coach, by=cast.admin, now=NOW)
    assert client.get(page).status_code == 404
    assert client.post(reverse("relationship-handover", args=[cast.relationship.pk])).status_code == 404


def test_all_three_are_told_and_what_was_ahead_is_cancelled(cast: Cast, new: Relationship) -> None:
    assert told() == {
        ("Amara", "coach_changed", "Stina"),
        ("Stina", "coachee_assigned", "Amara"),
        ("Maya", "coachee_removed", "Amara"),
        ("Amara", "session_cancelled", "Maya"),
        ("Maya", "session_cancelled", "Amara"),
    }
    assert not Session.objects.filter(status="scheduled", starts_at__gt=NOW).exists()


def test_a_sweep_afterwards_finds_nothing_to_do(cast: Cast, new: Relationship) -> None:
    swept = engine.sweep(NOW)
    assert (swept.opened, swept.cleared) == (0, 0)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("coach", "is the coach already"),
        ("coachee", "their own coach"),
        ("co_coach", "already coaches"),
        ("manager", "does not have coaching access"),
    ],
)
def test_refused_where_it_cannot_be(cast: Cast, to: str, why: str) -> None:
    with pytest.raises(CoachingError, match=why):
        hand_over(relationship=cast.relationship, to=getattr(cast, to), by=cast.admin, now=NOW)
    assert Relationship.objects.running(NOW).filter(pk=cast.relationship.pk).exists()
    assert told() == set()


def test_what_has_ended_is_not_handed_over(cast: Cast) -> None:
    end_relationship(relationship=cast.relationship, by=cast.admin, now=NOW)
    with pytest.raises(CoachingError, match="ended already"):
        hand_over(relationship=cast.relationship, to=cast.stranger_coach, by=cast.admin, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_handing_over_and_removing_at_once_ends_it_once() -> None:
    coach, to, admin = make_coach(), make_coach(), make_person(roles=["admin"])
    coachee = make_coachee(coach=coach)
    spell = Relationship.objects.get()
    make_session(coach=coach, coachee=coachee, starts_at=NOW + D)
    turns = iter(range(8))

    def deed() -> object:
        if next(turns) % 2:
            return end_relationship(relationship=Relationship.objects.get(pk=spell.pk), by=admin, now=NOW)
        return hand_over(relationship=Relationship.objects.get(pk=spell.pk), to=to, by=admin, now=NOW)

    done = at_once(8, deed)
    ended = [one for one in done if one is True]
    moved = [one for one in done if isinstance(one, Relationship)]
    assert len(ended) + len(moved) == 1
    assert Relationship.objects.running(NOW).count() == len(moved)
    assert Session.objects.filter(status="scheduled").count() == 0
