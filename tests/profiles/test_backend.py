"""The signed-in person is read by a query that is written once, and is whom the ORM would read."""

from __future__ import annotations

import pytest
from django.forms import model_to_dict

from profiles.backends import PersonBackend
from profiles.models import Person
from tests.make import NOW, make_message, make_notification, make_person


@pytest.mark.parametrize("who", ["coach", "coachee", "superuser", "sponsor"])
def test_with_everything_that_a_page_shows_of_them_in_one_query(cast, who, django_assert_num_queries):
    stored = Person.objects.select_related("organization").get(pk=getattr(cast, who).pk)
    new = make_notification(person=stored)
    make_notification(person=stored, read_at=NOW)
    make_notification(person=cast.other_coachee)
    to_coachee, to_coach = (
        make_message(coach=cast.coach, coachee=cast.coachee, sender=sender).pk for sender in ("coach", "coachee")
    )
    make_message(coach=cast.stranger_coach, coachee=cast.strangers_coachee)
    unread = {"coach": [to_coach], "coachee": [to_coachee]}.get(who, [])
    with django_assert_num_queries(1):
        viewer = PersonBackend().get_user(stored.pk)
        shown = (viewer.organization, viewer.roles, viewer.unread_notices, viewer.unread_messages)
    assert viewer == stored
    assert viewer.__dict__.keys() > {field.attname for field in Person._meta.concrete_fields}
    assert model_to_dict(viewer) == model_to_dict(stored)
    assert viewer.created_at == stored.created_at
    assert shown == (stored.organization, stored.roles, [new.pk], unread)


def test_who_belongs_nowhere_is_read_too(cast, django_assert_num_queries):
    alone = make_person()
    with django_assert_num_queries(1):
        assert PersonBackend().get_user(alone.pk).organization is None


def test_whoever_was_deactivated_or_never_was_is_nobody(cast):
    assert PersonBackend().get_user(cast.deactivated.pk) is None
    assert PersonBackend().get_user(10**12) is None
