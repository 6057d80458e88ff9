"""Somebody who edits a profile, as a browser would."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client

from profiles.models import Person

HIDDEN = re.compile(r'name="shown" value="([^"]*)"')


def fields_of(page: str) -> dict[str, str | list[str]]:
    """What a browser would send back untouched."""
    sent: dict[str, str | list[str]] = {"shown": unescape(HIDDEN.search(page)[1])}
    for tag in re.findall(r"<input [^>]*>", page):
        got = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        kind, name = got.get("type", "text"), got.get("name", "")
        if kind in ("text", "email", "number"):
            sent[name] = unescape(got.get("value", ""))
        elif kind == "checkbox" and " checked" in tag:
            value = got.get("value", "on")
            sent[name] = [*sent.get(name, []), value] if "value" in got and name == "other_roles" else value
    if about := re.search(r"<textarea [^>]*>\n?(.*?)</textarea>", page, re.DOTALL):
        sent["about"] = unescape(about[1])
    return sent


class Editor:
    """Somebody at the form of a person: `open` shows it, `send` posts what stands there with some changes."""

    def __init__(self, viewer: Person, person: Person) -> None:
        self.client = Client()
        self.client.force_login(viewer)
        self.address = f"/people/{person.pk}/edit/"
        self.sent: dict = {}

    def open(self) -> Editor:
        self.page = self.client.get(self.address).content.decode()
        self.sent = fields_of(self.page)
        return self

    def send(self, **changes):
        self.sent |= changes
        response = self.client.post(
            self.address, {name: value for name, value in self.sent.items() if value is not None}
        )
        if response.status_code in (409, 422):
            self.page = response.content.decode()
            self.sent = fields_of(self.page)
        return response


def now(person: Person) -> Person:
    """The person as stored."""
    return Person.objects.get(pk=person.pk)
