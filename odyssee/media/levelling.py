"""One loudness for all narrations, kept through the codecs: EBU R 128, -16 LUFS."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from odyssee.domain.errors import MediumRefused
from odyssee.media import ffmpeg
from odyssee.media.cleaning import RAW_OUTPUT, CleanSound, filtered, measure, run_ffmpeg
from odyssee.media.codecs import CODECS, FRAME_RATE_HZ, NO_TAGS, Codec, Tags
from odyssee.media.metering import METER, Loudness, read_loudness

TARGET_LUFS = -16.0
TOLERANCE_LU = 0.4
"""Promised is half a unit; ffmpeg tells tenths."""
MAX_CODED_PEAK_DBTP = -1.6
"""Of what is published; promised is -1.5 by any meter, and meters differ by a tenth."""
MIN_LUFS = -45.0
"""What is softer would be raised with all its noise by thirty decibels and more."""
_UNLIMITED_DBTP = -2.2
"""Before coding: what stays below is left as it is, for codecs overshoot by half a decibel."""
_CEILING_DBTP = -2.7
"""Where the limiter holds what does not stay below; between its samples there is more."""
_LOWEST_CEILING_DBTP = -9.0
_SILENT_LUFS = -60.0
_MAX_LIMITED_DB = 6.0
"""Beyond that a limiter is heard."""
_SURELY_KEPT_DB = 1.5
"""So little limiting takes no loudness that counts."""
_CLOSE_ENOUGH_LU = 0.15
"""A tenth, as ffmpeg tells it."""
_ROUNDS = 6


class Levelled(NamedTuple):
    """A sound at its final loudness and its coded forms in the order of `CODECS`."""

    pcm: Path
    """At 48 kHz, before coding."""
    frames: int
    coded: tuple[bytes, ...]
    loudness: tuple[Loudness, ...]
    """Of the coded forms."""


class _Plan(NamedTuple):
    """What is done to the clean sound before one codec takes it."""

    gain_db: float
    ceiling_dbtp: float


def level(clean: CleanSound, folder: Path, tags: Tags = NO_TAGS) -> Levelled:
    """Bring a sound to -16 LUFS and encode it; the files that this takes lie in `folder`.

    One gain for the whole; a limiter only where that gain would bring the true peak over
    the ceiling, and `loudnorm` in two passes where it would have to take more than 6 dB.
    Every coded form is measured. Where a codec overshoots, its ceiling is lowered; where
    it loses loudness (Opus does, of noise), it is fed louder; then it encodes anew.

    Raises:
        MediumRefused: with `code` `recording_silent`, `recording_too_quiet`, or
            `cannot_level` when no gain and no ceiling bring a codec to what is promised.
        Unavailable: without ffmpeg, or when it fails or takes too long.
    """
    _check_audible(clean.loudness)
    gain_db = TARGET_LUFS - clean.loudness.lufs
    if _limited_db(clean.loudness, _Plan(gain_db, _CEILING_DBTP)) > _MAX_LIMITED_DB:
        clean = _normalised(clean, folder)
        gain_db = TARGET_LUFS - clean.loudness.lufs
    plans = dict.fromkeys(CODECS, _first_plan(clean, gain_db, folder))
    coded: dict[Codec, bytes] = {}
    measured: dict[Codec, Loudness] = {}
    for _ in range(_ROUNDS):
        due = [codec for codec in CODECS if codec not in coded]
        files = _encode(clean, {codec: plans[codec] for codec in due}, folder, tags)
        measured |= zip(due, measure_coded([files[codec] for codec in due], folder), strict=True)
        for codec in due:
            if _is_publishable(measured[codec]):
                coded[codec] = files[codec].read_bytes()
            else:
                plans[codec] = _mended(plans[codec], measured[codec])
        if len(coded) == len(CODECS):
            loudness = tuple(measured[codec] for codec in CODECS)
            sound = tuple(coded[codec] for codec in CODECS)
            return Levelled(folder / "levelled.pcm", clean.frames, sound, loudness)
    worst = max(measured.values(), key=lambda found: abs(found.lufs - TARGET_LUFS))
    raise MediumRefused(code="cannot_level", lufs=f"{worst.lufs:.1f}")


def _check_audible(loudness: Loudness) -> None:
    if loudness.lufs < MIN_LUFS:
        code = "recording_silent" if loudness.lufs < _SILENT_LUFS else "recording_too_quiet"
        raise MediumRefused(code=code, lufs=f"{loudness.lufs:.1f}", min_lufs=f"{MIN_LUFS:.0f}")


def _is_publishable(loudness: Loudness) -> bool:
    return (
        abs(loudness.lufs - TARGET_LUFS) <= TOLERANCE_LU
        and loudness.true_peak_dbtp <= MAX_CODED_PEAK_DBTP
    )


def _mended(plan: _Plan, loudness: Loudness) -> _Plan:
    """What to do otherwise for a codec that missed the loudness, the ceiling, or both."""
    missing_lu = TARGET_LUFS - loudness.lufs
    over_db = loudness.true_peak_dbtp - MAX_CODED_PEAK_DBTP
    gain_db = plan.gain_db + (missing_lu if abs(missing_lu) > TOLERANCE_LU / 2 else 0.0)
    ceiling_dbtp = plan.ceiling_dbtp - (over_db + 0.2 if over_db > 0 else 0.0)
    return _Plan(gain_db, max(ceiling_dbtp, _LOWEST_CEILING_DBTP))


def _limited_db(loudness: Loudness, plan: _Plan) -> float:
    """How much the limiter has to take from the highest peak; 0 when it has nothing to do."""
    peak_dbtp = loudness.true_peak_dbtp + plan.gain_db
    unlimited_dbtp = _UNLIMITED_DBTP - _CEILING_DBTP + plan.ceiling_dbtp
    return peak_dbtp - plan.ceiling_dbtp if peak_dbtp > unlimited_dbtp else 0.0


def _normalised(clean: CleanSound, folder: Path) -> CleanSound:
    """The second pass of `loudnorm`, told what the first one measured (EBU R 128 s1)."""
    told = clean.loudness
    range_lu = max(1.0, min(told.range_lu, 11.0))
    measured = f"measured_I={told.lufs}:measured_TP={told.true_peak_dbtp:.2f}"
    spread = f"measured_LRA={told.range_lu}:measured_thresh={told.threshold_lufs}"
    chain = [
        f"loudnorm=I={TARGET_LUFS}:TP={_CEILING_DBTP}:LRA={range_lu}:{measured}:{spread}",
        f"aformat=channel_layouts=mono:sample_rates={FRAME_RATE_HZ}",
    ]
    target = folder / "normalised.pcm"
    loudness = filtered(clean.as_input, clean.treated(chain), target)
    return replace(clean, pcm=target, start=0, end=clean.frames, loudness=loudness)


def _first_plan(clean: CleanSound, gain_db: float, folder: Path) -> _Plan:
    """The gain after which the limited sound has the loudness that is wanted.

    And, where a limiter was tried, a ceiling as much lower as it let pass between the samples.
    """
    plan = _Plan(gain_db, _CEILING_DBTP)
    for _ in range(_ROUNDS):
        if _limited_db(clean.loudness, plan) <= _SURELY_KEPT_DB:
            break
        limited = measure(clean.as_input, _treatment(clean, plan), folder)
        missing_lu = TARGET_LUFS - limited.lufs
        passed_db = max(0.0, limited.true_peak_dbtp - plan.ceiling_dbtp)
        if abs(missing_lu) <= _CLOSE_ENOUGH_LU:
            return _Plan(plan.gain_db, max(plan.ceiling_dbtp - passed_db, _LOWEST_CEILING_DBTP))
        plan = _Plan(plan.gain_db + missing_lu, plan.ceiling_dbtp)
    return plan


def _treatment(clean: CleanSound, plan: _Plan) -> list[str]:
    """One gain, and a limiter only where it has something to do."""
    gain = f"volume={plan.gain_db:.2f}dB:precision=double"
    if _limited_db(clean.loudness, plan) <= 0:
        return clean.treated([gain])
    # It holds the samples, and not what lies between them. Four times the rate would (ITU-R
    # BS.1770-4, annex 2), for as much time as an encoder takes: the meter after the codecs
    # decides anyway, and lowers the ceiling of the one that needs it.
    limit = 10 ** (plan.ceiling_dbtp / 20)
    limiter = f"alimiter=level=false:limit={limit:.4f}:attack=5:release=60:latency=true"
    return clean.treated([gain, limiter])


def _encode(
    clean: CleanSound, plans: Mapping[Codec, _Plan], folder: Path, tags: Tags
) -> dict[Codec, Path]:
    """Every codec in one process; those with the same plan share their filters."""
    graph: list[str] = []
    outputs: list[str] = []
    files = {codec: folder / f"coded{codec.suffix}" for codec in plans}
    for index, plan in enumerate(sorted(set(plans.values()))):
        mine = [codec for codec in plans if plans[codec] == plan]
        first = len(plans) == len(CODECS) and index == 0  # the display and the length are of this
        pads = [f"[p{index}x{n}]" for n in range(len(mine) + first)]
        split = f"asplit={len(pads)}{''.join(pads)}"
        graph.append(",".join(["[0:a]anull", *_treatment(clean, plan), split]))
        for codec, pad in zip(mine, pads, strict=False):
            described = [*ffmpeg.BITEXACT, *tags.options(codec)]
            options = codec.options_for(clean.source_rate_hz)
            outputs += ["-map", pad, *described, *options, f"file:{files[codec]}"]
        if first:
            outputs += ["-map", pads[-1], *RAW_OUTPUT, f"file:{folder / 'levelled.pcm'}"]
    run_ffmpeg([*clean.as_input, "-filter_complex", ";".join(graph), *outputs], folder)
    return files


def measure_coded(files: Sequence[Path], folder: Path) -> list[Loudness]:
    """What the meter says of each published form as it is heard, in one process.

    Raises:
        Unavailable: without ffmpeg, or when it fails or takes too long.
    """
    inputs = [word for file in files for word in (*ffmpeg.OWN_INPUT, "-i", f"file:{file}")]
    meters = [f"[{n}:a]{METER}[m{n}]" for n in range(len(files))]
    heard = [folder / f"heard{n}.pcm" for n in range(len(files))]
    outputs: list[str] = []
    for n, sound in enumerate(heard):
        outputs += ["-map", f"[m{n}]", *RAW_OUTPUT, f"file:{sound}"]
    log = run_ffmpeg([*inputs, "-filter_complex", ";".join(meters), *outputs], folder)
    loudness = read_loudness(log, heard)
    for sound in heard:
        sound.unlink()  # two minutes of them are 35 MB, and the folder may be memory
    return loudness
