"""A process of its own for whoever reads strangers' bytes: bounded, and unable to fill a file."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Literal, NamedTuple

import odyssee
from odyssee.media.limits import killed_after

Fault = Literal["time", "output", "died"]


class Ended(NamedTuple):
    """How a confined program ended."""

    output: bytes
    """What it wrote to standard output; empty after a fault."""
    fault: Fault | None
    """`time`: it took too long; `output`: it said too much; `died`: anything else but 0."""


def run_confined(
    module: str,
    arguments: Sequence[str],
    source: IO[bytes],
    *,
    wall_s: float,
    max_output_bytes: int,
) -> Ended:
    """Run a module of ours on an open file, in a process that ends with this call.

    The file is its standard input, so that it needs no name and no folder; the
    module calls `limit_myself` before it reads. Its environment is empty but for
    what Python needs: it holds nothing worth stealing.
    """
    with subprocess.Popen(  # noqa: S603 - our own module, run by our own interpreter
        [sys.executable, "-P", "-B", "-m", module, *arguments],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(sys.executable).anchor,
        env=_environment(),
        start_new_session=True,
    ) as process:
        with killed_after(process, wall_s) as late:
            output = _read(process, max_output_bytes)
        status = process.wait()
    if late.is_set():
        return Ended(b"", "time")
    if len(output) > max_output_bytes:
        return Ended(b"", "output")
    return Ended(output, None) if status == 0 else Ended(b"", _fault_of(status))


def limit_myself(*, memory_bytes: int, cpu_s: int) -> None:
    """Bound this process for good: address space, processor time, and no byte into a file.

    No-op where there are no limits; only the caller's clock stands there.
    """
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS has some of them in name only
            resource.setrlimit(limit, (most, most))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    # One arena: by default each thread's would count 64 MB against the address space.
    return {"PYTHONPATH": str(Path(odyssee.__file__).parents[1]), "MALLOC_ARENA_MAX": "1", **kept}


def _read(process: "subprocess.Popen[bytes]", max_bytes: int) -> bytes:
    if process.stdout is None:  # it was asked for
        return b""
    output = process.stdout.read(max_bytes + 1)
    if len(output) <= max_bytes:
        process.wait()  # all is said: let it end by itself
    return output


def _fault_of(status: int) -> Fault:
    try:
        from signal import SIGKILL, SIGXCPU  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return "died"
    # At its last second of processor time the kernel kills it without asking.
    return "time" if -status in (SIGXCPU, SIGKILL) else "died"
