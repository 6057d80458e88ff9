"""What a coachee's sessions with a former coach still show of that coach."""

from __future__ import annotations

import pytest

from profiles.models import Person
from tests.make import ago, make_session

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("who", "shown"), [("coach", True), ("former_coach", False)])
def test_the_photo_goes_with_the_coaching(cast, client, clock, who, shown):
    coach = getattr(cast, who)
    Person.objects.filter(pk=coach.pk).update(photo="drawn-anew")
    session = make_session(coach=coach, coachee=cast.coachee, starts_at=ago(days=60), status="occurred")
    client.force_login(cast.coachee)
    page = client.get(f"/sessions/{session.pk}/").text
    assert coach.name in page
    assert ("drawn-anew" in page) == shown
