"""How loud a sound is from moment to moment: its edges, its pauses, its noise, its waveform."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from odyssee.domain.media import Pause, Speech
from odyssee.media.assembly import Sound, to_segment

WINDOW_S = 0.02
MAX_PEAKS = 200
KEPT_S = 0.25
"""Silence that stays before the first word and after the last."""
_CHUNK_BYTES = 2 * 48_000 * 10
_FLOOR_SHARE = 0.05
_VOICE_SHARE = 0.90
_SOFTEST_DBFS = -90.0
"""Of 16 bits; digital silence is minus infinity."""
_PAUSE_ABOVE_FLOOR = 0.3
"""Of the way from the noise to the voice, in decibels."""
_MIN_PAUSE_S = 0.16


class Envelope:
    """The level of each 20 ms of a sound, read from a file of samples a few seconds at a time."""

    def __init__(self, pcm: Path, frame_rate_hz: int) -> None:
        frames = round(WINDOW_S * frame_rate_hz)
        self.levels_dbfs: list[float] = [
            max(_SOFTEST_DBFS, piece.dBFS)
            for chunk in _chunks(pcm)
            for piece in _slices(chunk, frames, frame_rate_hz)
        ]
        ranked = sorted(self.levels_dbfs)
        self.noise_dbfs = ranked[int(_FLOOR_SHARE * len(ranked))]
        """What is heard in the pauses: a twentieth of the time is softer."""
        self.voice_dbfs = ranked[int(_VOICE_SHARE * len(ranked))]
        """What the voice reaches for a tenth of the time."""

    @property
    def _border_dbfs(self) -> float:
        # So that a soft beginning counts as voice, and breath does not.
        floor: float = max(self.noise_dbfs, self.voice_dbfs - 45.0)
        return floor + _PAUSE_ABOVE_FLOOR * (self.voice_dbfs - floor)

    def sounding_s(self) -> tuple[float, float]:
        """When the first sound begins and the last one ends; all of it when nothing stands out."""
        border = self._border_dbfs
        loud = [index for index, level in enumerate(self.levels_dbfs) if level >= border]
        first, last = (loud[0], loud[-1]) if loud else (0, len(self.levels_dbfs) - 1)
        return first * WINDOW_S, (last + 1) * WINDOW_S

    def edges_s(self) -> tuple[float, float]:
        """Where to cut: a quarter of a second before the first sound, and after the last."""
        first_s, last_s = self.sounding_s()
        whole_s = len(self.levels_dbfs) * WINDOW_S
        return max(0.0, first_s - KEPT_S), min(last_s + KEPT_S, whole_s)

    def pauses(self) -> list[Pause]:
        """Silences of at least 0.16 s between two sounds, in order."""
        border = self._border_dbfs
        found, at = [], 0
        for is_loud, group in groupby(self.levels_dbfs, key=lambda level: level >= border):
            length = sum(1 for _ in group)
            if not is_loud and at > 0 and length * WINDOW_S >= _MIN_PAUSE_S:
                found.append(Pause(at * WINDOW_S, (at + length) * WINDOW_S))
            at += length
        ends_silent = bool(found) and self.levels_dbfs[-1] < border
        return found[:-1] if ends_silent else found

    def speech(self, from_s: float) -> Speech:
        """When somebody speaks, in seconds from there."""
        start_s, end_s = (_later(at_s, from_s) for at_s in self.sounding_s())
        pauses = (Pause(_later(p.start_s, from_s), _later(p.end_s, from_s)) for p in self.pauses())
        return Speech(start_s, end_s, tuple(pauses))


def _later(at_s: float, from_s: float) -> float:
    return round(at_s - from_s, 3)


def waveform(pcm: Path) -> tuple[int, ...]:
    """At most 200 values from 0 to 100; 100 is the loudest moment of this sound."""
    frames = pcm.stat().st_size // 2
    width = max(1, -(-frames // MAX_PEAKS))
    peaks: list[int] = []
    with pcm.open("rb") as file:
        while piece := file.read(2 * width):
            peaks.append(to_segment(piece, 48_000).max)
    loudest = max(peaks, default=0) or 1
    return tuple(round(100 * value / loudest) for value in peaks)


def _chunks(pcm: Path) -> Iterator[bytes]:
    with pcm.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk


def _slices(chunk: bytes, frames: int, frame_rate_hz: int) -> Iterator[Sound]:
    size = 2 * frames
    for at in range(0, len(chunk), size):
        yield to_segment(chunk[at : at + size], frame_rate_hz)
