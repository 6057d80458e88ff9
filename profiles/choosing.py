"""Time zones and languages as people look for them: by city, country and name, not by code."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from django.conf.locale import LANG_INFO

from profiles.folding import fold
from profiles.languages import is_language_tag
from profiles.zones import known_zones

_REGION = re.compile(r"(.+) \(([A-Za-z0-9-]+)\)")
LANGUAGE_LENGTH, ZONE_LENGTH = 35, 64
Choices = tuple[tuple[str, str], ...]


# Time zones ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _places() -> tuple[tuple[str, str, ZoneInfo], ...]:
    """Name, country and zone of each zone that people live in, by name (tzdata: zone.tab, iso3166.tab)."""
    folder = files("tzdata") / "zoneinfo"
    countries = dict(row[:2] for row in _rows((folder / "iso3166.tab").read_text(encoding="utf-8")))
    lived_in = [(row[2], countries.get(row[0], "")) for row in _rows((folder / "zone.tab").read_text(encoding="utf-8"))]
    known = [(name, country) for name, country in sorted(lived_in) if name in known_zones()]
    return tuple((name, country, ZoneInfo(name)) for name, country in [*known, ("UTC", "")])


def _rows(table: str) -> list[list[str]]:
    return [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]


def _city(name: str) -> str:
    return name.rsplit("/", 1)[-1].replace("_", " ")


def zone_choices(now: datetime) -> Choices:
    """Zones with the words people look for: `("Europe/Madrid", "Madrid, Spain, UTC+01:00")`."""
    return _choices_of(now.replace(minute=0, second=0, microsecond=0))


@lru_cache(maxsize=2)
def _choices_of(hour: datetime) -> Choices:
    return tuple(
        (name, ", ".join(filter(None, [_city(name) if country else "", country, _offset(zone, hour)])))
        for name, country, zone in _places()
    )


def _offset(zone: ZoneInfo, at: datetime) -> str:
    minutes = (at.astimezone(zone).utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@lru_cache(maxsize=1)
def _zones_by_words() -> dict[str, str]:
    """Folded names of zones, and of cities that there is only one of."""
    cities: dict[str, list[str]] = {}
    for name, _country, _zone in _places():
        cities.setdefault(fold(_city(name)), []).append(name)
    found = {city: names[0] for city, names in cities.items() if len(names) == 1}
    return found | {fold(name.replace("_", " ")): name for name in sorted(known_zones())}


def zone_of(text: str) -> str:
    """The zone somebody means by `Europe/Madrid`, `europe/madrid`, `America/New York` or `Madrid`; empty when none."""
    words = text.strip()[: 2 * ZONE_LENGTH]
    return words if words in known_zones() else _zones_by_words().get(fold(words.replace("_", " ")), "")


# Languages ----------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def language_choices() -> Choices:
    """Languages by their English names, with what they call themselves: `("Spanish", "español")`."""
    named = {str(info["name"]): str(info["name_local"]) for info in LANG_INFO.values() if "name" in info}
    return tuple(sorted(named.items()))


@lru_cache(maxsize=1)
def _languages_by_words() -> dict[str, str]:
    found: dict[str, str] = {}
    for which in ("name_local", "name"):  # the English name wins
        found |= {fold(str(info[which])): tag for tag, info in LANG_INFO.items() if which in info}
    return found


def language_of(text: str) -> str:
    """The tag somebody means by `Spanish`, `español`, `English (IN)` or `es-MX`; empty when it is none.

    Understands all that `profiles.languages.language_name` says.
    """
    words = text.strip()[: 4 * LANGUAGE_LENGTH]
    if tag := _languages_by_words().get(fold(words), ""):
        return _spelled(tag)
    if (parts := _REGION.fullmatch(words)) and (language := _languages_by_words().get(fold(parts[1]))):
        words = f"{language}-{parts[2]}"
    return _spelled(words) if len(words) <= LANGUAGE_LENGTH and is_language_tag(words) else ""


def _spelled(tag: str) -> str:
    """As usual: `pt-BR`, `zh-Hant` (RFC 5646, section 2.1.1)."""
    language, *rest = tag.split("-")
    cases = {2: str.upper, 4: str.title}
    single = any(len(part) == 1 for part in rest)  # what follows a single letter has no usual spelling
    return "-".join([language.lower(), *(rest if single else [cases.get(len(part), str)(part) for part in rest])])
