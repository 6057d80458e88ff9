"""Joining: where a session meets, and from when until when the way there is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from sessions_app.joining import joinable, meeting_link
from sessions_app.models import Availability
from sessions_app.templatetags.joining import left_in_words
from tests.make import NOW, H, ahead, make_coachee, make_session


def pair(cast) -> dict:
    return {"coach": cast.coach, "coachee": cast.coachee}


def join_of(session) -> str:
    return reverse("session-join", args=[session.pk])


@pytest.mark.parametrize(
    ("minutes", "status", "opens"),
    [
        (11, "scheduled", False),
        (10, "scheduled", True),
        (-54, "scheduled", True),
        (-55, "scheduled", False),
        (5, "cancelled", False),
    ],
)
def test_open_from_ten_minutes_before_until_the_end(client, cast, clock, minutes, status, opens) -> None:
    session = make_session(**pair(cast), starts_at=ahead(minutes=minutes), status=status)
    assert joinable(session, NOW) == opens
    for person in (cast.coach, cast.coachee):
        client.force_login(person)
        answer = client.get(join_of(session))
        assert answer.status_code == (302 if opens else 200)
        assert answer.headers["Referrer-Policy"] == ("no-referrer" if opens else "same-origin")
        assert meeting_link(session) not in ("" if opens else answer.text)


def test_the_coachs_own_link_comes_first_and_rooms_cannot_be_guessed(client, cast, clock, settings) -> None:
    session = make_session(**pair(cast), starts_at=ahead(minutes=5))
    other = make_session(**pair(cast), starts_at=ahead(days=1))
    made = meeting_link(session)
    assert made.startswith("https://meet.jit.si/trellis-")
    assert len({made, meeting_link(other)}) == 2
    Availability.objects.create(coach=cast.coach, meeting_url="https://rooms.example.org/maya?x=1")
    client.force_login(cast.coachee)
    assert client.get(join_of(session)).headers["Location"] == "https://rooms.example.org/maya?x=1"
    Availability.objects.update(meeting_url="http://rooms.example.org/maya")
    assert meeting_link(session) == made
    settings.SECRET_KEY = "another key " * 4
    assert meeting_link(session) != made


def test_a_group_meets_in_one_room(cast) -> None:
    jonas = make_coachee(coach=cast.coach)
    both = [make_session(coach=cast.coach, coachee=one, kind="group") for one in (cast.coachee, jonas)]
    assert meeting_link(both[0]) == meeting_link(both[1])
    assert meeting_link(both[0]) != meeting_link(make_session(**pair(cast), starts_at=ahead(days=9), kind="group"))


def test_without_a_place_to_meet_both_are_told(client, cast, clock, settings) -> None:
    settings.MEETING_URL = ""
    session = make_session(**pair(cast), starts_at=ahead(minutes=5))
    client.force_login(cast.coachee)
    assert "Maya has not said yet where you meet" in client.get(join_of(session)).text
    client.force_login(cast.coach)
    assert "Add your own meeting link" in client.get(join_of(session)).text


def test_the_button_counts_down_and_opens(client, cast, clock) -> None:
    session = make_session(**pair(cast), starts_at=ahead(hours=2, minutes=15))
    client.force_login(cast.coach)
    page = client.get(join_of(session)).text
    assert "in 2 h 5 min" in page
    assert 'data-join-open href="/sessions' in page.replace("\n", "")
    clock.shift(2 * H)
    assert "in 5 min" in client.get(join_of(session)).text
    assert left_in_words(timedelta(seconds=59)) == "in 1 min"
