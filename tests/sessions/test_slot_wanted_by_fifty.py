"""Fifty browsers at one free time: one gets it, the others the page with the nearest; and two tabs at one session."""

from __future__ import annotations

import http.client
import re
import threading
from collections import Counter
from contextlib import closing, suppress
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from profiles.models import Person
from profiles.once import new_form_id
from sessions_app.booking_forms import slot_value
from sessions_app.models import Session
from tests.cast import Cast
from tests.loss.deeds import BACKEND
from tests.loss.forms import form
from tests.make import NOW, D, H, make_coach, make_coachee, make_session
from tests.make_sessions import attended, attended_by_sessions, make_hours
from tests.patience import COMES

FIFTY = 50
NEAREST = re.compile(r'<button type="submit" class="btn" name="starts_at" value="[^"]+">')
AT = NOW + 3 * D


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, BACKEND)
    return client


def send_at_once(server: str, requests: list[tuple[Client, str, dict]]) -> list[tuple[int, str]]:
    """Sends them at the same moment; status and page of each answer."""
    start, answers = threading.Barrier(len(requests), timeout=COMES), []

    def send(client: Client, path: str, values: dict) -> None:
        cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, "Origin": server}
        start.wait()
        while True:
            connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=COMES)
            with suppress(ConnectionError), closing(connection):  # ten at a time find room in the server's queue
                connection.request("POST", path, urlencode(values), headers)
                answer = connection.getresponse()
                answers.append((answer.status, answer.read().decode()))
                return

    threads = [threading.Thread(target=send, args=request) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def wish(coachee: Person) -> tuple[Client, str, dict]:
    """The form of a free time as this person's browser sends it."""
    client, secret = signed_in(coachee), get_random_string(32)
    client.cookies[settings.CSRF_COOKIE_NAME] = secret
    values = {"csrfmiddlewaretoken": secret, "form_id": new_form_id(coachee), "starts_at": slot_value(AT)}
    return client, reverse("session-new", args=[coachee.pk]), values


@pytest.mark.django_db(transaction=True)
def test_of_fifty_browsers_one_gets_the_time(clock, live_server):
    coach = make_coach()
    make_hours(coach=coach, days=str(AT.weekday()), opens=10 * 60, closes=16 * 60)
    answers = send_at_once(live_server.url, [wish(make_coachee(coach=coach)) for _one in range(FIFTY)])
    assert Counter(status for status, _page in answers) == {302: 1, 409: FIFTY - 1}
    late = [page for status, page in answers if status == 409]
    assert all(len(NEAREST.findall(page)) == 3 for page in late)
    assert Session.objects.count() == 1
    assert attended() == attended_by_sessions()


def two_tabs(cast: Cast, name: str) -> tuple[Session, list[tuple[Client, str, dict]]]:
    """A session, and the form of that page in two tabs: Maya's and Amara's."""
    make_hours(coach=cast.coach, opens=10 * 60, closes=24 * 60)
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=AT)
    tabs = []
    for who in (cast.coach, cast.coachee):
        client, path = signed_in(who), reverse(name, args=[session.pk])
        tabs.append((client, path, form(client, path, has="version").values))
    return session, tabs


@pytest.mark.django_db
@pytest.mark.parametrize("later", ["session-time", "session-cancellation"])
def test_the_second_tab_is_told_what_it_is_now(cast: Cast, clock, later: str) -> None:
    session, tabs = two_tabs(cast, later)
    moving = reverse("session-time", args=[session.pk])
    first, second = tabs
    assert first[0].post(moving, {"version": 0, "starts_at": slot_value(AT + D)}).status_code == 302
    late = second[0].post(second[1], second[2] | {"starts_at": slot_value(AT + 2 * D)})
    assert late.status_code == 409
    assert "changed meanwhile" in late.text
    session.refresh_from_db()
    assert (session.starts_at, session.status, session.version) == (AT + D, "scheduled", 1)


@pytest.mark.django_db
def test_with_the_version_of_now_the_second_tab_would_win(cast: Cast, clock) -> None:
    session, tabs = two_tabs(cast, "session-time")
    for tab, days in zip(tabs, (1, 2), strict=True):
        session.refresh_from_db()
        sent = tab[2] | {"version": session.version, "starts_at": slot_value(AT + days * D)}
        assert tab[0].post(tab[1], sent).status_code == 302
    session.refresh_from_db()
    assert (session.starts_at, session.version) == (AT + 2 * D, 2)


@pytest.mark.django_db(transaction=True)
def test_moved_to_different_times_at_once_one_is_the_first(cast: Cast, clock, live_server) -> None:
    session, tabs = two_tabs(cast, "session-time")
    client, path, values = tabs[1]
    wanted = [(client, path, values | {"starts_at": slot_value(AT + hours * H)}) for hours in range(2, 12)]
    answers = send_at_once(live_server.url, wanted)
    assert Counter(status for status, _page in answers) == {302: 1, 409: 9}
    session.refresh_from_db()
    assert session.version == 1
    assert attended() == attended_by_sessions()
