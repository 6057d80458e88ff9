"""Rubrics and observations for tests; as `tests.make`, keyword-only."""

from __future__ import annotations

from datetime import date, datetime
from itertools import count

from assessments.models import (
    Component,
    Level,
    Observation,
    ObservationComment,
    Rating,
    Rubric,
    RubricVersion,
)
from profiles.models import Person
from tests.make import NOW, D

LEVELS = ("Not yet", "Beginning", "Steady", "A strength")
_numbers = count(1)


def make_rubric(*, name: str | None = None, **fields) -> Rubric:
    """The rubric of that name, made when it does not exist."""
    return Rubric.objects.get_or_create(name=name or f"Rubric {next(_numbers)}", defaults=fields)[0]


def make_version(
    *,
    rubric: Rubric | None = None,
    components: tuple[str, ...] = ("Listens", "Asks"),
    levels: tuple[str, ...] = LEVELS,
    published: bool = True,
) -> RubricVersion:
    """The rubric's next version; a component's key is its title in lower case."""
    rubric = rubric or make_rubric()
    version = RubricVersion.objects.create(rubric=rubric, number=rubric.versions.count() + 1)
    for position, title in enumerate(components):
        component = Component.objects.create(version=version, title=title, key=title.lower(), position=position)
        for value, name in enumerate(levels, 1):
            Level.objects.create(component=component, value=value, name=name, descriptor=f"{title}: {name.lower()}.")
    if published:
        RubricVersion.objects.filter(pk=version.pk).update(published_at=NOW - 100 * D)
        version.refresh_from_db()
    return version


def make_observation(
    *,
    coach: Person,
    coachee: Person,
    version: RubricVersion | None = None,
    ratings: dict[str, tuple[int, str]] | None = None,
    observed_on: date = date(2026, 11, 18),
    shared: bool = True,
    **fields,
) -> Observation:
    """An observation; `ratings` are levels (0: not observed) and evidence by the key of the component."""
    version = version or make_version()
    fields.setdefault("recorded_at", NOW - 2 * D)
    fields.setdefault("shared_at", NOW - D if shared else None)
    row = Observation.objects.create(coach=coach, coachee=coachee, version=version, observed_on=observed_on, **fields)
    for component in version.components.all():
        value, evidence = (ratings or {}).get(component.key, (0, ""))
        level = component.levels.get(value=value) if value else None
        make_rating(observation=row, component=component, level=level, evidence=evidence)
    return row


def make_rating(
    *, observation: Observation, component: Component, level: Level | None = None, evidence: str = ""
) -> Rating:
    """What was seen of one component."""
    return Rating.objects.create(observation=observation, component=component, level=level, evidence=evidence)


def make_comment(
    *, observation: Observation, author: Person, text: str = "That was hard.", written_at: datetime = NOW
) -> ObservationComment:
    """What somebody said about it."""
    return ObservationComment.objects.create(observation=observation, author=author, text=text, written_at=written_at)
