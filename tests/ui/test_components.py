"""The shared components fail loudly, say what they mean in words, and are all in the gallery."""

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template, TemplateSyntaxError
from django.utils import timezone

from config.gallery import REGISTRY
from profiles.templatetags.ui import ICONS, initials, register

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def shown(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    "source",
    [
        '{% icon "leaf" %}',
        '{% icon name="unicorn" %}',
        '{% pill text="Late" colour="red" %}',
        '{% pill text="Late" tone="red" %}',
        '{% pill text="" %}',
        '{% button text="Save" kind="huge" %}',
        '{% empty title="Nothing" text="" action="Add" %}',
        "{% card %}x{% endcard %}",
        "{% field field=1 %}",
        "{% when at=1 %}",
        '{% avatar person=somebody size="xxl" %}',
    ],
)
def test_a_wrong_argument_fails_loudly(source: str) -> None:
    with pytest.raises((TemplateSyntaxError, TypeError)):
        shown(source, somebody=SimpleNamespace(pk=1, name="Amara Okafor"))


@pytest.mark.parametrize("example", REGISTRY, ids=lambda example: example.name)
def test_every_example_renders(example) -> None:
    assert example.rendered().strip()


def test_every_component_is_in_the_gallery() -> None:
    shown_tags = set(re.findall(r"{% (\w+)", " ".join(example.source for example in REGISTRY)))
    assert set(register.tags) <= shown_tags


def test_every_icon_is_drawn_and_every_drawing_is_an_icon() -> None:
    with open(finders.find("icons.svg")) as sprite:
        assert set(re.findall(r'<symbol id="([^"]+)"', sprite.read())) == ICONS


def test_what_a_person_wrote_is_escaped() -> None:
    mallory = SimpleNamespace(pk=3, name="<b> <i>")
    page = shown(
        "{% avatar person=who %}{% pill text=who.name %}{% card title=who.name %}{{ who.name }}{% endcard %}",
        who=mallory,
    )
    assert "<b>" not in page
    assert page.count("&lt;b&gt;") == 3


def test_a_time_is_the_viewers_unless_a_zone_is_named() -> None:
    with timezone.override("Europe/Madrid"):
        page = shown('{% when at=at now=now %} / {% when at=at zone="Asia/Tokyo" now=now %}', at=NOW, now=NOW)
    assert "Sat 21 Nov, 13:00" in page
    assert "Sat 21 Nov, 21:00" in page


def test_the_year_is_written_when_it_is_another() -> None:
    page = shown('{% when at=day now=now style="day" %}', day=date(2027, 3, 1), now=NOW)
    assert "Mon 1 Mar 2027" in page


@pytest.mark.parametrize(("days", "words"), [(0, "now"), (6, "6 d"), (7, "Sat 14 Nov"), (330, "Fri 26 Dec 2025")])
def test_what_is_long_ago_is_told_by_its_day_where_that_is_asked_for(days: int, words: str) -> None:
    page = shown("{% ago at=at now=now dated=True %}", at=NOW - timedelta(days=days), now=NOW)
    assert f">{words}<" in page


def test_a_meter_is_read_out() -> None:
    page = shown('{% meter used=1 of=2 label="sessions this month" %}')
    assert "1 of 2 sessions this month" in page
    assert page.count("<i") == 2


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amara Okafor", "AO"), ("Ines", "I"), ("Ana María de la Cruz", "AC"), ("  ", ""), ("李 小龙", "李小")],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters
