"""Random sequences of deeds by random people. After each: a sweep changes nothing, and the feed shows what was done.

And nobody else's page shows a text that somebody wrote.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from activity.encouragement import engine
from tests.between.deeds import DEEDS
from tests.between.world import World, begin, settle, shown, told

MINUTES = [0, 0, 1, 14, 15, 90, 24 * 60, 3 * 24 * 60]
PAGES = ["today", "messages", "assignments", "library", "coachees"]
OF_A_COACHEE = ["person", "person-activity", "person-messages", "person-reflections", "person-assignments"]
OF_A_COACHEE += ["person-sessions", "person-as-seen"]
MARK = re.compile(r"MARK\d{4}Q")

number = st.integers(0, 29)
deeds = st.tuples(st.sampled_from(sorted(DEEDS)), number, number, st.booleans(), st.sampled_from(MINUTES))


class AnyDeeds(TestCase):
    """Hypothesis wraps each example in a transaction of its own; the people are there before."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.people = settle()

    @given(st.lists(deeds, min_size=6, max_size=24), number, number)
    @settings(max_examples=20)
    def test_the_feed_is_what_was_done_and_nobody_else_reads_it(self, done, one, other):
        world = begin(self.people)
        for name, a, b, choice, minutes in done:
            world.now += timedelta(minutes=minutes, seconds=7 * choice)
            DEEDS[name](world, a, b, choice)
            swept = engine.sweep(world.now)
            assert (swept.opened, swept.cleared) == (0, 0), name
            if world.concerned:
                check_feed(world, world.concerned)
        for coachee in self.people.coachees:
            check_feed(world, coachee.pk)
        everybody = [*self.people.coaches, *self.people.coachees, self.people.admin]
        for viewer in {everybody[one % len(everybody)], everybody[other % len(everybody)]}:
            check_pages(world, viewer.pk)


def check_feed(world: World, coachee: int) -> None:
    """The coachee's own and that of each of their coaches."""
    for pk in (coachee, *world.coaches_of(coachee)):
        viewer = world.person(pk)
        assert shown(world, coachee, viewer) == told(world, coachee, viewer)


def check_pages(world: World, viewer: int) -> None:
    """All that this person may open, and what they may not."""
    client = world.client(viewer)
    paths = [reverse(name) for name in PAGES]
    for coachee in world.people.coachees:
        for name in OF_A_COACHEE:
            extra = [world.people.coaches[0].pk] if name == "person-as-seen" else []
            paths.append(reverse(name, args=[coachee.pk, *extra]))
    for path in paths:
        answer = world.get(client, path)
        assert answer.status_code in (200, 302, 404), path
        for mark in set(MARK.findall(answer.text)):
            assert world.may[mark](viewer), (path, mark)
