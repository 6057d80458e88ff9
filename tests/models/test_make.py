"""The helpers of the tests themselves."""

from profiles.models import Person
from tests.make import NOW


def test_cast_is_who_it_says(cast):
    assert set(Person.objects.coached_by(cast.coach, NOW)) == {cast.coachee, cast.other_coachee, cast.deactivated}
    assert not Person.objects.coached_by(cast.former_coach, NOW).exists()
    assert cast.strangers_coachee in Person.objects.delivered_by(cast.delivery_manager)
    assert set(Person.objects.delivered_by(cast.other_delivery_manager)) == {cast.outsider}
