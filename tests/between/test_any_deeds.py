"""Random sequences of deeds by random people. After each: a sweep changes nothing, and the feed shows what was done.

And nobody else's page shows a text that somebody wrote.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client
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
OF_A_COACHEE += ["person-sessions"]
MARK = re.compile(r"MARK\d{4}Q")

number = st.integers(0, 29)
more = st.booleans()
"""Whether it is about the same as the deed before: what is shared and taken back, done and reopened, is of interest."""
deeds = st.tuples(st.sampled_from(sorted(DEEDS)), number, number, st.booleans(), st.sampled_from(MINUTES), more)


class AnyDeeds(TestCase):
    """Hypothesis wraps each example in a transaction of its own; the people are there before."""

    @classmethod
    def setUpTestData(cls) -> None:
        cls.people = settle()

    @given(st.lists(deeds, min_size=8, max_size=30), number)
    @settings(max_examples=12)
    def test_the_feed_is_what_was_done_and_nobody_else_reads_it(self, done, looks):
        world, last = begin(self.people), None
        for name, a, b, choice, minutes, again in done:
            if again and last:
                name, a = last
            last = name, a
            world.now += timedelta(minutes=minutes, seconds=7 * choice)
            DEEDS[name](world, a, b, choice)
            swept = engine.sweep(world.now)
            assert (swept.opened, swept.cleared) == (0, 0), name
            if world.concerned:
                check_feed(world, world.concerned)
        for coachee in self.people.coachees:
            check_feed(world, coachee.pk)
        everybody = [*self.people.coaches, *self.people.coachees, self.people.admin]
        check_pages(world, everybody[looks % len(everybody)].pk)
        for viewer in everybody:
            check_rows(world, viewer.pk)


def check_feed(world: World, coachee: int) -> None:
    """The coachee's own and that of each of their coaches."""
    for pk in (coachee, *world.coaches_of(coachee)):
        viewer = world.person(pk)
        assert shown(world, coachee, viewer) == told(world, coachee, viewer)


def check_pages(world: World, viewer: int) -> None:
    """All that this person may open, and what they may not; and their own profile, as others get it."""
    client = world.client(viewer)
    for name in PAGES:
        check_page(world, client, reverse(name), viewer)
    for coachee in world.people.coachees:
        for name in OF_A_COACHEE:
            check_page(world, client, reverse(name, args=[coachee.pk]), viewer)
        for who, reader in [("staff", world.people.admin), *((f"coach-{one.pk}", one) for one in world.people.coaches)]:
            check_page(world, client, reverse("person-as-seen", args=[coachee.pk, who]), viewer, reader.pk)


def check_rows(world: World, viewer: int) -> None:
    """What has a page of its own, by its address."""
    client = world.client(viewer)
    for kind in ("reflection", "assignment", "resource"):
        for pk in world.kept(kind):
            check_page(world, client, reverse(kind, args=[pk]), viewer)


def check_page(world: World, client: Client, path: str, *readers: int) -> None:
    """Whatever stands there, all of these may read."""
    answer = world.get(client, path)
    assert answer.status_code in (200, 302, 404), path
    for mark in set(MARK.findall(answer.text)):
        assert all(world.may[mark](reader) for reader in readers), (path, mark)
