"""Observations as one viewer of a profile sees them: the list on the tab, and one with its comments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count

from assessments.models import Observation, ObservationComment, Rating, RubricVersion
from assessments.querysets import ObservationQuerySet
from config.keyset import Cursor, cut, link
from profiles.profile import Profile

PAGE = 10
COMMENTS = 30


@dataclass(frozen=True, slots=True)
class Scored:
    """A component in an observation: the level's place on its scale and name (0: not observed), and what was seen."""

    title: str
    value: int
    of: int
    name: str
    descriptor: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An observation, ready to show. `unread` for the coachee who has yet to acknowledge it."""

    row: Observation
    scored: list[Scored]
    own: bool
    unread: bool
    comments: int = 0

    @property
    def is_draft(self) -> bool:
        """Whether only its author can read it."""
        return self.row.shared_at is None

    @property
    def not_observed(self) -> list[str]:
        """Titles of the components that say nothing this time."""
        return [one.title for one in self.scored if not one.value and not one.evidence]

    @property
    def said(self) -> list[Scored]:
        """Components with a level or with evidence."""
        return [one for one in self.scored if one.value or one.evidence]


@dataclass(frozen=True, slots=True)
class ObservationPage:
    """Some observations, the latest first, and links to the pages beside."""

    items: list[Seen]
    older: str
    newer: str


@dataclass(frozen=True, slots=True)
class Comments:
    """Comments on an observation, the oldest first, and links to earlier and later ones."""

    rows: list[ObservationComment] = field(default_factory=list)
    older: str = ""
    newer: str = ""


def visible_observations(profile: Profile) -> ObservationQuerySet:
    """What this viewer may know of this coachee."""
    rows = Observation.objects.visible_to(profile.viewer, profile.now).filter(coachee=profile.person.pk)
    return rows.select_related("coach", "version__rubric")


def observation_page(profile: Profile, cursor: Cursor | None) -> ObservationPage:
    """A page of observations with levels, evidence and how often they were commented. Two queries."""
    rows = visible_observations(profile).annotate(comment_count=Count("comments"))
    page = cut(rows, key="observed_on", cursor=cursor, size=PAGE)
    return ObservationPage(_seen(profile, page.rows), link(page.onward), link(page.back))


def seen(profile: Profile, observation: Observation) -> Seen:
    """One observation with its levels and evidence. One query."""
    return _seen(profile, [observation])[0]


def comments_on(observation: Observation, cursor: Cursor | None) -> Comments:
    """The latest comments, or those beside the place of the cursor. One query."""
    page = cut(observation.comments.select_related("author"), key="written_at", cursor=cursor, size=COMMENTS)
    return Comments(page.rows[::-1], link(page.onward), link(page.back))


def offered(profile: Profile) -> list[RubricVersion]:
    """What a new observation can be recorded against. One query."""
    return list(RubricVersion.objects.on_offer(profile.now))


def _seen(profile: Profile, rows: Iterable[Observation]) -> list[Seen]:
    found = list(rows)
    scored = defaultdict(list)
    ratings = Rating.objects.filter(observation__in=[row.pk for row in found])
    for rating in (
        ratings.select_related("component", "level")
        .annotate(of=Count("component__levels"))
        .order_by("component__position", "component")
    ):
        scored[rating.observation_id].append(_scored(rating))
    return [
        Seen(
            row=row,
            scored=scored[row.pk],
            own=row.coach_id == profile.viewer.pk,
            unread=profile.is_self and row.acknowledged_at is None,
            comments=getattr(row, "comment_count", 0),
        )
        for row in found
    ]


def _scored(rating) -> Scored:
    level = rating.level
    return Scored(
        title=rating.component.title,
        value=level.value if level else 0,
        of=rating.of,
        name=level.name if level else "",
        descriptor=level.descriptor if level else "",
        evidence=rating.evidence,
    )
