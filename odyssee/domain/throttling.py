"""When the next attempt to sign in is looked at, from the failures that were counted.

Guessing gets slow; the rightful owner, on a device that signed in before, is
counted apart and never waits for the failures of others.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil
from typing import Literal

Counted = Literal["address", "account", "pair", "device"]
"""A network address, an account from all unknown devices, both together, a known device."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Failures that were counted; an attempt under way counts as one until it succeeds."""

    failures: int
    began_at: datetime
    """When the first of them was."""
    last_at: datetime
    """When the last of them was."""


FREE: dict[Counted, int] = {"address": 30, "account": 50, "pair": 5, "device": 5}
"""So many failures cost nothing."""
LONGEST_S = 300
"""The wait doubles up to this: 2, 4, 8 … s."""
STEADY_S = 10
"""The wait of an account that is guessed at from everywhere."""
ACCOUNT_WINDOW = timedelta(hours=1)
"""How long the failures of an account count, from the first on."""
FORGOTTEN = timedelta(days=1)
"""After so long without a failure none counts any more."""
_TELL_EVERY = 100


def wait_s(counted: Counted, tally: Tally, now: datetime) -> int:
    """Whole seconds until the next attempt is looked at; 0 when it may be now."""
    over = _current(counted, tally, now).failures - FREE[counted]
    if over < 0:
        return 0
    pause_s = STEADY_S if counted == "account" else min(2 ** min(over + 1, 30), LONGEST_S)
    left_s = pause_s - (now - tally.last_at).total_seconds()
    return max(0, min(ceil(left_s), pause_s))  # a clock that was set back makes no wait longer


def count(counted: Counted, tally: Tally, now: datetime) -> Tally:
    """The tally with one failure more."""
    current = _current(counted, tally, now)
    return replace(current, failures=current.failures + 1, last_at=now)


def take_back(tally: Tally) -> Tally:
    """The tally without the attempt that succeeded."""
    return replace(tally, failures=max(0, tally.failures - 1))


def is_worth_telling(counted: Counted, tally: Tally) -> bool:
    """Whether the audit is told: when waiting begins, and at each hundredth failure."""
    return tally.failures == FREE[counted] or tally.failures % _TELL_EVERY == 0


def network_of(address: str | None) -> str:
    """What one visitor holds of the network: an IPv4 address, or an IPv6 /64.

    What is no address, such as the name of a socket, is taken as it is.
    """
    if address is None:
        return ""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(ip_network((int(found), 64), strict=False))
        found = found.ipv4_mapped
    return str(found)


def _current(counted: Counted, tally: Tally, now: datetime) -> Tally:
    """The tally as it counts now: forgotten after a quiet day, an account's after its hour."""
    past = now >= tally.last_at + FORGOTTEN
    if past or (counted == "account" and now >= tally.began_at + ACCOUNT_WINDOW):
        return Tally(0, now, now)
    return tally if tally.failures else replace(tally, began_at=now)
