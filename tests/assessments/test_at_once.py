"""The same thing done many times at once happens once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from assessments.actions import Outcome, Written, acknowledge, comment, record_observation, save_draft, share
from assessments.models import Observation, ObservationComment
from notifications.models import Notification
from tests.make import NOW
from tests.make_observations import make_observation, make_version

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 6


def at_once(deed: Callable[[int], object]) -> list[object]:
    """What it answered each time; a failure is an answer, too."""
    start, answers = Barrier(TIMES), []

    def once(number: int) -> None:
        start.wait()
        try:
            answers.append(deed(number))
        except Exception as error:
            answers.append(error)
        finally:
            connection.close()

    threads = [Thread(target=once, args=[number]) for number in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def text(words: str) -> Written:
    return Written(date(2026, 11, 20), "", words, "", {})


def test_a_form_sent_many_times_makes_one_observation(cast):
    version, key = make_version(), uuid4()
    pair = {"coach": cast.coach, "coachee": cast.coachee.pk, "version": version}
    made = at_once(lambda _: record_observation(**pair, written=text("Calm"), form_key=key, now=NOW))
    assert {one[0].pk for one in made} == {Observation.objects.get().pk}
    assert sorted(one[1] for one in made) == [False] * (TIMES - 1) + [True]


def test_of_many_windows_one_saves(cast):
    draft = make_observation(coach=cast.coach, coachee=cast.coachee, shared=False, version=make_version(components=()))
    saved = at_once(
        lambda number: save_draft(
            observation=draft.pk, by=cast.coach, written=text(f"Window {number}"), revision=0, now=NOW
        )
    )
    assert sorted(one.name for one in saved) == ["CHANGED"] * (TIMES - 1) + ["DONE"]


def test_shared_once_acknowledged_once_said_once(cast):
    seen = make_observation(coach=cast.coach, coachee=cast.coachee, shared=False, strengths="Calm")
    shared = at_once(lambda _: share(observation=seen.pk, by=cast.coach, revision=0, now=NOW))
    assert shared.count(Outcome.DONE) == 1
    assert at_once(lambda _: acknowledge(observation=seen, by=cast.coachee, now=NOW)).count(True) == 1
    at_once(lambda _: comment(observation=seen, by=cast.coachee, text="Thank you.", now=NOW))
    assert ObservationComment.objects.count() == 1
    assert sorted(Notification.objects.values_list("kind", flat=True)) == ["observation_answered", "observation_shared"]
