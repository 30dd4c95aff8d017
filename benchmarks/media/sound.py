"""Recordings into what visitors hear: against bare ffmpeg, and against real time."""

import subprocess
import tempfile
import wave
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import NamedTuple

from media.bare import make_renditions, measure_renditions
from media.clock import Cost, cost_of, less, plus, stay_on_one_core
from media.table import Line
from odyssee.content.folder import read_folder
from odyssee.content.plain import to_paragraphs
from odyssee.domain.sentences import split_sentences
from odyssee.media.assembly import Spoken, assemble
from odyssee.media.audio import encode_recording, synthesise_narration
from odyssee.media.codecs import CODECS
from odyssee.media.encoded import EncodedMedium
from odyssee.media.ffmpeg import find_ffmpeg
from odyssee.media.levelling import measure_coded
from odyssee.media.spelling import to_speech
from odyssee.media.voice import find_voice

MAX_RATIO = 1.3
MIN_TIMES_REAL = 40.0
_LANG = "fr"
_STUDIO_HZ = 48_000
_BRIGHTER = "aexciter=amount=3:drive=6:freq=6000:ceil=18000"


class Story(NamedTuple):
    """A story of ours as a recording: mono, 16 bits."""

    paragraphs: tuple[str, ...]
    recording: Path
    frame_rate_hz: int
    duration_s: float


class Try(NamedTuple):
    """What one story took: our whole chain, its last measuring alone, and the bare commands."""

    ours: Cost
    ours_heard: Cost
    bare_made: Cost
    bare_heard: Cost


class Runs(NamedTuple):
    """All tries of each story, one story after the other."""

    length_s: float
    tries: list[list[Try]]


def measure(contents: Path, *, quick: bool) -> Iterator[Line]:
    """Pairs of runs in turn, ours and bare, on one core."""
    stay_on_one_core()
    rounds = 1 if quick else 5
    with tempfile.TemporaryDirectory(prefix="odyssee-bench-") as folder:
        stories = _stories(contents, Path(folder), 1 if quick else 3)
        runs = _run(stories, Path(folder), rounds)
        bright = _run([_brighter(story) for story in stories], Path(folder), rounds)
        spoken = [
            _least(lambda s=story: synthesise_narration(s.paragraphs, _LANG), rounds)
            for story in stories
        ]
    yield from _ratios([one for of in (runs, bright) for tries in of.tries for one in tries])
    yield from _speeds("a recording", runs, MIN_TIMES_REAL)
    yield from _speeds("a recording at 48 kHz with overtones to 18 kHz", bright, None)
    yield _times_real(
        "a text to three renditions heard once more, voice included", runs.length_s, spoken, None
    )


def _run(stories: Sequence[Story], folder: Path, rounds: int) -> Runs:
    tries = [[_try(story, folder) for _ in range(rounds)] for story in stories]
    return Runs(sum(story.duration_s for story in stories), tries)


def _try(story: Story, folder: Path) -> Try:
    made: list[EncodedMedium] = []
    whole = cost_of(lambda: made.append(encode_recording(story.recording)))
    files = [folder / f"ours{codec.suffix}" for codec in CODECS]
    for file, rendition in zip(files, made[0].asset.renditions, strict=True):
        file.write_bytes(made[0].blobs[rendition.sha256])
    heard = cost_of(lambda: measure_coded(files, folder))
    bare = cost_of(lambda: make_renditions(story.recording, story.frame_rate_hz, folder))
    return Try(whole, heard, bare, cost_of(lambda: measure_renditions(folder)))


def _least(deed: Callable[[], object], rounds: int) -> Cost:
    return min((cost_of(deed) for _ in range(rounds)), key=attrgetter("cpu_s"))


def _ratios(tries: Sequence[Try]) -> Iterator[Line]:
    pairs = [(t.ours, plus(t.bare_made, t.bare_heard)) for t in tries]
    for clock, name in (("wall time", "wall_s"), ("processor time", "cpu_s")):
        ratios = [getattr(ours, name) / getattr(bare, name) for ours, bare in pairs]
        middle = median(ratios)
        spread = f"{middle:.2f} [{min(ratios):.2f}, {max(ratios):.2f}]"
        what = f"recording, {clock} against bare ffmpeg"
        yield Line(what, f"≤ {MAX_RATIO}", spread, middle <= MAX_RATIO)


def _speeds(what: str, runs: Runs, goal: float | None) -> Iterator[Line]:
    """Of the least disturbed try of each story and of each part."""
    ours, ours_heard, bare_made, bare_heard = (
        [min((getattr(t, part) for t in tries), key=attrgetter("cpu_s")) for tries in runs.tries]
        for part in Try._fields
    )
    ours_made = list(map(less, ours, ours_heard))
    bare = list(map(plus, bare_made, bare_heard))
    yield _times_real(f"{what}, to three renditions", runs.length_s, ours_made, goal)
    yield _times_real("the same by the bare commands", runs.length_s, bare_made, None)
    yield _times_real("and each rendition heard once more", runs.length_s, ours, goal)
    yield _times_real("the same by the bare commands", runs.length_s, bare, None)


def _times_real(what: str, length_s: float, costs: Sequence[Cost], goal: float | None) -> Line:
    cpu = length_s / sum(cost.cpu_s for cost in costs)
    wall = length_s / sum(cost.wall_s for cost in costs)
    told = f"{cpu:.0f} × by processor time, {wall:.0f} × by the wall"
    return Line(
        what, f"≥ {goal:.0f} × real time" if goal else "", told, cpu >= goal if goal else None
    )


def _brighter(story: Story) -> Story:
    """As a studio would have it: at 48 kHz, with the overtones that our voice does not have."""
    path = story.recording.with_suffix(".48.wav")
    command = [find_ffmpeg(), "-v", "error", "-y", "-nostdin", "-i", str(story.recording)]
    chain = f"aresample={_STUDIO_HZ},volume=-6dB,{_BRIGHTER}"
    subprocess.run([*command, "-af", chain, "-ar", str(_STUDIO_HZ), str(path)], check=True)
    return story._replace(recording=path, frame_rate_hz=_STUDIO_HZ)


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
        length_s = sound.frame_count() / voice.frame_rate_hz
        stories.append(Story(paragraphs, path, voice.frame_rate_hz, length_s))
    return stories
