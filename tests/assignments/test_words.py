"""What a notice about the thread says, and for whom it still leads there."""

from __future__ import annotations

import pytest

from coaching.models import Relationship
from notifications.words import words_for
from profiles.models import Person
from tests.make import NOW, make_assignment, make_notification

pytestmark = pytest.mark.django_db


def told(person: Person, kind: str, **fields) -> tuple[str, str]:
    """The sentence, and where it leads."""
    reader = Person.objects.with_roles().get(pk=person.pk)
    [words] = words_for([make_notification(person=person, kind=kind, **fields)], reader, NOW)
    return words.sentence, words.url


def test_each_side_is_told_by_name_and_led_to_the_assignment(cast):
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    page = f"/assignments/{given.pk}/"
    to_coach = told(cast.coach, "response_given", about=cast.coachee, subject_id=given.pk)
    to_coachee = told(cast.coachee, "response_answered", about=cast.coach, subject_id=given.pk)
    assert to_coach == ("Amara Okafor responded to an assignment.", page)
    assert to_coachee == ("Maya Castellanos wrote to you about an assignment.", page)


def test_it_leads_nowhere_for_who_is_no_longer_the_coach(cast):
    given = make_assignment(coach=cast.coach, coachee=cast.coachee)
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    ids = {"about": cast.coachee, "subject_id": given.pk}
    assert told(cast.coach, "response_given", **ids)[1] == ""
    assert told(cast.coachee, "response_answered", **ids)[1] != "", "the coachee keeps reading"
