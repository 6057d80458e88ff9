"""The pages on which sessions are scheduled, moved and cancelled, by coach and coachee."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.models import Subscription
from sessions_app.booking_forms import instants_of, slot_value
from sessions_app.models import Session
from tests.make import NOW, D, H, ahead, make_coachee, make_relationship, make_session, make_subscription
from tests.make_sessions import make_busy, make_hours, make_rules

TUESDAY = datetime(2026, 11, 24, 12, tzinfo=UTC)
"""Three days after NOW; 13:00 for both Maya in Madrid and Amara in Lagos."""


@pytest.fixture
def story(cast, clock):
    """Maya is there from 12:00 to 16:00 every day, by her clock; Amara has no other coach."""
    make_hours(coach=cast.coach, opens=12 * 60, closes=16 * 60)
    cast.coachee.relationships_as_coachee.exclude(coach=cast.coach).update(ended_at=NOW - D)
    return cast


@pytest.fixture
def get(client) -> Callable[..., str]:
    """`get(viewer, "session-new", row, **query)`: the page without its spaces; 200 unless told otherwise."""

    def fetch(viewer, name, row, *, status: int = 200, **query) -> str:
        client.force_login(viewer)
        answer = client.get(reverse(name, args=[row.pk]), query)
        assert answer.status_code == status
        return " ".join(answer.content.decode().split())

    return fetch


@pytest.fixture
def post(client) -> Callable[..., Any]:
    """`post(viewer, "session-new", row, **fields)`: the answer."""

    def send(viewer, name, row, **fields):
        client.force_login(viewer)
        return client.post(reverse(name, args=[row.pk]), fields)

    return send


def times(page: str) -> list[datetime]:
    """The times that can be chosen."""
    return [
        datetime.fromisoformat(value) for value in re.findall(r'type="radio" name="starts_at" value="([^"]+)"', page)
    ]


def text(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_coachee_chooses_among_what_is_free(story, get, post):
    page = get(story.coachee, "session-new", story.coachee, **{"from": "2026-11-24"})
    monday = datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert times(page)[:7] == [monday + step * H / 2 for step in range(7)]
    assert "0 of 2 in November" in page
    answer = post(story.coachee, "session-new", story.coachee, kind="one_on_one", starts_at=slot_value(TUESDAY))
    session = Session.objects.get()
    assert answer.url == reverse("session", args=[session.pk])
    assert (session.starts_at, session.coach, session.booked_by) == (TUESDAY, story.coach, story.coachee)
    after = get(story.coachee, "session-new", story.coachee, **{"from": "2026-11-24"})
    assert TUESDAY not in times(after)
    assert "1 of 2 in November" in after


def test_what_was_done_is_said_and_the_way_on_is_only_on_this_site(story, client, post):
    sent = {"kind": "one_on_one", "starts_at": slot_value(TUESDAY), "next": "/"}
    assert post(story.coachee, "session-new", story.coachee, **sent).url == "/"
    said = text(client.get("/"))
    assert "Scheduled for Tue 24 Nov, 13:00. Both of you get an invitation by mail." in said
    away = {**sent, "starts_at": slot_value(TUESDAY + D), "next": "//evil.example.org/"}
    assert post(story.coachee, "session-new", story.coachee, **away).url.startswith("/sessions/")


def test_a_coach_sees_both_zones_and_another_day_where_it_is_one(story, get):
    type(story.coachee).objects.filter(pk=story.coachee.pk).update(timezone="Asia/Kolkata")
    assert "17:30 for Amara" in get(story.coach, "session-new", story.coachee)
    type(story.coachee).objects.filter(pk=story.coachee.pk).update(timezone="Pacific/Auckland")
    assert "Wed 01:00 for Amara" in get(story.coach, "session-new", story.coachee, **{"from": "2026-11-24"})
    assert "for Maya" not in get(story.coachee, "session-new", story.coachee)


def test_days_begin_in_the_viewers_zone(story, get):
    type(story.coachee).objects.filter(pk=story.coachee.pk).update(timezone="Pacific/Auckland")
    page = get(story.coachee, "session-new", story.coachee, **{"from": "2026-11-24"})
    tuesday = page.split("<h3")[2]
    assert ("Tue 24 Nov" in tuesday, "00:00</b>" in tuesday, TUESDAY - 25 * H in times(tuesday)) == (True, True, True)
    assert TUESDAY - 26 * H not in times(tuesday)


def test_a_full_month_says_so_and_leads_to_the_next_one_with_room(story, get, post):
    for day in (3, 4):
        make_session(coach=story.coach, coachee=story.coachee, starts_at=ahead(days=day, hours=-5))
    page = get(story.coachee, "session-new", story.coachee, **{"from": "2026-11-23"})
    assert times(page) == []
    assert "You have 2 of 2 in November. The next month with room is December." in page
    assert "from=2026-12-01" in page
    answer = post(story.coachee, "session-new", story.coachee, starts_at=slot_value(TUESDAY))
    assert answer.status_code == 422
    assert text(answer).count("You have 2 of 2 in November.") == 1
    typed = post(story.coach, "session-new", story.coachee, another="1", day="2026-11-28", at="13:00")
    assert text(typed).count("Amara has 2 of 2 in November.") == 1
    assert datetime(2026, 12, 1, 11, tzinfo=UTC) in times(get(story.coach, "session-new", story.coachee))


def test_in_place_of_a_time_that_is_taken_none_in_a_full_month_is_offered(story, post):
    for day in (3, 4):
        make_session(coach=story.coach, coachee=story.coachee, starts_at=ahead(days=day, hours=-5))
    closed = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 December for Amara
    answer = post(story.coachee, "session-new", story.coachee, starts_at=slot_value(closed))
    assert answer.status_code == 409
    offered = [one.value for one in answer.context["page"].nearest]
    assert offered == [slot_value(datetime(2026, 12, 1, 11, half, tzinfo=UTC)) for half in (0, 30)] + [
        slot_value(datetime(2026, 12, 1, 12, tzinfo=UTC))
    ]


def test_kinds_that_are_not_included_say_so(story, get, post):
    Subscription.objects.filter(coachee=story.coachee).update(flash_sessions=False)
    page = get(story.coachee, "session-new", story.coachee, kind="flash")
    assert "Flash coaching is not included." in page
    assert times(page) == []
    answer = post(story.coachee, "session-new", story.coachee, kind="flash", starts_at=slot_value(TUESDAY))
    assert (answer.status_code, Session.objects.count()) == (422, 0)


def test_who_comes_second_is_offered_the_nearest_and_takes_one_at_once(story, post):
    other = make_coachee(coach=story.coach)
    make_session(coach=story.coach, coachee=other, starts_at=TUESDAY)
    answer = post(story.coachee, "session-new", story.coachee, starts_at=slot_value(TUESDAY))
    page = answer.content.decode()
    assert (answer.status_code, Session.objects.filter(coachee=story.coachee).count()) == (409, 0)
    assert "This time is not free any more." in page
    near = re.findall(r'<button type="submit" class="btn" name="starts_at" value="([^"]+)"', page)
    assert len(near) == 3
    assert post(story.coachee, "session-new", story.coachee, starts_at=near[0]).status_code == 302
    assert Session.objects.filter(coachee=story.coachee).count() == 1


@pytest.mark.parametrize("sent", ["", "x", "2026-11-24", "2026-11-24T12:00:00", "9" * 50, "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_refused_beside_the_times(story, post, sent):
    answer = post(story.coachee, "session-new", story.coachee, starts_at=sent)
    assert answer.status_code == 422
    assert times(" ".join(answer.content.decode().split()))


@pytest.mark.parametrize(
    "query", [{"from": "2026-02-30"}, {"from": "9999-12-31"}, {"from": "0001-01-01"}, {"kind": "x\0"}]
)
def test_odd_addresses_show_a_week_all_the_same(story, get, query):
    assert "Schedule a session" in get(story.coachee, "session-new", story.coachee, **query)


def test_a_week_without_anything_free_leads_to_the_next_that_has(story, get):
    make_rules(coach=story.coach, notice_hours=24 * 20)
    page = get(story.coachee, "session-new", story.coachee, **{"from": "2026-11-23"})
    assert times(page) == []
    assert "Nothing is free in this week. Next free: Fri 11 Dec." in page
    assert times(get(story.coachee, "session-new", story.coachee))[0] == NOW + 20 * D


def test_a_coach_without_hours(story, get):
    story.coach.weekly_hours.all().delete()
    assert "Maya has not opened times yet." in get(story.coachee, "session-new", story.coachee)
    own = get(story.coach, "session-new", story.coachee)
    assert "You have not opened any times yet." in own
    assert "Another time" in own


def test_the_end_of_the_subscription_and_of_the_coaching_are_named(story, get):
    its_end = NOW + 4 * D + 11 * H  # midnight in Lagos
    Subscription.objects.filter(coachee=story.coachee).update(ends_on=date(2026, 11, 25), active_until=its_end)
    page = get(story.coachee, "session-new", story.coachee, **{"from": "2026-11-23"})
    assert "The subscription ends on Wed 25 Nov." in page
    assert max(times(page)) < its_end
    story.coachee.relationships_as_coachee.filter(coach=story.coach).update(ended_at=NOW + 3 * D)
    assert "The coaching with Maya ends on Tue 24 Nov, 13:00." in get(
        story.coachee, "session-new", story.coachee, **{"from": "2026-11-23"}
    )


def test_without_a_subscription_it_says_whom_to_ask(story, get):
    Subscription.objects.filter(coachee=story.coachee).update(ends_on=date(2026, 11, 20), active_until=NOW - 13 * H)
    page = get(story.coachee, "session-new", story.coachee)
    assert "No subscription is in force. To go on, ask the delivery manager of the program for one." in page
    assert times(page) == []


def test_with_several_coaches_one_is_chosen_first(story, get, post):
    make_relationship(coach=story.co_coach, coachee=story.coachee, started_at=NOW - D)
    page = get(story.coachee, "session-new", story.coachee)
    assert "With whom?" in page
    assert f"?coach={story.co_coach.pk}" in page
    assert "Felix" not in page
    assert post(story.coachee, "session-new", story.coachee, starts_at=slot_value(TUESDAY)).status_code == 422
    sent = {"coach": story.coach.pk, "starts_at": slot_value(TUESDAY)}
    assert post(story.coachee, "session-new", story.coachee, **sent).status_code == 302
    gone = get(story.coachee, "session-new", story.coachee, coach=story.former_coach.pk)
    assert "This coaching has ended, or has not begun." in gone


def test_without_a_coach_a_coachee_is_told_so(story, get):
    story.coachee.relationships_as_coachee.update(ended_at=NOW - H)
    assert "You have no coach at the moment" in get(story.coachee, "session-new", story.coachee)
    get(story.coach, "session-new", story.coachee, status=404)


def test_a_coach_types_another_time_but_none_that_is_taken_or_over(story, post):
    typed = {"another": "1", "day": "2026-11-22", "at": "07:15"}
    assert post(story.coach, "session-new", story.coachee, **typed).status_code == 302
    assert Session.objects.get().starts_at == datetime(2026, 11, 22, 6, 15, tzinfo=UTC)
    answer = post(story.coach, "session-new", story.coachee, **{**typed, "at": "07:45"})
    assert (answer.status_code, "not free any more" in text(answer)) == (409, True)
    answer = post(story.coach, "session-new", story.coachee, **{**typed, "day": "2026-11-20"})
    assert (answer.status_code, "This time has passed." in text(answer)) == (422, True)
    assert 'value="07:15"' in answer.content.decode()
    assert post(story.coachee, "session-new", story.coachee, **typed).status_code == 422
    for wrong in ({"day": ""}, {"at": "25:00"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}):
        assert post(story.coach, "session-new", story.coachee, **{**typed, **wrong}).status_code == 422
    assert Session.objects.count() == 1


def test_times_that_clocks_skip_or_repeat_are_asked_about(story, post):
    typed = {"another": "1", "day": "2027-03-28", "at": "02:30"}
    make_subscription(coachee=story.coachee, starts_on=date(2027, 3, 1), ends_on=date(2027, 12, 31))
    skipped = post(story.coach, "session-new", story.coachee, **typed)
    assert "There is no 02:30 on that day: clocks in Madrid skip it." in text(skipped)
    typed["day"] = "2027-10-31"
    twice = post(story.coach, "session-new", story.coachee, **typed)
    assert (skipped.status_code, twice.status_code) == (422, 422)
    assert "02:30 comes twice on that day" in text(twice)
    first, second = instants_of(date(2027, 10, 31), datetime(2027, 1, 1, 2, 30).time(), "Europe/Madrid")
    assert second - first == H
    assert post(story.coach, "session-new", story.coachee, **typed, which=slot_value(second)).status_code == 302
    assert Session.objects.get().starts_at == second


def test_of_two_times_that_read_the_same_each_says_which_it_is(story, get):
    make_subscription(coachee=story.coachee, starts_on=date(2027, 3, 1), ends_on=date(2027, 12, 31))
    make_hours(coach=story.coach, days="6", opens=60, closes=4 * 60)
    make_rules(coach=story.coach, furthest_days=400)
    query = {"coach": str(story.coach.pk), "kind": "one_on_one", "from": "2027-10-31"}
    page = get(story.coach, "session-new", story.coachee, **query)
    assert all(f"<b>02:30 (UTC+0{hours}:00)</b>" in page for hours in (2, 1))
    assert "<b>01:30</b>" in page


def test_a_session_is_moved_and_a_second_tab_is_told(story, get, post):
    session = make_session(coach=story.coach, coachee=story.coachee, starts_at=TUESDAY)
    page = get(story.coach, "session-time", session)
    assert "Tue 24 Nov, 13:00" in page
    assert TUESDAY in times(page)
    moved = TUESDAY + D
    assert post(story.coach, "session-time", session, starts_at=slot_value(moved), version=0).status_code == 302
    answer = post(story.coachee, "session-time", session, starts_at=slot_value(moved + D), version=0)
    assert (answer.status_code, "It is now on Wed 25 Nov, 13:00." in text(answer)) == (409, True)
    session.refresh_from_db()
    assert (session.starts_at, session.version) == (moved, 1)
    assert 'name="version" value="1"' in answer.content.decode()


def test_cancelling_late_is_said_before_and_counts_but_in_an_emergency(story, get, post, clock):
    session = make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW + 23 * H)
    late = "This is less than 24 hours ahead: it counts as one of November’s 2."
    assert late in get(story.coachee, "session-cancellation", session)
    assert late not in get(story.coach, "session-cancellation", session)
    answer = post(story.coachee, "session-cancellation", session, version=0, reason="coachee_emergency", next="/")
    session.refresh_from_db()
    assert (answer.url, session.status, session.reason) == ("/", "cancelled", "coachee_emergency")
    assert Session.objects.counting().count() == 0
    early = make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW + 25 * H)
    assert "It does not count then: November has room again." in get(story.coachee, "session-cancellation", early)


def test_afterwards_it_says_what_is_used(story, client, post):
    session = make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW + 23 * H)
    post(story.coachee, "session-cancellation", session, version=0, reason="", next="/")
    assert "You have now used or scheduled 1 of 2 in November." in text(client.get("/"))


def test_what_cannot_be_changed_any_more_says_why(story, get, post):
    over = make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW - H)
    gone = make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW + D, status="cancelled")
    for session, why in ((over, "This session has begun already."), (gone, "This session was cancelled.")):
        for name in ("session-time", "session-cancellation"):
            assert why in get(story.coachee, name, session)
            assert post(story.coachee, name, session, version=0).status_code == 403


def test_cancelling_twice_leads_to_the_session_and_tells_once(story, post):
    session = make_session(coach=story.coach, coachee=story.coachee, starts_at=NOW + 2 * D)
    first, again = (post(story.coachee, "session-cancellation", session, version=0, reason="") for _ in range(2))
    assert (first.status_code, again.status_code, again.url) == (302, 302, first.url)
    assert session.changes.filter(what="cancelled").count() == 1
    assert post(story.coach, "session-cancellation", session, version=0).status_code == 403


def test_a_seat_in_a_group_is_given_back_but_not_moved(story, get, post):
    seat = make_session(coach=story.coach, coachee=story.coachee, starts_at=TUESDAY, kind="group")
    assert "A group session is moved by its coach" in get(story.coachee, "session-time", seat)
    assert "Give back your seat?" in get(story.coachee, "session-cancellation", seat)
    post(story.coachee, "session-cancellation", seat, version=0, reason="")
    seat.refresh_from_db()
    assert seat.status == "cancelled"


def test_the_same_queries_for_an_empty_and_a_full_month(story, client):
    client.force_login(story.coach)
    address = reverse("session-new", args=[story.coachee.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(address).status_code == 200
        return len(found)

    first = queries()
    others = [make_coachee(coach=story.coach) for _number in range(3)]
    for day in range(2, 30):
        make_session(coach=story.coach, coachee=others[day % 3], starts_at=TUESDAY + day * D)
        make_busy(coach=story.coach, starts_at=TUESDAY + day * D + timedelta(minutes=90))
    assert first <= 14
    assert queries() == first
