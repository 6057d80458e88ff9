"""What an open conversation asks every few seconds."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.models import Message, MessageFile
from profiles.conversation import RECENT
from tests.make import NOW, ago, ahead, make_message
from tests.profiles.reading import hooks, words


@pytest.fixture
def ask(client, clock):
    """`ask(viewer, cast, after=5)`: the answer about Maya and Amara."""

    def asked(viewer, cast, **known):
        client.force_login(viewer)
        known = {"with": cast.coach.pk, **known}
        return client.get(f"/people/{cast.coachee.pk}/messages/new/", known)

    return asked


def between(cast, **fields) -> Message:
    return make_message(coach=cast.coach, coachee=cast.coachee, **fields)


@pytest.mark.parametrize("who", ["coach", "coachee"])
def test_nothing_new_is_an_empty_answer_of_three_queries(cast, ask, client, who):
    last = between(cast, sender=who)
    viewer = getattr(cast, who)
    assert ask(viewer, cast).status_code == 200
    with CaptureQueriesContext(connection) as queries:
        known = {"with": cast.coach.pk, "after": last.pk}
        answer = client.get(f"/people/{cast.coachee.pk}/messages/new/", known)
    assert (answer.status_code, answer.content) == (204, b"")
    assert len(queries) == 3  # session, viewer, and whether there is anything


def test_only_what_came_after_is_handed_over_and_then_it_was_read(cast, ask):
    known = between(cast, text="Known.", sent_at=ago(hours=2))
    new = between(cast, text="New **one**.", sender="coach", sent_at=ago(hours=1))
    page = ask(cast.coachee, cast, after=known.pk).text
    assert "New <strong>one</strong>." in page
    assert "Known." not in page
    assert hooks(page, "newest") == [str(new.pk)]
    new.refresh_from_db()
    assert new.read_at == NOW
    assert ask(cast.coachee, cast, after=new.pk).status_code == 204


def test_the_sender_is_told_when_it_was_read(cast, ask):
    mine = between(cast, sender="coach")
    assert ask(cast.coach, cast, after=mine.pk).status_code == 204
    Message.objects.update(read_at=NOW)
    page = ask(cast.coach, cast, after=mine.pk).text
    assert "Read Sat 21 Nov, 13:00" in words(page)
    assert (hooks(page, "read"), hooks(page, "seen")) == ([str(mine.pk)], [str(mine.pk)])
    assert ask(cast.coach, cast, after=mine.pk, read=mine.pk).status_code == 204


def test_what_is_dated_later_has_not_happened(cast, ask):
    between(cast, sent_at=ahead(seconds=1))
    assert ask(cast.coach, cast).status_code == 204


def test_others_learn_nothing(cast, ask):
    between(cast, text="Private.")
    for who in ("co_coach", "former_coach", "stranger_coach", "admin", "delivery_manager", "other_coachee", "manager"):
        answer = ask(getattr(cast, who), cast, **{"with": cast.coach.pk})
        assert "Private." not in answer.text
        assert answer.status_code == (204 if who == "co_coach" else 404)
    assert ask(cast.coachee, cast, **{"with": cast.outsider_coach.pk}).status_code == 404


def test_the_open_page_of_a_coach_is_told_when_it_ends(cast, ask):
    last = between(cast)
    assert ask(cast.coach, cast, after=last.pk).status_code == 204
    type(cast.relationship).objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    assert ask(cast.coach, cast, after=last.pk).status_code == 404
    assert ask(cast.coachee, cast).status_code == 200
    assert ask(cast.coachee, cast, after=last.pk).status_code == 410


def test_who_lost_coaching_access_or_the_session_gets_nothing(cast, ask, client):
    between(cast, text="Private.")
    cast.coach.role_grants.all().delete()
    assert ask(cast.coach, cast).status_code == 404
    client.logout()
    assert client.get(f"/people/{cast.coachee.pk}/messages/new/").status_code == 302


def test_a_page_that_slept_for_long_begins_anew_with_a_way_to_the_rest(cast, ask):
    first = between(cast, sent_at=ago(days=9))
    Message.objects.bulk_create(
        Message(
            coach=cast.coach, coachee=cast.coachee, sender="coachee", text=f"No {number}.", sent_at=ago(hours=number)
        )
        for number in reversed(range(RECENT + 5))
    )
    page = ask(cast.coach, cast, after=first.pk).text
    assert "data-far" in page
    assert "Older messages" in page
    assert page.count('id="message-') == RECENT - 1


@pytest.mark.parametrize(
    "known", [{"after": "x"}, {"after": "9" * 40}, {"read": "-1"}, {"with": "\x00"}, {"with": "٣"}]
)
def test_nonsense_is_answered_calmly(cast, ask, known):
    assert ask(cast.coach, cast, **known).status_code == 204
    assert ask(cast.coachee, cast, **known).status_code in (204, 404)


def test_as_many_queries_for_thirty_as_for_one(cast, ask, client):
    counts = []
    for number in (1, 30):
        for _ in range(number):
            message = between(cast, sent_at=NOW - Message.objects.count() * (NOW - ago(minutes=1)))
            MessageFile.objects.create(message=message, file="messages/x.pdf", name="x.pdf", size=1)
        ask(cast.coach, cast)
        Message.objects.update(read_at=None)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/people/{cast.coachee.pk}/messages/new/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
