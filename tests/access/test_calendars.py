"""What leaves the site about sessions, in calendars and mails: times and the names that their readers know."""

from __future__ import annotations

import email
from collections.abc import Callable
from email.message import Message

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from coaching.actions import end_relationship
from notifications.models import NoticeKind, Notification
from notifications.sending import send_due
from profiles.models import Person
from sessions_app.calendar_actions import make_address, remove_address, token_of
from sessions_app.feeds import CalendarFeed
from sessions_app.models import Session
from tests.access.matrix import IN_COACHING
from tests.access.private import PEOPLE, World
from tests.access.test_canaries import for_
from tests.access.test_matrix import client_of
from tests.make import NOW

pytestmark = pytest.mark.django_db
TOLD = {kind for kind in NoticeKind.values if kind.startswith("session_")} - {"session_ended", "session_unmarked"}


def feed(world: World, who: str):
    """What the calendar of this person gets, which cannot sign in."""
    own = CalendarFeed.objects.get(person=getattr(world.cast, who))
    return Client().get(reverse("calendar-feed", args=[token_of(own)]))


def unfolded(calendar: str) -> str:
    """Its lines, of which none is broken in the middle of a word."""
    return calendar.replace("\r\n ", "")


@pytest.mark.parametrize("who", sorted(IN_COACHING))
def test_a_calendar_names_whom_one_works_with_and_nothing_else(who: str, world: World):
    answer = feed(world, who)
    found = {mark.what for mark in world.in_text(unfolded(answer.text) + str(answer.headers))}
    assert answer.status_code == 200
    assert {what for what in found if not what.startswith("name of")} == set()
    assert found <= for_(world, who)
    assert bool(found) == (who != "former_coach")


@pytest.mark.parametrize("who", ["coach", "coachee", "other_coachee"])
def test_the_file_of_a_session_names_the_other_one_alone(who: str, world: World):
    person = getattr(world.cast, who)
    client = client_of(world.cast, who)
    rows = Session.objects.visible_to(person, NOW).filter(starts_at__gt=NOW)
    for row in rows:
        other = "coach" if row.coachee_id == person.pk else ""
        found = {mark.what for mark in world.in_text(unfolded(client.get(f"/sessions/{row.pk}/calendar.ics").text))}
        assert found <= for_(world, who)
        assert len(found) == (0 if row.meeting_id and not other else 1)
    assert rows.filter(kind="group").exists()


def test_a_calendar_forgets_whom_one_works_with_no_more(world: World):
    before = {mark.what for mark in world.in_text(unfolded(feed(world, "coach").text))}
    end_relationship(relationship=world.cast.relationship, by=world.cast.admin, now=NOW)
    left = {mark.what for mark in world.in_text(unfolded(feed(world, "coach").text))}
    assert before - left == {"name of coachee"}
    assert "name of other_coachee" in left


ENDS: dict[str, Callable[[Person], object]] = {
    "deactivated": lambda coach: Person.objects.filter(pk=coach.pk).update(is_active=False),
    "another address": lambda coach: make_address(coach, NOW),
    "no address": remove_address,
}


@pytest.mark.parametrize("how", ENDS)
def test_an_address_ends(how: str, world: World):
    old = reverse("calendar-feed", args=[token_of(CalendarFeed.objects.get(person=world.cast.coach))])
    assert Client().get(old).status_code == 200
    ENDS[how](world.cast.coach)
    assert (Client().get(old).status_code, Client().head(old).status_code) == (404, 404)


def test_a_coach_no_more_is_told_of_nobody(world: World):
    assert world.in_text(unfolded(feed(world, "coach").text))
    world.cast.coach.role_grants.update(ended_at=NOW)
    assert world.in_text(unfolded(feed(world, "coach").text)) == []


def test_mails_about_sessions_hold_times_and_the_names_that_their_readers_know(world: World):
    rows = Notification.objects.filter(kind__startswith="session_")
    assert {*rows.values_list("kind", flat=True)} >= TOLD - {"session_soon"}
    Notification.objects.exclude(pk__in=rows).delete()
    assert send_due(NOW) > 50
    by_email = {Person.objects.get(pk=getattr(world.cast, who).pk).email: who for who in PEOPLE}
    assert {by_email[sent.to[0]] for sent in mail.outbox} >= {"coach", "coachee", "other_coachee"}
    for sent in mail.outbox:
        who = by_email[sent.to[0]]
        found = {mark.what for mark in world.in_text(whole(sent))} - {f"e-mail of {who}"}
        assert {what for what in found if not what.startswith("name of")} == set()
        assert found <= for_(world, who)


def whole(sent: EmailMessage) -> str:
    """The mail as it travels, with its parts decoded."""
    message: Message = email.message_from_bytes(sent.message().as_bytes())
    parts = [part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()]
    texts = [part.decode() for part in parts if isinstance(part, bytes)]
    assert len(texts) > 1 or "calendar" not in str(sent.alternatives)
    return unfolded("\n".join([str(message.items()), sent.subject, *texts]))
