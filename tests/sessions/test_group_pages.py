"""The pages of group sessions: the coach's, and those of coachees, who never learn who else comes."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from profiles.models import Subscription
from sessions_app.booking_forms import slot_value
from sessions_app.models import GroupMeeting, Session
from tests.cast import Cast
from tests.make import NOW, D, H, make_coachee, make_session
from tests.make_sessions import make_hours, make_meeting, make_module, make_seat

MODULE, AT, NEW = "Delegation, cohort 3", NOW + 3 * D, "/sessions/groups/new/"


@pytest.fixture
def group(cast: Cast, clock) -> Cast:
    """Jonas is enrolled beside Amara; Maya works day and night."""
    Subscription.objects.filter(coachee=cast.other_coachee).update(group_module=MODULE)
    make_hours(coach=cast.coach)
    return cast


@pytest.fixture
def meeting(group: Cast) -> GroupMeeting:
    """Jonas has the first of two seats."""
    meeting = make_meeting(coach=group.coach, starts_at=AT, module=MODULE, capacity=2)
    make_seat(meeting=meeting, coachee=group.other_coachee)
    return meeting


@pytest.fixture
def maya(client: Client, group: Cast) -> Client:
    client.force_login(group.coach)
    return client


@pytest.fixture
def amara(group: Cast) -> Client:
    client = Client()
    client.force_login(group.coachee)
    return client


def url(meeting: GroupMeeting, more: str = "") -> str:
    return f"/sessions/groups/{meeting.pk}/{more}"


def schedule(client: Client, cast: Cast, **typed):
    typed = {"module": MODULE, "coachees": [cast.coachee.pk, cast.other_coachee.pk], **typed}
    return client.post(NEW, typed)


def test_a_coach_schedules_at_one_of_the_free_times(maya: Client, group: Cast) -> None:
    make_session(coach=group.co_coach, coachee=group.coachee, starts_at=NOW - H, minutes=25 * 60)
    page = maya.get(NEW).context["page"]
    assert [one.first_name for one in page.people] == ["Amara", "Jonas"]
    assert page.times.days[0].label == "Sun 22 Nov"
    assert page.times.days[0].times[0].clock == "13:00"
    sent = schedule(maya, group, starts_at=page.times.days[0].times[0].value)
    made = GroupMeeting.objects.get()
    assert (sent.status_code, sent.url) == (302, url(made))
    assert (made.starts_at, made.sessions.count()) == (NOW + D, 2)


def test_a_coach_types_another_time(maya: Client, group: Cast) -> None:
    typed = {"starts_at": slot_value(AT), "day": "2026-11-22", "at": "07:10", "coachees": [group.coachee.pk]}
    assert schedule(maya, group, **typed).status_code == 302
    assert [str(row.starts_at) for row in Session.objects.all()] == ["2026-11-22 06:10:00+00:00"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose a time first."),
        ({"day": "2026-11-25"}, "What time?"),
        ({"at": "10:00"}, "Which day?"),
        ({"day": "2026-11-25", "at": "\0"}, "Enter a valid time."),
        ({"starts_at": "2026-11-24T25:00"}, "Choose one of the times."),
        ({"day": "2027-03-28", "at": "02:30"}, "clocks in Madrid skip it"),
        ({"day": "2026-11-25", "at": "10:00", "coachees": []}, "Choose at least one person."),
        ({"day": "2026-11-25", "at": "10:00", "coachees": ["99999999999999999999"]}, "is not one of the available"),
        ({"day": "2026-11-20", "at": "10:00"}, "This time has passed."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_lost(maya: Client, group: Cast, typed: dict, said: str) -> None:
    sent = schedule(maya, group, **typed)
    assert sent.status_code == 422
    assert said in sent.content.decode()
    assert not Session.objects.exists()
    if "day" in typed:
        assert f'value="{typed["day"]}"' in sent.content.decode()


def test_a_module_that_is_gone_is_not_another_one(maya: Client, group: Cast) -> None:
    sent = schedule(maya, group, starts_at=slot_value(AT), module="Another module")
    assert sent.status_code == 422
    assert "enrolled in that module any more" in sent.content.decode()
    assert not Session.objects.exists()


def test_as_many_are_chosen_at_first_as_there_are_seats(maya: Client, group: Cast) -> None:
    make_module(name=MODULE, capacity=1)
    assert maya.get(NEW).content.decode().count(" checked") == 1


def test_a_time_that_somebody_took_is_answered_with_the_nearest(maya: Client, group: Cast) -> None:
    make_session(coach=group.co_coach, coachee=group.coachee, starts_at=AT)
    sent = schedule(maya, group, starts_at=slot_value(AT))
    page = sent.context["page"]
    assert sent.status_code == 409
    assert page.refused == "Amara Okafor is not free at this time."
    assert [time.day_clock for time in page.nearest] == ["Tue 24 Nov, 11:30", "Tue 24 Nov, 12:00", "Tue 24 Nov, 14:00"]


def test_without_anybody_enrolled_there_is_nothing_to_schedule(client: Client, group: Cast) -> None:
    client.force_login(group.stranger_coach)
    assert "None of your coachees is enrolled" in client.get(NEW).content.decode()
    assert client.post(NEW, {"module": MODULE}).status_code == 422
    client.force_login(group.coachee)
    assert client.get(NEW).status_code == 404


def test_coachees_take_seats_and_never_learn_who_else_comes(meeting: GroupMeeting, amara: Client, group: Cast) -> None:
    page = amara.get(url(meeting)).content.decode()
    assert "1 of 2 seats taken" in page
    assert group.other_coachee.name not in page
    assert amara.post(url(meeting, "seats/")).status_code == 422
    sent = amara.post(url(meeting, "seats/"), {"seat": "take"})
    mine = meeting.sessions.get(coachee=group.coachee)
    assert (sent.url, mine.seat) == (f"/sessions/{mine.pk}/", 2)
    for path in (url(meeting), sent.url, "/sessions/"):
        assert group.other_coachee.name not in amara.get(path).content.decode()


def test_the_last_seat_is_taken_by_somebody_else(meeting: GroupMeeting, amara: Client, group: Cast) -> None:
    late = make_coachee(coach=group.coach, subscription={"group_module": MODULE})
    make_seat(meeting=meeting, coachee=late, seat=2)
    sent = amara.post(url(meeting, "seats/"), {"seat": "take"})
    assert sent.status_code == 409
    assert "All seats are taken." in sent.content.decode()


def test_nobody_else_knows_of_it(meeting: GroupMeeting, client: Client, group: Cast) -> None:
    Subscription.objects.filter(coachee=group.strangers_coachee).update(group_module=MODULE)
    for who in (
        group.co_coach,
        group.former_coach,
        group.strangers_coachee,
        group.outsider,
        group.admin,
        group.sponsor,
    ):
        client.force_login(who)
        assert client.get(url(meeting)).status_code == 404
        assert client.post(url(meeting, "seats/"), {"seat": "take"}).status_code == 404


def test_open_groups_are_offered_where_ones_sessions_are(meeting: GroupMeeting, amara: Client, group: Cast) -> None:
    page = amara.get("/sessions/").content.decode()
    assert url(meeting) in page
    assert "1 of 2 seats taken" in page
    assert group.other_coachee.name not in page
    amara.post(url(meeting, "seats/"), {"seat": "take"})
    assert url(meeting) not in amara.get("/sessions/").content.decode()


def test_the_coach_adds_people_and_sees_who_comes(meeting: GroupMeeting, maya: Client, group: Cast) -> None:
    page = maya.get(url(meeting)).context["page"]
    assert [(one.session.coachee, one.local) for one in page.seated] == [(group.other_coachee, "12:00 in UTC")]
    assert page.others == [group.coachee]
    assert maya.post(url(meeting, "seats/"), {"coachees": [group.outsider.pk]}).status_code == 422
    assert maya.post(url(meeting, "seats/"), {"coachees": [group.coachee.pk]}).status_code == 302
    assert meeting.sessions.count() == 2


def test_the_coach_moves_and_cancels_for_everybody(meeting: GroupMeeting, maya: Client, amara: Client) -> None:
    amara.post(url(meeting, "seats/"), {"seat": "take"})
    assert amara.get(url(meeting, "time/")).status_code == amara.get(url(meeting, "cancellation/")).status_code == 403
    moved = maya.post(url(meeting, "time/"), {"starts_at": slot_value(AT + D), "version": 0})
    assert (moved.status_code, set(meeting.sessions.values_list("starts_at", flat=True))) == (302, {AT + D})
    late = maya.post(url(meeting, "time/"), {"starts_at": slot_value(AT + 2 * D), "version": 0})
    assert (late.status_code, "changed meanwhile" in late.content.decode()) == (409, True)
    assert maya.post(url(meeting, "cancellation/"), {"version": 0, "reason": "other"}).status_code == 409
    assert maya.post(url(meeting, "cancellation/"), {"version": 1, "reason": "other"}).status_code == 302
    assert set(meeting.sessions.values_list("status", "reason")) == {("cancelled", "other")}
    assert maya.get(url(meeting, "time/")).status_code == 200
    assert maya.post(url(meeting, "cancellation/"), {"version": 2}).status_code == 403
    assert "It was cancelled for everybody." in maya.get(url(meeting)).content.decode()


@pytest.mark.parametrize("more", ["", "time/"])
def test_pages_cost_the_same_for_two_and_for_thirty(
    maya: Client, meeting: GroupMeeting, group: Cast, more: str
) -> None:
    GroupMeeting.objects.update(capacity=99)
    costs = []
    for number in (1, 30):
        for _one in range(number):
            one = make_coachee(coach=group.coach, subscription={"group_module": MODULE})
            make_seat(meeting=meeting, coachee=one, seat=meeting.sessions.count() + 1)
            make_coachee(coach=group.coach, subscription={"group_module": MODULE})
        with CaptureQueriesContext(connection) as queries:
            maya.get(url(meeting, more) + "?" + urlencode({"odd": "\0"}))
        costs.append(len(queries))
    assert costs[0] == costs[1]
