"""A coachee's own profile as others get it: the same pages, opened with the other's eyes, read only.

Whatever belongs to the other alone stays out: their private notes, and what they have to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.hub import CoacheeHub
from profiles.meetings import Meeting
from profiles.models import Person
from profiles.profile import Profile, open_profile

STAFF = "staff"
_COACH = re.compile(r"coach-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Eyes:
    """A link to the profile as somebody sees it."""

    label: str
    url: str
    current: bool


def eyes(own: Profile, current: str = "") -> list[Eyes]:
    """Through whose eyes one may look: every coach of now, and those who run the program."""
    if not (own.is_self and own.is_coachee):
        return []
    found = [*((f"coach-{one.coach_id}", one.coach__name) for one in own.running), (STAFF, _("Program staff"))]
    return [Eyes(name, reverse("person-as-seen", args=[own.person.pk, who]), who == current) for who, name in found]


def as_seen(own: Profile, who: str) -> Profile | None:
    """The profile as a coach (`coach-<id>`) or an admin (`staff`) gets it, times in one's own zone; None for others."""
    if not (own.is_self and own.is_coachee):
        return None
    viewer = _admin() if who == STAFF else _coach(own, who)
    if viewer is None:
        return None
    viewer.timezone = own.person.timezone
    seen = open_profile(viewer, own.person.pk, own.now)
    return seen and replace(seen, seen_by=viewer.name)


def _admin() -> Person:
    """Nobody in particular, who sees what every admin sees."""
    somebody = Person(pk=0, name=str(_("Program staff")), is_superuser=True)
    somebody.roles = frozenset()
    return somebody


def _coach(own: Profile, who: str) -> Person | None:
    asked = _COACH.fullmatch(who)
    coaches = {one.coach_id for one in own.running}
    if asked is None or int(asked[1]) not in coaches:
        return None
    return Person.objects.with_roles().get(pk=int(asked[1]))


def without_own(hub: CoacheeHub) -> CoacheeHub:
    """The Overview without the private notes of the one through whose eyes one looks."""
    return replace(hub, coming=[_bare(one) for one in hub.coming], last=hub.last and _bare(hub.last))


def _bare(meeting: Meeting) -> Meeting:
    return replace(meeting, private_note=None)
