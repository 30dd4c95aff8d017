"""Load: one request again and again, by wrk where it is installed, else by our small client."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from serving.machine import LOAD_CORE
from serving.processes import Server

CONNECTIONS = 8
WRK = shutil.which("wrk")
_PINNED = ("taskset", "-c", str(LOAD_CORE))
GENERATOR = "wrk" if WRK else "a client of ours in Python, slower than wrk"


@dataclass(frozen=True)
class Ask:
    """A request, and the exact answer that it must have."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None

    def answer(self, server: Server) -> tuple[list[tuple[str, str]], bytes]:
        """Headers and body of the server's answer.

        Raises:
            RuntimeError: its status is not 200.
        """
        status, headers, body = server.ask(self.method, self.path, self.headers, self.body)
        if status != 200:
            raise RuntimeError(f"{self.method} {self.path}: {status} {body[:300]!r}")
        return headers, body

    def raw(self, port: int) -> bytes:
        """The request as it goes over the wire."""
        body = self.body or b""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body is not None:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


def answers_per_second(server: Server, ask: Ask, seconds: float, folder: Path) -> float:
    """How many answers a second the server gives to this one request.

    Raises:
        RuntimeError: an answer was not 200, or a connection broke.
    """
    if WRK is None:
        return _by_ourselves(server.port, ask, seconds)
    script = folder / "ask.lua"
    script.write_text(_lua(ask))
    url = f"http://127.0.0.1:{server.port}{ask.path}"
    rhythm = ["-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--timeout", "30s"]
    told = subprocess.run(
        [*_PINNED, WRK, *rhythm, "-s", str(script), url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(f"bad answers from {url}:\n{told}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    if found is None:
        raise RuntimeError(f"wrk said nothing that can be read:\n{told}")
    return float(found[1])


def _lua(ask: Ask) -> str:
    lines = [f'wrk.method = "{ask.method}"']
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in ask.headers.items()]
    if ask.body is not None:
        lines.append(f"wrk.body = [==[{ask.body.decode()}]==]")
    return "\n".join(lines) + "\n"


class _Connection(asyncio.Protocol):
    """Asks, waits for the whole answer, asks again."""

    def __init__(self, request: bytes) -> None:
        self.answers = 0
        self.bad = ""
        self._request = request
        self._received = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - as asyncio documents it
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = bytes(self._received).partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        if not found or length is None or len(body) < int(length[1]):
            return
        if b" 200 " not in head[:14]:
            self.bad = head.decode("latin-1")
            self._transport.close()
            return
        self.answers += 1
        self._received.clear()
        self._transport.write(self._request)


def _by_ourselves(port: int, ask: Ask, seconds: float) -> float:
    """The load in a child of its own, pinned as wrk would be."""
    child = [sys.executable, __file__, str(port), str(seconds)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    told = subprocess.run(
        [*_PINNED, *child],
        input=ask.raw(port),
        check=True,
        capture_output=True,
        env=environment,
    ).stdout
    return float(told)


async def _keep_asking(port: int, request: bytes, seconds: float) -> float:
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Connection(request), "127.0.0.1", port)
        for _ in range(CONNECTIONS)
    ]
    await asyncio.sleep(seconds)
    count = sum(connection.answers for _, connection in made)
    took_s = time.perf_counter() - began
    bad = next((connection.bad for _, connection in made if connection.bad), "")
    for transport, _ in made:
        transport.abort()
    if bad:
        raise RuntimeError(f"bad answer: {bad}")
    return count / took_s


if __name__ == "__main__":
    told = _keep_asking(int(sys.argv[1]), sys.stdin.buffer.read(), float(sys.argv[2]))
    print(asyncio.run(told))
