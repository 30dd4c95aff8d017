"""Captions: guessed from the pauses of a recording, or read from a curator's WebVTT."""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from odyssee.domain.errors import MediumRefused
from odyssee.domain.media import Cue

MAX_WEBVTT_CHARACTERS = 200_000
LATE_S = 0.25
"""How far a last caption may outlast the sound; it is cut there."""
_DRIFT_S = 1.2
"""How far the end of a sentence lies from where its length puts it, as a standard deviation."""
_PAUSE_WEIGHT = 4.0
_LONG_PAUSE_S = 0.4
"""A pause of this length ends a sentence as surely as a longer one."""
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMES = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}[ \t]*")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "", "&rlm;": ""}
_ENTITY = re.compile("&[a-z]+;")


class Pause(NamedTuple):
    """A silence between two sounds, in seconds from the start."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


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


def from_webvtt(text: str, duration_s: float) -> tuple[Cue, ...]:
    """Captions as a curator wrote them (W3C WebVTT, section 4): plain text, in order.

    Identifiers and notes are dropped, and the lines of one caption become one.

    Raises:
        MediumRefused: with `code` `captions_too_large`, `captions_not_webvtt`,
            `captions_bad_time`, `captions_out_of_order`, `captions_too_late`,
            `captions_markup` or `captions_empty`; `line` counts from 1.
    """
    if len(text) > MAX_WEBVTT_CHARACTERS:
        raise MediumRefused(code="captions_too_large", max_characters=str(MAX_WEBVTT_CHARACTERS))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise MediumRefused(code="captions_not_webvtt")
    cues: list[Cue] = []
    for number, block in _blocks(lines):
        if block[0].startswith("NOTE"):
            continue
        cue = _cue(number, block, duration_s)
        if cues and cue.start_s < cues[-1].end_s:
            raise MediumRefused(code="captions_out_of_order", line=str(number))
        cues.append(cue)
    if not cues:
        raise MediumRefused(code="captions_empty")
    return tuple(cues)


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """What stands between empty lines after the header, with the number of its first line."""
    block: list[str] = []
    header = True
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            if not header:
                yield number - len(block), block
            block, header = [], False


def _cue(number: int, block: Sequence[str], duration_s: float) -> Cue:
    if "-->" not in block[0]:
        number, block = number + 1, block[1:]  # an identifier stands before the times
    times = _TIMES.fullmatch(block[0]) if block else None
    if times is None:
        raise MediumRefused(code="captions_bad_time", line=str(number))
    start_s, end_s = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
    if end_s <= start_s:
        raise MediumRefused(code="captions_bad_time", line=str(number))
    if start_s >= duration_s or end_s > duration_s + LATE_S:
        values = {"line": str(number), "duration_s": f"{duration_s:.1f}"}
        raise MediumRefused(code="captions_too_late", **values)
    words = " ".join(line.strip() for line in block[1:])
    return Cue(start_s, min(end_s, duration_s), _plain(words, number))


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return hours * 3600 + minutes * 60 + seconds + thousandths / 1000


def _plain(words: str, number: int) -> str:
    unknown = {entity for entity in _ENTITY.findall(words) if entity not in _ENTITIES}
    if not words or "<" in words or "-->" in words or unknown:
        raise MediumRefused(code="captions_markup", line=str(number))
    return _ENTITY.sub(lambda found: _ENTITIES[found[0]], words)
