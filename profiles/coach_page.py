"""What the Overview adds for people who coach, and what coachees read of their coach or delivery manager."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from coaching.models import Relationship
from profiles.credentials import Held, credentials
from profiles.models import Person, Role, Subscription
from profiles.profile import Profile
from profiles.sight import Sight

SHOWN = 10


@dataclass(frozen=True)
class Coaching:
    """Whom somebody coaches now, as far as the viewer may open them, and what they hold. Shown to them and admins."""

    people: list[Person]
    count: int
    capacity: int | None
    held: list[Held]

    @property
    def room(self) -> int:
        """For how many more there is room; 0 for a coach over their capacity."""
        return max((self.capacity or 0) - self.count, 0)

    @property
    def over(self) -> bool:
        """Whether they coach more people than they take on."""
        return self.capacity is not None and self.count > self.capacity


@dataclass(frozen=True)
class Tie:
    """What somebody is to a coachee who looks at them: their coach since then, their delivery manager, or both."""

    coaches_since: datetime | None
    delivers: bool


def coaching_of(profile: Profile) -> Coaching | None:
    """For coaches, seen by themselves or an admin: three queries. None for everybody else, without any."""
    if Role.COACH not in profile.person.role_names or not (profile.is_self or profile.by_admin):
        return None
    running = Relationship.objects.running(profile.now).filter(coach=profile.person.pk).order_by()
    visible = Person.objects.visible_to(profile.viewer, profile.now)
    people = visible.filter(pk__in=running.values("coachee")).select_related("organization")
    return Coaching(
        people=list(people.order_by("name", "pk")[:SHOWN]),
        count=running.count(),
        capacity=profile.person.capacity,
        held=credentials(profile),
    )


def tie_of(profile: Profile) -> Tie | None:
    """What a contact is to the viewer: two queries. None in any other sight, without any."""
    if profile.sight != Sight.CONTACT:
        return None
    running = Relationship.objects.running(profile.now).filter(coach=profile.person.pk, coachee=profile.viewer)
    named = Subscription.objects.not_over(profile.now).filter(coachee=profile.viewer)
    return Tie(
        coaches_since=running.aggregate(since=Max("started_at"))["since"],
        delivers=named.filter(delivery_manager=profile.person.pk).exists(),
    )
