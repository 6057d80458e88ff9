"""The rules against a second, naive statement of them, at instants chosen to hurt."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from activity.encouragement.facts import as_of
from activity.encouragement.rules import windows
from profiles.zones import local_day, start_of_day
from tests.encouragement.naive import midnight, naive
from tests.encouragement.worlds import PLACES, facts, instants

SECOND, MICROSECOND = timedelta(seconds=1), timedelta(microseconds=1)


def open_in(found, at: datetime) -> dict:
    return {(one.rule, one.subject): (one.since, one.until) for one in found if one.contains(at)}


def moments(known, around, data) -> set[datetime]:
    """A drawn instant, and every border of every window with the instants on both sides of it."""
    borders = {border for one in windows(known) for border in (one.since, one.until)}
    return {data.draw(instants(around))} | {at + by for at in borders for by in (-MICROSECOND, 0 * SECOND, MICROSECOND)}


@given(st.data())
@settings(max_examples=400)
def test_what_is_open_as_of_an_instant(data):
    """Some 12,000 instants in all."""
    known, around = data.draw(facts())
    for at in moments(known, around, data):
        assert open_in(windows(as_of(known, at)), at) == naive(known, at)


@given(st.data())
@settings(max_examples=400)
def test_windows_over_all_facts_are_right_at_every_instant(data):
    """What is stored is worked out once, future facts included; no job runs, and it is right all the same."""
    known, around = data.draw(facts())
    stored = list(windows(known))
    for at in moments(known, around, data):
        assert {key: since for key, (since, _) in open_in(stored, at).items()} == {
            key: since for key, (since, _) in naive(known, at).items()
        }


@given(st.sampled_from(PLACES), st.integers(-400, 400))
@settings(max_examples=200)
def test_a_day_begins_at_its_first_instant(place, days):
    zone, around = place
    day = around + timedelta(days=days)
    first = start_of_day(day, zone)
    assert first == midnight(day, zone)
    assert local_day(first, zone) >= day > local_day(first - SECOND, zone)


def test_a_day_that_was_skipped_begins_with_the_next():
    assert start_of_day(datetime(2011, 12, 30).date(), "Pacific/Apia") == datetime(2011, 12, 30, 10, tzinfo=UTC)
