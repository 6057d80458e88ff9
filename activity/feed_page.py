"""All that a coachee did, on a page of its own, of one kind or of all."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from activity.feed import LOOKS, Page, actions_taken
from activity.models import EventKind
from config.keyset import link, read_cursor
from profiles.profile import Profile, not_contacts


@dataclass(frozen=True, slots=True)
class Chip:
    """A choice of what is listed."""

    label: str
    icon: str
    url: str
    current: bool


@dataclass(frozen=True)
class WholeFeed:
    """A page of the feed with the choice of kinds above it."""

    taken: Page
    chips: list[Chip]
    kind: str
    older: str
    newer: str


def sees_activity(profile: Profile) -> bool:
    """Whoever sees a coachee's Overview: themself, their coaches, and staff, to whom kinds and dates are shown."""
    return profile.is_coachee and not_contacts(profile)


def whole_feed(profile: Profile, query: QueryDict) -> WholeFeed:
    """The page that `kind` (one of EventKind, anything else means all) and `before` or `after` ask for. One query."""
    kind = query.get("kind", "")
    kind = kind if kind in EventKind.values else ""
    taken = actions_taken(
        profile.person,
        viewer=profile.viewer,
        sight=profile.sight,
        now=profile.now,
        cursor=read_cursor(query),
        reader=profile.reader,
        kind=kind,
    )
    kept = {"kind": kind} if kind else {}
    older, newer = (link(place, **kept) for place in (taken.older, taken.newer))
    return WholeFeed(taken, _chips(profile, kind), kind, older, newer)


def _chips(profile: Profile, chosen: str) -> list[Chip]:
    here = reverse("person-activity", args=[profile.person.pk])
    kinds = [(kind.value, label, LOOKS[kind][0]) for kind, label in _labels().items()]
    return [
        Chip(label, icon, f"{here}?kind={kind}" if kind else here, kind == chosen)
        for kind, label, icon in [("", _("Everything"), ""), *kinds]
    ]


def _labels() -> dict[EventKind, str]:
    """In the order of what is asked for most."""
    return {
        EventKind.SENT_MESSAGE: _("Messages"),
        EventKind.SHARED_MICRO_GOAL: _("Goals for sessions"),
        EventKind.SHARED_TAKEAWAY: _("Takeaways"),
        EventKind.SUBMITTED_REFLECTION: _("Reflections"),
        EventKind.COMPLETED_ASSIGNMENT: _("Assignments done"),
        EventKind.RESPONDED_TO_ASSIGNMENT: _("Responses"),
        EventKind.VIEWED_RESOURCE: _("Resources viewed"),
        EventKind.COMPLETED_SURVEY: _("Surveys completed"),
        EventKind.ENROLLED_360: _("360 enrolled"),
        EventKind.CLOSED_360: _("360 closed"),
    }
