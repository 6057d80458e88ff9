"""Which sessions of a coachee's allowance will be lost, as a profile says it."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from profiles.facts import Booked
from profiles.models import Person, Subscription
from profiles.profile import Profile
from profiles.zones import local_day
from sessions_app.allowance import Allowance
from sessions_app.forecast import COACHES, Warned, losses, said, with_free_times


def will_be_lost(profile: Profile, sessions: Booked, *, free_times: bool = False) -> list[Warned]:
    """The forecast for this viewer, in no query.

    With `free_times` also how many there are, in the coach's own calendar or in those of the coachee's coaches: the
    queries of `sessions_app.forecast.with_free_times`, and one for the coaches.
    """
    if not profile.running:
        return []
    # Rows of the profile's queries have what is asked of people and subscriptions here.
    subscriptions = cast("list[Subscription]", list(profile.subscriptions))
    allowance = Allowance(profile.person.timezone, subscriptions, sessions.counting)
    found = losses(allowance, profile.now, ends_at=_ends_at(profile))
    if found and free_times:
        found = with_free_times(found, _coaches(profile), cast(Person, profile.person), profile.now)
    return said(found, local_day(profile.now, profile.person.timezone))


def _ends_at(profile: Profile) -> datetime | None:
    """When the last of the relationships that run is to end, if that is known."""
    ends = [one.ended_at for one in profile.running]
    return None if None in ends else max(ends)


def _coaches(profile: Profile) -> list[Person]:
    if not profile.is_self:
        return [profile.viewer]
    ids = [one.coach_id for one in profile.running]
    return list(Person.objects.filter(pk__in=ids).order_by("pk")[:COACHES])
