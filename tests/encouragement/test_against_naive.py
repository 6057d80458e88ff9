"""The rules against a second, naive statement of them, at instants chosen to hurt."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from activity.encouragement.facts import as_of
from activity.encouragement.rules import windows
from tests.encouragement.naive import midnight, naive
from tests.encouragement.worlds import PLACES, facts, instants

from profiles.zones import local_day, start_of_day

SECOND = timedelta(seconds=1)


def open_in(found, at: datetime) -> dict:
    return {(one.rule, one.subject): (one.since, one.until) for one in found if one.contains(at)}


@given(st.data())
@settings(max_examples=1_500)
def test_what_is_open_as_of_an_instant(data):
    known, around = data.draw(facts())
    at = data.draw(instants(around))
    assert open_in(windows(as_of(known, at)), at) == naive(known, at)


@given(st.data())
@settings(max_examples=1_500)
def test_windows_over_all_facts_are_right_at_every_later_instant(data):
    """What is stored is worked out once, future facts included; no job runs, and it is right all the same."""
    known, around = data.draw(facts())
    at = data.draw(instants(around))
    stored = {key: since for key, (since, _until) in open_in(windows(known), at).items()}
    assert stored == {key: since for key, (since, _until) in naive(known, at).items()}


@given(st.data())
@settings(max_examples=500)
def test_borders_are_exact_to_the_microsecond(data):
    known, _around = data.draw(facts())
    for window in windows(known):
        key = (window.rule, window.subject)
        for instant in (window.since, window.until, window.until - timedelta(microseconds=1)):
            assert (key in naive(known, instant)) == (key in open_in(windows(known), instant))


@given(st.sampled_from(PLACES), st.integers(-400, 400))
@settings(max_examples=500)
def test_a_day_begins_at_its_first_instant(place, days):
    zone, around = place
    day = around + timedelta(days=days)
    first = start_of_day(day, zone)
    assert first == midnight(day, zone)
    assert local_day(first, zone) >= day > local_day(first - SECOND, zone)


def test_a_day_that_was_skipped_begins_with_the_next():
    assert start_of_day(datetime(2011, 12, 30).date(), "Pacific/Apia") == datetime(2011, 12, 30, 10, tzinfo=UTC)
