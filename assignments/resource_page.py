"""A resource's own page: what it is, who suggested it, and what becomes of it among a coach's own coachees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from assignments.library_page import ICONS
from assignments.links import Target, web_target
from assignments.models import Resource, ResourceView, Suggestion
from config.text import render_markdown
from profiles.models import Person, Role

MOST_SHOWN = 50
"""Viewers and suggestions, the latest first."""


@dataclass(frozen=True)
class Viewed:
    """One of the coach's coachees who opened it: how often, and when last."""

    person: Person
    last: datetime
    times: int


@dataclass(frozen=True)
class ResourcePage:
    """A resource, ready to show. `target` is where a link leads, None when that is not the web."""

    resource: Resource
    icon: str
    article: SafeString
    target: Target | None
    audience: str
    suggested: list[Suggestion]
    """What coaches suggested to the viewer, and why."""
    viewed: list[Viewed]
    given: list[Suggestion]
    """To whom the viewer suggested it."""
    may_change: bool
    may_suggest: bool
    uses_library: bool
    coaches: bool


def resource_page(viewer: Person, resource: Resource, now: datetime, *, uses_library: bool) -> ResourcePage:
    """What the viewer may know of a resource that is visible to them. Four queries at most."""
    coaches = Role.COACH in viewer.roles
    return ResourcePage(
        resource=resource,
        icon=ICONS[resource.kind],
        article=render_markdown(resource.body),
        target=web_target(resource.url) if resource.kind == Resource.Kind.LINK else None,
        audience=_audience(resource, viewer),
        suggested=_suggested(viewer, resource),
        viewed=_viewed(viewer, resource, now) if coaches else [],
        given=_given(viewer, resource, now) if coaches else [],
        may_change=viewer.has_perm("assignments.change_resource", resource),
        may_suggest=coaches and Resource.objects.givable_by(viewer).filter(pk=resource.pk).exists(),
        uses_library=uses_library,
        coaches=coaches,
    )


def _audience(resource: Resource, viewer: Person) -> str:
    """Who else finds it; nothing for what was given to the viewer alone."""
    if resource.audience == Resource.Audience.PRIVATE:
        return _("Only you, and those you give it to") if resource.added_by_id == viewer.pk else _("Given to you")
    if resource.audience == Resource.Audience.ORGANIZATION and resource.organization:
        return _("Everybody at %(name)s") % {"name": resource.organization.name}
    return _("Everybody")


def _suggested(viewer: Person, resource: Resource) -> list[Suggestion]:
    if Role.COACHEE not in viewer.roles:
        return []
    standing = Suggestion.objects.standing().filter(resource=resource, coachee=viewer)
    return list(standing.select_related("coach").order_by("-suggested_at", "-pk"))


def _viewed(viewer: Person, resource: Resource, now: datetime) -> list[Viewed]:
    """By those whom the viewer coaches now; of everybody else's coachees nothing is told."""
    own = Person.objects.coached_by(viewer, now)
    views = ResourceView.objects.filter(resource=resource, coachee__in=own.values("pk"), viewed_at__lte=now)
    by_person = views.values("coachee").annotate(last=Max("viewed_at"), times=Count("pk")).order_by("-last")
    found = {row["coachee"]: row for row in by_person[:MOST_SHOWN]}
    people = Person.objects.in_bulk(list(found)) if found else {}
    return [Viewed(people[pk], row["last"], row["times"]) for pk, row in found.items()]


def _given(viewer: Person, resource: Resource, now: datetime) -> list[Suggestion]:
    visible = Suggestion.objects.visible_to(viewer, now).standing().filter(resource=resource, coach=viewer)
    return list(visible.select_related("coachee").order_by("-suggested_at", "-pk")[:MOST_SHOWN])
