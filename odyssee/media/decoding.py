"""A stranger's recording into plain samples: bounded before, while and after it is decoded."""

import re
from pathlib import Path
from typing import NamedTuple

from odyssee.domain.errors import MediumRefused, Unavailable
from odyssee.media import ffmpeg
from odyssee.media.cleaning import RAW_OUTPUT, RUMBLE_FILTER, CleanSound, measure, raw_input
from odyssee.media.codecs import FRAME_RATE_HZ
from odyssee.media.containers import WAV, Container, tell_container
from odyssee.media.metering import METER, is_in_pieces, read_loudness
from odyssee.media.scratch import private_folder

MAX_RECORDING_BYTES = 200_000_000
MAX_RECORDING_S = 1200.0
_PROBE_SECONDS = 20.0
_DECODE_SECONDS = 120.0
_UNKNOWN_RIFF_BYTES = 0x7FFF_0000
_LOST_S = 0.5
_LOST_SHARE = 0.02
"""Encoders round the length that they write; beyond both, a part of the file is missing."""
_CLIPPED_SHARE = 2e-4
"""Ten samples in a second: a plosive that touches the ceiling is less."""
_CLIPPED_FLATNESS_DB = 4.0
"""Of single peaks it is 0; of peaks two samples wide, 6."""
_CLIPPED_DBFS = -20.0
"""A recorder clips at full scale, and somebody may have turned it down afterwards."""
_CHAIN = (
    "aformat=sample_fmts=s16",
    "astats=measure_perchannel=none:measure_overall=Peak_level+Flat_factor+Peak_count",
    # Down to one channel in whole numbers: in floating ones ffmpeg adds the channels up without
    # making room for the sum, and two of the same are cut off at full scale.
    "aformat=sample_fmts=s16:channel_layouts=mono",
    f"aformat=sample_fmts=dbl:sample_rates={FRAME_RATE_HZ}",
    RUMBLE_FILTER,
    METER,
)


class Probe(NamedTuple):
    """What ffmpeg tells of a file before decoding it."""

    duration_s: float | None
    """As the file claims it; None when it says nothing, or ffmpeg only guessed."""
    has_audio: bool
    frame_rate_hz: int = FRAME_RATE_HZ
    """Of what was brought; 48 kHz where it is not told."""


def decode(source: Path, folder: Path) -> CleanSound:
    """Decode a recording (WAV, FLAC, MP3, m4a, AAC, Ogg) into a clean sound in `folder`.

    One pass decodes, looks for flat tops, takes out rumble and measures. Never more than
    1201 s of it, in a process that may open this file and no other, whatever the header says.

    Raises:
        MediumRefused: with `code` `too_large`, `empty`, `not_a_recording`,
            `recording_too_long`, `recording_damaged`, `recording_truncated` or
            `recording_clipped`.
        Unavailable: without ffmpeg, or when it takes too long.
    """
    _check_size(source)
    container = tell_container(source)
    told = probe(source, container, folder)
    if not told.has_audio:
        raise MediumRefused(code="not_a_recording", found="?")
    _check_length(told.duration_s or 0.0)
    pcm = folder / "decoded.pcm"
    log = _decode_into(pcm, source, container)
    frames = pcm.stat().st_size // 2
    duration_s = frames / FRAME_RATE_HZ
    _check_length(duration_s)
    claimed_s = _claimed_by_riff(source, duration_s) if container is WAV else None
    _check_whole(claimed_s or told.duration_s, duration_s)
    _check_clipping(log, frames)
    if is_in_pieces(log):
        loudness = measure(raw_input(pcm, FRAME_RATE_HZ), [], folder)
        return CleanSound(pcm, 0, frames, loudness, FRAME_RATE_HZ)
    return CleanSound(pcm, 0, frames, read_loudness(log, [pcm])[0], told.frame_rate_hz)


def _decode_into(pcm: Path, source: Path, container: Container) -> str:
    """Fill that file with at least one sample, and hand back ffmpeg's log."""
    until = ["-t", str(MAX_RECORDING_S + 1), "-map", "0:a:0", "-af", ",".join(_CHAIN)]
    done = ffmpeg.run(
        [*_guarded(source, container), *until, *RAW_OUTPUT, f"file:{pcm}"],
        folder=pcm.parent,
        seconds=_DECODE_SECONDS,
        max_file_bytes=int(2 * FRAME_RATE_HZ * (MAX_RECORDING_S + 2)),
    )
    if not (done.ok and pcm.exists() and pcm.stat().st_size >= 2):
        raise MediumRefused(code="recording_damaged")
    return done.log


def find_length_s(source: Path) -> float | None:
    """How long a recording says that it is; None where it does not say, or cannot be read."""
    try:
        _check_size(source)
        with private_folder() as folder:
            told = probe(source, tell_container(source), folder)
    except (MediumRefused, Unavailable, OSError):
        return None
    return told.duration_s if told.has_audio else None


def probe(path: Path, container: Container, folder: Path) -> Probe:
    """Ask for the length and the streams of a file without decoding it; ffmpeg guesses nothing."""
    log = ffmpeg.run(
        _guarded(path, container), folder=folder, seconds=_PROBE_SECONDS, max_file_bytes=200_000
    ).log  # it ends with a fault, for no output is named; a file's own words stand further in
    length = re.search(r"(?m)^ {2}Duration: (\d+):(\d\d):(\d\d\.\d+)", log)
    guessed = "Estimating duration from bitrate" in log
    stream = re.search(r"(?m)^ {2}Stream #\S+: Audio:(?:.*? (\d+) Hz)?", log)
    rate_hz = int(stream[1]) if stream and stream[1] else FRAME_RATE_HZ
    duration_s = None
    if length is not None and not guessed:
        duration_s = int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
    return Probe(duration_s, stream is not None, rate_hz)


def _guarded(path: Path, container: Container) -> list[str]:
    return [
        *("-protocol_whitelist", "file"),
        *("-format_whitelist", container.demuxer),
        *("-codec_whitelist", container.decoders),
        *("-threads", "1", "-vn", "-sn", "-dn"),
        *("-f", container.demuxer, "-i", f"file:{path.absolute()}"),
    ]


def _check_size(source: Path) -> None:
    size_bytes = source.stat().st_size
    if size_bytes > MAX_RECORDING_BYTES:
        raise MediumRefused(
            code="too_large", size_bytes=str(size_bytes), max_bytes=str(MAX_RECORDING_BYTES)
        )


def _check_length(duration_s: float) -> None:
    if duration_s > MAX_RECORDING_S:
        raise MediumRefused(
            code="recording_too_long",
            duration_s=f"{duration_s:.0f}",
            max_duration_s=f"{MAX_RECORDING_S:.0f}",
        )


def _claimed_by_riff(source: Path, decoded_s: float) -> float | None:
    """The length by the size in a WAV's head, which ffmpeg does not hold against the file's own.

    What writes to a pipe leaves zero there, or two or four gigabytes.
    """
    with source.open("rb") as file:
        claimed_bytes = int.from_bytes(file.read(8)[4:], "little")
    is_known = 0 < claimed_bytes < _UNKNOWN_RIFF_BYTES
    return decoded_s * claimed_bytes / source.stat().st_size if is_known else None


def _check_whole(claimed_s: float | None, decoded_s: float) -> None:
    if claimed_s and claimed_s - decoded_s > max(_LOST_S, _LOST_SHARE * claimed_s):
        raise MediumRefused(
            code="recording_truncated", claimed_s=f"{claimed_s:.0f}", decoded_s=f"{decoded_s:.0f}"
        )


def _check_clipping(log: str, frames: int) -> None:
    """Flat tops, by ffmpeg's count of the samples that stand at the highest or lowest level."""
    peak_dbfs, flatness_db, count = (
        float(found[1])
        if (found := re.search(rf"(?m)^\[Parsed_astats.*\] {name}: (-?[\d.]+)", log))
        else 0.0
        for name in ("Peak level dB", "Flat factor", "Peak count")
    )
    share = count / frames
    if (
        peak_dbfs > _CLIPPED_DBFS
        and flatness_db >= _CLIPPED_FLATNESS_DB
        and share >= _CLIPPED_SHARE
    ):
        raise MediumRefused(code="recording_clipped", samples=f"{count:.0f}")
