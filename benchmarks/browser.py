"""A browser reduced to what is measured: one prepared request over a socket, the whole answer read."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
COOKIE = re.compile(rb"\r\nset-cookie: *([^=;\r\n]+)=([^;\r\n]*)", re.IGNORECASE)
TAG = re.compile(rb"\r\netag: *([^\r\n]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    head: bytes
    body: bytes

    @property
    def tag(self) -> str:
        """The ETag, empty without one."""
        found = TAG.search(self.head)
        return found[1].decode() if found else ""

    @property
    def cookies(self) -> dict[str, str]:
        """What the answer sets."""
        return {name.decode(): value.decode() for name, value in COOKIE.findall(self.head)}


class Request:
    """One request, sent again at each call. The connection is kept where the server keeps it; opening it belongs to
    the call. Raises RuntimeError for an answer with another status than the one expected."""

    def __init__(
        self,
        port: int,
        path: str,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        expected: int = 200,
    ) -> None:
        self._port, self._expected, self.path = port, expected, path
        body = urlencode(form or {}).encode()
        all_headers = {"Host": "localhost", **(headers or {})}
        if form is not None:
            all_headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
        lines = [f"{'GET' if form is None else 'POST'} {path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in all_headers.items()]
        self._bytes = "\r\n".join([*lines, "", ""]).encode() + body
        self._socket: socket.socket | None = None

    def __call__(self) -> Answer:
        connection = self._socket or socket.create_connection(("127.0.0.1", self._port), timeout=60)
        connection.sendall(self._bytes)
        answer = _read(connection)
        if b"\r\nConnection: close" in answer.head:
            connection.close()
            self._socket = None
        else:
            self._socket = connection
        if answer.status != self._expected:
            said = answer.body[:300].decode(errors="replace")
            raise RuntimeError(f"{self.path} answered {answer.status}, not {self._expected}: {said}")
        return answer

    def close(self) -> None:
        """Give the connection up."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _read(connection: socket.socket) -> Answer:
    received = connection.recv(65536)
    while b"\r\n\r\n" not in received:
        more = connection.recv(65536)
        if not more:
            raise RuntimeError("The server closed the connection without an answer.")
        received += more
    head, _, body = received.partition(b"\r\n\r\n")
    status = int(head[9:12])
    found = LENGTH.search(head)
    missing = 0 if status in {204, 304} or found is None else int(found[1]) - len(body)
    pieces = [body]
    while missing > 0:
        piece = connection.recv(65536)
        if not piece:
            raise RuntimeError("The answer ended early.")
        pieces.append(piece)
        missing -= len(piece)
    return Answer(status, head, b"".join(pieces))
