"""A small mail server for tests, as much of RFC 5321 as Django speaks: it can misbehave, and remembers Message-IDs."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.patience import COMES

REPLIES = {"EHLO": "250 sink", "HELO": "250 sink", "MAIL": "250 ok", "RCPT": "250 ok", "RSET": "250 ok"}
MOODS = {"busy": ("RCPT", "451 later"), "refuses": ("RCPT", "550 no such <person@example.org>")}


class Sink(socketserver.ThreadingTCPServer):
    """`mood` is ok, busy (451), refuses (550), drops (once, or each) or holds (till `let_go`)."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.mood, self.ids, self.held, self.let_go = "ok", [], threading.Event(), threading.Event()

    @property
    def port(self) -> int:
        return self.server_address[1]


class Session(socketserver.StreamRequestHandler):
    """One connection."""

    server: Sink

    def handle(self) -> None:
        self._say("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                return self._say("221 bye")
            if verb == "DATA" and not self._data():
                return None
            if verb != "DATA":
                at, reply = MOODS.get(self.server.mood, ("", ""))
                self._say(reply if verb == at else REPLIES.get(verb, "502 what?"))
        return None

    def _data(self) -> bool:
        self._say("354 go on")
        text = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            text.append(line)
        if self.server.mood.startswith("drops"):
            self.server.mood = "ok" if self.server.mood == "drops once" else "drops"
            return False
        if self.server.mood == "holds":
            self.server.held.set()
            self.server.let_go.wait(COMES)
        self.server.ids += [line.split(": ", 1)[1] for line in text if line.startswith("Message-ID: ")]
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def sink() -> Iterator[Sink]:
    """A sink at work."""
    with Sink() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server
        finally:
            server.let_go.set()
            server.shutdown()
