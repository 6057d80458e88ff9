"""The inbox: whose conversations, in which order."""

from __future__ import annotations

import re

import pytest

from coaching.inbox import PAGE, inbox
from coaching.models import Message
from profiles.models import Person
from tests.make import NOW, ago, ahead, make_coachee, make_message, make_relationship
from tests.profiles.reading import section


def names(viewer, **where) -> list[str]:
    return [one.partner.name for one in inbox(viewer, NOW, **where).entries]


def test_unread_ones_come_first_and_then_the_newest(cast, page_of):
    for coachee, sender, hours in ((cast.coachee, "coachee", 9), (cast.other_coachee, "coach", 2)):
        make_message(coach=cast.coach, coachee=coachee, sender=sender, text=f"Hours: {hours}", sent_at=ago(hours=hours))
    late = make_message(coach=cast.coach, coachee=cast.coachee, text="Not yet.", sent_at=ahead(seconds=1))
    Message.objects.filter(pk=late.pk).update(read_at=NOW)
    shown = section(page_of(cast.coach, "/messages/"), "conversations")
    assert shown.index("Amara Okafor Hours: 9") < shown.index("Jonas Lindqvist You: Hours: 2")
    assert "1 unread" in shown
    Message.objects.update(read_at=NOW)
    assert names(cast.coach) == ["Jonas Lindqvist", "Amara Okafor"]


def test_nobody_finds_the_conversations_of_others_or_of_former_coachees(cast, page_of):
    make_message(coach=cast.former_coach, coachee=cast.coachee, text="From before.")
    make_message(coach=cast.co_coach, coachee=cast.coachee, text="Another’s.")
    for who in ("former_coach", "coach", "admin", "superuser", "delivery_manager", "sponsor"):
        assert inbox(getattr(cast, who), NOW).entries == []
        assert "No messages" in page_of(getattr(cast, who), "/messages/")
    assert sorted(names(cast.coachee)) == ["Cornelia Cole", "Felix Former"]


def test_who_lost_coaching_access_has_no_inbox_as_a_coach(cast):
    make_message(coach=cast.coach, coachee=cast.coachee)
    cast.coach.role_grants.all().delete()
    assert names(Person.objects.get(pk=cast.coach.pk)) == []


def test_a_coachee_with_one_coach_goes_there_at_once(cast, client, clock):
    client.force_login(cast.other_coachee)
    assert client.get("/messages/")["Location"] == f"/people/{cast.other_coachee.pk}/messages/?with={cast.coach.pk}"


def test_a_pair_that_resumed_is_one_conversation(cast):
    make_relationship(coach=cast.former_coach, coachee=cast.coachee, started_at=ago(days=1))
    make_message(coach=cast.former_coach, coachee=cast.coachee)
    assert names(cast.former_coach) == ["Amara Okafor"]
    assert names(cast.coachee) == ["Felix Former"]


@pytest.mark.parametrize("unread", [0, 10, 40])
def test_every_conversation_is_on_one_page(cast, page_of, unread):
    people = [make_coachee(coach=cast.coach, subscription=False, name=f"No {number:02}") for number in range(40)]
    for number, person in enumerate(people):
        made = make_message(coach=cast.coach, coachee=person, sent_at=ago(hours=number // 3))
        if number >= unread:
            Message.objects.filter(pk=made.pk).update(read_at=NOW)
    seen, query = [], ""
    while True:
        page = page_of(cast.coach, "/messages/" + query)
        seen += re.findall(r"<strong><bdi>(No \d\d)</bdi>", page)
        found = re.search(r'href="(\?after=[^"]+)"', page)
        if not found:
            break
        query = found[1]
    assert sorted(seen) == sorted(person.name for person in people)
    assert len(seen) > PAGE


def test_as_many_queries_for_thirty_as_for_one(cast, queries_of):
    make_message(coach=cast.coach, coachee=cast.coachee)
    one = queries_of(cast.coach, "/messages/")
    for _ in range(29):
        make_message(coach=cast.coach, coachee=make_coachee(coach=cast.coach))
    assert queries_of(cast.coach, "/messages/") == one


def test_of_a_former_coach_the_name_remains_and_no_photo(cast):
    for coach in (cast.coach, cast.former_coach):
        make_message(coach=coach, coachee=cast.coachee)
        Person.objects.filter(pk=coach.pk).update(photo=f"photo{coach.pk}")
    photos = {one.partner.pk: one.partner.photo for one in inbox(cast.coachee, NOW).entries}
    assert photos == {cast.coach.pk: f"photo{cast.coach.pk}", cast.former_coach.pk: ""}
