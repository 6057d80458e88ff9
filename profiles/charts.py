"""Small line charts: values over time, worked out as places on a drawing that stretches to any width.

Pure: no clock, no database. Places are percentages of the plot, so that text stays as large as the page's however wide
the chart is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.formats import number_format

from profiles.days import full_day, short_day

MANY = 60
"""From this many points on dots are small."""
_EDGE = 1000
"""The curve is drawn in a square of this many units a side, which the page stretches over the plot."""
_LABELS = (0, 0.25, 0.5, 0.75, 1)


@dataclass(frozen=True, slots=True)
class Point:
    """A value at an instant or on a day; `words` say the value (else the number does), `note` what else is known."""

    at: datetime | date
    value: float
    words: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point on the plot: percentages from the left and from the top, its day and its value in words."""

    x: str
    y: str
    day: str
    words: str
    note: str


@dataclass(frozen=True, slots=True)
class AxisLabel:
    """A label of an axis: its percentage along it, what it says, how its text stands, whether a narrow one drops it."""

    place: str
    words: str
    anchor: str = "middle"
    extra: bool = False


@dataclass(frozen=True, slots=True)
class LineChart:
    """Everything that `{% line_chart %}` draws. `line` are the corners of the curve, `area` closes it to the ground."""

    dots: tuple[Dot, ...]
    line: str
    area: str
    across: tuple[AxisLabel, ...]
    up: tuple[AxisLabel, ...]
    measure: str
    """What the values are, as the heading of the table's column."""
    noted: bool

    @property
    def is_dense(self) -> bool:
        """Whether there are so many dots that they must be small."""
        return len(self.dots) >= MANY


def line_chart(
    points: Iterable[Point],
    *,
    low: float,
    high: float,
    ticks: Sequence[tuple[float, str]],
    zone: str,
    today: date,
    measure: str,
    steps: bool = False,
    until: datetime | date | None = None,
) -> LineChart | None:
    """The chart of these points, the oldest first whatever their order; None without any.

    Values lie between `low` and `high`; one outside is drawn at the edge. `ticks` are values with their labels. Days
    are those of `zone`, and have their year where it is not that of `today`. `steps` is for what stays as it is until
    it is changed: the curve is level until the next point, and to `until` after the last.
    """
    found = sorted(points, key=lambda point: _instant(point.at, zone))
    if not found:
        return None
    instants = [_instant(point.at, zone) for point in found]
    end = max(instants[-1], _instant(until, zone)) if until else instants[-1]
    span = end - instants[0]
    places = [
        ((at - instants[0]) / span if span else 0.5, _height(one, low, high))
        for at, one in zip(instants, found, strict=True)
    ]
    corners = _steps(places, until is not None and bool(span)) if steps else places
    return LineChart(
        dots=tuple(_dot(point, *place, zone, today) for point, place in zip(found, places, strict=True)),
        line=_drawn(corners),
        area=_drawn([(corners[0][0], 1), *corners, (corners[-1][0], 1)]),
        across=_days(instants[0], end, zone, today),
        up=tuple(AxisLabel(_percent(1 - _share(value, low, high)), label) for value, label in ticks),
        measure=measure,
        noted=any(point.note for point in found),
    )


def _instant(at: datetime | date, zone: str) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(), ZoneInfo(zone))


def _share(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0), 1)


def _height(point: Point, low: float, high: float) -> float:
    """From the top, as a share of the plot."""
    return 1 - _share(point.value, low, high)


def _steps(places: list[tuple[float, float]], goes_on: bool) -> list[tuple[float, float]]:
    corners = places[:1]
    for x, y in places[1:]:
        corners += [(x, corners[-1][1]), (x, y)]
    return [*corners, (1, corners[-1][1])] if goes_on else corners


def _drawn(corners: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{_EDGE * x:.1f},{_EDGE * y:.1f}" for x, y in corners)


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _dot(point: Point, x: float, y: float, zone: str, today: date) -> Dot:
    words = point.words or number_format(point.value)
    return Dot(_percent(x), _percent(y), _day(_instant(point.at, zone), zone, today), words, point.note)


def _day(at: datetime, zone: str, today: date) -> str:
    return short_day(at.astimezone(ZoneInfo(zone)).date(), today)


def _days(start: datetime, end: datetime, zone: str, today: date) -> tuple[AxisLabel, ...]:
    """Up to five days along the time, evenly; where all is one day, that day in the middle."""
    local = ZoneInfo(zone)
    days = [(start + (end - start) * share).astimezone(local).date() for share in _LABELS]
    if days[0] == days[-1]:
        return (AxisLabel("50%", short_day(days[0], today)),)
    # One way of writing for the whole axis: where the year matters for one, all have it.
    same_year = days[0].year == days[-1].year == today.year
    anchors = ("start", "middle", "middle", "middle", "end")
    found = zip(_LABELS, days, anchors, (False, True, False, True, False), strict=True)
    labels = [
        AxisLabel(_percent(share), short_day(day, today) if same_year else full_day(day), anchor, extra)
        for share, day, anchor, extra in found
        if share == 0 or share == 1 or days[0] < day < days[-1]
    ]
    return tuple(label for place, label in enumerate(labels) if not _said(label, labels[:place]))


def _said(label: AxisLabel, before: list[AxisLabel]) -> bool:
    return any(one.words == label.words for one in before)
