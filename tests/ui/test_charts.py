"""Line charts: where points lie, what the axes say, and what is read instead of the drawing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from profiles.charts import LineChart, Point, line_chart

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TICKS = [(0, "0 %"), (50, "50 %"), (100, "100 %")]
D = timedelta(days=1)


def chart(points, **fields) -> LineChart:
    usual = {"low": 0, "high": 100, "ticks": TICKS, "zone": "UTC", "today": NOW.date(), "measure": "Progress"}
    made = line_chart(points, **{**usual, **fields})
    assert made
    return made


def places(made: LineChart) -> list[tuple[float, float]]:
    return [(float(dot.x[:-1]), float(dot.y[:-1])) for dot in made.dots]


def corners(made: LineChart) -> list[tuple[float, ...]]:
    return [tuple(float(number) for number in corner.split(",")) for corner in made.line.split()]


def test_points_lie_by_time_and_value():
    made = chart([Point(NOW - 8 * D, 0), Point(NOW - 6 * D, 25), Point(NOW, 100)])
    assert places(made) == [(0, 100), (25, 75), (100, 0)]
    assert corners(made) == [(0, 1000), (250, 750), (1000, 0)]
    assert [(label.words, label.place) for label in made.up][::2] == [("0 %", "100.00%"), ("100 %", "0.00%")]
    assert [label.words for label in made.across] == ["13 Nov", "15 Nov", "17 Nov", "19 Nov", "21 Nov"]


def test_what_stays_until_it_is_changed_is_level():
    made = chart([Point(NOW - 4 * D, 20), Point(NOW - 2 * D, 60)], steps=True, until=NOW)
    assert corners(made) == [(0, 800), (500, 800), (500, 400), (1000, 400)]
    assert made.area.startswith("0.0,1000.0 ")
    assert made.area.endswith(" 1000.0,1000.0")


def test_a_single_point_stands_in_the_middle_of_its_day():
    made = chart([Point(NOW, 40)], steps=True, until=NOW)
    assert places(made) == [(50, 60)]
    assert [(label.words, label.place) for label in made.across] == [("21 Nov", "50%")]


def test_several_points_on_one_day_have_one_label():
    made = chart([Point(date(2026, 11, 21), value) for value in (10, 40, 20)])
    assert [x for x, _y in places(made)] == [50, 50, 50]
    assert len(made.across) == 1


def test_days_are_those_of_the_zone_and_have_a_year_where_it_matters():
    late = [Point(datetime(2025, 12, 31, 23, 30, tzinfo=UTC), 1), Point(NOW, 2)]
    assert chart(late, zone="Europe/Madrid").across[0].words == "1 Jan"
    across = chart(late).across
    assert (across[0].words, across[-1].words) == ("31 Dec 2025", "21 Nov 2026")
    assert chart(late).dots[0].day == "31 Dec 2025"


def test_the_order_given_does_not_matter():
    points = [Point(NOW - day * D, day) for day in (3, 1, 2)]
    assert chart(points) == chart(points[::-1])


def test_nothing_is_drawn_of_nothing():
    assert line_chart([], low=0, high=1, ticks=[], zone="UTC", today=NOW.date(), measure="x") is None
    assert Template('{% line_chart chart=chart label="Nothing" %}').render(Context({"chart": None})).strip() == ""


def test_the_table_has_what_the_drawing_has_and_escapes_it():
    made = chart([Point(NOW - D, 10, "ten <b>", note="<i>began"), Point(NOW, 20)])
    shown = {"chart": made, "label": "Progress & more"}
    page = Template("{% line_chart chart=chart label=label %}").render(Context(shown))
    assert '<td class="nowrap">20 Nov</td><td>ten &lt;b&gt;</td><td><bdi>&lt;i&gt;began</bdi></td>' in page
    assert "<title>20 Nov: ten &lt;b&gt;</title>" in page
    assert "<title>Progress &amp; more</title>" in page
    assert page.count("<circle") == 2
    assert "style=" not in page


def test_a_language_with_a_decimal_comma_moves_nothing(settings):
    settings.LANGUAGE_CODE = "de"
    made = chart([Point(NOW - D, 10), Point(NOW - D / 3, 33), Point(NOW, 20)])
    page = Template('{% line_chart chart=chart label="x" %}').render(Context({"chart": made}))
    assert 'cx="66.67%"' in page


instants = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
points = st.builds(Point, instants | st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.floats(-50, 150))


@given(st.lists(points, min_size=1, max_size=250), st.booleans(), st.sampled_from(["UTC", "Pacific/Apia"]))
def test_any_points_stay_on_the_plot_in_the_order_of_time(found, steps, zone):
    made = chart(found, steps=steps, zone=zone, until=NOW if steps else None)
    assert len(made.dots) == len(found)
    assert all(0 <= number <= 100 for place in places(made) for number in place)
    assert all(left[0] <= right[0] for left, right in pairwise(places(made)))
    assert all(left[0] <= right[0] for left, right in pairwise(corners(made)))
    assert 1 <= len(made.across) <= 5
    assert len({label.words for label in made.across}) == len(made.across)
