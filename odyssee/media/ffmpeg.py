"""ffmpeg as a process of its own: found, limited, and asked for loudness."""

import contextlib
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from odyssee.domain.errors import MediumRefused, Unavailable

_MAX_MEMORY_BYTES = 4_000_000_000
_MAX_LOG_BYTES = 200_000
_MEASURE_SECONDS = 120.0

GUARDED_INPUT = (
    *("-protocol_whitelist", "file,pipe"),
    # Playlists and scripts, which can name other files, are not among these.
    *("-format_whitelist", "wav,flac,mp3,mov,ogg"),
)
"""Options that stand before each `-i`."""

BITEXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
"""Options of each output: no tags, no versions, no random serial numbers."""


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


class Probe(NamedTuple):
    """What ffmpeg tells of a file before decoding it."""

    duration_s: float | None
    has_audio: bool


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


def run(arguments: Sequence[str], *, seconds: float, max_file_bytes: int) -> Finished:
    """Run ffmpeg; it reads and writes the files that the arguments name and nothing else.

    `max_file_bytes` bounds each file it writes (where the system is Linux).

    Raises:
        Unavailable: when there is no ffmpeg, or it takes longer than `seconds`.
    """
    command = [find_ffmpeg(), "-hide_banner", "-nostdin", "-nostats", *arguments]
    with tempfile.TemporaryFile() as log:
        with subprocess.Popen(  # noqa: S603 - a fixed program; no argument is a stranger's word
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
        ) as process:
            _limit(process.pid, seconds, max_file_bytes)
            try:
                status = process.wait(seconds)
            except subprocess.TimeoutExpired as late:
                process.kill()
                raise Unavailable(what="ffmpeg", limit=f"{seconds:.0f} s") from late
        return Finished(status == 0, _tail(log))


def probe(path: Path, form: str) -> Probe:
    """Ask for the length and the streams of a file without decoding it.

    `form` is one of those of `GUARDED_INPUT`; ffmpeg guesses nothing.
    """
    log = run(
        [*GUARDED_INPUT, "-f", form, "-i", str(path)], seconds=20.0, max_file_bytes=_MAX_LOG_BYTES
    ).log  # it ends with a fault, for no output is named
    length = re.search(r"Duration: (\d+):(\d\d):(\d\d\.\d+)", log)
    duration_s = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3]) if length else None
    return Probe(duration_s, bool(re.search(r"Stream #.*: Audio:", log)))


def measure_loudness(source: Path | bytes) -> Loudness:
    """Integrated loudness and true peak by the summary of ffmpeg's `ebur128` filter.

    Raises:
        MediumRefused: with `code` `recording_damaged` when it cannot be decoded.
        Unavailable: see `run`.
    """
    if isinstance(source, bytes):
        with tempfile.TemporaryDirectory(prefix="odyssee-") as folder:
            path = Path(folder, "sound")
            path.write_bytes(source)
            return measure_loudness(path)
    # framelog=verbose keeps the line for each tenth of a second out of the log
    chain = "ebur128=peak=true:framelog=verbose"
    arguments = [*GUARDED_INPUT, "-i", str(source), "-map", "0:a:0", "-af", chain]
    done = run(
        [*arguments, "-f", "null", "-"], seconds=_MEASURE_SECONDS, max_file_bytes=_MAX_LOG_BYTES
    )
    summary = done.log.rpartition("Summary:")[2]
    loudness = re.search(r"\bI:\s+(-?[\d.]+|-inf) LUFS", summary)
    peak = re.search(r"\bPeak:\s+(-?[\d.]+|-inf) dBFS", summary)
    if not (done.ok and loudness and peak):
        raise MediumRefused(code="recording_damaged")
    return Loudness(float(loudness[1]), float(peak[1]))


def _limit(pid: int, seconds: float, max_file_bytes: int) -> None:
    """Bound the running process; without `prlimit` (not Linux) the time limit stands alone."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows

        prlimit = resource.prlimit
    except (ImportError, AttributeError):
        return
    cpu_s = int(seconds) + 1
    with contextlib.suppress(ProcessLookupError):  # it may have ended already
        prlimit(pid, resource.RLIMIT_CPU, (cpu_s, cpu_s))
        prlimit(pid, resource.RLIMIT_AS, (_MAX_MEMORY_BYTES, _MAX_MEMORY_BYTES))
        prlimit(pid, resource.RLIMIT_FSIZE, (max_file_bytes, max_file_bytes))


def _tail(log: IO[bytes]) -> str:
    size = log.seek(0, 2)
    log.seek(max(0, size - _MAX_LOG_BYTES))
    return log.read().decode("utf-8", "replace")
