"""Any feed, read page by page in either direction, with any filter, in any zone: each line once, in order."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activity.feed import Page, actions_taken
from activity.models import Event
from activity.sentences import Reader
from config.keyset import read_cursor
from profiles.models import Person
from profiles.sight import Sight
from tests.make import NOW, make_person

VIEWED, SENT = "viewed_resource", "sent_message"
ZONES = ["UTC", "Europe/Madrid", "Asia/Kathmandu", "Pacific/Apia", "America/Santiago", "Africa/Cairo"]
TOPICS = (1, 2)
# Minutes before now: close together, at the same instant, or around clocks that change and days that end.
befores = st.one_of(st.integers(0, 90), st.integers(-5, 60 * 24 * 40), st.integers(0, 50).map(lambda days: days * 720))
deeds = st.tuples(st.sampled_from([SENT, VIEWED, VIEWED, VIEWED]), befores, st.sampled_from(TOPICS))
histories = st.one_of(st.lists(deeds, max_size=12), st.lists(deeds, min_size=30, max_size=60))
kinds = st.sampled_from(["", SENT, VIEWED, "shared_takeaway"])
_numbers = count(1)


def happened(coachee: Person, history: list[tuple[str, int, int]]) -> None:
    """Writes the events; what they were is told by nobody."""
    Event.objects.bulk_create(
        Event(
            coachee=coachee,
            kind=kind,
            at=NOW - timedelta(minutes=minutes),
            object_id=-next(_numbers),
            topic_id=-topic if kind == VIEWED else None,
        )
        for kind, minutes, topic in history
    )


def naive(coachee: Person, zone: str, chosen: str) -> list[tuple]:
    """Every line, worked out one by one: its kind, instant, and how many views it stands for."""
    lines: dict[tuple, list] = {}
    for event in Event.objects.filter(coachee=coachee, at__lte=NOW).order_by("-at", "-pk"):
        if chosen in ("", event.kind):
            day = event.at.astimezone(ZoneInfo(zone)).date()
            key = (event.topic_id, day) if event.kind == VIEWED else (event.pk,)
            lines.setdefault(key, [event.kind, event.at, 0])[2] += 1
    return [tuple(line) for line in lines.values()]


def page_at(coachee: Person, place: str, chosen: str) -> Page:
    """The page at that place, as the coachee reads it."""
    reader = Reader(reads_texts=True, is_self=True, zone=coachee.timezone, review_label="", survey_label="")
    cursor = read_cursor(QueryDict(place))
    return actions_taken(coachee, viewer=coachee, sight=Sight.SELF, now=NOW, cursor=cursor, reader=reader, kind=chosen)


def lines_of(page: Page) -> list[tuple[str, str, str]]:
    return [(line.key, line.at, str(line.text)) for day in page.days for line in day.lines]


def expected(coachee: Person, chosen: str) -> list[tuple[str, str, str]]:
    def text(kind: str, times: int) -> str:
        if kind == SENT:
            return "Sent  a message"
        return "Viewed <b>a resource</b>" + (f", {times} times" if times > 1 else "")

    zone = ZoneInfo(coachee.timezone)
    found = naive(coachee, coachee.timezone, chosen)
    return [(kind, at.astimezone(zone).isoformat(), text(kind, times)) for kind, at, times in found]


class Paging(TestCase):
    """There and back again."""

    @given(histories, st.sampled_from(ZONES), kinds)
    @settings(max_examples=60)
    def test_each_line_is_read_once_and_in_order_both_ways(self, history, zone, chosen):
        coachee = make_person(timezone=zone)
        happened(coachee, history)
        everything = expected(coachee, chosen)
        forth = [page_at(coachee, "", chosen)]
        while forth[-1].older:
            forth.append(page_at(coachee, forth[-1].older, chosen))
        assert [line for page in forth for line in lines_of(page)] == everything
        back = [forth[-1]]
        while back[-1].newer:
            back.append(page_at(coachee, back[-1].newer, chosen))
        assert [line for page in reversed(back) for line in lines_of(page)] == everything
        assert len(back) == len(forth)
