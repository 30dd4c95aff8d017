"""The same chain as commands of ffmpeg that somebody would type: no checks, no limits."""

import re
import subprocess
from pathlib import Path

from odyssee.media.codecs import CODECS
from odyssee.media.ffmpeg import find_ffmpeg

_METER = "ebur128=peak=sample:framelog=verbose"
"""Peaks of samples: ffmpeg takes longer for the true ones than for all of ours."""
_TARGET_LUFS = -16.0
_CEILING = 0.733  # -2.7 dB
_UNLIMITED_DBTP = -2.2


def make_renditions(source: Path, source_rate_hz: int, folder: Path) -> None:
    """Decode, trim, high-pass, measure, one gain (and a limiter if needed), encode.

    One command decodes and measures, one encodes all: as few as there can be.
    It trims where `silenceremove` finds silence.
    """
    clean = folder / "clean.wav"
    edge = "silenceremove=start_periods=1:start_threshold=-50dB:start_silence=0.25"
    chain = f"aformat=channel_layouts=mono:sample_rates=48000,{edge},highpass=f=70,{_METER}"
    log = _ffmpeg("-i", str(source), "-af", chain, "-ar", "48000", "-c:a", "pcm_s16le", str(clean))
    lufs, peak_dbtp = (
        float(re.findall(rf"\b{name}:\s+(-?[\d.]+)", log)[-1]) for name in ["I", "Peak"]
    )
    gain_db = _TARGET_LUFS - lufs
    limited = peak_dbtp + gain_db > _UNLIMITED_DBTP
    limiter = f",alimiter=level=false:limit={_CEILING}:attack=5:release=60" if limited else ""
    graph = f"[0:a]volume={gain_db:.2f}dB{limiter},asplit=3[a][b][c]"
    files = _files(folder)
    outputs: list[str] = []
    for pad, codec, file in zip("abc", CODECS, files, strict=True):
        outputs += ["-map", f"[{pad}]", *codec.options_for(source_rate_hz), str(file)]
    _ffmpeg("-i", str(clean), "-filter_complex", graph, *outputs)


def measure_renditions(folder: Path) -> None:
    """Measure all three again, in one command."""
    files = _files(folder)
    inputs = [word for file in files for word in ("-i", str(file))]
    meters = ";".join(f"[{n}:a]{_METER}[m{n}]" for n in range(3))
    measured = [word for n in range(3) for word in ("-map", f"[m{n}]", "-f", "null", "-")]
    _ffmpeg(*inputs, "-filter_complex", meters, *measured)


def _files(folder: Path) -> list[Path]:
    return [folder / f"bare{codec.suffix}" for codec in CODECS]


def _ffmpeg(*arguments: str) -> str:
    command = [find_ffmpeg(), "-hide_banner", "-nostdin", "-nostats", "-y", *arguments]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    return done.stderr
