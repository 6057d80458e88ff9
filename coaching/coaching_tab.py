"""The *Coaching* tab: who coaches this person and whom they coach, now and before, as far as the viewer may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import QueryDict

from coaching.models import Relationship
from coaching.querysets import RelationshipQuerySet
from config.keyset import Slice, cut, link, read_cursor
from profiles.models import Person, Role
from profiles.profile import Profile
from profiles.sight import Sight

PAGE_SIZE = 25
LISTS = ("coached-by", "coached-before", "coaching", "coaching-before")


@dataclass(frozen=True)
class Line:
    """One relationship as seen from one of the two; `url` is empty where the viewer may not open the other."""

    pk: int
    other: Person
    url: str
    since: datetime
    until: datetime | None
    started_by: str
    ended_by: str
    is_ahead: bool
    is_over: bool


@dataclass(frozen=True)
class Spells:
    """A page of lines, the newest first, with the links to the others."""

    lines: list[Line]
    older: str
    newer: str


@dataclass(frozen=True)
class CoachingTab:
    """What the template shows. `load` is how many the person coaches; None where the viewer may not know."""

    coached_by: Spells
    coached_before: Spells
    coaching: Spells
    coaching_before: Spells
    has_access: bool
    edits: bool
    load: int | None
    capacity: int | None

    @property
    def is_full(self) -> bool:
        """Whether the coach has as many coachees as they take on, or more."""
        return self.capacity is not None and self.load is not None and self.load >= self.capacity


def coaching_tab(profile: Profile, query: QueryDict) -> CoachingTab:
    """Reads the tab in a fixed number of queries; `query` holds the place in one of the four lists."""
    now, all_names = profile.now, profile.is_self or profile.by_admin
    as_coachee, as_coach = _coached_by(profile), _coaching(profile)
    slices = [
        _page(as_coachee.not_over(now), "coached-by", query),
        _page(as_coachee.over(now), "coached-before", query),
        _page(as_coach.not_over(now), "coaching", query),
        _page(as_coach.over(now), "coaching-before", query),
    ]
    coached_by, coached_before, coaching, coaching_before = _with_links(slices, profile)
    return CoachingTab(
        coached_by=coached_by,
        coached_before=coached_before,
        coaching=coaching,
        coaching_before=coaching_before,
        has_access=Role.COACH in profile.person.role_names,
        edits=profile.by_admin,
        load=as_coach.not_over(now).count() if all_names else None,
        capacity=Person.objects.values_list("capacity", flat=True).get(pk=profile.person.pk) if all_names else None,
    )


def _coached_by(profile: Profile) -> RelationshipQuerySet:
    """All of them, but for a coach: who coaches the person now, and when the coach did."""
    spells = Relationship.objects.filter(coachee=profile.person.pk)
    if profile.sight == Sight.COACH and not (profile.by_admin or profile.by_delivery_manager):
        return spells.filter(Q(ended_at=None) | Q(ended_at__gt=profile.now) | Q(coach=profile.viewer))
    return spells


def _coaching(profile: Profile) -> RelationshipQuerySet:
    """For others than the person and admins, only people they may see anyway."""
    spells = Relationship.objects.filter(coach=profile.person.pk)
    if profile.is_self or profile.by_admin:
        return spells
    seen = Person.objects.visible_to(profile.viewer, profile.now)
    return spells.filter(coachee__in=seen.values("pk"))


def _page(spells: RelationshipQuerySet, name: str, query: QueryDict) -> Slice:
    cursor = read_cursor(query) if query.get("list") == name else None
    return cut(
        spells.select_related("coach", "coachee", "started_by", "ended_by"),
        key="started_at",
        cursor=cursor,
        size=PAGE_SIZE,
    )


def _with_links(slices: list[Slice], profile: Profile) -> list[Spells]:
    """One query says which of the people on all four lists the viewer may open."""
    sides = ["coach", "coach", "coachee", "coachee"]
    others = [[getattr(row, side) for row in one.rows] for side, one in zip(sides, slices, strict=True)]
    shown = {other.pk for people in others for other in people}
    seen = Person.objects.visible_to(profile.viewer, profile.now).filter(pk__in=shown)
    opened = set(seen.values_list("pk", flat=True))
    return [
        Spells(
            [_line(row, other, other.pk in opened, profile) for row, other in zip(one.rows, people, strict=True)],
            older=link(one.onward, list=name),
            newer=link(one.back, list=name),
        )
        for name, one, people in zip(LISTS, slices, others, strict=True)
    ]


def _line(row: Relationship, other: Person, may_open: bool, profile: Profile) -> Line:
    def named(person: Person | None) -> str:
        return person.name if person and profile.by_admin else ""

    if not may_open:
        other.photo = ""  # it is shown to those only who may open the profile

    return Line(
        pk=row.pk,
        other=other,
        url=other.get_absolute_url() if may_open else "",
        since=row.started_at,
        until=row.ended_at,
        started_by=named(row.started_by),
        ended_by=named(row.ended_by),
        is_ahead=row.started_at > profile.now,
        is_over=row.ended_at is not None and row.ended_at <= max(profile.now, row.started_at),
    )
