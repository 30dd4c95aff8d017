"""Builders of sounds, real ones."""

import io
import math
import random
import re
import struct
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from odyssee.media.ffmpeg import find_ffmpeg


class Heard(NamedTuple):
    """What ffmpeg's own `ebur128` says of a sound."""

    lufs: float
    true_peak_dbtp: float


def hear(source: Path | bytes) -> Heard:
    """Integrated loudness and true peak by ffmpeg alone, with nothing of ours in between."""
    given = source.read_bytes() if isinstance(source, Path) else source
    with tempfile.NamedTemporaryFile() as file:
        file.write(given)
        file.flush()
        command = [find_ffmpeg(), "-hide_banner", "-nostdin", "-i", file.name]
        meter = ["-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]
        log = subprocess.run([*command, *meter], check=True, capture_output=True, text=True).stderr
    lufs, peak = (re.findall(rf"\b{name}:\s+(-?[\d.]+|-inf) ", log)[-1] for name in ("I", "Peak"))
    return Heard(float(lufs), float(peak))


def build_wav(seconds: float = 4.0, volume: float = 0.1, clicks: Sequence[float] = ()) -> bytes:
    """Bursts like syllables; with clicks, if wanted, far louder than the rest."""
    rate = 16_000
    noise = random.Random(1429)  # noqa: S311 - a sound that is the same each time
    samples = [
        volume * (math.sin(2 * math.pi * 4 * i / rate) > 0) * noise.uniform(-1, 1)
        for i in range(int(seconds * rate))
    ]
    for at_s in clicks:
        samples[int(at_s * rate)] = 1.0
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setparams((1, 2, rate, 0, "NONE", ""))
        sound.writeframes(struct.pack(f"<{len(samples)}h", *(int(32_767 * s) for s in samples)))
    return out.getvalue()


def convert_sound(folder: Path, source: bytes | Path | None, name: str, *options: str) -> Path:
    """A sound through the real ffmpeg: from bytes or a file, or from what its options name."""
    given = folder / "given.wav"
    if isinstance(source, bytes):
        given.write_bytes(source)
    elif source is not None:
        given = source
    target = folder / name
    command = [find_ffmpeg(), "-v", "error", "-y", "-nostdin"]
    command += [] if source is None else ["-i", str(given)]
    subprocess.run([*command, *options, str(target)], check=True)
    return target
