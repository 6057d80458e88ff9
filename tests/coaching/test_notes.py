"""What remains with a former coach: their own private notes, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client

from coaching.models import Relationship
from coaching.notes import PAGE_SIZE
from tests.make import ago, make_private_note, make_relationship, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def notes(client: Client, clock):
    """`notes(viewer)`: their page as text."""

    def page(viewer, query: str = "") -> str:
        client.force_login(viewer)
        response = client.get(f"/notes/{query}")
        assert response.status_code == 200
        return " ".join(response.content.decode().split())

    return page


def former_session(cast, **when):
    """A session Amara had with the coach who no longer coaches her."""
    return make_session(
        coach=cast.former_coach, coachee=cast.coachee, starts_at=ago(**(when or {"days": 40})), status="occurred"
    )


def test_a_former_coach_keeps_reading_their_own_notes_without_the_profile(cast, notes):
    make_private_note(session=former_session(cast), text="**Strong** on delegation")
    page = notes(cast.former_coach)
    assert "<strong>Strong</strong> on delegation" in page
    assert "Amara Okafor" in page
    assert "Mon 12 Oct, 12:00" in page
    assert f"/people/{cast.coachee.pk}/" not in page


def test_nobody_else_reads_them(cast, notes):
    make_private_note(session=former_session(cast), text="SEALED")
    for viewer in (cast.coachee, cast.coach, cast.co_coach, cast.admin, cast.superuser, cast.delivery_manager):
        page = notes(viewer)
        assert "SEALED" not in page
        assert "No notes here" in page


def test_notes_on_people_one_coaches_now_are_on_their_profiles_instead(cast, notes):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=9), status="occurred")
    make_private_note(session=session, text="CURRENT")
    assert "CURRENT" not in notes(cast.coach)
    Relationship.objects.filter(coach=cast.coach).update(ended_at=ago(days=1))
    assert "CURRENT" in notes(cast.coach)
    make_relationship(coach=cast.coach, coachee=cast.coachee, started_at=ago(hours=1))
    assert "CURRENT" not in notes(cast.coach)


def test_the_list_of_coachees_links_to_them_only_when_there_are_any(cast, client, clock):
    client.force_login(cast.former_coach)
    assert "/notes/" not in client.get("/coachees/").content.decode()
    make_private_note(session=former_session(cast))
    assert 'href="/notes/"' in client.get("/coachees/").content.decode()


def test_a_long_history_is_paged_from_the_latest(cast, notes):
    for number in range(PAGE_SIZE + 2):
        session = former_session(cast, days=40 + number)
        make_private_note(session=session, text=f"note-{number:02}.", written_at=session.ends_at)
    first = notes(cast.former_coach)
    assert first.index("note-00.") < first.index("note-01.")
    assert "note-20." not in first
    older = first.split('href="?before=')[1].split('"')[0]
    second = notes(cast.former_coach, f"?before={older}")
    assert "note-19." not in second
    assert "note-20." in second
    assert "note-21." in second


@pytest.mark.parametrize("query", ["?before=%00", "?before=" + "9" * 999, "?before=99999999999999999.1", "?after=x"])
def test_odd_places_start_over(cast, notes, query):
    assert "No notes here" in notes(cast.former_coach, query)


def test_markdown_cannot_carry_a_script(cast, notes):
    make_private_note(session=former_session(cast), text="<script>alert(1)</script>[x](javascript:alert(1))")
    page = notes(cast.former_coach)
    assert "<script>alert" not in page
    assert 'href="javascript' not in page


def test_as_many_queries_for_many_notes_as_for_one(cast, client, clock, django_assert_num_queries):
    client.force_login(cast.former_coach)
    make_private_note(session=former_session(cast))
    with django_assert_num_queries(3):
        client.get("/notes/")
    for number in range(PAGE_SIZE):
        make_private_note(session=former_session(cast, days=50 + number))
    with django_assert_num_queries(3):
        client.get("/notes/")
