"""Every address of the site, found by walking Django's resolver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(frozen=True)
class Route:
    """A pattern as it stands in the URL configuration, and the name it has there, with its namespace."""

    name: str
    pattern: str


def routes() -> list[Route]:
    """All of them; two patterns with one name (allauth's and ours in front of it) are one route."""
    found = {route.name or route.pattern: route for route in reversed(list(_walk(get_resolver().url_patterns)))}
    return sorted(found.values(), key=lambda route: route.pattern)


def _walk(patterns: list, prefix: str = "", namespace: str = "") -> Iterator[Route]:
    for one in patterns:
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, prefix + str(one.pattern), inner)
        elif isinstance(one, URLPattern):
            yield Route(f"{namespace}{one.name}" if one.name else "", prefix + str(one.pattern))
