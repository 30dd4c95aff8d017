"""Work that would keep everybody waiting: beside the event loop, one after another."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")

_ONE = ThreadPoolExecutor(1, "aside")
"""Several threads would be no faster, for Python runs one at a time; but the event loop would wait
for a turn of each of them at every step (benchmarks/results/triggers.md, `/healthz`)."""


async def aside(work: Callable[[], Made]) -> Made:
    """What the work gives; others are served meanwhile."""
    return await asyncio.get_running_loop().run_in_executor(_ONE, work)
