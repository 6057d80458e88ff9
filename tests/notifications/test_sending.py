"""The sender of mails: nothing lost, nothing marked that was not sent, and one bad mail holds up no other."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection

from notifications import sending
from notifications.models import Notification
from notifications.sending import in_short, send_due, wait_after
from notifications.tasks import send_waiting
from tests.make import NOW, D, make_notification, make_person

pytestmark = pytest.mark.django_db


class Server:
    """A mail server that answers as told, by address."""

    def __init__(self) -> None:
        self.answers: dict[str, Exception] = {}
        self.away: OSError | None = None

    def backend(self, monkeypatch) -> None:
        server = self

        class Backend(EmailBackend):
            def open(self) -> None:
                if server.away:
                    raise server.away

            def send_messages(self, messages) -> int:
                [message] = messages
                if message.to[0] in server.answers:
                    raise server.answers[message.to[0]]
                return super().send_messages(messages)

        monkeypatch.setattr(sending, "get_connection", Backend)


@pytest.fixture
def server(monkeypatch) -> Server:
    made = Server()
    made.backend(monkeypatch)
    return made


def test_a_mail_leaves_once_with_an_id_of_its_own(cast):
    notice = make_notification(person=cast.coach, kind="coachee_removed", about=cast.coachee)
    assert [send_due(NOW), send_due(NOW)] == [1, 0]
    [sent] = mail.outbox
    assert sent.to == ["maya@example.org"]
    assert sent.subject == "You no longer coach Amara Okafor"
    assert sent.extra_headers["Message-ID"] == f"<notice-{notice.pk}@localhost>"
    assert "http://localhost:8000/notes/" in sent.body
    notice.refresh_from_db()
    assert notice.mailed_at is not None


def test_a_name_cannot_add_a_header_or_a_line_to_the_subject(cast):
    cast.coachee.name = "Okafor, Amara\r\nBcc: everybody@example.org"
    cast.coachee.save()
    make_notification(person=cast.coach, kind="coachee_removed", about=cast.coachee)
    send_due(NOW)
    written = mail.outbox[0].message().as_string().split("\n\n")[0]
    assert "\nBcc:" not in written
    assert mail.outbox[0].recipients() == ["maya@example.org"]


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "nobody"}])
def test_who_may_not_sign_in_gets_none(cast, change):
    notice = make_notification(person=cast.deactivated)
    assert send_due(NOW) == 0
    notice.refresh_from_db()
    assert (notice.mailed_at, notice.problem, mail.outbox) == (None, "", [])
    assert notice.given_up_at is not None
    assert not Notification.objects.failed().exists(), "nothing went wrong"


def test_one_that_is_refused_holds_up_no_other_and_waits(cast, server):
    refused = make_notification(person=cast.coach)
    make_notification(person=cast.co_coach)
    server.answers["maya@example.org"] = SMTPRecipientsRefused({"maya@example.org": (550, b"no <maya@example.org>")})
    assert send_due(NOW) == 1
    refused.refresh_from_db()
    assert refused.attempts == 1
    assert NOW + timedelta(seconds=45) <= refused.next_try_at <= NOW + timedelta(seconds=80)
    assert refused.problem == "SMTPRecipientsRefused: 550 no …"
    del server.answers["maya@example.org"]
    assert [send_due(NOW), send_due(refused.next_try_at)] == [0, 1]


def test_a_server_that_is_away_costs_one_try_of_one_mail(cast, server):
    server.away = ConnectionRefusedError()
    for person in (cast.coach, cast.co_coach, cast.coachee):
        make_notification(person=person)
    assert send_due(NOW) == 0
    tries = Notification.objects.order_by("pk").values_list("attempts", "next_try_at")
    assert [attempts for attempts, _at in tries] == [1, 0, 0]
    assert all(at <= NOW + timedelta(seconds=1) for _attempts, at in list(tries)[1:]), "due again at once"
    server.away = None
    assert send_due(NOW + timedelta(seconds=2)) == 2


def test_after_a_day_of_tries_it_is_given_up_and_shown_to_admins(cast, server, client, clock):
    notice = make_notification(person=cast.coach, created_at=NOW)
    server.answers["maya@example.org"] = SMTPDataError(451, b"later")
    at = NOW
    for _ in range(60):
        send_due(at)
        notice.refresh_from_db()
        if notice.given_up_at:
            break
        at = notice.next_try_at
    assert D <= notice.given_up_at - NOW <= D + timedelta(hours=2)
    client.force_login(cast.admin)
    page = client.get("/notices/unsent/").text
    assert "Maya Castellanos" in page
    assert "451 later" in page
    server.answers.clear()
    client.post("/notices/unsent/")
    assert send_due(NOW) == 1
    assert "All mails were sent" in client.get("/notices/unsent/").text


def test_where_nobody_was_sending_for_a_day_a_mail_still_gets_its_tries(cast, server):
    notice = make_notification(person=cast.coach, created_at=NOW - 3 * D)
    server.answers["maya@example.org"] = SMTPDataError(451, b"later")
    send_due(NOW)
    notice.refresh_from_db()
    assert notice.given_up_at is None


def test_a_mail_is_marked_only_when_it_has_left(cast, server):
    """As when the process is killed in between: the lease ends, and it is sent again with the same id."""
    notice = make_notification(person=cast.coach)
    server.answers["maya@example.org"] = KeyboardInterrupt()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        send_due(NOW)
    notice.refresh_from_db()
    assert (notice.mailed_at, notice.problem) == (None, "")
    server.answers.clear()
    assert send_due(NOW + sending.LEASE - timedelta(seconds=1)) == 0
    assert send_due(NOW + sending.LEASE + timedelta(seconds=5)) == 1


def test_a_mail_that_cannot_be_put_together_holds_up_no_other(cast, monkeypatch):
    make_notification(person=cast.coach, kind="coach_assigned", facts={})
    make_notification(person=cast.co_coach)

    def broken(notice, now, real=sending.mail_for):
        if notice.person_id == cast.coach.pk:
            raise ValueError("a text that must not be kept")
        return real(notice, now)

    monkeypatch.setattr(sending, "mail_for", broken)
    assert send_due(NOW) == 1
    assert Notification.objects.get(person=cast.coach).problem == "ValueError"


def test_many_leave_in_batches(cast):
    for _ in range(sending.BATCH * 2 + 1):
        make_notification(person=make_person())
    assert send_due(NOW) == sending.BATCH * 2 + 1
    assert len({sent.extra_headers["Message-ID"] for sent in mail.outbox}) == len(mail.outbox)


def test_the_task_twice_sends_once(cast):
    make_notification(person=cast.coach)
    send_waiting()
    send_waiting()
    assert len(mail.outbox) == 1


def test_the_wait_doubles_up_to_an_hour():
    waits = [wait_after(attempts) for attempts in (1, 2, 3, 20, 60_000)]
    for wait, minutes in zip(waits, (1, 2, 4, 60, 60), strict=True):
        assert timedelta(minutes=0.75 * minutes) <= wait <= timedelta(minutes=1.25 * minutes)


def test_what_went_wrong_is_told_without_addresses():
    assert in_short(SMTPServerDisconnected("gone")) == "SMTPServerDisconnected"
    assert in_short(SMTPDataError(554, "5.7.1 <a@b.org>:\r\n blocked\x00")) == "SMTPDataError: 554 5.7.1 … blocked"


def test_what_is_due_is_found_by_its_index(cast):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "notices_to_mail" in Notification.objects.due(NOW)[:20].explain()
