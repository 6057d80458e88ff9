"""The mail about messages: one for all that were not read within ten minutes, and never a word of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from coaching.message_actions import mark_read, send_message
from coaching.models import Message, Relationship
from notifications.sending import send_due
from profiles.models import Person
from tests.make import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _at_now(clock):
    """Everything is about `NOW`."""


def say(cast, minutes: int, by: Person | None = None, text: str = "Very private.") -> Message:
    pair = {"coach_id": cast.coach.pk, "coachee_id": cast.coachee.pk}
    return send_message(**pair, by=by or cast.coach, now=NOW + minutes * MINUTE, text=text)


def test_who_has_not_read_for_ten_minutes_gets_one_mail_without_a_word_of_it(cast):
    for minute in (0, 1, 9):
        say(cast, minute)
    assert send_due(NOW + 9 * MINUTE) == 0
    assert send_due(NOW + 10 * MINUTE) == 1
    assert send_due(NOW + 99 * MINUTE) == 0
    [sent] = mail.outbox
    assert sent.to == ["amara@example.org"]
    assert sent.subject == "You have new messages from Maya Castellanos"
    assert "private" not in sent.subject + sent.body
    address = f"http://localhost:8000/people/{cast.coachee.pk}/messages/?with={cast.coach.pk}"
    assert f"Read and answer them here:\n{address}" in sent.body


def test_a_coach_is_led_to_the_coachees_page(cast):
    say(cast, 0, by=cast.coachee)
    send_due(NOW + 10 * MINUTE)
    [sent] = mail.outbox
    assert sent.to == ["maya@example.org"]
    assert f"/people/{cast.coachee.pk}/messages/\n" in sent.body


def test_who_has_read_meanwhile_gets_none_and_the_next_ones_count_anew(cast):
    first = say(cast, 0)
    mark_read([first.pk], cast.coachee, NOW + 5 * MINUTE)
    say(cast, 6)
    assert send_due(NOW + 15 * MINUTE) == 0
    assert send_due(NOW + 16 * MINUTE) == 1


def test_who_read_the_newest_only_is_told_of_later_ones(cast):
    _older, newer = say(cast, 0), say(cast, 1)
    mark_read([newer.pk], cast.coachee, NOW + 2 * MINUTE)
    assert send_due(NOW + 10 * MINUTE) == 0
    say(cast, 20)
    assert send_due(NOW + 30 * MINUTE) == 1


def test_each_side_is_told_by_itself(cast):
    say(cast, 0)
    say(cast, 1, by=cast.coachee)
    send_due(NOW + 20 * MINUTE)
    assert sorted(sent.to[0] for sent in mail.outbox) == ["amara@example.org", "maya@example.org"]


def test_a_coach_who_is_none_any_more_gets_no_mail(cast):
    say(cast, 0, by=cast.coachee)
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW + 5 * MINUTE)
    assert send_due(NOW + 20 * MINUTE) == 0
