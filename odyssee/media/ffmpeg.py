"""ffmpeg as a process of its own: found, limited, and asked for loudness."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from odyssee.domain.errors import MediumRefused, Unavailable
from odyssee.media.limits import limit_process
from odyssee.media.scratch import private_folder

MAX_MEMORY_BYTES = 1_000_000_000
"""Of address space; ffmpeg 5 and ffmpeg 9 decode within half of it."""
_MAX_ALLOCATION_BYTES = "100000000"
_MAX_LOG_BYTES = 200_000
_MEASURE_SECONDS = 240.0

OWN_INPUT = (
    *("-protocol_whitelist", "file"),
    # Playlists and scripts, which can name other files, are not among these.
    *("-format_whitelist", "wav,s16le,mov,ogg"),
    *("-threads", "1"),
)
"""Options that stand before each `-i` of a file that was made here."""

ONE_THREAD = ("-filter_threads", "1", "-filter_complex_threads", "1")
"""So that the work of one narration stays on one core, and its memory does not grow with cores."""

EBUR128 = "ebur128=peak=true:framelog=verbose"
"""The meter, without its line for each tenth of a second; sound passes through it at 48 kHz."""

BITEXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
"""Options of each output: no tags, no versions, no random serial numbers."""

_SUMMARY = re.compile(
    r"Parsed_ebur128_(\d+) @ \w+\] Summary:.*?\bI:\s+(-?[\d.]+|-inf) LUFS"
    r"\s+Threshold:\s+(-?[\d.]+|-inf) LUFS.*?\bLRA:\s+(-?[\d.]+) LU"
    r".*?\bPeak:\s+(-?[\d.]+|-inf) dBFS",
    re.DOTALL,
)


class Finished(NamedTuple):
    """How a run ended."""

    ok: bool
    log: str
    """What ffmpeg wrote to standard error; its last 200 KB."""


class Loudness(NamedTuple):
    """Measured by the rules of EBU R 128."""

    lufs: float
    """Integrated loudness; -70 for silence."""
    true_peak_dbtp: float
    """Minus infinity for digital silence."""
    threshold_lufs: float = -70.0
    """What is softer does not count."""
    range_lu: float = 0.0
    """Loudness range (LRA)."""


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
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired as late:
                process.kill()
                raise Unavailable(what="ffmpeg", limit=f"{seconds:.0f} s") from late
            except BaseException:
                process.kill()  # an interrupt of ours must not leave it running
                raise
        return Finished(status == 0, _tail(log))


def read_loudness(log: str) -> list[Loudness]:
    """What every `EBUR128` of a filter graph measured, in their order in the graph."""
    # A graph that is set up anew at the first frame tells of its empty self before.
    last = {int(m[1]): m for m in _SUMMARY.finditer(log)}
    found = [last[index] for index in sorted(last)]
    return [Loudness(float(m[2]), float(m[5]), float(m[3]), float(m[4])) for m in found]


def measure_loudness(source: Path | bytes) -> Loudness:
    """Integrated loudness and true peak of a sound by the summary of ffmpeg's `ebur128` filter.

    Raises:
        MediumRefused: with `code` `recording_damaged` when it cannot be decoded.
        Unavailable: see `run`.
    """
    with private_folder() as folder:
        path = source if isinstance(source, Path) else folder / "sound"
        if isinstance(source, bytes):
            path.write_bytes(source)
        heard = [*OWN_INPUT, "-i", f"file:{path.absolute()}", "-map", "0:a:0"]
        done = run(
            [*heard, "-af", EBUR128, "-f", "null", "-"],
            folder=folder,
            seconds=_MEASURE_SECONDS,
            max_file_bytes=_MAX_LOG_BYTES,
        )
    measured = read_loudness(done.log)
    if not (done.ok and measured):
        raise MediumRefused(code="recording_damaged")
    return measured[0]


def _bare_environment(folder: Path) -> dict[str, str]:
    """No FFREPORT, no proxies, no secrets; its own folder for whatever it puts aside."""
    kept = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
    bare = {name: os.environ[name] for name in kept if name in os.environ}
    return {**bare, "LC_ALL": "C", "TMPDIR": str(folder), "HOME": str(folder)}


def _tail(log: IO[bytes]) -> str:
    size = log.seek(0, 2)
    log.seek(max(0, size - _MAX_LOG_BYTES))
    return log.read().decode("utf-8", "replace")
