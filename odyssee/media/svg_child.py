"""Run as a script: SVG on standard input, PNG on standard output, within limits.

Started by `svg.rasterise` with the width as its argument. It imports nothing of
the package: it must start fast and hold nothing worth stealing.
"""

import contextlib
import sys

MAX_MEMORY_BYTES = 1_000_000_000
MAX_CPU_S = 8


def limit_myself() -> None:
    """Bound memory, processor time, and forbid writing files; no-op where there are no limits."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows, where only the time limit stands
    except ImportError:
        return
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY_BYTES),
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # macOS has some of them in name only
            resource.setrlimit(limit, (most, most))


def main() -> int:
    """Draw; the exit status is 0, or 1 when it cannot be drawn."""
    import resvg_py  # noqa: PLC0415 - loaded before the limits are set, and in the child only

    limit_myself()
    text = sys.stdin.buffer.read().decode("utf-8")
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=text, width=int(sys.argv[1]), skip_system_fonts=True, resources_dir=None
        )
    except (ValueError, RuntimeError, MemoryError):
        return 1
    sys.stdout.buffer.write(png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
