"""Bounds on a process that works on what strangers brought."""

import contextlib
import subprocess
import threading
from collections.abc import Iterator


def limit_process(pid: int, cpu_s: float, memory_bytes: int, file_bytes: int) -> None:
    """Bound a running process: processor time, address space, and each file that it writes.

    Without `prlimit` (not Linux) it does nothing, and the caller's limit of time stands alone.
    """
    try:
        import resource  # noqa: PLC0415 - absent on Windows

        prlimit = resource.prlimit
    except (ImportError, AttributeError):
        return
    whole_s = int(cpu_s) + 1
    with contextlib.suppress(ProcessLookupError):  # it may have ended already
        prlimit(pid, resource.RLIMIT_CPU, (whole_s, whole_s))
        prlimit(pid, resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        prlimit(pid, resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
        prlimit(pid, resource.RLIMIT_CORE, (0, 0))


@contextlib.contextmanager
def killed_after(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[threading.Event]:
    """Kill a process that takes longer; the event tells whether it did. None outlives the block.

    `wait` with a time looks only each twentieth of a second, and a read has no time at all.
    """
    late = threading.Event()

    def stop() -> None:
        late.set()
        process.kill()

    clock = threading.Timer(seconds, stop)
    clock.daemon = True
    try:
        clock.start()
        yield late
    finally:
        clock.cancel()
        process.kill()
