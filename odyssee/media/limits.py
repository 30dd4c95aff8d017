"""Bounds on a process that works on what strangers brought."""

import contextlib


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
