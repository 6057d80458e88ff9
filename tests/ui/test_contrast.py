"""Every text colour on every background it is used on, in both schemes: WCAG 2.2 AA asks for 4.5 to 1.

Conversion from oklch: https://www.w3.org/TR/css-color-4/#color-conversion-code; contrast:
https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
"""

import math
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

TONES = ("leaf", "amber", "rose", "sky", "plum")
GROUNDS = ("paper", "surface", "sunken")
TEXT_ON = (
    [("ink", ground) for ground in GROUNDS]
    + [("ink-2", ground) for ground in GROUNDS]
    + [(tone, ground) for tone in TONES for ground in GROUNDS]
    + [(tone, f"{tone}-bg") for tone in TONES]
    + [("ink", f"{tone}-bg") for tone in TONES]
    + [("on-leaf", "leaf"), ("on-leaf", "leaf-strong")]
)


def tokens() -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): ([^;]+);", Path(finders.find("css/tokens.css")).read_text()))


def luminance(oklch: str) -> float:
    lightness, chroma, hue = (float(part) for part in re.findall(r"[\d.]+", oklch)[:3])
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3  # noqa: E741, the name in the standard
    m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    s = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s
    green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s
    blue = -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s
    red, green, blue = (min(max(channel, 0), 1) for channel in (red, green, blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, scheme: int) -> float:
    defined = tokens()
    raw = [re.findall(r"--(raw-[\w-]+)", defined[name])[scheme] for name in (one, other)]
    dark, light = sorted(luminance(defined[name]) for name in raw)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON)
def test_text_can_be_read(text: str, ground: str, scheme: int) -> None:
    assert contrast(text, ground, scheme) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_edge_of_a_field_can_be_seen(scheme: int) -> None:
    assert contrast("edge", "surface", scheme) >= 3


def test_no_text_is_smaller_than_13_pixels() -> None:
    for name in ("tokens", "base", "layout", "bar", "components", "lists", "forms", "coaching", "profile"):
        css = Path(finders.find(f"css/{name}.css")).read_text()
        sizes = re.findall(r"font(?:-size)?:[^;]*?([\d.]+)(rem|px)", css) + re.findall(
            r"--size[\w-]*: ([\d.]+)(rem)", css
        )
        assert all(float(size) * (16 if unit == "rem" else 1) >= 13 for size, unit in sizes), name
