"""Going through the site as a browser would: links and forms of a page, and every page they lead to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.test import Client

ALIKE = 3
"""How many of the same kind stand for all of it."""


@dataclass
class Form:
    """A form: where to, how, and with which values as it stands. `typed` are the fields for a line of text."""

    action: str
    method: str = "get"
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    """Of all its fields, also of those that are sent with no value as it stands."""


class _Reader(HTMLParser):
    """Collects what can be followed or sent, and the ids that can be jumped to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self._form: Form | None = None
        self._select = self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        self.links += [values[name] for name in ("hx-get",) if name in values]
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        if self._form and tag in {"input", "select", "textarea", "option", "button"}:
            self._field(tag, values, self._form)

    def _field(self, tag: str, values: dict[str, str], form: Form) -> None:
        name, kind = values.get("name", ""), values.get("type", "text")
        if tag == "option":
            if self._select and ("selected" in values or not form.values[self._select]):
                form.values[self._select] = values.get("value", "")
            return
        if not name:
            return
        form.names.append(name)
        if tag == "button":
            form.values.setdefault(name, values.get("value", ""))  # of several the first is pressed
        elif kind not in {"checkbox", "radio", "file", "submit"} or "checked" in values:
            form.values[name] = values.get("value", "on" if kind == "checkbox" else "")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._text = name
        elif tag == "input" and kind in {"text", "search"}:
            form.typed.append(name)

    def handle_data(self, data: str) -> None:
        if self._text and self._form:
            self._form.values[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._text = ""


@dataclass(frozen=True)
class Seen:
    """An answer: the address that was asked for, what leads on from it, and where in it one can jump to."""

    address: str
    status: int
    text: str
    headers: str
    links: tuple[str, ...]
    ids: frozenset[str]
    forms: tuple[Form, ...]
    """Those that change something, with absolute addresses."""


def look(client: Client, address: str) -> Seen:
    """One page. Links are made absolute within the site; those that lead elsewhere are left out."""
    response = client.get(address)
    text = b"".join(response).decode(errors="replace")
    reader = _Reader()
    if response.headers.get("Content-Type", "").startswith("text/html"):
        reader.feed(text)
    reading = [form for form in reader.forms if form.method == "get"]
    changing = [form for form in reader.forms if form.method != "get"]
    links = [urljoin(address, link) for link in [*reader.links, *_sent(reading, address)]]
    for form in changing:
        form.action = urljoin(address, form.action or urlsplit(address).path)
    return Seen(
        address,
        response.status_code,
        text,
        "\n".join(f"{name}: {value}" for name, value in response.headers.items()),
        tuple(dict.fromkeys(link for link in links if link.startswith("/") and not link.startswith("//"))),
        frozenset(reader.ids),
        tuple(changing),
    )


def _sent(forms: Iterable[Form], address: str) -> Iterator[str]:
    """Each form as it stands, and with a letter typed into it."""
    for form in forms:
        path = urljoin(address, form.action or urlsplit(address).path)
        yield f"{path}?{urlencode(form.values)}"
        if form.typed:
            yield f"{path}?{urlencode({**form.values, **dict.fromkeys(form.typed, 'a')})}"


def walk(
    client: Client,
    starts: Iterable[str],
    follows: Callable[[str], bool] = lambda address: True,
    been: Iterable[str] = (),
) -> list[Seen]:
    """The pages to start from and all that can be reached from them over addresses that `follows` accepts.

    Where somebody has `been` already they do not go again.
    """
    known, found = set(been), []
    waiting = [address for address in dict.fromkeys(starts) if address not in known]
    known |= set(waiting)
    while waiting:
        page = look(client, waiting.pop(0))
        found.append(page)
        for link in page.links:
            address = link.split("#")[0]
            if address not in known and follows(address):
                known.add(address)
                waiting.append(address)
    return found


def sparing() -> Callable[[str], bool]:
    """Of pages that are asked for with several things at once, as with a state and a place in the list, a few.

    Of the weeks of a calendar, too: each leads on to the next.
    """
    asked: Counter[tuple] = Counter()

    def follows(address: str) -> bool:
        keys = tuple(sorted(dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))))
        kind = re.sub(r"\d+", "1", urlsplit(address).path), keys
        asked[kind] += 1
        return (len(keys) < 2 and "from" not in keys) or asked[kind] <= ALIKE

    return follows
