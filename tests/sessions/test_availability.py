"""A coach says when they can be booked."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions_app.availability_actions import MOST_EXCEPTIONS, Wished, add_exception
from sessions_app.models import Availability, AvailabilityException, WeeklyHours
from tests.cast import Cast
from tests.make import NOW, D, H, make_session
from tests.make_sessions import make_exception, make_hours, make_meeting, make_rules, make_seat

RULES = {"notice_hours": 12, "buffer_minutes": 5, "furthest_days": 60, "step_minutes": 15, "meeting_url": ""}
URL, EXCEPTIONS = "/availability/", "/availability/exceptions/"


@pytest.fixture
def coach(client: Client, cast: Cast, clock) -> Client:
    """Maya is signed in; her clock reads 13:00 on a Saturday."""
    client.force_login(cast.coach)
    return client


def save(client: Client, *, shown: int = 0, **fields):
    """Sends the form with these hours, written as `day0_0_from`."""
    hours = {name.replace("_", "-"): value for name, value in fields.items() if name.startswith("day")}
    rules = RULES | {name: value for name, value in fields.items() if not name.startswith("day")}
    return client.post(URL, {**rules, **hours, "version": shown})


def stored() -> list[tuple[int, int, int]]:
    return list(WeeklyHours.objects.values_list("weekday", "opens", "closes"))


def test_hours_and_rules_are_saved_at_once(coach: Client, cast: Cast) -> None:
    make_hours(coach=cast.coach, days="6")
    make_hours(coach=cast.co_coach, days="5")
    sent = save(coach, day0_0_from="09:00", day0_0_until="12:30", day0_1_from="13:00", day0_1_until="00:00")
    assert (sent.status_code, sent.url) == (302, URL)
    assert stored() == [(0, 540, 750), (0, 780, 1440), (5, 0, 1440)]
    saved = Availability.objects.values(*RULES, "version").get(coach=cast.coach)
    assert saved == RULES | {"version": 1}
    page = coach.get(URL).content.decode()
    assert 'value="12:30"' in page
    assert 'value="00:00"' in page


def test_what_coachees_are_offered_next_is_shown(coach: Client, cast: Cast) -> None:
    assert "Coachees cannot book yet" in coach.get(URL).content.decode()
    make_hours(coach=cast.coach, days="1", opens=540, closes=720)
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + 2 * D + 20 * H)  # 9:00 on Tuesday in Madrid
    offered = coach.get(URL).context["page"].offered
    assert [one.day for one in offered] == [date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8)]
    assert [f"{at:%H:%M}" for at in offered[0].times] == ["10:00", "10:30", "11:00"]
    assert (len(offered[1].times), offered[1].more) == (5, 0)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (
            {"day2_0_from": "09:00", "day2_0_until": "12:00", "day2_1_from": "11:59", "day2_1_until": "14:00"},
            "Wednesday:",
        ),
        ({"day2_0_from": "12:00", "day2_0_until": "12:00"}, "Hours must end after they begin"),
        ({"day2_0_from": "12:00"}, "When do these hours end?"),
        ({"day2_0_until": "12:00"}, "When do these hours begin?"),
        ({"day2_0_from": "25:00", "day2_0_until": "\0"}, "Enter a valid time."),
        ({"notice_hours": 99999999999999999999}, "less than or equal to 1440"),
        ({"furthest_days": 0}, "greater than or equal to 1"),
        ({"step_minutes": 7}, "Select a valid choice"),
        ({"meeting_url": "http://meet.example.org/maya"}, "Begin the link with https://"),
        ({"meeting_url": "javascript:alert(1)"}, "Enter a valid URL"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(coach: Client, cast: Cast, hours: dict, said: str) -> None:
    make_hours(coach=cast.coach, days="6")
    sent = save(coach, day0_0_from="07:13", day0_0_until="08:17", **hours)
    page = sent.content.decode()
    assert sent.status_code == 422
    assert said in page
    assert 'value="07:13"' in page
    assert stored() == [(6, 0, 1440)]


def test_hours_that_touch_are_one(coach: Client) -> None:
    save(coach, day3_0_from="12:00", day3_0_until="17:00", day3_1_from="09:00", day3_1_until="12:00")
    assert stored() == [(3, 540, 1020)]


def test_two_tabs(coach: Client, cast: Cast) -> None:
    save(coach, day0_0_from="09:00", day0_0_until="12:00", shown=0)
    late = save(coach, day0_0_from="10:00", day0_0_until="12:00", shown=0)
    assert late.status_code == 409
    assert "09:00 to 12:00" in late.content.decode()
    assert stored() == [(0, 540, 720)]
    assert save(coach, day0_0_from="10:00", day0_0_until="12:00", shown=1).status_code == 302
    assert stored() == [(0, 600, 720)]


@pytest.mark.parametrize(
    ("how", "days"),
    [
        ("more-0", {0: [("09:00", "x"), ("", "")], 5: [("10:00", "11:00")]}),
        ("copy", {day: [("09:00", "x")] for day in range(5)} | {5: [("10:00", "11:00")]}),
        ("less-5-0", {0: [("09:00", "x")]}),
        ("less-9-9", {0: [("09:00", "x")], 5: [("10:00", "11:00")]}),
        ("nonsense-\0-7-77", {0: [("09:00", "x")], 5: [("10:00", "11:00")]}),
    ],
)
def test_buttons_that_arrange_hours_save_nothing(coach: Client, how: str, days: dict) -> None:
    typed = {"day0_0_from": "09:00", "day0_0_until": "x", "day5_0_from": "10:00", "day5_0_until": "11:00"}
    sent = save(coach, arrange=how, notice_hours="77", **typed)
    form = sent.context["page"].form
    assert sent.status_code == 200
    assert not Availability.objects.exists()
    assert form["notice_hours"].value() == "77"
    empty = [("", "")]
    assert {day.number: [(row.opens.value(), row.closes.value()) for row in day.rows] for day in form.days()} == {
        day: days.get(day, empty) for day in range(7)
    }


def test_no_more_than_eight_hours_a_day(coach: Client) -> None:
    many = {f"day0_{row}_from": "" for row in range(8)}
    form = save(coach, arrange="more-0", **many).context["page"].form
    assert form.rows[0] == 8
    assert "more-0" not in save(coach, arrange="more-0", **many).content.decode()


def test_days_off_and_extra_hours(coach: Client, cast: Cast, clock) -> None:
    coach.post(EXCEPTIONS, {"kind": "closed", "starts_on": "2026-12-24", "ends_on": "2027-01-01"})
    coach.post(EXCEPTIONS, {"kind": "open", "starts_on": "2026-11-28", "opens": "10:00", "closes": "00:00"})
    make_exception(coach=cast.coach, starts_on=date(2026, 11, 20))
    make_exception(coach=cast.co_coach, starts_on=date(2026, 11, 29))
    listed = coach.get(URL).context["page"].listed
    assert [(one.days, one.words, one.kind) for one in listed] == [
        ("Sat 28 Nov", "10:00 to 00:00", "Extra hours"),
        ("Thu 24 Dec to Fri 1 Jan 2027", "All day", "Closed"),
    ]
    assert coach.post(f"{EXCEPTIONS}{listed[0].pk}/removal/").status_code == 302
    assert not AvailabilityException.objects.filter(is_open=True).exists()


def test_extra_hours_within_closed_days_are_not_promised(coach: Client, clock) -> None:
    def said(day: str) -> str:
        extra = {"kind": "open", "starts_on": day, "opens": "08:00", "closes": "10:00"}
        return coach.post(EXCEPTIONS, extra, follow=True).content.decode()

    coach.post(EXCEPTIONS, {"kind": "closed", "starts_on": "2026-12-24", "ends_on": "2026-12-26"})
    assert "stays closed until you remove that" in said("2026-12-26")
    assert "Coachees can book these hours." in said("2026-12-27")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"kind": "closed"}, "Which day?"),
        ({"kind": "closed", "starts_on": "2026-11-20"}, "Choose today or a later day"),
        ({"kind": "closed", "starts_on": "2026-12-20", "ends_on": "2026-12-19"}, "must not be before the first"),
        ({"kind": "closed", "starts_on": "2026-12-20", "ends_on": "9999-12-31"}, "within the next three years"),
        ({"kind": "closed", "starts_on": "0001-01-01", "ends_on": "2026-12-31"}, "not so long ago"),
        ({"kind": "closed", "starts_on": "2026-12-20", "opens": "10:00"}, "Until when?"),
        ({"kind": "open", "starts_on": "2026-12-20"}, "From when on?"),
        ({"kind": "open", "starts_on": "2026-12-20", "opens": "10:00", "closes": "09:59"}, "end after they begin"),
        ({"kind": "other", "starts_on": "\0"}, "Select a valid choice"),
    ],
)
def test_exceptions_that_cannot_be(coach: Client, typed: dict, said: str) -> None:
    sent = coach.post(EXCEPTIONS, typed)
    assert sent.status_code == 422
    assert said in sent.content.decode()
    assert not AvailabilityException.objects.exists()


def test_sessions_in_what_is_closed_are_counted(coach: Client, cast: Cast) -> None:
    at = NOW + 3 * D  # 13:00 on Tuesday in Madrid
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=at)
    meeting = make_meeting(coach=cast.coach, starts_at=at + D)
    make_seat(meeting=meeting, coachee=cast.coachee)
    make_seat(meeting=meeting, coachee=cast.other_coachee, seat=2)
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=at + 3 * H)
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=at + 6 * H)
    typed = {"kind": "closed", "starts_on": "2026-11-24", "ends_on": "2026-11-26", "opens": "13:30", "closes": "15:00"}
    assert "2 sessions are scheduled" in coach.post(EXCEPTIONS, typed, follow=True).content.decode()


def test_a_form_sent_twice_adds_one(coach: Client) -> None:
    form = coach.get(URL).context["page"].exception_form
    typed = {"kind": "closed", "starts_on": "2026-12-24", "form_id": form["form_id"].value()}
    assert [coach.post(EXCEPTIONS, typed).status_code for _again in range(3)] == [302] * 3
    assert AvailabilityException.objects.count() == 1


def test_there_is_a_last_exception(coach: Client, cast: Cast) -> None:
    AvailabilityException.objects.bulk_create(
        AvailabilityException(coach=cast.coach, starts_on=date(2027, 1, 1), ends_on=date(2027, 1, 1))
        for _number in range(MOST_EXCEPTIONS)
    )
    sent = coach.post(EXCEPTIONS, {"kind": "closed", "starts_on": "2026-12-24"})
    assert sent.status_code == 422
    assert "Remove some first" in sent.content.decode()


def test_nobody_removes_what_is_anothers(coach: Client, cast: Cast) -> None:
    row = make_exception(coach=cast.co_coach)
    assert coach.post(reverse("availability-exception-removal", args=[row.pk])).status_code == 404
    assert AvailabilityException.objects.filter(pk=row.pk).exists()


def test_the_page_costs_the_same_however_much_there_is(coach: Client, cast: Cast) -> None:
    make_rules(coach=cast.coach)
    with_little = _queries(coach)
    make_hours(coach=cast.coach)
    for number in range(30):
        wished = Wished(date(2026, 12, 1), date(2026, 12, 1), closes=number + 1)
        add_exception(coach=cast.coach, wished=wished, now=NOW)
        make_session(coach=cast.coach, coachee=cast.coachee, starts_at=NOW + number * D)
    assert _queries(coach) == with_little


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"{URL}?{urlencode({'odd': chr(0)})}").status_code == 200
    return len(queries)
