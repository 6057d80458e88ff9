"""Who is named in a coach's log agreed to it, and may withdraw it at any time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from notifications.models import Notification
from notifications.sending import send_due
from profiles.actions import RefusedError
from profiles.models import Person
from sessions_app.consenting import ask_for_consent, record_consent
from sessions_app.models import LogConsent
from tests.make import NOW, D, make_relationship
from tests.make_sessions import make_consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client, clock):
    """Presses a button of the page that `who` has about `other`."""

    def pressed(who: Person, other: Person, deed: str):
        client.force_login(who)
        return client.post(f"/people/{other.pk}/log-consent/", {"deed": deed})

    return pressed


def standing(cast) -> bool:
    return LogConsent.objects.standing().filter(coach=cast.coach, coachee=cast.coachee).exists()


def test_a_coachee_agrees_once_and_withdraws(cast, send):
    for _time in range(2):
        assert send(cast.coachee, cast.coach, "give").status_code == 302
    consent = LogConsent.objects.get()
    assert (consent.coach, consent.coachee, consent.recorded_by) == (cast.coach, cast.coachee, cast.coachee)
    assert send(cast.coachee, cast.coach, "withdraw").status_code == 302
    assert not standing(cast)
    send(cast.coachee, cast.coach, "give")
    assert standing(cast)
    assert LogConsent.objects.count() == 2


def test_a_coach_asks_by_mail_and_the_mail_leads_to_the_answer(cast, client, send):
    assert send(cast.coach, cast.coachee, "ask").status_code == 302
    assert not standing(cast)
    send_due(NOW)
    [letter] = mail.outbox
    assert letter.to == ["amara@example.org"]
    assert letter.subject == "Maya Castellanos asks to name you in their log of coaching hours"
    address = f"/people/{cast.coach.pk}/log-consent/"
    assert address in letter.body
    client.force_login(cast.coachee)
    assert "I agree" in client.get(address).content.decode()


def test_a_coach_asks_at_most_once_a_month(cast, send):
    send(cast.coach, cast.coachee, "ask")
    again = send(cast.coach, cast.coachee, "ask")
    assert again.status_code == 422
    assert "You can ask again from 21 Dec 2026" in again.content.decode()
    with pytest.raises(RefusedError):
        ask_for_consent(coach=cast.coach, coachee=cast.coachee, now=NOW + 30 * D - timedelta(seconds=1))
    ask_for_consent(coach=cast.co_coach, coachee=cast.coachee, now=NOW)
    ask_for_consent(coach=cast.coach, coachee=cast.coachee, now=NOW + 30 * D)
    assert Notification.objects.filter(kind="consent_asked", about=cast.coach).count() == 2


def test_what_was_agreed_on_paper_is_told_to_the_coachee_who_can_withdraw_it(cast, client, send):
    send(cast.coach, cast.coachee, "record")
    record_consent(coach=cast.coach, coachee=cast.coachee, now=NOW)
    assert LogConsent.objects.get().recorded_by == cast.coach
    assert Notification.objects.get().person == cast.coachee
    send_due(NOW)
    assert mail.outbox[0].subject.startswith("Maya Castellanos noted that you agreed")
    client.force_login(cast.coachee)
    assert "Maya noted on 21 Nov 2026" in client.get(f"/people/{cast.coach.pk}/log-consent/").content.decode()
    send(cast.coachee, cast.coach, "withdraw")
    assert not standing(cast)


def test_a_coach_leaves_somebody_off(cast, send):
    make_consent(coach=cast.coach, coachee=cast.coachee)
    make_consent(coach=cast.co_coach, coachee=cast.coachee)
    send(cast.coach, cast.coachee, "strike")
    assert LogConsent.objects.standing().get().coach == cast.co_coach


@pytest.mark.parametrize(
    ("who", "other", "deed", "status"),
    [
        ("coach", "coachee", "give", 403),
        ("coach", "coachee", "withdraw", 403),
        ("coachee", "coach", "record", 403),
        ("coachee", "coach", "ask", 403),
        ("coachee", "coach", "strike", 403),
        ("coachee", "coach", "", 422),
        ("coachee", "coach", "x\x00", 422),
        ("former_coach", "coachee", "record", 404),
        ("former_coach", "coachee", "ask", 404),
        ("stranger_coach", "coachee", "ask", 404),
        ("admin", "coachee", "record", 404),
        ("coachee", "stranger_coach", "give", 404),
        ("coachee", "coachee", "give", 404),
        ("coachee", "former_coach", "give", 302),
    ],
)
def test_each_side_has_its_own_deeds(cast, send, who, other, deed, status):
    make_consent(coach=cast.coach, coachee=cast.coachee)
    assert send(getattr(cast, who), getattr(cast, other), deed).status_code == status
    assert standing(cast)
    assert LogConsent.objects.count() == 1 + (status == 302)


def test_two_who_coach_each_other_decide_each_for_themselves(cast, client, send):
    make_relationship(coach=cast.co_coach, coachee=cast.coach)
    make_relationship(coach=cast.coach, coachee=cast.co_coach)
    send(cast.coach, cast.co_coach, "give")
    assert LogConsent.objects.get().coach == cast.co_coach
    client.force_login(cast.coach)
    page = client.get(f"/people/{cast.co_coach.pk}/log-consent/").content.decode()
    assert 'value="withdraw"' in page
    assert 'value="ask"' in page


def test_without_coaching_access_there_is_no_side_of_the_coach(cast, send):
    cast.coach.role_grants.update(ended_at=NOW)
    assert send(cast.coach, cast.coachee, "record").status_code == 404


def test_the_coaching_tab_leads_there(cast, client, clock):
    client.force_login(cast.coachee)
    page = client.get(f"/people/{cast.coachee.pk}/coaching/").content.decode()
    for coach in (cast.coach, cast.co_coach, cast.former_coach):
        assert f'href="/people/{coach.pk}/log-consent/"' in page
    client.force_login(cast.coach)
    page = client.get(f"/people/{cast.coachee.pk}/coaching/").content.decode()
    assert f'href="/people/{cast.coachee.pk}/log-consent/"' in page
    client.force_login(cast.admin)
    assert "log-consent" not in client.get(f"/people/{cast.coachee.pk}/coaching/").content.decode()
