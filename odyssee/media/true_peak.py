"""What lies between the samples: the true peak as ITU-R BS.1770-4, annex 2, describes it."""

import math
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_OVERSAMPLING = 4
_TAPS = 24
_KAISER_BETA = 6.0
_WAVE = np.sinc(np.arange(-_TAPS / 2, _TAPS / 2 + 0.01, 1 / _OVERSAMPLING))
_WINDOW = np.kaiser(_OVERSAMPLING * _TAPS + 1, _KAISER_BETA)
_PHASES = [(_WAVE * _WINDOW)[phase::_OVERSAMPLING][:_TAPS] for phase in range(1, _OVERSAMPLING)]
_FILTER = np.array([phase / phase.sum() for phase in _PHASES], dtype=np.float32)
"""The places a quarter, a half and three quarters of the way between two samples.

The norm prints a filter of half the length as one that serves; of hiss it misses 0.7 dB that
ffmpeg's meter finds, and this one 0.1.
"""
_GAIN = float(np.abs(_FILTER).sum(axis=1).max())
"""Nothing between samples is higher than so many times the highest of those around it."""
_BLOCK = 32
"""Places that one product of matrices reckons; with the samples around them, a row."""
_ROW = _BLOCK + _TAPS - 1
_BANDS = np.zeros((_ROW, _BLOCK * len(_FILTER)), dtype=np.float32)
for _at in range(_BLOCK):
    _BANDS[_at : _at + _TAPS, _at::_BLOCK] = _FILTER.T
_TOGETHER = 32
"""Rows of one product: so few that NumPy's library works on this core alone."""
_CHUNK = _BLOCK << 13
_FULL_SCALE = 32768.0


def true_peak_dbtp(pcm: Path) -> float:
    """The true peak of mono samples at 48 kHz, 16 bits, little-endian; read a piece at a time.

    Only where a sample is high enough for something higher beside it are the values between
    the samples reckoned, which leaves nothing out and spares most of the work.

    Returns:
        Decibels under full scale; minus infinity for digital silence.
    """
    peak, before = 0.0, np.zeros(_TAPS - 1, "<i2")
    with pcm.open("rb") as file:
        while piece := file.read(2 * _CHUNK):
            samples = np.frombuffer(piece, "<i2")
            silence = np.zeros(-len(samples) % _BLOCK, "<i2")
            samples = np.concatenate([before, samples, silence])
            peak = _highest(samples, peak)
            before = samples[1 - _TAPS :]
    peak = _highest(np.concatenate([before, np.zeros(_BLOCK, "<i2")]), peak)
    return 20 * math.log10(peak / _FULL_SCALE) if peak else -math.inf


def _highest(samples: NDArray[np.int16], peak: float) -> float:
    """The highest of that peak, the samples, and what lies between them.

    Args:
        samples: the last ones of before, one less than the filter is long; then whole blocks.
        peak: what was highest so far; those last ones are in it.
    """
    blocks = samples[_TAPS - 1 :].reshape(-1, _BLOCK)
    levels = np.maximum(blocks.max(axis=1), -blocks.min(axis=1).astype(np.int32))
    before = np.abs(samples[: _TAPS - 1].astype(np.int32)).max()
    peak = max(peak, float(levels.max()))
    around = np.maximum(levels, np.concatenate([[before], levels[:-1]]))
    rows = sliding_window_view(samples, _ROW)[::_BLOCK]
    loud = rows[around > peak / _GAIN].astype(np.float32)
    loud = np.pad(loud, ((0, -len(loud) % _TOGETHER), (0, 0)))
    between = loud.reshape(-1, _TOGETHER, _ROW) @ _BANDS
    return max(peak, float(between.max(initial=0.0)), -float(between.min(initial=0.0)))
