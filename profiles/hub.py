"""The Overview of a profile, put together by one function with a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from activity.feed import Page, actions_taken
from coaching.goals import Shown, on_overview
from config.keyset import link, read_cursor
from profiles.encouraged import ToEncourage, to_encourage
from profiles.facts import Fact, basic_facts, booked
from profiles.given import STATES, Assignments, shown_on_overview, state_of
from profiles.losing import will_be_lost
from profiles.meetings import Meeting, around
from profiles.profile import Profile
from profiles.status import Status
from sessions_app.forecast import Warned


@dataclass(frozen=True, slots=True)
class Feed:
    """The two halves of the activity feed."""

    encourage: ToEncourage
    taken: Page
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class CoacheeHub:
    """What the Overview shows. Staff have neither sessions nor assignments; only active coachees have a feed."""

    profile: Profile
    facts: list[Fact]
    feed: Feed | None
    coming: list[Meeting]
    last: Meeting | None
    assignments: Assignments | None
    goals: list[Shown]
    losing: list[Warned]
    """Which sessions of the allowance will be lost unless they are scheduled."""


def coachee_hub(profile: Profile, query: QueryDict) -> CoacheeHub:
    """The Overview for this viewer. At most eight queries beyond the profile's own three.

    The query string may hold a place in the feed (`before`, `after`) and a `state` of assignments.
    """
    if not profile.is_coachee:
        return CoacheeHub(profile, basic_facts(profile, None), None, [], None, None, [], [])
    sessions = booked(profile)
    facts = basic_facts(profile, sessions)
    feed = _feed(profile, query) if profile.status == Status.ACTIVE else None
    if not profile.reads_texts:
        return CoacheeHub(profile, facts, feed, [], None, None, [], [])
    coming, last = around(profile, sessions)
    given = shown_on_overview(profile, state_of(query.get("state")))
    return CoacheeHub(profile, facts, feed, coming, last, given, on_overview(profile), will_be_lost(profile, sessions))


def _feed(profile: Profile, query: QueryDict) -> Feed:
    taken = actions_taken(
        profile.person,
        viewer=profile.viewer,
        sight=profile.sight,
        now=profile.now,
        cursor=read_cursor(query),
        reader=profile.reader,
    )
    kept = {"state": query["state"]} if query.get("state") in STATES else {}
    return Feed(to_encourage(profile), taken, link(taken.older, **kept), link(taken.newer, **kept))
