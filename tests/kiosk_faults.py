"""A server of publications that fails now and then, and counts what it sends."""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Faults:
    """Shares of the requests for objects that go wrong."""

    refused: float = 0.0
    """Answered 503."""
    dropped: float = 0.0
    """Closed without an answer."""
    truncated: float = 0.0
    """Half of the body, and the line is cut."""
    flipped: float = 0.0
    """One bit is another."""
    whole: float = 0.0
    """`Range` is ignored."""
    pause_s: float = 0.0
    """Before each piece of 16 KB, as a slow line."""


NONE = Faults()
ROUGH = Faults(refused=0.03, dropped=0.03, truncated=0.10, flipped=0.05, whole=0.10)
_PIECE = 16_384


@dataclass
class Station:
    """What is served now, and what was sent."""

    folder: Path
    faults: Faults = field(default_factory=Faults)
    seed: int = 1
    sent_bytes: int = 0
    """Of objects, bodies alone."""
    requests: int = 0
    all_bytes: int = 0
    """Bodies of everything."""
    url: str = ""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311 - chance that can be repeated
        self.lock = threading.Lock()

    def find(self, path: str) -> Path | None:
        """The file of an address, as the real server maps them."""
        name = path.removeprefix("/v1/tuf/")
        if name != path:
            found = self.folder / (name if name.startswith("targets/") else f"metadata/{name}")
        else:
            found = self.folder / path.removeprefix("/v1/")
        return found if found.is_file() else None

    def draw(self) -> dict[str, bool]:
        """Which faults meet this request."""
        with self.lock:
            f = self.faults
            shares = {
                "refused": f.refused, "dropped": f.dropped, "truncated": f.truncated,
                "flipped": f.flipped, "whole": f.whole,
            }  # fmt: skip
            return {name: self.chance.random() < share for name, share in shares.items()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    station: Station

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    def do_GET(self) -> None:
        path = self.station.find(self.path)
        with self.station.lock:
            self.station.requests += 1
        if path is None:
            self._answer(404, b"{}", {})
            return
        data = path.read_bytes()
        if not self.path.startswith("/v1/objects/"):
            self._answer(200, data, {})
            return
        met = self.station.draw()
        if met["dropped"]:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if met["refused"]:
            self._answer(503, b"{}", {})
            return
        start, asked = 0, self.headers.get("Range")
        if asked and not met["whole"]:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        if met["flipped"] and len(data) > start:
            at = self.station.chance.randrange(start, len(data))
            data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        self._answer(206 if start else 200, data[start:], headers, cut=met["truncated"])

    def _answer(
        self, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        body = body[: len(body) // 2] if cut else body
        is_object = self.path.startswith("/v1/objects/") and status in {200, 206}
        try:
            for begin in range(0, len(body), _PIECE):
                piece = body[begin : begin + _PIECE]
                if self.station.faults.pause_s:
                    threading.Event().wait(self.station.faults.pause_s)
                self.wfile.write(piece)
                with self.station.lock:
                    self.station.all_bytes += len(piece)
                    self.station.sent_bytes += len(piece) if is_object else 0
        except OSError:
            cut = True
        if cut:
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """A client that was killed is no news."""


@contextmanager
def serving(station: Station) -> Iterator[Station]:
    """The station on a port of its own."""
    handler = type("Handler", (_Handler,), {"station": station})
    server = _Server(("127.0.0.1", 0), handler)
    station.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield station
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
