"""Fetching a calendar from an address that somebody typed: a real HTTPS server, and every way to be led astray."""

from __future__ import annotations

import ssl
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sessions_app.fetching import CannotReadError, fetch, is_public, place_at
from tests.sessions.calendar_server import CALENDAR, NAME, CalendarServer, serving

Fetch = Callable[..., bytes]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[CalendarServer, Path]]:
    with serving(tmp_path_factory.mktemp("calendars")) as server:
        yield server


@pytest.fixture
def server(served) -> CalendarServer:
    served[0].asked.clear()
    return served[0]


@pytest.fixture
def fetched(served) -> Fetch:
    """`fetch` with the server's name and certificate known, and this machine allowed."""

    def one(address: str, **fields) -> bytes:
        known = {"allowed": lambda ip: True, "looked_up": lambda host, port: ["127.0.0.1"], "ports": None}
        return fetch(address, **{**known, "tls": ssl.create_default_context(cafile=served[1]), **fields})

    return one


def problem(call: Callable[[], object]) -> str:
    with pytest.raises(CannotReadError) as refused:
        call()
    return str(refused.value)


@pytest.mark.parametrize("path", ["/basic.ics", "/packed.ics", "/once.ics", "/basic.ics?key=a%20b&x=1"])
def test_a_calendar_is_fetched(server, fetched, path):
    assert fetched(server.address(path)) == CALENDAR


def test_the_server_learns_nothing_but_the_address(server, fetched):
    fetched(server.address("/basic.ics"))
    [(_path, headers)] = server.asked
    assert headers["Host"] == f"{NAME}:{server.server_address[1]}"
    assert not {"Cookie", "Authorization", "Referer"} & set(headers)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/huge.ics", "large"), ("/endless.ics", "large"), ("/bomb.ics", "large"), ("/loop.ics", "redirects"),
        ("/missing.ics", "gone"), ("/odd.ics", "not_a_calendar"),
    ],
)  # fmt: skip
def test_whatever_comes_it_ends_with_a_reason(server, fetched, path, reason):
    assert problem(lambda: fetched(server.address(path))) == reason


def test_what_unpacks_to_very_much_is_never_held(server, fetched):
    tracemalloc.start()
    try:
        assert problem(lambda: fetched(server.address("/bomb.ics"))) == "large"
        assert tracemalloc.get_traced_memory()[1] < 16 * 1024 * 1024, "64 MB would come"
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("path", ["/drip.ics", "/silent.ics"])
def test_what_is_slow_ends_too(server, fetched, path):
    assert problem(lambda: fetched(server.address(path), seconds=0.5)) == "slow"


def test_the_certificate_is_checked_for_the_name(server, fetched):
    assert problem(lambda: fetched(server.address("/basic.ics", name="other.test"))) == "certificate"
    assert problem(lambda: fetched(server.address("/basic.ics"), tls=ssl.create_default_context())) == "certificate"
    assert server.asked == []


LOCAL = [
    "127.0.0.1", "127.8.8.8", "::1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "fe80::1",
    "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "192.88.99.1",
]  # fmt: skip


@pytest.mark.parametrize("ip", LOCAL)
def test_nothing_local_is_public(ip):
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["1.1.1.1", "8.8.8.8", "93.184.215.14", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_the_internet_is(ip):
    assert is_public(ip)


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1"])
def test_a_name_that_leads_there_is_not_even_connected_to(server, fetched, ip):
    led = {"looked_up": lambda host, port: ["8.8.8.8", ip], "allowed": is_public}
    assert problem(lambda: fetched(server.address("/basic.ics"), **led)) == "not_public"
    assert server.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "10.0.0.1", "169.254.169.254", "[::ffff:7f00:1]"])
def test_as_it_is_used_it_goes_nowhere_local(host):
    assert problem(lambda: fetch(f"https://{host}/basic.ics")) == "not_public"


@pytest.mark.parametrize("host", ["0x7f000001", "2130706433", "127.1", "0177.0.0.1"])
def test_nor_by_another_spelling(host):
    assert problem(lambda: fetch(f"https://{host}/basic.ics")) in ("not_public", "unknown_host")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("https://127.0.0.1/secret", "not_public"), ("https://[::1]/", "not_public"),
        ("http://calendar.test/", "address"),
        ("https://169.254.169.254/latest/meta-data/", "not_public"), ("file:///etc/passwd", "address"),
        ("https://me:secret@calendar.test/", "address"), ("gopher://calendar.test/", "address"),
    ],
)  # fmt: skip
def test_a_redirect_leads_nowhere_else_either(server, fetched, target, reason):
    def looked_up(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == NAME else [host]

    server.leads_to = target
    ours = iter([True])  # the server itself is allowed once, what it leads to is judged
    allowed = {"allowed": lambda ip: next(ours, False) or is_public(ip), "looked_up": looked_up}
    assert problem(lambda: fetched(server.address("/elsewhere.ics"), **allowed)) == reason
    assert len(server.asked) == 1


def test_the_address_is_looked_up_once(server, fetched):
    """A name that says something else the second time (DNS rebinding) is not asked a second time."""
    answers = iter([["127.0.0.1"]])
    assert fetched(server.address("/basic.ics"), looked_up=lambda host, port: next(answers)) == CALENDAR


def test_the_next_address_of_a_name_is_tried(server, fetched):
    """Many servers have an IPv6 address that this machine has no way to."""
    assert fetched(server.address("/basic.ics"), looked_up=lambda host, port: ["127.0.0.2", "127.0.0.1"]) == CALENDAR


@pytest.mark.parametrize("port", [22, 25, 80, 5432, 6379])
def test_only_ports_of_the_web_are_asked(port):
    assert problem(lambda: place_at(f"https://calendar.example.org:{port}/a.ics")) == "address"


def test_names_with_other_letters_are_written_as_their_servers_know_them():
    assert place_at("https://kalender.müller.example/a.ics").host == "kalender.xn--mller-kva.example"
