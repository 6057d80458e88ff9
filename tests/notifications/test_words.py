"""What people read when they were told something: each side in its own words, true at that moment, without texts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from coaching.models import Relationship
from notifications.models import NoticeKind, Notification
from notifications.words import one_line, words_for
from profiles.models import Credential, Person
from tests.make import NOW, make_notification, make_person, make_relationship

pytestmark = pytest.mark.django_db


def told(person: Person, kind: str, **fields) -> tuple:
    """Sentence, the rest, and where it leads, as this person reads it now."""
    reader = Person.objects.with_roles().get(pk=person.pk)
    [words] = words_for([make_notification(person=person, kind=kind, **fields)], reader, NOW)
    return words.sentence, words.then, words.url


def test_each_side_is_told_in_its_own_words(cast):
    ids = {"subject_id": cast.relationship.pk}
    to_coachee = told(cast.coachee, "coach_assigned", about=cast.coach, **ids)
    to_coach = told(cast.coach, "coachee_assigned", about=cast.coachee, **ids)

    assert to_coachee[0] == "Maya Castellanos is now your coach."
    assert to_coachee[2] == f"/people/{cast.coach.pk}/"
    assert to_coach[0] == "You now coach Amara Okafor."
    assert to_coach[2] == f"/people/{cast.coachee.pk}/"


def test_what_has_ended_since_is_not_said_to_be_so(cast):
    Relationship.objects.filter(pk=cast.relationship.pk).update(ended_at=NOW)
    ids = {"subject_id": cast.relationship.pk}
    to_coachee = told(cast.coachee, "coach_assigned", about=cast.coach, **ids)
    to_coach = told(cast.coach, "coachee_assigned", about=cast.coachee, **ids)

    assert to_coachee[:2] == ("Maya Castellanos became your coach.", "That has ended since.")
    assert to_coach[2] == f"/people/{cast.coach.pk}/coaching/", "the profile is closed to them"


def test_a_handover_names_both_coaches(cast):
    spell = make_relationship(coach=cast.stranger_coach, coachee=cast.coachee, started_at=NOW)
    words = told(
        cast.coachee,
        "coach_changed",
        about=cast.stranger_coach,
        subject_id=spell.pk,
        facts={"former": cast.coach.pk},
    )
    assert words[0] == "Stina Stranger takes over as your coach from Maya Castellanos."
    assert words[2] == f"/people/{cast.stranger_coach.pk}/"


def test_an_answer_leads_nowhere_for_who_is_no_longer_the_coach(cast):
    assert told(cast.coach, "observation_answered", about=cast.coachee)[2] != ""
    assert told(cast.former_coach, "observation_answered", about=cast.coachee) == (
        "Amara Okafor answered an observation of yours.",
        "",
        "",
    )


def test_a_credential_is_named_with_its_day(cast):
    held = Credential.objects.create(person=cast.coach, title="First aid\nat work", expires_on=date(2026, 12, 4))
    facts = {"days": 14, "expires_on": "2026-12-04"}
    assert told(cast.coach, "credential_expires", subject_id=held.pk, facts=facts)[0] == (
        "“First aid at work” expires on 4 Dec."
    )
    held.expires_on = date(2028, 12, 4)
    held.save()
    words = told(cast.coach, "credential_expires", subject_id=held.pk, facts={**facts, "days": 60})
    assert words[:2] == ("“First aid at work” was to expire on 4 Dec.", "You have noted another date since.")


def test_coaching_access_that_was_taken_again_leads_nowhere(cast):
    assert told(cast.coach, "access_on")[2] == "/coachees/"
    assert told(cast.manager, "access_on")[2] == ""


@pytest.mark.parametrize("kind", NoticeKind.values)
def test_every_kind_has_words_also_for_rows_that_are_gone(kind, cast):
    sentence, _then, _url = told(cast.sponsor, kind, subject_id=2**62)
    assert sentence.endswith((".", "?"))


def test_twenty_take_no_more_queries_than_one(cast):
    def count(notices: list[Notification]) -> int:
        reader = Person.objects.with_roles().get(pk=cast.coach.pk)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            words_for(notices, reader, NOW)
        return len(queries)

    about = [make_person() for _ in range(20)]
    notices = [make_notification(person=cast.coach, kind="coachee_removed", about=one) for one in about]
    assert count(notices[:1]) == count(notices) <= 5


def test_a_name_stays_on_its_line_and_in_its_direction():
    assert one_line("Amara\r\nBcc: all@example.org\u202e\x00 O\u2066") == "Amara Bcc: all@example.org O"


def test_old_days_are_told_with_their_year(cast):
    facts = {"days": 14, "expires_on": (NOW - timedelta(days=400)).date().isoformat()}
    assert "2025" in told(cast.coach, "credential_expires", facts=facts)[0]


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words_and_a_look_even_when_nothing_is_left_to_lead_to(cast, client, clock, kind):
    make_notification(person=cast.coachee, kind=kind, about=cast.coach, subject_id=2**40, created_at=NOW)
    client.force_login(cast.coachee)
    assert client.get("/notices/").status_code == 200
