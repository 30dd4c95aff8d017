"""The machine that is measured: which cores take part, and what it is, without its name."""

import os
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("uvicorn", "uvloop", "httptools", "fastapi", "starlette", "pydantic", "brotli")

OPERATIONS = 1_000_000
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE = CORES[0]
LOAD_CORE = CORES[-1]
"""Another core than the server's wherever there are two."""


def describe(generator: str, others: Sequence[str] = ()) -> list[str]:
    """Date, processor, memory and versions, as lines of a list."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = [f"{name} {version(name)}" for name in LIBRARIES]
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    where = "a core of its own" if LOAD_CORE != SERVER_CORE else "the server's only core"
    return [
        f"Date: {datetime.now(UTC):%Y-%m-%d}",
        f"Processor: {_processor()}, {len(CORES)} cores, {memory:.0f} GiB",
        f"Load before the start: {os.getloadavg()[0]:.1f}",
        f"System: {system}, Python {platform.python_version()}",
        f"Versions: {', '.join([*libraries, *others])}",
        f"Requests from: {generator}, 8 connections kept alive, on {where}",
    ]


def calibrate_s() -> float:
    """Seconds for 10^6 multiplications and additions: how fast this machine is today."""
    spans_s = []
    for _ in range(5):
        began_s, value = time.perf_counter(), 0.0
        for _ in range(OPERATIONS // 2):
            value = value * 0.999 + 1.0
        spans_s.append(time.perf_counter() - began_s)
    return min(spans_s)


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
