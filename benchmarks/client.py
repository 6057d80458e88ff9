"""A small HTTP client for many connections at once: asyncio, connections that stay open, nothing else."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

BROKEN = (ConnectionError, asyncio.IncompleteReadError)


@dataclass
class Answer:
    """What came back; the names of `headers` are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """One connection, opened when it is needed; a server may close it between two requests."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def get(self, path: str, cookie: str) -> Answer:
        """Asks for a page, once more where the connection was closed meanwhile."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n".encode()
        try:
            return await self._exchange(request)
        except BROKEN:
            self.close()
            return await self._exchange(request)

    async def post(self, path: str, cookie: str, body: str) -> Answer:
        """Sends a form over a connection of its own, for it must not be sent twice."""
        self.close()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nContent-Length: {len(body)}\r\n"
        return await self._exchange(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}".encode())

    async def _exchange(self, request: bytes) -> Answer:
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._reader, self._writer
        assert reader is not None
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines if ": " in line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body)

    def close(self) -> None:
        """Ends the connection; the next request opens another."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None
