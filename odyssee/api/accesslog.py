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
        self._kept: list[tuple[float, str, bytes, int, float]] = []

    def __call__(self, method: str, path: bytes, status: int, seconds: float) -> None:
        """Note a request; the path as it was sent, so that it cannot break the line."""
        self._kept.append((time.time(), method, path, status, seconds))
        if len(self._kept) == 1:
            asyncio.get_running_loop().call_later(FLUSH_S, self.flush)

    def flush(self) -> None:
        """Write what is kept."""
        kept, self._kept = self._kept, []
        second, stamp = -1, ""
        lines = []
        for at, method, path, status, seconds in kept:
            if int(at) != second:
                second = int(at)
                stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(second))
            told = path.decode("ascii", "backslashreplace")
            lines.append(
                f"{stamp},{int(at * 1000) % 1000:03d} odyssee.access "
                f"{method} {told} {status} {seconds * 1000:.1f} ms\n"
            )
        if lines:
            self._out.write("".join(lines))
            self._out.flush()
