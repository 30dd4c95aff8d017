"""The access log: method, path without query, status and time of each request.

Lines are written some at a time: one by one they cost more than a ready answer.
"""

import asyncio
import time
from typing import TextIO

FLUSH_S = 0.2
"""How long a line waits for others, at most."""


PREVIEWS = b"/apercu/"
"""Addresses that are secrets."""


class AccessLog:
    """Keeps the lines of a moment and writes them together."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._kept: list[tuple[str, bytes, int, float, float]] = []

    def __call__(self, method: str, path: bytes, status: int, began: float) -> None:
        """Note a request that ends now; the path as it was sent, so that it cannot break the line.

        Args:
            method: as it was sent.
            path: without query.
            status: of the answer.
            began: what `time.perf_counter` said then.
        """
        if not self._kept:
            asyncio.get_running_loop().call_later(FLUSH_S, self.flush)
        if path.startswith(PREVIEWS):
            path = PREVIEWS  # the rest opens a draft for whoever reads it
        self._kept.append((method, path, status, began, time.perf_counter()))

    def flush(self) -> None:
        """Write what is kept."""
        kept, self._kept = self._kept, []
        epoch = time.time() - time.perf_counter()
        known_ms, stamp = 0, ""
        lines = []
        for method, path, status, began, ended in kept:
            at_ms = int((epoch + ended) * 1000)
            if at_ms != known_ms:
                known_ms, stamp = at_ms, _stamp(at_ms)
            told = path.decode("ascii", "backslashreplace")
            lines.append(f"{stamp} {method} {told} {status} {(ended - began) * 1000:.1f} ms\n")
        if lines:
            self._out.write("".join(lines))
            self._out.flush()


def _stamp(at_ms: int) -> str:
    seconds, ms = divmod(at_ms, 1000)
    day = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))
    return f"{day},{ms:03d} odyssee.access"
