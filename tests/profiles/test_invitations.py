"""Sign-up is closed: admins invite, a link in a mail lets people in once, and it dies with the reason for it."""

from __future__ import annotations

import logging
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.logs import without_secrets
from notifications.models import Notification
from notifications.sending import send_due
from profiles.invitations import LinkDead, accept, invitation_of, invite_many, link_token, revoke
from profiles.models import Invitation, Person
from tests.make import NOW, D, make_invitation, make_person

pytestmark = pytest.mark.django_db
MADE_UP = ("x", "1-", f"0-{'a' * 43}", f"{'9' * 40}-{'a' * 43}", f"1-{'é' * 43}", "%00", f"1-%F0%9F%92%A9{'a' * 40}")
ANSWER = {
    "name": "Nadia  Newcomer",
    "password1": "a long enough password",
    "password2": "a long enough password",
    "timezone": "Africa/Lagos",
    "language": "Portuguese",
}


@pytest.fixture
def newcomer(db) -> Person:
    person = make_person(email="nadia@example.org", name="Nadia New", timezone="Europe/Paris")
    person.set_unusable_password()
    person.save()
    return person


def link_to(person: Person) -> str:
    invitation = Invitation.objects.select_related("person").get(person=person)
    return f"/invitation/{link_token(invitation, invitation.person)}/"


def mailed() -> str:
    """Sends what waits, and returns the link of the last mail."""
    send_due(NOW + timedelta(seconds=1))
    return re.search(r"http://localhost:8000(/invitation/\S+)", mail.outbox[-1].body)[1]


# The link -----------------------------------------------------------------------------------------


def test_the_link_lets_somebody_in_once(cast, newcomer, clock):
    invite_many([newcomer.pk], cast.admin, NOW)
    link, client = mailed(), Client()
    page = client.get(link)
    assert (page.status_code, page["Referrer-Policy"]) == (200, "strict-origin")
    assert "Welcome, Nadia" in page.text
    assert "nadia@example.org" in page.text
    answer = client.post(link, ANSWER)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    newcomer.refresh_from_db()
    assert (newcomer.name, newcomer.timezone, newcomer.language) == ("Nadia Newcomer", "Africa/Lagos", "pt")
    assert newcomer.check_password("a long enough password")
    assert newcomer.last_login == NOW
    assert [Client().get(link).status_code, Client().post(link, ANSWER).status_code] == [404, 404]


def test_looking_uses_nothing_up(cast, newcomer, clock):
    make_invitation(person=newcomer)
    for _ in range(3):
        assert Client().get(link_to(newcomer)).status_code == 200
        assert Client().head(link_to(newcomer)).status_code == 200
    assert Invitation.objects.get().accepted_at is None


def test_the_mail_says_who_invites_and_until_when(cast, newcomer):
    invite_many([newcomer.pk], cast.admin, NOW)
    mailed()
    sent = mail.outbox[-1]
    assert sent.to == ["nadia@example.org"]
    assert "Ada Admin invites you" in sent.body
    assert "until 5 Dec" in sent.body


def die(how: str, person: Person, by: Person) -> None:
    invitation = Invitation.objects.get(person=person)
    if how == "revoked":
        revoke(invitation, by, NOW)
    elif how == "sent again":
        invite_many([person.pk], by, NOW)
    elif how == "deactivated":
        Person.objects.filter(pk=person.pk).update(is_active=False)
    elif how == "signed in":
        Person.objects.filter(pk=person.pk).update(last_login=NOW)
    elif how == "password":
        person.set_password("set by asking for a reset")
        person.save()
    elif how == "address":
        Person.objects.filter(pk=person.pk).update(email="somebody.else@example.org")
    elif how == "expired":
        Invitation.objects.update(expires_at=NOW)


@pytest.mark.parametrize("how", ["revoked", "sent again", "deactivated", "signed in", "password", "address", "expired"])
def test_the_link_dies_with_its_reason(how, cast, newcomer, clock):
    make_invitation(person=newcomer)
    link = link_to(newcomer)
    assert Client().get(link).status_code == 200
    die(how, newcomer, cast.admin)
    before = Person.objects.get(pk=newcomer.pk).password
    answers = [Client().get(link), Client().post(link, ANSWER)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert "nadia@example.org" not in answers[0].text
    assert Person.objects.get(pk=newcomer.pk).password == before


@pytest.mark.parametrize(
    "token",
    ["x", "1-", "0-" + "a" * 43, "9" * 40 + "-" + "a" * 43, "1-" + "é" * 43, "%00", "1-%F0%9F%92%A9" + "a" * 40],
)
def test_made_up_links_look_like_dead_ones(token, cast, newcomer, clock):
    make_invitation(person=newcomer)
    dead = link_to(newcomer)
    revoke(Invitation.objects.get(), cast.admin, NOW)
    answer = Client().get(f"/invitation/{token}/")
    assert answer.status_code == 404
    assert re.sub(r'nonce="[^"]*"', "", answer.text) == re.sub(r'nonce="[^"]*"', "", Client().get(dead).text)


def test_a_link_is_good_for_its_own_person_alone(cast, newcomer, clock):
    other = make_person()
    for person in (newcomer, other):
        make_invitation(person=person)
    own, others = (str(Invitation.objects.get(person=person).pk) for person in (newcomer, other))
    swapped = link_to(newcomer).replace(own, others, 1)
    assert Client().get(swapped).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", " ", "required"),
        ("password1", "", "required"),
        ("password1", "short", "too short"),
        ("password1", "nadia@example.org", "too similar"),
        ("password2", "another one altogether", "not the same password"),
        ("timezone", "Mars/Olympus", "not a time zone"),
        ("timezone", "", "required"),
        ("language", "Klingonese!", "not a language"),
        ("name", "N\0", "Null characters"),
        ("name", "x" * 201, "at most 200"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_used_up(field, value, says, newcomer, clock, settings):
    settings.AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    ]
    make_invitation(person=newcomer)
    answer = Client().post(link_to(newcomer), {**ANSWER, field: value})
    assert answer.status_code == 422
    assert says in answer.text
    assert "Portuguese" in answer.text or field == "language"
    assert Invitation.objects.get().accepted_at is None


def test_the_second_of_two_at_once_is_too_late(newcomer, clock):
    make_invitation(person=newcomer)
    token = link_to(newcomer).split("/")[2]
    words = {"name": "N", "timezone": "UTC", "language": "", "now": NOW}
    accept(token, **words, password="the first password")
    with pytest.raises(LinkDead):
        accept(token, **words, password="the second password")
    newcomer.refresh_from_db()
    assert newcomer.check_password("the first password")


def test_coming_in_replaces_whoever_is_signed_in_here(cast, newcomer, client, clock):
    make_invitation(person=newcomer)
    client.force_login(cast.coach)
    assert "You are signed in as Maya Castellanos" in client.get(link_to(newcomer)).text
    client.post(link_to(newcomer), ANSWER)
    assert client.get("/").context["user"] == newcomer


def test_the_link_stands_in_no_log(newcomer, clock, caplog):
    make_invitation(person=newcomer)
    link = link_to(newcomer)
    django = logging.getLogger("django")
    django.addHandler(caplog.handler)
    try:
        Client().post(link, {})
        Client(enforce_csrf_checks=True).post(link, ANSWER)
    finally:
        django.removeHandler(caplog.handler)
    said = [record.getMessage() for record in caplog.records]
    assert any(link in line for line in said), "Django names the address"
    assert not any(link.split("/")[2] in without_secrets(line) for line in said)


# Inviting -----------------------------------------------------------------------------------------


def test_inviting_twice_sends_one_mail_and_later_a_new_link(cast, newcomer):
    first = invite_many([newcomer.pk], cast.admin, NOW)
    again = invite_many([newcomer.pk], cast.admin, NOW + timedelta(seconds=30))
    assert (first.invited, again.invited, again.just_invited) == ((newcomer.pk,), (), (newcomer.pk,))
    link = link_to(newcomer)
    assert invite_many([newcomer.pk], cast.co_coach, NOW + D).invited == (newcomer.pk,)
    assert link_to(newcomer) != link
    invitation = Invitation.objects.get()
    assert (invitation.times_sent, invitation.expires_at) == (2, NOW + 15 * D)
    send_due(NOW + D)
    assert len(mail.outbox) == 1, "the mail that waited has been overtaken"
    assert link_to(newcomer) in mail.outbox[0].body


def test_only_who_never_signed_in_can_be_invited(cast, newcomer):
    Person.objects.filter(pk=cast.coach.pk).update(last_login=NOW)
    result = invite_many([newcomer.pk, cast.coach.pk, cast.deactivated.pk, 2**62], cast.admin, NOW)
    assert result.invited == (newcomer.pk,)
    assert result.impossible == tuple(sorted((cast.coach.pk, cast.deactivated.pk, 2**62)))
    assert list(Invitation.objects.values_list("person", flat=True)) == [newcomer.pk]


def test_a_revoked_invitation_is_not_mailed_and_can_be_followed_by_another(cast, newcomer):
    invite_many([newcomer.pk], cast.admin, NOW)
    invitation = Invitation.objects.get()
    assert [revoke(invitation, cast.admin, NOW), revoke(invitation, cast.admin, NOW)] == [True, False]
    assert send_due(NOW) == 0
    assert not Notification.objects.failed().exists()
    invite_many([newcomer.pk], cast.admin, NOW)
    assert Invitation.objects.count() == 2
    assert send_due(NOW) == 1


def test_inviting_a_hundred_takes_no_more_statements_than_one(cast):
    def count(people: list[Person]) -> int:
        with CaptureQueriesContext(connection) as queries:
            invite_many([person.pk for person in people], cast.admin, NOW)
        return len(queries)

    people = [make_person() for _ in range(101)]
    assert count(people[:1]) == count(people[1:])


def test_an_invitation_needs_its_secret(newcomer):
    make_invitation(person=newcomer)
    invitation = Invitation.objects.select_related("person").get()
    token = link_token(invitation, newcomer)
    assert invitation_of(token, NOW) == invitation
    for wrong in (token[:-1], token + "x", token.swapcase(), invitation.nonce, f"{invitation.pk}-{invitation.nonce}"):
        with pytest.raises(LinkDead):
            invitation_of(wrong, NOW)
