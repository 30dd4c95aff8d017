"""Loudness by ffmpeg's meter, and the true peak as the norm describes it."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sounds import hear

from odyssee.domain.errors import Unavailable
from odyssee.media.cleaning import clean_spoken
from odyssee.media.metering import read_loudness
from odyssee.media.true_peak import _FILTER, true_peak_dbtp

WavBuilder = Callable[..., bytes]
Converter = Callable[..., Path]

RATE_HZ = 48_000


def write(samples: "np.ndarray", folder: Path) -> Path:
    path = folder / "sound.pcm"
    path.write_bytes(np.asarray(samples).astype("<i2").tobytes())
    return path


def everywhere_dbtp(samples: "np.ndarray") -> float:
    """The filter at every place, and the samples."""
    wide = np.pad(samples.astype(float), _FILTER.shape[1] - 1)
    values = [np.correlate(wide, phase.astype(float), "valid") for phase in _FILTER]
    peak = max(float(np.abs(value).max()) for value in [*values, samples])
    return 20 * math.log10(peak / 32_768) if peak else -math.inf


@given(
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(1, 3000),
    soft=st.floats(0.01, 1.0),
    loud_at=st.integers(0, 2999),
)
def test_what_is_left_out_is_never_the_peak(
    tmp_path_factory: pytest.TempPathFactory, seed: int, frames: int, soft: float, loud_at: int
) -> None:
    rng = np.random.default_rng(seed)
    samples = rng.uniform(-32_000, 32_000, frames) * soft
    samples[loud_at % frames :][:4] = rng.uniform(-32_000, 32_000)
    samples = samples.astype("<i2")
    measured = true_peak_dbtp(write(samples, tmp_path_factory.mktemp("peak")))
    assert measured == pytest.approx(everywhere_dbtp(samples), abs=0.01)


@pytest.mark.parametrize("before", [0, 1, 31, 32, 262_130, 262_143, 262_144, 262_150, 524_288])
def test_a_peak_is_found_wherever_it_stands_and_at_the_very_end(
    tmp_path: Path, before: int
) -> None:
    peak = np.array([20_000, 20_000])
    alone = true_peak_dbtp(write(peak, tmp_path))
    assert alone > 20 * math.log10(20_000 / 32_768) + 1
    quiet = np.full(before, 3)
    for after in (0, 40):
        samples = np.concatenate([quiet, peak, np.full(after, 3)])
        assert true_peak_dbtp(write(samples, tmp_path)) == pytest.approx(alone, abs=0.01)


def test_a_wave_between_the_samples_counts(tmp_path: Path) -> None:
    steps = np.arange(RATE_HZ)
    wave = 0.5 * 32_768 * np.sin(2 * np.pi * 12_000 / RATE_HZ * steps + np.pi / 4)
    edges = np.minimum(1, np.minimum(steps, steps[::-1]) / 4800)
    measured = true_peak_dbtp(write(wave * edges, tmp_path))
    assert measured == pytest.approx(-6.0, abs=0.3), "its samples reach -9"


def test_silence_has_no_peak(tmp_path: Path) -> None:
    assert true_peak_dbtp(write(np.zeros(5000), tmp_path)) == -math.inf


@pytest.mark.parametrize(
    "spec",
    [
        "anoisesrc=r=48000:d=5:c=white:seed=7:a=0.5",
        "anoisesrc=r=48000:d=5:c=violet:seed=3:a=0.5",
        "anoisesrc=r=48000:d=5:c=pink:seed=7:a=0.9",
        "sine=f=997:r=48000:d=5",
        "aevalsrc='0.6*sin(2*PI*150*t)*sin(2*PI*3*t)+0.2*sin(2*PI*6000*t)':s=48000:d=5",
    ],
)
def test_the_peak_is_that_of_ffmpeg_within_a_tenth(converted: Converter, spec: str) -> None:
    source = converted(None, "a.wav", "-f", "lavfi", "-i", spec, "-c:a", "pcm_s16le")
    pcm = converted(source, "a.pcm", "-f", "s16le", "-ac", "1", "-ar", str(RATE_HZ))
    assert true_peak_dbtp(pcm) == pytest.approx(hear(source).true_peak_dbtp, abs=0.12)


def test_a_clean_sound_is_as_loud_as_ffmpeg_says(
    a_wav: WavBuilder, converted: Converter, tmp_path: Path
) -> None:
    raw = converted(a_wav(volume=0.1), "a.pcm", "-f", "s16le")
    clean = clean_spoken(raw, 16_000, tmp_path)
    form = ("-f", "s16le", "-ar", str(RATE_HZ), "-ac", "1", "-i", str(clean.pcm))
    heard = hear(converted(None, "clean.wav", *form))
    assert clean.loudness.lufs == heard.lufs
    assert clean.loudness.true_peak_dbtp == pytest.approx(heard.true_peak_dbtp, abs=0.2)
    assert clean.end == 4 * RATE_HZ


def test_a_log_that_tells_of_fewer_sounds_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        read_loudness("[null @ 0x1] nothing here", [tmp_path / "sound.pcm"])
