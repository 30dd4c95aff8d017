"""A line between a kiosk and a real server that loses, repeats, delays and cuts what it carries."""

import random
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.types import ASGIApp

FATES = {
    "good": 60,
    "refused": 6,
    "request lost": 8,
    "answer lost": 10,
    "answer cut": 4,
    "late": 6,
    "twice": 6,
}
"""How often each happens, out of a hundred."""
_END = b"\r\n\r\n"


@contextmanager
def running_app(app: ASGIApp) -> Iterator[int]:
    """The application under uvicorn on a free port of loopback, which is given."""
    config = uvicorn.Config(app, log_config=None, lifespan="on", access_log=False)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()


class LossyLine:
    """Listens in the place of a server, and passes on what luck lets through."""

    def __init__(self, port: int, seed: int) -> None:
        self._port = port
        self._luck = random.Random(seed)  # noqa: S311 - the same bad luck at each run
        self._late: list[bytes] = []
        self._lock = threading.Lock()
        self.happened: Counter[str] = Counter()
        self.is_good = False
        """Whether nothing goes wrong from now on."""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _listen(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(caller,), daemon=True).start()

    def _serve(self, caller: socket.socket) -> None:
        fate = self._draw()
        with caller, suppress(OSError):  # a caller that went away hears nothing
            request = b"" if fate == "refused" else _read_request(caller)
            if not request or fate == "request lost":
                return
            if fate == "late":
                with self._lock:
                    self._late.append(request)
                return
            answer = self._pass_on(request)
            if fate == "twice":
                self._pass_on(request)
            if fate != "answer lost":
                caller.sendall(answer[: len(answer) // 2] if fate == "answer cut" else answer)

    def _draw(self) -> str:
        with self._lock:
            drawn = self._luck.choices(list(FATES), list(FATES.values()))[0]
            fate = "good" if self.is_good else drawn
            self.happened[fate] += 1
            ready = [one for one in self._late if self._luck.random() < 0.3]
            self._late = [one for one in self._late if one not in ready]
        for request in ready:
            self._pass_on(request)
        return fate

    def _pass_on(self, request: bytes) -> bytes:
        """The server's whole answer; each request has a connection of its own."""
        start, _, rest = request.partition(b"\r\n")
        with socket.create_connection(("127.0.0.1", self._port)) as server:
            server.sendall(start + b"\r\nConnection: close\r\n" + rest)
            return b"".join(iter(lambda: server.recv(65536), b""))


def _read_request(caller: socket.socket) -> bytes:
    raw = b""
    while _END not in raw:
        piece = caller.recv(65536)
        if not piece:
            return b""
        raw += piece
    head, _, body = raw.partition(_END)
    fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:])
    left = int(fields.get(b"content-length", b"0")) - len(body)
    while left > 0:
        piece = caller.recv(65536)
        if not piece:
            return b""
        raw += piece
        left -= len(piece)
    return raw
