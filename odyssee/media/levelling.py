"""One loudness for all narrations, kept through the codecs: EBU R 128, -16 LUFS."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from odyssee.domain.errors import MediumRefused, Unavailable
from odyssee.media import ffmpeg
from odyssee.media.assembly import Sound, to_segment
from odyssee.media.ffmpeg import Loudness

FRAME_RATE_HZ = 48_000
TARGET_LUFS = -16.0
TOLERANCE_LU = 0.4
"""Promised is half a unit; ffmpeg tells tenths."""
MAX_CODED_PEAK_DBTP = -1.0
"""Of what is published."""
_CEILING_DBTP = -2.0
"""Before coding: codecs overshoot by half a decibel and more."""
_SILENT_LUFS = -60.0
_CLOSE_ENOUGH_LU = 0.1
_ROUNDS = 5
_SECONDS = 180.0
_MAX_FILE_BYTES = 300_000_000


class Codec(NamedTuple):
    """One published form of a narration."""

    type: str
    codecs: str
    bitrate_bps: int
    suffix: str
    options: tuple[str, ...]


_AAC = ("-c:a", "aac", "-profile:a", "aac_low", "-b:a", "64k", "-movflags", "+faststart")
# The voice mode at complexity 5 takes as many bytes as the general one at 7, which is the lowest
# that knows voice from music by itself, in three quarters of the time.
_OPUS = ("-c:a", "libopus", "-application", "voip", "-vbr", "on", "-compression_level", "5")
CODECS = (
    # Ogg and not WebM or MP4 for Opus: every browser that plays Opus files plays it so, Safari
    # since 18.4; an older Safari takes the AAC, which is why that one is there.
    Codec("audio/mp4", "mp4a.40.2", 64_000, ".m4a", (*_AAC, "-f", "ipod")),
    Codec("audio/ogg", "opus", 48_000, ".48.ogg", (*_OPUS, "-b:a", "48k", "-f", "ogg")),
    Codec("audio/ogg", "opus", 24_000, ".24.ogg", (*_OPUS, "-b:a", "24k", "-f", "ogg")),
)


class Levelled(NamedTuple):
    """A sound at its final loudness, and its coded forms in the order of `CODECS`."""

    sound: Sound
    loudness: Loudness
    coded: tuple[bytes, ...]


def resample(sound: Sound) -> Sound:
    """Mono at 48 kHz by ffmpeg: pydub's own resampler folds overtones into the voice."""
    if sound.frame_rate == FRAME_RATE_HZ:
        return sound
    return _filtered(sound, "anull")


def level(sound: Sound) -> Levelled:
    """Bring a sound of 48 kHz to -16 LUFS and encode it.

    One gain for the whole; a limiter only where that gain would bring the true peak
    over the ceiling. Where a codec overshoots, the ceiling is lowered; where it loses
    loudness (Opus does, of noise), it is fed louder; then all is done anew.

    Raises:
        MediumRefused: with `code` `recording_silent`, or `cannot_level` when no
            gain and no ceiling bring the codecs to what is promised.
    """
    measured = _measure(sound)
    if measured.lufs < _SILENT_LUFS:
        raise MediumRefused(code="recording_silent", lufs=f"{measured.lufs:.1f}")
    ceiling_dbtp = _CEILING_DBTP
    trims_db = [0.0] * len(CODECS)
    for _ in range(_ROUNDS):
        levelled, loudness = _at_target(sound, measured, ceiling_dbtp)
        coded = _encode(levelled, trims_db)
        results = [ffmpeg.measure_loudness(data) for data in coded]
        if all(_publishable(result) for result in results):
            return Levelled(levelled, loudness, coded)
        for index, result in enumerate(results):
            if abs(result.lufs - TARGET_LUFS) > TOLERANCE_LU:
                trims_db[index] += TARGET_LUFS - result.lufs
        overshoot_db = max(result.true_peak_dbtp for result in results) - MAX_CODED_PEAK_DBTP
        ceiling_dbtp -= overshoot_db + 0.2 if overshoot_db > 0 else 0.0
    raise MediumRefused(code="cannot_level", lufs=f"{loudness.lufs:.1f}")


def _publishable(loudness: Loudness) -> bool:
    return (
        abs(loudness.lufs - TARGET_LUFS) <= TOLERANCE_LU
        and loudness.true_peak_dbtp <= MAX_CODED_PEAK_DBTP
    )


def _at_target(sound: Sound, measured: Loudness, ceiling_dbtp: float) -> tuple[Sound, Loudness]:
    """As near to the target as the ceiling allows; the limiter takes loudness, so try again."""
    gain_db = TARGET_LUFS - measured.lufs
    peak_dbtp = measured.true_peak_dbtp + gain_db
    if peak_dbtp <= ceiling_dbtp:
        # a gain alone changes both by itself: no need to measure again
        return sound.apply_gain(gain_db), Loudness(TARGET_LUFS, round(peak_dbtp, 1))
    for _ in range(_ROUNDS):
        limited = _filtered(sound, _limiter(gain_db, ceiling_dbtp))
        after = _measure(limited)
        if abs(after.lufs - TARGET_LUFS) <= _CLOSE_ENOUGH_LU:
            break
        gain_db += TARGET_LUFS - after.lufs
    return limited, after


def _limiter(gain_db: float, ceiling_dbtp: float) -> str:
    # At four times the rate a sample peak is a true peak (ITU-R BS.1770-4, annex 2).
    limit = 10 ** (ceiling_dbtp / 20)
    return (
        f"aresample={4 * FRAME_RATE_HZ},volume={gain_db:.2f}dB:precision=double,"
        f"alimiter=level=false:limit={limit:.4f}:attack=5:release=60:latency=true"
    )


def _filtered(sound: Sound, chain: str) -> Sound:
    """The sound through an ffmpeg filter chain, at 48 kHz and of unchanged length."""
    with tempfile.TemporaryDirectory(prefix="odyssee-") as folder:
        source, target = Path(folder, "in.wav"), Path(folder, "out.pcm")
        sound.export(str(source), format="wav").close()
        out = ["-af", f"{chain},aresample={FRAME_RATE_HZ}", "-f", "s16le", str(target)]
        _run([*ffmpeg.GUARDED_INPUT, "-f", "wav", "-i", str(source), *out])
        pcm = target.read_bytes()
    size = 2 * round(sound.frame_count() * FRAME_RATE_HZ / sound.frame_rate)
    # filters may keep or lose a few samples at the end, where there is silence
    return to_segment(pcm[:size].ljust(size, b"\0"), FRAME_RATE_HZ)


def _measure(sound: Sound) -> Loudness:
    with tempfile.TemporaryDirectory(prefix="odyssee-") as folder:
        path = Path(folder, "sound.wav")
        sound.export(str(path), format="wav").close()
        return ffmpeg.measure_loudness(path)


def _encode(sound: Sound, trims_db: Sequence[float]) -> tuple[bytes, ...]:
    with tempfile.TemporaryDirectory(prefix="odyssee-") as folder:
        source = Path(folder, "in.wav")
        sound.export(str(source), format="wav").close()
        targets = [Path(folder, f"out{codec.suffix}") for codec in CODECS]
        outputs: list[str] = []
        for codec, target, trim_db in zip(CODECS, targets, trims_db, strict=True):
            fed = ["-map", "0:a:0", "-af", f"volume={trim_db:.2f}dB" if trim_db else "anull"]
            outputs += [*fed, *ffmpeg.BITEXACT, *codec.options, str(target)]
        _run([*ffmpeg.GUARDED_INPUT, "-f", "wav", "-i", str(source), *outputs])
        return tuple(target.read_bytes() for target in targets)


def _run(arguments: list[str]) -> None:
    done = ffmpeg.run(arguments, seconds=_SECONDS, max_file_bytes=_MAX_FILE_BYTES)
    if not done.ok:
        raise Unavailable(done.log[-300:], what="ffmpeg")
