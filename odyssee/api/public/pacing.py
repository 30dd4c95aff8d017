"""Keeps strangers from flooding what is told: counted in memory, by address, and soon forgotten."""

import time
from threading import Lock

from starlette.types import Scope

from odyssee.domain.errors import TooManyAttempts
from odyssee.domain.pacing import Pace, Spent, spend
from odyssee.domain.throttling import network_of

MOST = 20_000
"""So many addresses are remembered; where there are more, those that rested longest go."""


class Pacer:
    """Counts requests by network address; nothing of it is written anywhere."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._spent: dict[str, Spent] = {}
        self._lock = Lock()

    def check(self, scope: Scope) -> None:
        """Count one request.

        Raises:
            TooManyAttempts: the address comes too often.
        """
        client = scope.get("client")
        whose = network_of(client[0] if client else None)
        with self._lock:
            spent, wait_s = spend(self._pace, self._spent.pop(whose, None), time.monotonic())
            self._spent[whose] = spent
            if len(self._spent) > MOST:
                del self._spent[next(iter(self._spent))]
        if wait_s:
            raise TooManyAttempts(wait_s)
