"""The access log: method, path without query, status and time of each request.

Lines are written some at a time: one by one they cost more than a ready answer.
"""

import asyncio
import time
from typing import TextIO

FLUSH_S = 0.2
"""How long a line waits for others, at most."""


class AccessLog:
    """Keeps the lines of a moment and writes them together."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lines: list[str] = []
        self._second = 0
        self._stamp = ""

    def __call__(self, method: str, path: bytes, status: int, seconds: float) -> None:
        """Note a request; the path as it was sent, so that it cannot break the line."""
        at = time.time()
        if int(at) != self._second:
            self._second = int(at)
            self._stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
        if not self._lines:
            asyncio.get_running_loop().call_later(FLUSH_S, self.flush)
        self._lines.append(
            f"{self._stamp},{int(at % 1 * 1000):03d} odyssee.access {method} "
            f"{path.decode('ascii', 'backslashreplace')} {status} {seconds * 1000:.1f} ms\n"
        )

    def flush(self) -> None:
        """Write what is kept."""
        if self._lines:
            self._out.write("".join(self._lines))
            self._out.flush()
            self._lines.clear()
