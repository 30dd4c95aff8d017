"""Waiting: between attempts, and for the sake of a slow line."""

import random
import threading
import time

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0


def wait_before_retry(attempt: int) -> float:
    """Seconds to wait after so many attempts, 1 or more: doubled each time, and jittered."""
    longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** (attempt - 1))
    return random.uniform(longest / 2, longest)  # noqa: S311 - spreads load, guards nothing


class Pace:
    """Lets no more than so many bytes a second through, of all threads; zero for no bound."""

    def __init__(self, bytes_per_s: float = 0.0) -> None:
        self._bytes_per_s = bytes_per_s
        self._due = time.monotonic()
        self._lock = threading.Lock()

    def spend(self, size_bytes: int) -> None:
        """Wait until so many bytes more are within the bound."""
        if self._bytes_per_s <= 0:
            return
        with self._lock:
            now = time.monotonic()
            self._due = due = max(self._due, now) + size_bytes / self._bytes_per_s
        time.sleep(max(0.0, due - now - 1.0))  # a second's worth may come at once
