"""Fetching a calendar from an address that somebody typed, without being led to where only this machine may go.

The name is looked up once, every address it has must be public, and the connection goes to that very address while the
certificate is checked for the name: looking a second time could be told something else (DNS rebinding). Time, size and
redirects are bounded. It runs in a process of its own (calendar_reader.py), which has nothing of ours but this.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from ssl import SSLContext
from urllib.parse import urljoin, urlsplit

from urllib3 import HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError, SSLError, TimeoutError
from urllib3.response import BaseHTTPResponse

PORTS = (443, 8443)
LARGEST = 2 * 1024 * 1024
"""Bytes, unpacked."""
CONNECT_SECONDS, SILENT_SECONDS, TOTAL_SECONDS = 5.0, 5.0, 20.0
MOST_REDIRECTS, MOST_TRIED = 3, 3
LONGEST = 1_000
_REDIRECTS = (301, 302, 303, 307, 308)
_PACKED = ("", "identity", "gzip", "deflate")
_HEADERS = {"User-Agent": "Trellis", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
_CHUNK = 64 * 1024
_NOT_PUBLIC = [
    ipaddress.ip_network(one)
    for one in (
        *("0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        # What leads on to an IPv4 address, which might be any: compatible, NAT64, Teredo, 6to4. And site-local.
        *("::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10"),
    )
]
"""Beside what Python knows by itself, for its list differs between releases (IANA special-purpose registries)."""
Resolve = Callable[[str, int], Collection[str]]


class CannotReadError(Exception):
    """The calendar cannot be read; `str()` is the key of the reason, see calendar_page.PROBLEMS."""


@dataclass(frozen=True)
class Place:
    """A checked address: where to connect and what to ask for."""

    host: str
    port: int
    path: str


def place_at(address: str, ports: Collection[int] | None = PORTS) -> Place:
    """The address, taken apart: https, a name, one of the ports (None: any), no user or password in it.

    Raises CannotReadError(“address”) for any other.
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = parts.port or 443
    except ValueError as wrong:  # UnicodeError is one
        raise CannotReadError("address") from wrong
    plain = address.isascii() or parts.path.isascii()
    named = parts.scheme == "https" and host and "@" not in parts.netloc and not any(map(str.isspace, address))
    if not (named and plain and address.isprintable() and len(address) <= LONGEST) or (ports and port not in ports):
        raise CannotReadError("address")
    return Place(host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def is_public(address: str) -> bool:
    """Whether this IP address is of the public internet: nothing local, private, shared, reserved or tunnelled."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        return is_public(str(ip.ipv4_mapped))
    special = ip.is_private or ip.is_multicast or ip.is_reserved or ip.is_link_local or ip.is_loopback
    return ip.is_global and not special and not any(ip in one for one in _NOT_PUBLIC if one.version == ip.version)


def resolve(host: str, port: int) -> list[str]:
    """Every IP address of the host."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def fetch(
    address: str,
    *,
    allowed: Callable[[str], bool] = is_public,
    ports: Collection[int] | None = PORTS,
    looked_up: Resolve = resolve,
    tls: SSLContext | None = None,
    seconds: float = TOTAL_SECONDS,
) -> bytes:
    """What is at the address. Raises CannotReadError. Tests allow their own server; nothing else does."""
    deadline = time.monotonic() + seconds
    for _hop in range(MOST_REDIRECTS + 1):
        place = place_at(address, ports)
        ips = _checked(place, allowed, looked_up)
        with _opened(place, ips, tls, deadline) as response:
            if response.status not in _REDIRECTS:
                return _body(response, deadline)
            address = urljoin(address, response.headers.get("Location", ""))
    raise CannotReadError("redirects")


def _checked(place: Place, allowed: Callable[[str], bool], looked_up: Resolve) -> list[str]:
    try:
        ips = list(looked_up(place.host, place.port))
    except (OSError, UnicodeError) as unknown:
        raise CannotReadError("unknown_host") from unknown
    if not ips:
        raise CannotReadError("unknown_host")
    if not all(map(allowed, ips)):
        raise CannotReadError("not_public")
    return ips[:MOST_TRIED]


@contextmanager
def _opened(place: Place, ips: list[str], tls: SSLContext | None, deadline: float) -> Iterator[BaseHTTPResponse]:
    """The answer of the first of the addresses that takes the connection."""
    for number, ip in enumerate(ips, start=1):
        pool = HTTPSConnectionPool(
            ip,
            place.port,
            server_hostname=place.host,
            assert_hostname=place.host,
            cert_reqs="CERT_REQUIRED",
            ssl_context=tls,
            timeout=Timeout(connect=CONNECT_SECONDS, read=_left(deadline)),
            maxsize=1,
        )
        with closing(pool), _said():
            try:
                response = _asked(pool, place)
            except NewConnectionError:
                if number == len(ips):
                    raise
                continue
            with closing(response):
                yield response
            return


def _asked(pool: HTTPSConnectionPool, place: Place) -> BaseHTTPResponse:
    host = f"[{place.host}]" if ":" in place.host else place.host
    host = host if place.port == 443 else f"{host}:{place.port}"
    return pool.urlopen(
        "GET",
        place.path,
        headers={**_HEADERS, "Host": host},
        redirect=False,
        retries=False,
        preload_content=False,
        assert_same_host=False,
    )


@contextmanager
def _said() -> Iterator[None]:
    """What goes wrong on the way, as a reason."""
    try:
        yield
    except SSLError as wrong:
        raise CannotReadError("certificate") from wrong
    except TimeoutError as late:
        raise CannotReadError("slow") from late
    except (HTTPError, OSError, ValueError) as wrong:
        raise CannotReadError("unreachable") from wrong


def _body(response: BaseHTTPResponse, deadline: float) -> bytes:
    if response.status != 200:
        raise CannotReadError("gone" if response.status in (401, 403, 404, 410) else "unreachable")
    if response.headers.get("Content-Encoding", "").lower() not in _PACKED:
        raise CannotReadError("not_a_calendar")
    body = bytearray()
    while chunk := response.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > LARGEST:
            raise CannotReadError("large")
        _left(deadline)
    return bytes(body)


def _left(deadline: float) -> float:
    """Seconds in which something has to come. Raises CannotReadError(“slow”) when time is up."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise CannotReadError("slow")
    return min(left, SILENT_SECONDS)
