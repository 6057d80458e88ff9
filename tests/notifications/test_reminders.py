"""Holders are reminded 60 and 14 days before a license or credential expires, once each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from notifications.models import Notification
from notifications.reminders import remind_of_credentials
from notifications.tasks import remind_of_credentials as task
from profiles.models import Credential, Person
from tests.make import NOW, D, make_coach, make_person

pytestmark = pytest.mark.django_db


def make_held(person: Person, expires_on: date | None) -> Credential:
    return Credential.objects.create(person=person, title="First aid", expires_on=expires_on)


def told(person: Person) -> list[tuple[int, str]]:
    notices = Notification.objects.filter(person=person).order_by("pk")
    return [(notice.facts["days"], notice.facts["expires_on"]) for notice in notices]


def test_once_at_60_days_and_once_at_14(clock):
    person = make_coach()
    make_held(person, (NOW + 60 * D).date())
    for day in range(-2, 62):
        remind_of_credentials(NOW + day * D)
        remind_of_credentials(NOW + day * D)
        if day == -1:
            assert told(person) == []
        if day in (0, 45):
            assert [days for days, _on in told(person)] == [60]
    assert [days for days, _on in told(person)] == [60, 14]


def test_who_comes_late_catches_up_with_the_nearest_alone():
    person = make_person()
    make_held(person, (NOW + 10 * D).date())
    assert [remind_of_credentials(NOW), remind_of_credentials(NOW)] == [1, 0]
    assert [days for days, _on in told(person)] == [14]


def test_another_date_is_told_of_again():
    person = make_person()
    held = make_held(person, (NOW + 14 * D).date())
    remind_of_credentials(NOW)
    held.expires_on = (NOW + 13 * D).date()
    held.save()
    remind_of_credentials(NOW)
    assert told(person) == [(14, "2026-12-05"), (14, "2026-12-04")]


def test_the_day_is_the_holders():
    """At noon in UTC it is tomorrow on Kiritimati and still today on Pago Pago."""
    ahead, behind = make_person(timezone="Pacific/Kiritimati"), make_person(timezone="Pacific/Pago_Pago")
    for person in (ahead, behind):
        make_held(person, (NOW + 61 * D).date())
    remind_of_credentials(NOW)
    assert (len(told(ahead)), len(told(behind))) == (1, 0)


@pytest.mark.parametrize("expires_on", [None, (NOW - D).date(), (NOW + 62 * D).date()])
def test_nothing_is_said_of_what_has_expired_or_is_far_off(expires_on):
    make_held(make_person(), expires_on)
    assert remind_of_credentials(NOW) == 0


def test_who_may_not_sign_in_is_not_reminded():
    make_held(make_person(is_active=False), (NOW + 14 * D).date())
    assert remind_of_credentials(NOW) == 0


def test_the_task_twice_tells_once(clock):
    person = make_person()
    make_held(person, (NOW + 14 * D).date())
    task()
    task()
    assert len(told(person)) == 1


def test_the_mail_is_not_sent_when_the_date_was_changed_meanwhile(mailoutbox):
    from notifications.sending import send_due

    held = make_held(make_person(), (NOW + 14 * D).date())
    remind_of_credentials(NOW)
    Credential.objects.filter(pk=held.pk).update(expires_on=(NOW + 900 * D).date())
    assert send_due(NOW + timedelta(seconds=1)) == 0
    assert mailoutbox == []
