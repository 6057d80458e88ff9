"""Events follow the rows they come from, whatever happens to these."""

import pytest

from activity.models import Event
from activity.record import record
from assessments.models import BehaviorSurvey
from coaching.models import Message
from sessions_app.models import Takeaway
from tests.make import NOW, D, make_message, make_session, make_survey, make_takeaway

pytestmark = pytest.mark.django_db


def events() -> list[tuple]:
    return sorted(Event.objects.values_list("kind", "at", "coach"))


def test_a_deed_undone_leaves_the_feed(cast):
    takeaway = make_takeaway(session=make_session(coach=cast.coach, coachee=cast.coachee))
    assert events() == [("shared_takeaway", takeaway.shared_at, cast.coach.pk)]
    Takeaway.objects.update(shared_at=None)
    assert record("shared_takeaway", Takeaway.objects.all()) == 1
    assert events() == []


def test_a_deed_moved_moves_its_event(cast):
    make_survey(coachee=cast.coachee, completed_at=NOW - D)
    BehaviorSurvey.objects.update(completed_at=NOW)
    assert record("completed_survey", BehaviorSurvey.objects.all()) == 1
    assert events() == [("completed_survey", NOW, None)]


def test_recording_again_changes_nothing(cast):
    make_message(coach=cast.coach, coachee=cast.coachee)
    before = list(Event.objects.values_list("pk", "at"))
    assert record("sent_message", Message.objects.all()) == 0
    assert list(Event.objects.values_list("pk", "at")) == before


def test_what_the_coach_writes_is_no_action_of_the_coachee(cast):
    make_message(coach=cast.coach, coachee=cast.coachee, sender="coach")
    assert events() == []


@pytest.mark.parametrize("rows", [Message.objects.none(), Message.objects.filter(pk__in=[])])
def test_no_rows_no_events(rows):
    assert record("sent_message", rows) == 0


def test_other_rows_keep_their_events(cast):
    kept = make_message(coach=cast.coach, coachee=cast.coachee)
    record("sent_message", Message.objects.exclude(pk=kept.pk))
    assert len(events()) == 1
