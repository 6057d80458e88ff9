"""The page Calendar, the address that calendars subscribe to, and a session as a file."""

from __future__ import annotations

import logging

import icalendar
import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from coaching.models import Relationship
from config.logs import without_secrets
from profiles.models import Person, RoleGrant
from sessions_app.calendar_actions import token_of
from sessions_app.models import BusyTime, CalendarFeed, OutsideCalendar
from tests.make import NOW, D, H, make_session
from tests.make_sessions import make_busy, make_change, make_feed, make_meeting, make_outside_calendar, make_seat
from tests.sessions.calendars import READERS, by_icalendar, by_vobject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend="profiles.backends.PersonBackend")
    return client


def feed_path(feed: CalendarFeed) -> str:
    return reverse("calendar-feed", args=[token_of(feed)])


def shown(person: Person) -> list[icalendar.Event]:
    """What the address of this person shows, to a calendar that has never signed in."""
    feed = CalendarFeed.objects.filter(person=person).first() or make_feed(person=person)
    response = Client().get(feed_path(feed))
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


def test_an_address_is_made_shown_and_renewed(cast):
    client = signed_in(cast.coachee)
    assert "Make my calendar address" in client.get(reverse("calendar")).text
    client.post(reverse("calendar-address"))
    first = feed_path(CalendarFeed.objects.get(person=cast.coachee))
    assert f"http://localhost:8000{first}" in client.get(reverse("calendar")).text
    assert Client().get(first).status_code == 200

    client.post(reverse("calendar-address"))
    second = feed_path(CalendarFeed.objects.get(person=cast.coachee))
    assert [Client().get(path).status_code for path in (first, second)] == [404, 200]
    client.post(reverse("calendar-address-removal"))
    assert Client().get(second).status_code == 404


def test_it_holds_ones_own_sessions_in_every_reader(cast):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 3 * D, status="scheduled")
    make_session(coach=cast.stranger_coach, coachee=cast.strangers_coachee, starts_at=NOW + D, status="scheduled")
    make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=NOW + D, status="scheduled")
    text = Client().get(feed_path(make_feed(person=cast.coachee))).content
    for read in READERS:
        [seen] = read(text)
        assert (seen.starts_at, seen.ends_at) == (session.starts_at, session.ends_at)
        assert seen.summary == "Coaching with Maya Castellanos"
    assert cast.other_coachee.name.encode() not in text
    assert cast.coach.email.encode() not in text


def test_what_is_past_and_cancelled_is_shown_for_a_while(cast):
    pair = {"coach": cast.coach, "coachee": cast.coachee}
    kept = {
        make_session(**pair, starts_at=NOW - 80 * D, status="occurred", marked_at=NOW).pk: "CONFIRMED",
        make_session(**pair, starts_at=NOW + D, status="cancelled", cancelled_at=NOW - 29 * D).pk: "CANCELLED",
    }
    make_session(**pair, starts_at=NOW - 91 * D, status="occurred", marked_at=NOW)
    make_session(**pair, starts_at=NOW + 2 * D, status="cancelled", cancelled_at=NOW - 31 * D)
    found = {int(str(one["UID"]).split("@")[0].split("-")[1]): str(one["STATUS"]) for one in shown(cast.coachee)}
    assert found == kept


def test_a_group_is_one_entry_for_its_coach_and_stands_while_a_seat_does(cast):
    meeting = make_meeting(coach=cast.coach)
    make_seat(meeting=meeting, coachee=cast.coachee, seat=1, status="cancelled", cancelled_at=NOW)
    make_seat(meeting=meeting, coachee=cast.other_coachee, seat=2)
    [entry] = shown(cast.coach)
    assert (str(entry["STATUS"]), str(entry["SUMMARY"])) == ("CONFIRMED", "Group coaching")
    [own] = shown(cast.coachee)
    assert str(own["STATUS"]) == "CANCELLED"


def test_the_right_to_see_ends_in_the_calendar_too(cast):
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 3 * D, status="scheduled")
    assert len(shown(cast.coach)) == 1
    RoleGrant.objects.filter(person=cast.coach, role="coach").update(ended_at=NOW)
    assert shown(cast.coach) == [], "without coaching access"
    RoleGrant.objects.filter(person=cast.coach, role="coach").update(ended_at=None)
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    assert shown(cast.coach) == [], "after the relationship"
    assert len(shown(cast.coachee)) == 1, "the coachee keeps it"


def test_made_up_and_foreign_tokens_are_404(cast):
    feed, other = make_feed(person=cast.coach), make_feed(person=cast.coachee)
    token, others = token_of(feed), token_of(other)
    made_up = Signer(salt="sessions_app.calendar_feed").signature(f"{cast.admin.pk}:")
    wrong = [
        f"{other.person_id}-{token.split('-', 1)[1]}", token[:-1], token + "x", f"{cast.admin.pk}-{made_up}",
        f"{10**30}-{'a' * 43}", "1-\x00", "%00", token.replace("-", "--"),
    ]  # fmt: skip
    assert token != others
    for one in wrong:
        assert Client().get(reverse("calendar-feed", args=[one])).status_code == 404, one
    Person.objects.filter(pk=cast.coach.pk).update(is_active=False)
    assert Client().get(feed_path(feed)).status_code == 404, "who may not sign in"


def test_an_unchanged_calendar_is_not_sent_again(cast):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 3 * D, status="scheduled")
    path = feed_path(make_feed(person=cast.coachee))
    first = Client().get(path)
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in first.headers

    make_change(session=session, what="rescheduled", at=NOW - H)
    changed = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_the_number_of_queries_is_the_same(cast, number):
    for hour in range(number):
        make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + D + hour * H, status="scheduled")
    path = feed_path(make_feed(person=cast.coach))
    with CaptureQueriesContext(connection) as queries:
        assert len(by_icalendar(Client().get(path).content)) == number
    assert len(queries) == 3, "address, roles, sessions"


def test_a_session_is_downloaded_as_a_file(cast):
    session = make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 3 * D, status="scheduled")
    response = signed_in(cast.coachee).get(reverse("session-calendar", args=[session.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="session.ics"'
    [seen] = by_vobject(response.content)
    assert seen.starts_at == session.starts_at


def test_tokens_are_in_no_log(cast, caplog):
    token = token_of(make_feed(person=cast.coachee))
    assert token.split("-", 1)[1] not in without_secrets(f"Not Found: /calendar/{token}.ics")
    assert without_secrets("/calendar/outside/") == "/calendar/outside/"
    with caplog.at_level(logging.DEBUG):
        Client().get(reverse("calendar-feed", args=[token]))
    assert token not in caplog.text


# The coach's own calendar -------------------------------------------------------------------------

SECRET = "https://calendar.example.org/private-3f9a81/basic.ics"


def test_a_coach_puts_in_an_address_and_takes_it_away(cast):
    client = signed_in(cast.coach)
    client.post(reverse("calendar-outside"), {"secret_address": SECRET.replace("https", "webcal")})
    row = OutsideCalendar.objects.get(coach=cast.coach)
    assert (row.url, row.next_read_at) == (SECRET, NOW)
    page = client.get(reverse("calendar")).text
    assert "calendar.example.org/…ic.ics" in page
    assert "private-3f9a81" not in page, "not even the owner's page gives it away again"

    make_busy(coach=cast.coach)
    client.post(reverse("calendar-outside-removal"))
    assert not OutsideCalendar.objects.exists()
    assert not BusyTime.objects.exists(), "what was read goes too"


def test_another_address_begins_anew_and_the_same_is_read_at_once(cast):
    old = make_outside_calendar(coach=cast.coach, url=SECRET, failures=4, problem="slow", next_read_at=NOW + D)
    client = signed_in(cast.coach)
    client.post(reverse("calendar-outside"), {"secret_address": SECRET})
    assert OutsideCalendar.objects.get().next_read_at == NOW
    client.post(reverse("calendar-outside"), {"secret_address": SECRET + "?other"})
    new = OutsideCalendar.objects.get()
    assert (new.failures, new.problem) == (0, "")
    assert new.pk != old.pk


@pytest.mark.parametrize(
    "address",
    [
        "", "nonsense", "http://calendar.example.org/a.ics", "https://", "https://me:secret@example.org/a.ics",
        "https://example.org:22/a.ics", "ftp://example.org/a", "file:///etc/passwd", "https://exa mple.org/",
        "https://example.org/" + "a" * 1000, "https://[::1", "https://example.org:99999/", "https://exam\x00ple.org/",
        "javascript:alert(1)", "https://" + "a" * 70 + ".org/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_said_beside_the_field(cast, address):
    response = signed_in(cast.coach).post(reverse("calendar-outside"), {"secret_address": address})
    assert response.status_code == 422
    assert 'id="id_secret_address_error"' in response.text
    assert not OutsideCalendar.objects.exists()


@pytest.mark.parametrize("problem", ["slow", "gone", "not_a_calendar"])
def test_what_went_wrong_is_said_in_plain_words(cast, problem):
    make_outside_calendar(coach=cast.coach, url=SECRET, problem=problem, failures=2, read_at=NOW - H)
    page = signed_in(cast.coach).get(reverse("calendar")).text
    assert "Your calendar could not be read." in page
    assert problem not in page.replace("calendar", "") or problem == "gone"


def test_the_part_for_coaches_is_theirs(cast):
    assert "Times you are taken elsewhere" in signed_in(cast.coach).get(reverse("calendar")).text
    client = signed_in(cast.coachee)
    assert "Times you are taken elsewhere" not in client.get(reverse("calendar")).text
    assert client.post(reverse("calendar-outside"), {"secret_address": SECRET}).status_code == 404
    assert not OutsideCalendar.objects.exists()
