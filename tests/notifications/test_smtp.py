"""The sender against a mail server that refuses, drops or never answers: noted, tried again, and never marked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from notifications.models import Notification
from notifications.sending import send_due
from tests.mail_sink import sink
from tests.make import NOW, make_notification
from tests.patience import COMES

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(settings):
    with sink() as made:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", made.port, COMES
        yield made


@pytest.mark.parametrize(
    ("mood", "problem"),
    [
        ("busy", "SMTPRecipientsRefused: 451 later"),
        ("refuses", "SMTPRecipientsRefused: 550 no such …"),
        ("drops", "SMTPServerDisconnected"),
        ("holds", "SMTPServerDisconnected"),  # that is what smtplib makes of a timeout
    ],
)
def test_what_fails_is_noted_and_sent_later_with_the_same_id(mood, problem, cast, server, settings):
    notice = make_notification(person=cast.coach)
    server.mood = mood
    settings.EMAIL_TIMEOUT = 2 if mood == "holds" else COMES
    assert send_due(NOW) == 0
    notice.refresh_from_db()
    assert notice.mailed_at is None
    assert notice.problem.startswith(problem)
    server.mood = "ok"
    server.let_go.set()
    settings.EMAIL_TIMEOUT = COMES
    assert send_due(notice.next_try_at) == 1
    assert set(server.ids) == {f"<notice-{notice.pk}@localhost>"}


def test_many_go_over_one_connection(cast, server):
    for _ in range(5):
        make_notification(person=cast.coach)
    assert send_due(NOW) == 5
    assert len(set(server.ids)) == 5


def test_a_connection_that_broke_is_not_used_for_the_next(cast, server):
    for _ in range(3):
        make_notification(person=cast.coach)
    server.mood = "drops once"
    assert send_due(NOW) == 2


def test_no_server_at_all(cast, server, settings):
    settings.EMAIL_PORT = 1
    make_notification(person=cast.coach)
    assert send_due(NOW) == 0
    assert "Refused" in Notification.objects.get().problem
    settings.EMAIL_PORT = server.port
    assert send_due(NOW + timedelta(minutes=2)) == 1
