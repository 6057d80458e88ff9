"""Several at the same moment: each mail leaves once, each person is told once, each link lets in once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection

from notifications.models import Notification
from notifications.reminders import remind_of_credentials
from notifications.sending import send_due
from notifications.session_reminders import remind_of_sessions
from profiles.actions import RefusedError
from profiles.invitations import LinkDead, accept, invite_many, link_token
from profiles.models import Credential, Invitation
from sessions_app.consenting import ask_for_consent, give_consent
from sessions_app.models import LogConsent
from tests.make import (
    NOW,
    D,
    H,
    make_coach,
    make_coachee,
    make_invitation,
    make_notification,
    make_person,
    make_session,
)
from tests.patience import COMES

AT_ONCE = 6
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(deed: Callable[[int], object]) -> list[object]:
    """Does it in that many threads released together; what each returned, or what it raised."""
    start, results = threading.Barrier(AT_ONCE, timeout=COMES), []

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait()
            results.append(deed(number))
        except Exception as raised:
            results.append(raised)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_senders_share_what_waits():
    for _ in range(50):
        make_notification(person=make_person())
    sent = at_once(lambda _number: send_due(NOW))
    assert sum(sent) == 50
    assert len({each.extra_headers["Message-ID"] for each in mail.outbox}) == len(mail.outbox) == 50
    assert set(Notification.objects.values_list("attempts", flat=True)) == {1}


def test_two_beats_remind_once():
    Credential.objects.create(person=make_person(), title="First aid", expires_on=(NOW + 14 * D).date())
    assert not [each for each in at_once(lambda _number: remind_of_credentials(NOW)) if isinstance(each, Exception)]
    assert Notification.objects.count() == 1


def test_beats_remind_of_sessions_once():
    coach = make_coach()
    for hours in range(2, 22):
        make_session(coach=coach, coachee=make_coachee(coach=coach, subscription=False), starts_at=NOW + hours * H)
    assert not [each for each in at_once(lambda _number: remind_of_sessions(NOW)) if isinstance(each, Exception)]
    assert Notification.objects.count() == 40


def test_a_coachee_agrees_once_and_is_asked_once():
    coach = make_coach()
    agreeing, asked = (make_coachee(coach=coach, subscription=False) for _ in range(2))
    for results in (
        at_once(lambda _number: give_consent(coach=coach, coachee=agreeing, now=NOW).pk),
        at_once(lambda _number: ask_for_consent(coach=coach, coachee=asked, now=NOW)),
    ):
        assert not [each for each in results if isinstance(each, Exception) and not isinstance(each, RefusedError)]
    assert (LogConsent.objects.count(), Notification.objects.count()) == (1, 1)


def test_admins_invite_somebody_once():
    person, by = make_person(), make_person()
    results = at_once(lambda _number: invite_many([person.pk], by, NOW))
    assert sorted(len(each.invited) for each in results) == [0] * (AT_ONCE - 1) + [1]
    assert (Invitation.objects.count(), Notification.objects.count()) == (1, 1)


def test_a_link_lets_in_once():
    person = make_person()
    token = link_token(make_invitation(person=person), person)
    words = {"name": "N", "timezone": "UTC", "language": "", "now": NOW}
    results = at_once(lambda number: accept(token, **words, password=f"password {number}"))
    [winner] = [number for number in range(AT_ONCE) if _fits(person, f"password {number}")]
    assert winner in range(AT_ONCE)
    assert [type(each) for each in results].count(LinkDead) == AT_ONCE - 1


def _fits(person, password: str) -> bool:
    person.refresh_from_db()
    return person.check_password(password)
