"""Going through the site as a browser would: links and forms of a page, and every page they lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from django.test import Client


@dataclass
class Form:
    """A form that is sent with GET: where to, and the values it has as it stands."""

    action: str
    values: dict[str, str] = field(default_factory=dict)
    typed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects what can be followed, and the ids that can be jumped to."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self._form: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids.add(values.get("id", ""))
        self.links += [values[name] for name in ("hx-get",) if name in values]
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "form":
            reads = values.get("method", "get").lower() == "get"
            self._form = Form(values.get("action", "")) if reads else None
            self.forms += [self._form] if self._form else []
        if tag in {"input", "select"} and self._form and values.get("name"):
            self._form.values[values["name"]] = values.get("value", "")
            if values.get("type", "text") in {"text", "search"}:
                self._form.typed.append(values["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


@dataclass(frozen=True)
class Seen:
    """An answer: the address that was asked for, what leads on from it, and where in it one can jump to."""

    address: str
    status: int
    text: str
    headers: str
    links: tuple[str, ...]
    ids: frozenset[str]


def look(client: Client, address: str) -> Seen:
    """One page. Links are made absolute within the site; those that lead elsewhere are left out."""
    response = client.get(address)
    text = b"".join(response).decode(errors="replace")
    reader = _Reader()
    if response.headers.get("Content-Type", "").startswith("text/html"):
        reader.feed(text)
    links = [urljoin(address, link) for link in [*reader.links, *_sent(reader.forms, address)]]
    return Seen(
        address,
        response.status_code,
        text,
        "\n".join(f"{name}: {value}" for name, value in response.headers.items()),
        tuple(dict.fromkeys(link for link in links if link.startswith("/") and not link.startswith("//"))),
        frozenset(reader.ids),
    )


def _sent(forms: Iterable[Form], address: str) -> Iterator[str]:
    """Each form as it stands, and with a letter typed into it."""
    for form in forms:
        path = urljoin(address, form.action or urlsplit(address).path)
        yield f"{path}?{urlencode(form.values)}"
        if form.typed:
            yield f"{path}?{urlencode({**form.values, **dict.fromkeys(form.typed, 'a')})}"


def walk(client: Client, starts: Iterable[str], follows: Callable[[str], bool] = lambda address: True) -> list[Seen]:
    """The pages to start from and all that can be reached from them over addresses that `follows` accepts."""
    waiting = list(dict.fromkeys(starts))
    known, found = set(waiting), []
    while waiting:
        page = look(client, waiting.pop(0))
        found.append(page)
        for link in page.links:
            address = link.split("#")[0]
            if address not in known and follows(address):
                known.add(address)
                waiting.append(address)
    return found
