"""The Sessions page and a session's own page: what they show to whom, filters, pages, and fixed numbers of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.models import RoleGrant
from tests.make import (
    NOW,
    D,
    ago,
    ahead,
    make_coachee,
    make_private_note,
    make_relationship,
    make_session,
    make_shared_note,
)
from tests.make_sessions import make_change, make_meeting, make_seat
from tests.profiles.reading import words

PAGE = "/sessions/"


def ids(page, where: str) -> list[int]:
    """The sessions of one part of the page, in its order."""
    return [entry.pk for entry in getattr(page, where)]


def opened(client, person, query: str = ""):
    client.force_login(person)
    return client.get(PAGE + query).context["page"]


def test_what_is_to_mark_comes_first_then_days_then_all_past(client, cast, clock) -> None:
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    over = make_session(**pair, starts_at=ago(hours=3))
    today = make_session(**pair, starts_at=ahead(hours=3))
    later = make_session(**pair, starts_at=ahead(days=3))
    done = make_session(**pair, starts_at=ago(days=8), status="occurred")
    off = make_session(**pair, starts_at=ahead(days=1), status="cancelled")
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=ahead(days=2))
    page = opened(client, cast.coach)
    assert [[entry.pk for entry in day.entries] for day in page.days] == [[today.pk], [later.pk]]
    assert [day.today for day in page.days] == [True, False]
    assert ids(page, "to_mark") == [over.pk]
    assert ids(page, "past") == [off.pk, over.pk, done.pk]
    assert "16:00–16:55 for you and for Amara" in client.get(PAGE).text
    assert ids(opened(client, cast.coachee), "to_mark") == []
    assert len(opened(client, cast.coachee).days) == 3


def test_filters_find_what_they_say(client, cast, clock) -> None:
    jonas = {"coach": cast.coach, "coachee": cast.other_coachee}
    amara = {"coach": cast.coach, "coachee": cast.coachee}
    flash = make_session(**amara, starts_at=ago(days=2), status="occurred", kind="flash")
    noted = make_session(**jonas, starts_at=ago(days=3), status="occurred")
    make_private_note(session=noted)
    shared = make_session(**jonas, starts_at=ago(days=4), status="occurred")
    make_shared_note(session=shared)
    october = make_session(**jonas, starts_at=ago(days=40))
    off = make_session(**jonas, starts_at=ago(days=5), status="cancelled")
    found = {
        "?kind=flash": [flash],
        "?month=2026-10": [october],
        "?q=amara oka": [flash],
        "?q=jonas&month=2026-11": [noted, shared, off],
        "?state=unmarked": [october],
        "?state=no-notes": [flash, october],
        "?kind=nonsense&month=2026-13&state=%00&q=%00&as=admin&before=x": [flash, noted, shared, off, october],
        "?q=cornelia": [],
    }
    for query, sessions in found.items():
        assert ids(opened(client, cast.coach, query), "past") == [one.pk for one in sessions], query
    assert opened(client, cast.coach, "?month=2026-10").count == 1


def test_a_private_note_of_somebody_else_counts_as_none(client, cast, clock) -> None:
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=3), status="occurred")
    make_private_note(session=session)
    assert ids(opened(client, cast.coachee, "?state=no-notes"), "past") == [session.pk]
    assert not opened(client, cast.coachee).past[0].noted
    assert opened(client, cast.coach).past[0].noted


def test_pages_keep_the_filter_and_skip_nothing(client, cast, clock) -> None:
    made = [
        make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=day), status="occurred", kind="flash")
        for day in range(1, 46)
    ]
    seen, query = [], "?kind=flash"
    while query:
        page = opened(client, cast.coach, query)
        seen += ids(page, "past")
        query = page.older
        assert not query or "kind=flash" in query
    assert seen == [one.pk for one in made]


def test_somebody_who_is_both_has_both_parts(client, cast, clock) -> None:
    make_relationship(coach=cast.stranger_coach, coachee=cast.co_coach)
    own = make_session(coach=cast.stranger_coach, coachee=cast.co_coach, starts_at=ago(days=2))
    held = make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=ago(days=3))
    RoleGrant.objects.create(person=cast.co_coach, role="coachee", granted_at=NOW - D)
    page = opened(client, cast.co_coach)
    assert ids(page, "past") == [held.pk]
    assert [side["url"] for side in page.sides] == ["?as=coach", "?as=coachee"]
    assert ids(opened(client, cast.co_coach, "?as=coachee"), "past") == [own.pk]


def test_a_group_ahead_is_one_line_for_its_coach(client, cast, clock) -> None:
    for coachee in (cast.coachee, cast.other_coachee):
        make_session(coach=cast.coach, coachee=coachee, kind="group")
    [day] = opened(client, cast.coach).days
    assert [[person.name for person in entry.people] for entry in day.entries] == [["Amara Okafor", "Jonas Lindqvist"]]
    [day] = opened(client, cast.coachee).days
    assert [[person.name for person in entry.people] for entry in day.entries] == [["Maya Castellanos"]]


@pytest.mark.parametrize("who", ["coach", "coachee"])
def test_as_many_queries_for_one_session_as_for_thirty(client, cast, clock, who, django_assert_num_queries) -> None:
    def make(numbers) -> None:
        for number in numbers:
            coachee = cast.coachee if who == "coachee" else make_coachee(coach=cast.coach)
            for at in (ahead(days=number), ago(days=number)):
                make_shared_note(session=make_session(coach=cast.coach, coachee=coachee, starts_at=at))

    client.force_login(getattr(cast, who))
    make([1])
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(PAGE)
    make(range(2, 31))
    with django_assert_num_queries(len(few)):
        client.get(PAGE)


def test_a_sessions_page_shows_what_its_reader_may_read(client, cast, clock) -> None:
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ago(days=2), status="occurred")
    make_private_note(session=session, text="Only Maya.")
    make_shared_note(session=session, text="For both.")
    where = reverse("session", args=[session.pk])
    client.force_login(cast.coach)
    text = client.get(where).text
    assert "Only Maya." in text
    assert "For both." in text
    client.force_login(cast.coachee)
    text = client.get(where).text
    assert "Only Maya." not in text
    assert "For both." in text


def test_the_profiles_tab_is_filtered_alike(client, cast, clock) -> None:
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    flash = make_session(**pair, starts_at=ago(days=2), status="occurred", kind="flash")
    noted = make_session(**pair, starts_at=ago(days=3), status="occurred")
    make_private_note(session=noted)
    october = make_session(**pair, starts_at=ago(days=40))
    make_session(**pair, starts_at=ahead(days=2))
    client.force_login(cast.coach)
    found = {
        "?kind=flash": [flash],
        "?month=2026-10": [october],
        "?state=unmarked&kind=one_on_one&month=2026-10": [october],
        "?state=no-notes": [flash, october],
        "?kind=\x00&month=2026-99&state=odd": [flash, noted, october],
    }
    for query, sessions in found.items():
        history = client.get(f"/people/{cast.coachee.pk}/sessions/{query}").context["history"]
        assert [one.pk for one in history.past] == [one.pk for one in sessions], query
        assert bool(history.coming) == ("odd" in query)


def test_a_coachee_finds_group_sessions_with_free_seats(client, cast, clock) -> None:
    for capacity in (1, 2):
        at, module = ahead(days=capacity), "Delegation, cohort 3"
        meeting = make_meeting(coach=cast.coach, capacity=capacity, starts_at=at, module=module)
        make_seat(meeting=meeting, coachee=cast.other_coachee)
    page = opened(client, cast.coachee)
    assert [(one.pk, one.taken, one.capacity) for one in page.groups] == [(meeting.pk, 1, 2)]
    assert "1 of 2 seats taken" in client.get(PAGE).text
    assert "Jonas" not in client.get(PAGE).text
    assert opened(client, cast.other_coachee).groups == opened(client, cast.coach).groups == []


def test_what_became_of_a_session_is_told_and_payment_to_its_coach_alone(client, cast, clock) -> None:
    session = make_session(coach=cast.coach, coachee=cast.coachee, payment="pro_bono")
    make_change(session=session, at=ago(days=3), by=cast.coachee)
    make_change(session=session, what="rescheduled", at=ago(days=2), was_at=ahead(days=1))
    make_change(session=session, what="payment", payment="pro_bono")
    where = reverse("session", args=[session.pk])
    client.force_login(cast.coach)
    text = client.get(where).text
    assert "from Sun 22 Nov, 13:00 to Tue 24 Nov, 13:00" in words(text)
    assert text.count("Pro bono") == 2
    client.force_login(cast.coachee)
    text = client.get(where).text
    assert "Rescheduled" in text
    assert "Pro bono" not in text


@pytest.mark.parametrize("who", ["former_coach", "co_coach", "other_coachee", "admin", "delivery_manager"])
def test_nobody_else_finds_a_session(client, cast, clock, who) -> None:
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(minutes=5))
    make_session(coach=cast.former_coach, coachee=cast.coachee, starts_at=ago(days=60), status="occurred")
    client.force_login(getattr(cast, who))
    for name in ("session", "session-join"):
        assert client.get(reverse(name, args=[session.pk])).status_code == 404
    assert "Amara" not in client.get(PAGE).text


def test_a_coachee_gives_back_a_seat_and_does_not_move_the_group(client, cast, clock) -> None:
    make_session(coach=cast.coach, coachee=cast.coachee, kind="group")
    client.force_login(cast.coachee)
    text = client.get(PAGE).text
    assert "/cancellation/" in text
    assert "/time/" not in text
    client.force_login(cast.coach)
    assert "/cancellation/" not in client.get(PAGE).text
