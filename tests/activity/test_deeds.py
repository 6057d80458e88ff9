"""Each thing a coachee does in the browser: one line on the coach's page at once, its nudge gone, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.test import Client

from activity.encouragement import engine
from activity.models import Event
from assignments.models import Reflection
from tests.cast import Cast
from tests.make import NOW, ago, ahead, make_assignment, make_resource, make_session
from tests.make_between import make_article
from tests.profiles.reading import hooks


@dataclass(frozen=True)
class Deed:
    """What is done: the request, the action taken that it is, the nudge that it answers, and whose it is."""

    action: str
    does: Callable[[Client, Cast], object]
    rule: str = ""
    pair: bool = True


def _assignment(cast: Cast):
    return make_assignment(coach=cast.coach, coachee=cast.coachee)


def _session(cast: Cast, **fields):
    return make_session(coach=cast.coach, coachee=cast.coachee, **fields)


def next_session(cast: Cast) -> int:
    return cast.coachee.sessions_as_coachee.get(coach=cast.coach, status="scheduled").pk


def last_session(cast: Cast) -> int:
    return cast.coachee.sessions_as_coachee.get(coach=cast.coach, status="occurred").pk


DEEDS = [
    Deed("completed_assignment", lambda client, cast: client.post(f"/assignments/{_assignment(cast).pk}/done/")),
    Deed(
        "responded_to_assignment",
        lambda client, cast: client.post(f"/assignments/{_assignment(cast).pk}/", {"text": "I drew it."}),
    ),
    Deed(
        "viewed_resource",
        lambda client, cast: client.get(f"/library/{make_article().pk}/"),
        "resources_unviewed",
        pair=False,
    ),
    Deed(
        "viewed_resource",
        lambda client, cast: client.get(f"/library/{make_resource().pk}/open/"),
        "resources_unviewed",
        pair=False,
    ),
    Deed(
        "sent_message",
        lambda client, cast: client.post(
            f"/people/{cast.coachee.pk}/messages/?with={cast.coach.pk}", {"text": "It worked."}
        ),
        "messages_silent",
    ),
    Deed(
        "shared_micro_goal",
        lambda client, cast: client.post(
            f"/sessions/{next_session(cast)}/goal/sharing/", {"text": "Say no once.", "version": "-1"}
        ),
        "goals_unshared",
    ),
    Deed(
        "shared_takeaway",
        lambda client, cast: client.post(
            f"/sessions/{last_session(cast)}/takeaway/sharing/", {"text": "I can let go.", "version": "-1"}
        ),
        "takeaways_unshared",
    ),
    Deed(
        "submitted_reflection",
        lambda client, cast: client.post("/reflections/new/?prompt=0", {"text": "Meetings.", "save": "share"}),
        "reflections_unshared",
        pair=False,
    ),
]
each_deed = pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.action)


@pytest.fixture
def week(cast, clock) -> None:
    """Nothing was done for long, so that everything is asked for, by every coach."""
    _session(cast, starts_at=ahead(days=1))
    _session(cast, starts_at=ago(days=5), status="occurred")
    make_session(coach=cast.coach, coachee=cast.other_coachee, starts_at=ahead(days=1, hours=2))
    engine.sweep(NOW)


@pytest.fixture
def shown(client, cast) -> Callable[[object, object, str], list[str]]:
    """`shown(viewer, person, "rule")`: what hangs on that hook of the person's Overview."""

    def hooked(viewer, person, name: str) -> list[str]:
        client.force_login(viewer)
        return hooks(client.get(f"/people/{person.pk}/").content.decode(), name)

    return hooked


def do(client: Client, cast: Cast, deed: Deed) -> None:
    client.force_login(cast.coachee)
    assert deed.does(client, cast).status_code in (200, 302)


@each_deed
def test_one_line_appears_and_the_nudge_goes_in_the_same_moment(cast, client, week, shown, deed):
    before = shown(cast.coach, cast.coachee, "rule")
    assert deed.rule in ["", *before]
    do(client, cast, deed)
    assert shown(cast.coach, cast.coachee, "action") == [deed.action]
    assert shown(cast.coach, cast.coachee, "rule") == [rule for rule in before if rule != deed.rule]
    event = Event.objects.get()
    assert (event.coachee, event.coach, event.at) == (cast.coachee, cast.coach if deed.pair else None, NOW)
    found = engine.sweep(NOW)
    assert (found.opened, found.cleared) == (0, 0)


@each_deed
def test_nobody_elses_page_changes(cast, client, week, shown, deed):
    others = [(cast.coach, cast.other_coachee), (cast.stranger_coach, cast.strangers_coachee)]
    before = [shown(*other, "rule") for other in [*others, (cast.co_coach, cast.coachee)]]
    do(client, cast, deed)
    assert [shown(*other, "action") for other in others] == [[], []]
    assert shown(cast.co_coach, cast.coachee, "action") == ([] if deed.pair else [deed.action])
    if not deed.pair:
        before[-1].remove(deed.rule)
    assert [shown(*other, "rule") for other in [*others, (cast.co_coach, cast.coachee)]] == before
    assert shown(cast.admin, cast.coachee, "action") == [deed.action]
    assert shown(cast.coachee, cast.coachee, "action") == [deed.action]


@pytest.mark.parametrize(
    ("action", "undone"),
    [
        ("shared_micro_goal", lambda cast: (f"/sessions/{next_session(cast)}/goal/sharing/", {"back": "yes"})),
        ("shared_takeaway", lambda cast: (f"/sessions/{last_session(cast)}/takeaway/sharing/", {"back": "yes"})),
        (
            "completed_assignment",
            lambda cast: (f"/assignments/{cast.coachee.assignments.get().pk}/reopened/", {}),
        ),
    ],
)
def test_what_is_taken_back_leaves_the_feed_and_is_asked_for_again(cast, client, week, shown, clock, action, undone):
    deed = next(deed for deed in DEEDS if deed.action == action)
    before = shown(cast.coach, cast.coachee, "rule")
    do(client, cast, deed)
    clock.shift(60)
    client.force_login(cast.coachee)
    client.post(*undone(cast))
    assert shown(cast.coach, cast.coachee, "action") == []
    assert shown(cast.coach, cast.coachee, "rule") == before
    assert not engine.sweep(NOW + timedelta(minutes=1)).opened


def test_a_reflection_taken_back_stays_a_line_without_words(cast, client, week, shown, clock):
    before = shown(cast.coach, cast.coachee, "rule")
    do(client, cast, DEEDS[-1])
    client.post(f"/reflections/{Reflection.objects.get().pk}/sharing/", {"back": "yes"})
    assert shown(cast.coach, cast.coachee, "action") == ["submitted_reflection"]
    assert shown(cast.coach, cast.coachee, "rule") == before
    assert "Meetings." not in client.get(f"/people/{cast.coachee.pk}/").content.decode()
