"""The forecast: what of the allowance will be lost, against brute force, and as pages say it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from profiles.zones import local_day, month_of, start_of_day
from sessions_app.allowance import Allowance
from sessions_app.forecast import losing_soon, losses, room_for
from sessions_app.models import WeeklyHours
from sessions_app.slots import Slot
from tests.make import NOW, ahead, make_coachee, make_session, make_subscription

DAY = timedelta(days=1)
ZONES = ["Europe/Paris", "Africa/Lagos", "Pacific/Apia", "America/St_Johns", "Asia/Kolkata", "America/Havana"]
instants = st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 6, 1), timezones=st.just(UTC))


def subscription(starts_on: date, days: int, monthly: int | None, zone: str) -> SimpleNamespace:
    return SimpleNamespace(
        active_from=start_of_day(starts_on, zone),
        active_until=start_of_day(starts_on + days * DAY, zone),
        sessions_per_month=monthly,
    )


@given(st.lists(st.integers(0, 40), max_size=9), st.integers(1, 12))
def test_as_many_fit_as_can_be_chosen_without_two_at_once(starts, length) -> None:
    slots = [Slot(NOW + at * DAY / 24, NOW + (at + length) * DAY / 24) for at in starts]

    def apart(some) -> bool:
        return all(a.ends_at <= b.starts_at or b.ends_at <= a.starts_at for a, b in combinations(some, 2))

    sizes = (size for size in range(len(slots), -1, -1) if any(map(apart, combinations(slots, size))))
    assert room_for(slots) == next(sizes)


@given(
    now=instants,
    zone=st.sampled_from(ZONES),
    starts_on=st.dates(date(2025, 12, 1), date(2027, 3, 1)),
    days=st.integers(1, 400),
    monthly=st.one_of(st.none(), st.integers(0, 4)),
    counting=st.lists(instants, max_size=8),
    ends_at=st.one_of(st.none(), instants),
)
def test_what_is_lost_is_left_in_its_month_and_can_still_be_had(
    now, zone, starts_on, days, monthly, counting, ends_at
) -> None:
    its = subscription(starts_on, days, monthly, zone)
    found = losses(Allowance(zone, [its], counting), now, ends_at=ends_at)
    for one in found:
        since, until = month_of(one.since, zone)
        used = sum(since <= at < until for at in counting)
        assert one.left == monthly - used > 0
        assert max(now, since, its.active_from) == one.since < one.until
        assert one.until == min(until, its.active_until, ends_at or until)
        assert local_day(one.until - timedelta(microseconds=1), zone) == one.last_day
        assert one.month.day == 1
    first, following = month_of(now, zone)
    in_force = max(now, its.active_from) < min(following, its.active_until, ends_at or following)
    room = sum(first <= at < following for at in counting) < (monthly or 0)
    assert any(one.since < following for one in found) == (in_force and room)


def test_the_latest_subscription_with_room_decides() -> None:
    ending = subscription(date(2026, 6, 1), 168, 4, "UTC")  # until 15 November
    following = subscription(date(2026, 11, 16), 300, 2, "UTC")
    now = datetime(2026, 11, 10, tzinfo=UTC)
    [one] = losses(Allowance("UTC", [ending, following], [now - DAY]), now)
    assert (one.left, one.of, one.last_day, one.ends_subscription) == (1, 2, date(2026, 11, 30), False)
    [one] = losses(Allowance("UTC", [ending, following], [now - DAY, now + DAY]), now)
    assert (one.left, one.of, one.last_day, one.ends_subscription) == (2, 4, date(2026, 11, 15), True)


def words_of(client, viewer, coachee) -> str:
    client.force_login(viewer)
    return client.get(f"/people/{coachee.pk}/sessions/forecast/", headers={"HX-Request": "true"}).text


def test_a_profile_says_what_will_be_lost_and_what_is_free(client, cast, clock) -> None:
    make_session(coach=cast.co_coach, coachee=cast.coachee, starts_at=ahead(days=1))
    client.force_login(cast.coach)
    overview = client.get(f"/people/{cast.coachee.pk}/").text
    assert "1 of November’s 2 sessions is not scheduled. It is lost after Mon 30 Nov." in overview
    assert "No free time is left before it is lost after Mon 30 Nov." in words_of(client, cast.coach, cast.coachee)
    WeeklyHours.objects.create(coach=cast.coach, weekday=0, opens=9 * 60, closes=11 * 60)
    # Mondays 23 (less than a day's notice is not left out: it begins 44 hours from now) and 30 November, two each.
    assert "4 free times are left" in words_of(client, cast.coach, cast.coachee)
    assert "4 free times are left" in words_of(client, cast.coachee, cast.coachee)
    make_session(coach=cast.coach, coachee=cast.coachee, starts_at=ahead(days=4))
    assert "November" not in words_of(client, cast.coach, cast.coachee)


def test_todays_list_has_those_who_lose_first(cast, clock, django_assert_num_queries) -> None:
    soonest = make_coachee(coach=cast.coach, name="Zoe", subscription={"ends_on": date(2026, 11, 24)})
    later = make_coachee(coach=cast.coach, name="Ada", subscription={"sessions_per_month": None})
    make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=ahead(days=1))
    make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=ahead(days=2))
    with django_assert_num_queries(3):
        found = losing_soon(cast.coach, NOW, 5)
    assert [one.person.name for one in found] == ["Zoe", "Amara Okafor", "Dora Deactivated"]
    assert found[0].words == "2 of November’s 2 sessions are not scheduled. They are lost after Tue 24 Nov."
    assert later not in [one.person for one in found]
    make_subscription(coachee=soonest, starts_on=date(2026, 11, 25))
    assert losing_soon(cast.coach, NOW, 1)[0].person == cast.coachee
