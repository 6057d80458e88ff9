"""Forms as a browser has them: read from a page, typed into, and sent with whatever the page put into them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.test import Client


@dataclass
class Form:
    """A form that posts: where to, and the values it would send as it is. `files` are its fields of files."""

    action: str
    values: dict[str, str | list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    multiple: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.found, self.form, self.area, self.select = path, [], None, None, None

    def handle_starttag(self, tag: str, attrs: list) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            posts = values.get("method", "get").lower() == "post"
            self.form = Form(values.get("action") or self.path) if posts else None
            if self.form:
                self.found.append(self.form)
        if self.form is None or "disabled" in values or not (name := values.get("name")):
            if tag == "option" and self.select and self.form:
                self._option(values)
            return
        if tag == "input":
            self._input(name, values)
        elif tag == "textarea":
            self.area, self.form.values[name] = name, ""
        elif tag == "select":
            self.select = name

    def _input(self, name: str, values: dict) -> None:
        kind = values.get("type", "text")
        if kind == "file":
            self.form.files.append(name)
        elif kind in ("checkbox", "radio"):
            if "checked" in values:
                self.form.values[name] = values.get("value", "on")
        elif kind not in ("submit", "button"):
            self.form.values[name] = values.get("value", "")

    def _option(self, values: dict) -> None:
        if "selected" in values or self.select not in self.form.values:
            self.form.values[self.select] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.area and self.form:
            self.form.values[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = None
        elif tag == "textarea" and self.area and self.form:
            self.form.values[self.area] = self.form.values[self.area].removeprefix("\n")
            self.area = None
        elif tag == "select":
            self.select = None


def forms(html: str, path: str = "/") -> list[Form]:
    """Every form of a page that posts."""
    parser = _Forms(path)
    parser.feed(html)
    return parser.found


def form(client: Client, path: str, *, has: str, action: str = "", ends: str = "") -> Form:
    """The form of that page which has a field of this name (and posts there, or to what ends so, if told)."""
    page = client.get(path)
    assert page.status_code == 200, (path, page.status_code)
    for one in forms(page.text, path):
        named = has in one.values or has in one.files
        if named and (not action or one.action == action) and one.action.endswith(ends):
            return one
    raise AssertionError(f"{path} has no form with a field {has}")
