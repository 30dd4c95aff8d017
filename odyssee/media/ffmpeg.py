"""ffmpeg as a process of its own: found and limited."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from odyssee.domain.errors import Unavailable
from odyssee.media.limits import killed_after, limit_process

MAX_MEMORY_BYTES = 1_000_000_000
"""Of address space; ffmpeg 5 and ffmpeg 9 decode within half of it."""
_MAX_ALLOCATION_BYTES = "100000000"
_MAX_LOG_BYTES = 200_000

OWN_INPUT = (
    *("-protocol_whitelist", "file"),
    # Playlists and scripts, which can name other files, are not among these.
    *("-format_whitelist", "wav,s16le,mov,ogg"),
    *("-threads", "1"),
)
"""Options that stand before each `-i` of a file that was made here."""

ONE_THREAD = ("-filter_threads", "1", "-filter_complex_threads", "1")
"""So that the work of one narration stays on one core, and its memory does not grow with cores."""

BITEXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
"""Options of each output: no tags, no versions, no random serial numbers."""


class Finished(NamedTuple):
    """How a run ended."""

    ok: bool
    log: str
    """What ffmpeg wrote to standard error; its last 200 KB."""


def find_ffmpeg() -> str:
    """The system's ffmpeg on PATH, else the one that `imageio-ffmpeg` carries.

    Raises:
        Unavailable: with `what` = `ffmpeg`, when there is neither.
    """
    found = shutil.which("ffmpeg")
    if found:
        return found
    try:
        import imageio_ffmpeg  # noqa: PLC0415 - only where the system has none

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as problem:
        raise Unavailable(what="ffmpeg") from problem


def run(arguments: Sequence[str], *, folder: Path, seconds: float, max_file_bytes: int) -> Finished:
    """Run ffmpeg; it reads and writes the files that the arguments name and nothing else.

    It works in `folder`, knows nothing of our environment, and may take 1 GB of memory
    and `seconds` of time; `max_file_bytes` bounds each file it writes (where the system
    is Linux).

    Raises:
        Unavailable: when there is no ffmpeg, or it takes longer than `seconds`.
    """
    bounds = ["-hide_banner", "-nostdin", "-nostats", "-y", "-max_alloc", _MAX_ALLOCATION_BYTES]
    command = [find_ffmpeg(), *bounds, *ONE_THREAD, *arguments]
    with tempfile.TemporaryFile(dir=folder) as log:
        with subprocess.Popen(  # noqa: S603 - a fixed program; no option is a stranger's word
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=folder,
            env=_bare_environment(folder),
        ) as process:
            limit_process(process.pid, seconds, MAX_MEMORY_BYTES, max_file_bytes)
            with killed_after(process, seconds) as late:
                status = process.wait()
        if late.is_set():
            raise Unavailable(what="ffmpeg", limit=f"{seconds:.0f} s")
        return Finished(status == 0, _tail(log))


def _bare_environment(folder: Path) -> dict[str, str]:
    """No FFREPORT, no proxies, no secrets; its own folder for whatever it puts aside."""
    kept = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
    bare = {name: os.environ[name] for name in kept if name in os.environ}
    return {**bare, "LC_ALL": "C", "TMPDIR": str(folder), "HOME": str(folder)}


def _tail(log: IO[bytes]) -> str:
    size = log.seek(0, 2)
    log.seek(max(0, size - _MAX_LOG_BYTES))
    return log.read().decode("utf-8", "replace")
