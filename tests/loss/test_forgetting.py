"""What is kept for a while goes when the while is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from activity.tasks import forget_expired
from profiles.drafts import KEPT_FOR as DRAFTS_FOR
from profiles.once import KEPT_FOR as FORMS_FOR
from profiles.typed import Draft, SentForm
from tests.make import NOW
from tests.make_between import make_draft, make_sent_form

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=1)


def test_each_goes_at_its_time_and_not_before(cast, clock):
    for span, make in ((FORMS_FOR, _sent_form), (DRAFTS_FOR, _draft)):
        make(person=cast.coachee, at=NOW - span)
        make(person=cast.coachee, at=NOW - span - MOMENT)
    for key, moment in (("live", MOMENT), ("over", -MOMENT)):
        Session.objects.create(session_key=key, session_data="", expire_date=NOW + moment)
    forget_expired()

    assert [form.sent_at for form in SentForm.objects.all()] == [NOW - FORMS_FOR]
    assert [draft.saved_at for draft in Draft.objects.all()] == [NOW - DRAFTS_FOR]
    assert [session.pk for session in Session.objects.all()] == ["live"]


def _sent_form(person, at):
    make_sent_form(person=person, sent_at=at)


def _draft(person, at):
    make_draft(person=person, key=f"reflection:{at:%S}", saved_at=at)
