"""Forms over real HTTP: what a page's form holds, and what it costs to send it."""

from __future__ import annotations

import http.client
from html.parser import HTMLParser
from urllib.parse import urlencode

from django.conf import settings

from benchmarks.cost import HEADER, read_cost

TOKEN = "benchmark" * 3 + "token"
"""As long as Django's own."""


class Fields(HTMLParser):
    """Names and values as a browser would send them from a page's forms; files and what is not ticked left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._name = self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An input, the beginning of a text, or the chosen option of a list."""
        given = {name: value or "" for name, value in attrs}
        if tag in ("select", "textarea"):
            self._name, self._text = given.get("name", ""), ""
        elif tag == "option" and "selected" in given and self._name:
            self.found.append((self._name, given.get("value", "")))
        elif tag == "input" and given.get("name") and _is_sent(given):
            self.found.append((given["name"], given.get("value", "on")))

    def handle_data(self, data: str) -> None:
        """What a text says."""
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        """The end of a text; the first line end after its tag is not part of it."""
        if tag == "textarea":
            self.found.append((self._name, self._text.removeprefix("\n")))
        if tag in ("select", "textarea"):
            self._name = ""


def fields_of(connection: http.client.HTTPConnection, path: str, cookie: str) -> list[tuple[str, str]]:
    """What the forms of this page hold."""
    connection.request("GET", path, headers={"Cookie": cookie, "Accept": "text/html"})
    response = connection.getresponse()
    return Fields(response.read().decode()).found


def send(
    connection: http.client.HTTPConnection, path: str, cookie: str, fields: list[tuple[str, str]], done: int = 302
) -> dict[str, float]:
    """Sends a form; returns what it cost. Raises RuntimeError unless it was `done`, which usually is a redirect."""
    body = urlencode([*((name, value) for name, value in fields if name != "csrfmiddlewaretoken"), _TOKEN])
    headers = {
        "Cookie": f"{cookie}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    connection.request("POST", path, body=body, headers=headers)
    response = connection.getresponse()
    response.read()
    if response.status != done:
        raise RuntimeError(f"{path} answered {response.status} to {body[:200]}")
    return read_cost(response.headers[HEADER])


def _is_sent(given: dict[str, str]) -> bool:
    kind = given.get("type", "text")
    return "checked" in given if kind in ("checkbox", "radio") else kind not in ("file", "submit")


_TOKEN = ("csrfmiddlewaretoken", TOKEN)
