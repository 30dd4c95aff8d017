"""WebVTT (W3C WebVTT, section 4): captions as a curator writes them, and as we do."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from odyssee.domain.errors import MediumRefused, Problem
from odyssee.domain.media import Cue

MAX_WEBVTT_CHARACTERS = 200_000
MAX_TOLD = 50
"""How many problems of one text are told; whoever has more is in another format."""
LATE_S = 0.25
"""How far a last caption may outlast the sound; it is cut there."""
_TIME = r"(?:([0-9]{2,4}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})"
_TIMES = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}[ \t]*")
_HEADER = re.compile(r"WEBVTT(?:[ \t].*)?")
_NOTE = re.compile(r"NOTE(?:[ \t].*)?")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": "\u00a0", "&lrm;": "", "&rlm;": ""}
_ENTITY = re.compile("&[a-z]+;")
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BLANK = " \t"
"""Other white space, such as a no-break space, is a part of the words."""


class Read(NamedTuple):
    """What became of a text."""

    cues: tuple[Cue, ...]
    """Those that are sound; all of them when there is no problem."""
    problems: tuple[Problem, ...]
    """In order; `where` is the line, from 1, and stands in `values` as well."""


def from_webvtt(text: str, duration_s: float) -> tuple[Cue, ...]:
    """The captions of a text that has nothing wrong.

    Raises:
        MediumRefused: with the `code` and the values of the first problem of `read_webvtt`.
    """
    read = read_webvtt(text, duration_s)
    for problem in read.problems:
        raise MediumRefused(code=problem.code, **problem.values)
    return read.cues


def read_webvtt(text: str, duration_s: float = math.inf) -> Read:
    """Captions as a curator wrote them: plain text, in order, within the sound.

    Identifiers and notes are dropped, and the lines of one caption become one. Codes of
    problems: `captions_too_large`, `captions_not_webvtt`, `captions_bad_character`,
    `captions_blank_line`, `captions_bad_time`, `captions_out_of_order`,
    `captions_too_late`, `captions_markup`, `captions_no_words`, `captions_empty`.
    """
    if len(text) > MAX_WEBVTT_CHARACTERS:
        most = {"max_characters": str(MAX_WEBVTT_CHARACTERS)}
        return Read((), (_problem(1, "captions_too_large", most),))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not _HEADER.fullmatch(lines[0]):
        return Read((), (_problem(1, "captions_not_webvtt"),))
    found = [
        _problem(number, "captions_bad_character")
        for number, line in enumerate(lines, start=1)
        if _BAD_CHARACTER.search(line)
    ]
    return Read((), tuple(found[:MAX_TOLD])) if found else _read_blocks(lines, duration_s)


def _read_blocks(lines: Sequence[str], duration_s: float) -> Read:
    # Whole milliseconds, as they are written: what is cut at the end can be read back.
    # The inner rounding mends what is not a fraction of two: 1.281 s are 1281 ms.
    end_s = duration_s
    if math.isfinite(duration_s):
        end_s = math.floor(round(duration_s * 1000, 6)) / 1000
    cues: list[Cue] = []
    problems: list[Problem] = []
    for number, block in _blocks(lines):
        found = _read_block(number, block, end_s)
        if isinstance(found, Problem):
            problems.append(found)
        elif found is not None and cues and found.start_s < cues[-1].end_s:
            problems.append(_problem(number + _times_at(block), "captions_out_of_order"))
        elif found is not None:
            cues.append(found)
    if not cues and not problems:
        problems.append(_problem(len(lines), "captions_empty"))
    return Read(tuple(cues), tuple(problems[:MAX_TOLD]))


def _problem(line: int, code: str, values: Mapping[str, str] | None = None) -> Problem:
    return Problem(str(line), code, values={"line": str(line), **(values or {})})


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """What stands between empty lines, the header too, with the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip(_BLANK):
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _times_at(block: Sequence[str]) -> int:
    """Which line of a caption has its times: an identifier may stand before them."""
    return 0 if "-->" in block[0] else 1


def _read_block(number: int, block: Sequence[str], end_s: float) -> Cue | Problem | None:
    """The caption of a block, none of the header and of a note, or what is wrong with it."""
    if number == 1 or _NOTE.fullmatch(block[0]):
        return _stray_times(number, block)
    at = _times_at(block)
    if at == len(block):
        return _problem(number, "captions_bad_time")
    number += at
    times = _TIMES.fullmatch(block[at])
    if times is None:
        return _problem(number, "captions_bad_time")
    start_s, stop_s = _seconds(times.groups()[:4]), _seconds(times.groups()[4:])
    if stop_s <= start_s:
        return _problem(number, "captions_bad_time")
    if start_s >= end_s or stop_s > end_s + LATE_S:
        return _problem(number, "captions_too_late", {"duration_s": f"{end_s:.1f}"})
    words = _read_words(number + 1, block[at + 1 :])
    return words if isinstance(words, Problem) else Cue(start_s, min(stop_s, end_s), words)


def _stray_times(number: int, block: Sequence[str]) -> Problem | None:
    """A caption that begins where no empty line stands before would be lost without a word."""
    for line, text in enumerate(block, start=number):
        if "-->" in text:
            return _problem(line, "captions_blank_line")
    return None


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return (((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths) / 1000


def _read_words(number: int, lines: Sequence[str]) -> str | Problem:
    for line, text in enumerate(lines, start=number):
        if "-->" in text:
            return _problem(line, "captions_blank_line")
        if "<" in text or any(entity not in _ENTITIES for entity in _ENTITY.findall(text)):
            return _problem(line, "captions_markup")
    words = " ".join(line.strip(_BLANK) for line in lines)
    plain = _ENTITY.sub(lambda found: _ENTITIES[found[0]], words).strip(_BLANK)
    return plain if plain.strip() else _problem(number - 1, "captions_no_words")


def to_webvtt(cues: tuple[Cue, ...]) -> str:
    """The captions as a WebVTT file: times to the millisecond."""
    blocks = [f"{_stamp(c.start_s)} --> {_stamp(c.end_s)}\n{_escape(c.text)}\n" for c in cues]
    return "WEBVTT\n\n" + "\n".join(blocks)


def _stamp(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}.{ms % 1000:03d}"


def _escape(text: str) -> str:
    flat = re.sub("[\r\n]+", " ", text)
    return flat.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
