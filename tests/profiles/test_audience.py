"""Who can see this? Exactly those whose pages show it, by name, and nobody is told who may not ask."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.make import NOW, ago, make_message, make_private_note, make_reflection, make_session, make_takeaway
from tests.profiles.reading import words


@pytest.fixture
def asked(client: Client, clock):
    """`asked(viewer, kind, row)`: the words of the page; empty where there is none."""

    def fetch(viewer, kind, row) -> str:
        client.force_login(viewer)
        response = client.get(f"/who-can-see/{kind}/{row.pk}/")
        assert response.status_code in (200, 404)
        return words(response.text.split("<h1>")[1].split("</main>")[0]) if response.status_code == 200 else ""

    return fetch


def past_session(cast, **fields):
    return make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=6), status="occurred", **fields)


def test_a_private_note_is_its_authors_alone(cast, asked):
    note = make_private_note(session=past_session(cast))
    said = asked(cast.coach, "private_note", note)
    assert said.startswith("Who can see this private note? MC Maya Castellanos (you) wrote it It stays yours alone")
    assert "Nobody else can: not Amara Okafor, no other coach, admin, sponsor or delivery manager." in said
    for other in (cast.coachee, cast.co_coach, cast.admin, cast.delivery_manager, cast.sponsor):
        assert asked(other, "private_note", note) == ""
