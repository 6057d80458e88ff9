"""Marking an assignment as done, and not done after all: in the feed, in the counts, once."""

from __future__ import annotations

import re

import pytest

from activity.models import Event
from assignments.models import Assignment, Response
from coaching.models import Relationship
from profiles.models import Draft
from tests.make import NOW, ago, ahead, make_assignment
from tests.make_between import make_draft
from tests.profiles.reading import section, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def given(cast) -> Assignment:
    """What Maya gave to Amara."""
    return make_assignment(coach=cast.coach, coachee=cast.coachee)


def url(given: Assignment, rest: str = "") -> str:
    return f"/assignments/{given.pk}/{rest}"


def counts(client, cast) -> str:
    """The states with their numbers, as they stand on the tab."""
    page = client.get(f"/people/{cast.coachee.pk}/assignments/").content.decode()
    return re.search(r"In progress \d+ Completed \d+", section(page, "assignments"))[0]


def test_done_and_reopened_shows_at_once_on_both_sides(cast, given, signed_in):
    amara, maya = signed_in(cast.coachee), signed_in(cast.coach)
    done = amara.post(url(given, "done/"))
    assert done.url == url(given)
    assert [counts(one, cast) for one in (amara, maya)] == ["In progress 0 Completed 1"] * 2
    assert "Marked Map your stakeholders as done" in words(maya.get(f"/people/{cast.coachee.pk}/").content.decode())
    assert "Amara marked this as done" in words(maya.get(url(given)).content.decode())
    amara.post(url(given, "reopened/"))
    assert counts(maya, cast) == "In progress 1 Completed 0"
    assert not Event.objects.exists(), "what is not done has not been done"


def test_done_twice_is_one_event_at_the_first_time(cast, given, signed_in, clock):
    amara = signed_in(cast.coachee)
    for _ in range(3):
        assert amara.post(url(given, "done/")).status_code == 302
        clock.shift(60)
    assert list(Event.objects.values_list("kind", "at")) == [("completed_assignment", NOW)]


def test_what_was_dated_later_is_done_now(cast, given, signed_in):
    Assignment.objects.update(completed_at=ahead(days=3))
    signed_in(cast.coachee).post(url(given, "done/"))
    assert Event.objects.get().at == NOW


def test_only_the_coachee_is_done_with_it(cast, given, signed_in):
    for who, status in (
        (cast.coach, 403),
        (cast.co_coach, 404),
        (cast.former_coach, 404),
        (cast.other_coachee, 404),
        (cast.admin, 404),
    ):
        for rest in ("done/", "reopened/"):
            assert signed_in(who).post(url(given, rest)).status_code == status
    given.refresh_from_db()
    assert given.completed_at is None


def test_an_archived_one_is_neither_done_nor_reopened(cast, given, signed_in):
    amara = signed_in(cast.coachee)
    Assignment.objects.update(archived_at=NOW)
    assert "Your coach can restore it." in words(amara.post(url(given, "done/")).content.decode())
    Assignment.objects.update(completed_at=ago(days=1))
    assert amara.post(url(given, "reopened/")).status_code == 403
    assert Assignment.objects.get().completed_at == ago(days=1)


def test_a_response_can_say_that_it_is_done(cast, given, signed_in):
    make_draft(person=cast.coachee, key=f"response:{given.pk}", text="I asked")
    amara = signed_in(cast.coachee)
    page = amara.get(url(given))
    sent = {"text": "I asked Tomas.", "done": "1", "form_id": page.context["form"]["form_id"].value()}
    for _ in range(2):
        assert amara.post(url(given), sent).status_code == 302
    kinds = sorted(Event.objects.values_list("kind", flat=True))
    assert kinds == ["completed_assignment", "responded_to_assignment"]
    assert not Draft.objects.exists()


def test_a_form_sent_again_after_reopening_does_not_do_it_again(cast, given, signed_in):
    amara = signed_in(cast.coachee)
    sent = {"text": "Done", "form_id": amara.get(url(given)).context["form"]["form_id"].value()}
    amara.post(url(given), sent)
    amara.post(url(given), {**sent, "done": "1"})
    assert Assignment.objects.get().completed_at == NOW, "the second button of the two still counts"
    amara.post(url(given, "reopened/"))
    amara.post(url(given), {**sent, "done": "1"})
    assert Assignment.objects.get().completed_at is None
    assert Response.objects.count() == 1


def test_a_coach_cannot_be_done_by_the_form_either(cast, given, signed_in):
    assert signed_in(cast.coach).post(url(given), {"text": "Well done", "done": "1"}).status_code == 403
    assert not Response.objects.exists(), "one deed or none"


def test_what_is_completed_takes_responses_and_stays(cast, given, signed_in):
    Assignment.objects.update(completed_at=ago(days=1))
    amara = signed_in(cast.coachee)
    assert "Respond and mark as done" not in amara.get(url(given)).content.decode()
    amara.post(url(given), {"text": "One more thing"})
    assert Response.objects.count() == 1
    assert Assignment.objects.get().completed_at == ago(days=1)


def test_who_is_coach_and_coachee_is_what_the_pair_says(cast, signed_in):
    Relationship.objects.create(coach=cast.stranger_coach, coachee=cast.coach, started_at=ago(days=9))
    own = make_assignment(coach=cast.stranger_coach, coachee=cast.coach)
    maya = signed_in(cast.coach)
    assert "Mark as done" in maya.get(url(own)).content.decode()
    maya.post(url(own, "done/"))
    own.refresh_from_db()
    assert own.completed_at == NOW
