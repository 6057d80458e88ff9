"""A calendar server on this machine, with a certificate for `calendar.test`, that can misbehave in every way."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "calendar.test"
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n"
    b"DTSTART:20261124T090000Z\r\nDTEND:20261124T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
BOMB = gzip.compress(b"\0" * 64 * 1024 * 1024, 5)
"""What unpacks to 64 MB."""


class Answers(BaseHTTPRequestHandler):
    """One answer for each path."""

    server: CalendarServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Does what the path is called."""
        self.server.asked.append((self.path, dict(self.headers)))
        answer: Callable[[], None] = getattr(self, self.path.strip("/").partition(".")[0].partition("?")[0])
        try:
            answer()
        except OSError:  # whoever asked had enough
            self.close_connection = True

    def basic(self) -> None:
        self._send(CALENDAR)

    def packed(self) -> None:
        self._send(gzip.compress(CALENDAR), {"Content-Encoding": "gzip"})

    def bomb(self) -> None:
        self._send(BOMB, {"Content-Encoding": "gzip"})

    def huge(self) -> None:
        self._send(b"x" * (2 * 1024 * 1024 + 1))

    def endless(self) -> None:
        self._begin({"Connection": "close"})
        while not self.server.closing.is_set():
            self.wfile.write(b"x" * 65536)

    def drip(self) -> None:
        self._begin({"Connection": "close"})
        while not self.server.closing.wait(0.05):
            self.wfile.write(b"B")
            self.wfile.flush()

    def head(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.closing.wait(0.05):
            self.wfile.write(b"X-A: b\r\n")
            self.wfile.flush()

    def silent(self) -> None:
        self.server.closing.wait()

    def page(self) -> None:
        self._send(b"<html>Sign in</html>", {"Content-Type": "text/html"})

    def odd(self) -> None:
        self._send(CALENDAR, {"Content-Encoding": "br"})

    def missing(self) -> None:
        self._begin({"Content-Length": "0"}, 404)

    def loop(self) -> None:
        self._begin({"Location": "/loop.ics", "Content-Length": "0"}, 302)

    def once(self) -> None:
        self._begin({"Location": "/basic.ics", "Content-Length": "0"}, 301)

    def elsewhere(self) -> None:
        self._begin({"Location": self.server.leads_to, "Content-Length": "0"}, 302)

    def _begin(self, headers: dict[str, str], status: int = 200) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _send(self, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._begin({"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


class CalendarServer(ThreadingHTTPServer):
    """`asked` are the paths and headers that came; `leads_to` is where /elsewhere sends one."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.asked: list[tuple[str, dict]] = []
        self.leads_to = ""
        self.closing = threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, *_args: object) -> None:
        """A refused certificate is what some tests are about."""

    def address(self, path: str, name: str = NAME) -> str:
        return f"https://{name}:{self.server_address[1]}{path}"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[CalendarServer, Path]]:
    """The server, and the certificate to trust."""
    certificate = folder / "calendar.pem"
    certificate.write_bytes(_certificate())
    server = CalendarServer(certificate)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server, certificate
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=400))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)
