"""Stands between a browser and a server: counts what passes, and breaks when it is told to."""

import http.client
import http.server
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

PIECE_BYTES = 16 * 1024
_OF_THE_CONNECTION = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@dataclass(frozen=True, kw_only=True)
class Mishap:
    """What goes wrong with one answer."""

    cut_after: int | None = None
    """So many bytes of its body come, then the connection is reset."""
    flip_at: int | None = None
    """One bit of this byte is another one."""
    silent_s: float = 0
    """So long nothing comes."""


@dataclass
class Passed:
    """A request, in the order in which they came, and how much was sent in answer so far."""

    method: str
    path: str
    headers: dict[str, str]
    status: int = 0
    sent_bytes: int = 0
    """Head and body."""


@dataclass
class FaultyProxy:
    """A door to a server; the test holds the handle."""

    upstream: str
    is_up: bool = True
    bytes_per_s: float | None = None
    mishap: Callable[[str], Mishap | None] = lambda _path: None
    passed: list[Passed] = field(default_factory=list)
    url: str = ""
    _sockets: set[socket.socket] = field(default_factory=set)

    def cut(self) -> None:
        """No network from now on: what is under way breaks, what comes is refused."""
        self.is_up = False
        for known in [*self._sockets]:
            with suppress(OSError):
                known.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        """The network is there again."""
        self.is_up = True

    def sent_bytes(self, prefix: str = "/") -> int:
        """How much was sent in answer to requests for paths that begin so."""
        return sum(one.sent_bytes for one in [*self.passed] if one.path.startswith(prefix))


@contextmanager
def faulty_proxy(upstream: str) -> Iterator[FaultyProxy]:
    """A proxy on loopback while this lasts."""
    proxy = FaultyProxy(upstream)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, proxy))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield proxy
    finally:
        proxy.cut()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(http.server.BaseHTTPRequestHandler):
    """One connection of the browser."""

    protocol_version = "HTTP/1.1"

    def __init__(self, proxy: FaultyProxy, *arguments: Any) -> None:
        self._proxy = proxy
        super().__init__(*arguments)

    def setup(self) -> None:
        super().setup()
        self._proxy._sockets.add(self.connection)

    def finish(self) -> None:
        self._proxy._sockets.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def parse_request(self) -> bool:
        """Answers by itself, whatever the method: nothing is left to do after it."""
        if not super().parse_request():
            return False
        if self._proxy.is_up:
            self._pass_on()
        else:
            self._reset()
        return False

    def _pass_on(self) -> None:
        passed = Passed(self.command, self.path, dict(self.headers.items()))
        self._proxy.passed.append(passed)
        mishap = self._proxy.mishap(self.path) or Mishap()
        status, reason, headers, body = _ask(self._proxy.upstream, self)
        time.sleep(mishap.silent_s)
        if mishap.flip_at is not None and mishap.flip_at < len(body):
            flipped = bytearray(body)
            flipped[mishap.flip_at] ^= 1
            body = bytes(flipped)
        lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {text}" for name, text in headers)]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        passed.status = status
        self._send(passed, head + body[: mishap.cut_after])
        if passed.sent_bytes < len(head) + len(body):
            self._reset()

    def _send(self, passed: Passed, whole: bytes) -> None:
        """Piece by piece, until the end or until it breaks."""
        try:
            for start in range(0, len(whole), PIECE_BYTES):
                if not self._proxy.is_up:
                    break
                piece = whole[start : start + PIECE_BYTES]
                self.wfile.write(piece)
                passed.sent_bytes += len(piece)
                if self._proxy.bytes_per_s:
                    time.sleep(len(piece) / self._proxy.bytes_per_s)
        except OSError:
            self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True
        with suppress(OSError):  # closed already
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()

    def log_message(self, *_words: Any) -> None:
        """Tests read what passed."""


def _ask(
    upstream: str, handler: http.server.BaseHTTPRequestHandler
) -> tuple[int, str, list[tuple[str, str]], bytes]:
    """The server's answer to the request, with its length in place of how it was cut to pieces."""
    length = int(handler.headers.get("Content-Length") or 0)
    given = handler.rfile.read(length) if length else None
    at = urlsplit(upstream)
    connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=30)
    try:
        headers = {
            name: text
            for name, text in handler.headers.items()
            if name.lower() not in _OF_THE_CONNECTION
        }
        connection.request(handler.command, handler.path, given, headers)
        answer = connection.getresponse()
        body = answer.read()
        told = [(n, t) for n, t in answer.getheaders() if n.lower() not in _OF_THE_CONNECTION]
        is_head = handler.command == "HEAD"
        size = answer.getheader("Content-Length") if is_head else str(len(body))
        if answer.status not in {204, 304} and size is not None:
            told.append(("Content-Length", size))
        return answer.status, answer.reason, told, body
    finally:
        connection.close()
