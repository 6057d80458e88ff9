"""Where a link of the library leads: to the web, and visibly so."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.encoding import iri_to_uri

LONGEST = 2_000


@dataclass(frozen=True)
class Target:
    """An address that may be opened, and the host that it leads to."""

    url: str
    host: str


def web_target(url: str) -> Target | None:
    """Where an address leads, None where that is not plainly a web page.

    What browsers read differently than Python (WHATWG URL, 4.4) leads nowhere: backslashes, spaces and control
    characters; and so does a name before an @, which looks like a host and is none.
    """
    if not url or "\\" in url or any(letter.isspace() or not letter.isprintable() for letter in url):
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        known = host.encode("idna").decode("ascii")
        leads = iri_to_uri(url)
    except ValueError:  # a broken port, host or name
        return None
    if parts.scheme not in ("http", "https") or not known.strip(".") or "@" in parts.netloc or len(leads) > LONGEST:
        return None
    if not all(letter.isalnum() or letter in ".-:[]_" for letter in known):
        return None
    usual = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return Target(leads, known if usual else f"{known}:{port}")
