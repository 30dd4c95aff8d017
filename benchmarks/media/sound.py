"""Recordings into what visitors hear: against bare ffmpeg, and against real time."""

import tempfile
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

from media.bare import make_renditions, measure_renditions
from media.clock import Cost, cost_of, stay_on_one_core
from media.table import Line
from odyssee.content.folder import read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.domain.sentences import split_sentences
from odyssee.media.assembly import Spoken, assemble
from odyssee.media.audio import encode_recording, synthesise_narration
from odyssee.media.spelling import to_speech
from odyssee.media.voice import find_voice

MAX_RATIO = 1.3
MIN_TIMES_REAL = 40.0
_LANG = "fr"


class Story(NamedTuple):
    """A story of ours as a recording: 16 bits, 48 kHz or what the voice has."""

    paragraphs: tuple[str, ...]
    recording: Path
    duration_s: float


def measure(contents: Path, *, quick: bool) -> Iterator[Line]:
    """Pairs of runs in turn, ours and bare, on one core."""
    stay_on_one_core()
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        stories = _stories(contents, Path(folder), 1 if quick else 3)
        rounds = 1 if quick else 2
        ours, making, bare = [], [], []
        for story in stories * rounds:
            ours.append(cost_of(lambda s=story: encode_recording(s.recording)))
            made = cost_of(lambda s=story: make_renditions(s.recording, Path(folder)))
            measured = cost_of(lambda: measure_renditions(Path(folder)))
            making.append(made)
            bare.append(Cost(made.wall_s + measured.wall_s, made.cpu_s + measured.cpu_s))
        length_s = sum(story.duration_s for story in stories) * rounds
        spoken = [
            cost_of(lambda s=story: synthesise_narration(s.paragraphs, _LANG)) for story in stories
        ]
    yield _ratio("wall time", [a.wall_s / b.wall_s for a, b in zip(ours, bare, strict=True)])
    yield _ratio("processor time", [a.cpu_s / b.cpu_s for a, b in zip(ours, bare, strict=True)])
    yield _times_real("a recording to three measured renditions", length_s, ours, MIN_TIMES_REAL)
    yield _times_real("the same by the bare commands", length_s, bare, None)
    yield _times_real("the bare commands without the last measuring", length_s, making, None)
    spoken_s = length_s / rounds
    yield _times_real("a text to three measured renditions, voice included", spoken_s, spoken, None)


def _ratio(clock: str, ratios: Sequence[float]) -> Line:
    middle = median(ratios)
    spread = f"{middle:.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"
    return Line(
        f"recording, {clock} against bare ffmpeg", f"≤ {MAX_RATIO}", spread, middle <= MAX_RATIO
    )


def _times_real(what: str, length_s: float, costs: Sequence[Cost], goal: float | None) -> Line:
    cpu = length_s / sum(cost.cpu_s for cost in costs)
    wall = length_s / sum(cost.wall_s for cost in costs)
    told = f"{cpu:.0f} × by processor time, {wall:.0f} × by the wall"
    return Line(
        what, f"≥ {goal:.0f} × real time" if goal else "", told, cpu >= goal if goal else None
    )


def _stories(contents: Path, folder: Path, count: int) -> list[Story]:
    voice = find_voice(_LANG)
    stories = []
    for legend in read_folder(contents).legends[:count]:
        paragraphs = tuple(to_paragraphs(legend.stops[0].texts[_LANG].text))
        said = [split_sentences(paragraph, _LANG) for paragraph in paragraphs]
        clips = iter(voice.say([to_speech(s, _LANG) for sentences in said for s in sentences]))
        spoken = [[Spoken(s, next(clips)) for s in sentences] for sentences in said]
        sound, _ = assemble(spoken, voice.frame_rate_hz)
        path = folder / f"{legend.slug}.wav"
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, voice.frame_rate_hz, 0, "NONE", ""))
            file.writeframes(sound.raw_data)
        stories.append(Story(paragraphs, path, sound.frame_count() / voice.frame_rate_hz))
    return stories
