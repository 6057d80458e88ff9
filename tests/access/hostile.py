"""What no browser would send, and what must come of it: an answer that is not an error, and nothing kept."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote_from_bytes

from django.test import Client

MARKUP = "'\"><script>alert(1)</script>{{ 7 }}%s"
VALUES: dict[str, bytes] = {
    "nothing": b"",
    "NUL": b"a\x00b",
    "half a surrogate pair": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xfe\xfa",
    "a huge number": b"9" * 40,
    "above 64 bits": b"9223372036854775808",
    "a negative number": b"-1",
    "not a number": b"NaN",
    "infinity": b"1e999",
    "the first day": b"0001-01-01",
    "the last day": b"9999-12-31",
    "no day": b"2026-02-30",
    "the last moment": b"9999-12-31T23:59:59-14:00",
    "an address inside": b"https://a:b@169.254.169.254/x",
    "markup": MARKUP.encode(),
    "a long text": b"x" * 50_000,
    "a line of a mail": b"a\r\nBcc: b@example.org",
    "turned around": "\u202egpj.exe".encode(),
    "digits of another script": "١٢٣".encode(),
}
"""By what they are. All of them can be put into a form, and into an address."""
FORM = "application/x-www-form-urlencoded"
BODIES: dict[str, tuple[str, bytes]] = {
    "JSON": ("application/json", b'{"name": [[[[[[{}]]]]]]}'),
    "JSON that claims to be a form": (FORM, b"[" * 20_000),
    "parts without a boundary": ("multipart/form-data", b"--x\r\n\r\nhello"),
    "parts that break off": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n'),
    "no encoding": (f"{FORM}; charset=nothing-like-it", b"name=a"),
    "ten megabytes": (FORM, b"name=" + b"x" * 10_000_000),
    "a thousand fields and more": (FORM, b"&".join(b"f%d=1" % number for number in range(2_000))),
}
"""Whole bodies: content type, content."""


def encoded(pairs: Iterable[tuple[str, bytes]]) -> bytes:
    """Fields as a form sends them, whatever the bytes."""
    return b"&".join(f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}".encode() for name, value in pairs)


def send(client: Client, path: str, pairs: Iterable[tuple[str, bytes]]):
    """The answer to a form with these fields, in this order; a name may come twice."""
    return client.generic("POST", path, encoded(pairs), FORM)
