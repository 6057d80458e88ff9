"""Progress: the scores of shared observations over time, a chart for each component of each rubric."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from assessments.models import Level, Observation, Rating
from config.text import first_line
from profiles.charts import LineChart, Point, line_chart
from profiles.profile import Profile

OBSERVATIONS = 200
"""The charts go back as many observations."""
_NOTE = 120
_TICK = 16

Scale = dict[int, str]
"""The names of a component's levels by their values."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Scores from when the component had another number of levels; they are not comparable and have their own chart."""

    words: str
    chart: LineChart | None


@dataclass(frozen=True, slots=True)
class Line:
    """A component: the last level, the chart on the scale of now, and those on scales of before."""

    title: str
    last: str
    chart: LineChart | None
    earlier: list[Earlier]


@dataclass(frozen=True, slots=True)
class RubricProgress:
    """A rubric with the components that were scored."""

    name: str
    lines: list[Line]


def progress(profile: Profile) -> list[RubricProgress]:
    """What was shared of this coachee, as charts: the same for coachee and coaches. Two queries."""
    rows = list(_scores(profile))
    scales = _scales({row.component for row in rows})
    rubrics: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        rubrics[row.component__version__rubric][row.component__key].append(row)
    found = [
        RubricProgress(
            name=next(iter(components.values()))[0].component__version__rubric__name,
            lines=[_line(profile, scored, scales) for scored in sorted(components.values(), key=_place)],
        )
        for components in rubrics.values()
    ]
    return sorted(found, key=lambda rubric: rubric.name)


def _scores(profile: Profile) -> Iterable[Any]:
    """Rows of what was scored, the oldest first."""
    shared = Observation.objects.visible_to(profile.viewer, profile.now).shared(profile.now)
    lately = shared.filter(coachee=profile.person.pk).order_by("-observed_on", "-pk")[:OBSERVATIONS]
    scored = Rating.objects.filter(observation__in=lately.values("pk"), level__isnull=False)
    columns = ["component", "component__key", "component__title", "component__position", "level__value", "level__name"]
    columns += ["component__version__number", "component__version__rubric", "component__version__rubric__name"]
    columns += ["observation__observed_on", "evidence"]
    return scored.order_by("observation__observed_on", "observation").values_list(*columns, named=True)


def _scales(components: set[int]) -> dict[int, Scale]:
    scales: dict[int, Scale] = defaultdict(dict)
    levels = Level.objects.filter(component__in=components).order_by("value")
    for component, value, name in levels.values_list("component", "value", "name"):
        scales[component][value] = name
    return scales


def _place(scored: list[Any]) -> tuple[int, int, str]:
    """Components of the newest version first, in their order."""
    last = max(scored, key=lambda row: row.component__version__number)
    return -last.component__version__number, last.component__position, last.component__key


def _line(profile: Profile, scored: list[Any], scales: dict[int, Scale]) -> Line:
    stretches = [list(rows) for _size, rows in groupby(scored, key=lambda row: len(scales[row.component]))]
    *before, now = stretches
    newest = max(now, key=lambda row: row.component__version__number)
    return Line(
        title=newest.component__title,
        last=_level(now[-1]),
        chart=_chart(profile, now, scales),
        earlier=[_earlier(profile, rows, scales) for rows in reversed(before)],
    )


def _earlier(profile: Profile, rows: list[Any], scales: dict[int, Scale]) -> Earlier:
    levels = len(scales[rows[-1].component])
    return Earlier(_("Earlier, on a scale of %(levels)d levels") % {"levels": levels}, _chart(profile, rows, scales))


def _chart(profile: Profile, rows: list[Any], scales: dict[int, Scale]) -> LineChart | None:
    newest = max(rows, key=lambda row: row.component__version__number)
    scale = scales[newest.component]
    points = [
        Point(row.observation__observed_on, row.level__value, _level(row), first_line(row.evidence, _NOTE))
        for row in rows
    ]
    return line_chart(
        points,
        low=1,
        high=max(len(scale), 2),
        ticks=[(value, first_line(f"{value} {name}", _TICK)) for value, name in scale.items()],
        zone=profile.viewer.timezone,
        today=profile.today,
        measure=_("Level"),
    )


def _level(row: Any) -> str:
    return f"{row.level__value} {row.level__name}"
