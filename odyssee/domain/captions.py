"""Captions guessed from the pauses of a recording."""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from odyssee.domain.media import Cue, Pause

_DRIFT_S = 1.2
"""How far the end of a sentence lies from where its length puts it, as a standard deviation."""
_PAUSE_WEIGHT = 4.0
_LONG_PAUSE_S = 0.4
"""A pause of this length ends a sentence as surely as a longer one."""


class _Gap(NamedTuple):
    """Where a sentence may end: a pause, or a place in the midst of speech."""

    spoken_s: float
    """How long was spoken before it, pauses left out."""
    pause: Pause


def estimate_cues(
    sentences: Sequence[str], start_s: float, end_s: float, pauses: Sequence[Pause]
) -> tuple[Cue, ...]:
    """Captions for a recording: each sentence ends at a pause near where its length puts it.

    Args:
        sentences: what is said, in order.
        start_s: when the first sentence begins.
        end_s: when the last one ends.
        pauses: the silences between, in order.
    """
    if not sentences:
        return ()
    inside = [pause for pause in pauses if start_s < pause.start_s and pause.end_s < end_s]
    gaps = list(_gaps(start_s, inside))
    spoken_s = end_s - start_s - sum(pause.length_s for pause in inside)
    lengths = list(accumulate(_letters(sentence) for sentence in sentences))
    expected_s = [spoken_s * length / lengths[-1] for length in lengths[:-1]]
    gaps += [_midst(at_s, start_s, inside) for at_s in expected_s]
    gaps.sort(key=lambda gap: gap.pause)
    chosen = [gap.pause for gap in _best(expected_s, gaps)]
    starts = [start_s, *(pause.end_s for pause in chosen)]
    ends = [*(pause.start_s for pause in chosen), end_s]
    return tuple(
        Cue(round(start, 3), round(end, 3), sentence)
        for start, end, sentence in zip(starts, ends, sentences, strict=True)
    )


def _letters(sentence: str) -> int:
    """What is heard of it, about: neither blanks nor quotes take time."""
    return max(1, sum(letter.isalnum() for letter in sentence))


def _gaps(start_s: float, pauses: Sequence[Pause]) -> Iterator[_Gap]:
    silent_s = 0.0
    for pause in pauses:
        yield _Gap(pause.start_s - start_s - silent_s, pause)
        silent_s += pause.length_s


def _midst(spoken_s: float, start_s: float, pauses: Sequence[Pause]) -> _Gap:
    """The moment at which so much was spoken, as a gap without length."""
    at_s = start_s + spoken_s
    for pause in pauses:
        if pause.start_s >= at_s:
            break
        at_s += pause.length_s
    return _Gap(spoken_s, Pause(at_s, at_s))


def _best(expected_s: Sequence[float], gaps: Sequence[_Gap]) -> list[_Gap]:
    """One gap for each border, in order, with the least cost in all (dynamic programming)."""
    if not expected_s:
        return []
    costs = [0.0] * len(gaps)
    steps: list[list[int]] = []
    for index, at_s in enumerate(expected_s):
        before, came_from = _cheapest_before(costs) if index else (costs, [-1] * len(gaps))
        costs = [
            cost + _cost(gap, at_s) if place >= index else float("inf")
            for place, (gap, cost) in enumerate(zip(gaps, before, strict=True))
        ]
        steps.append(came_from)
    place = min(range(len(gaps)), key=costs.__getitem__)
    found = []
    for came_from in reversed(steps):
        found.append(gaps[place])
        place = came_from[place]
    return found[::-1]


def _cheapest_before(costs: Sequence[float]) -> tuple[list[float], list[int]]:
    """For each place the least cost of any place before it, and which that is."""
    best, where = float("inf"), -1
    least, came_from = [], []
    for place, cost in enumerate(costs):
        least.append(best)
        came_from.append(where)
        if cost < best:
            best, where = cost, place
    return least, came_from


def _cost(gap: _Gap, expected_s: float) -> float:
    away = (gap.spoken_s - expected_s) / _DRIFT_S
    return away * away - _PAUSE_WEIGHT * min(1.0, gap.pause.length_s / _LONG_PAUSE_S)
