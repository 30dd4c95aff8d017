"""Captioning: what a curator writes for a recording, held against the recording itself."""

from collections.abc import Callable, Iterator
from pathlib import Path

from odyssee.content.folder import Folder, media_path
from odyssee.content.media_files import find_medium, place_problems, read_captions
from odyssee.domain.errors import Problem
from odyssee.domain.legends import Legend
from odyssee.domain.stops import NarrationFile
from odyssee.domain.webvtt import read_webvtt

LengthOf = Callable[[Path], float | None]
"""How many seconds a recording says that it is."""


def check_lengths(folder: Folder, length_of: LengthOf) -> list[Problem]:
    """Captions that begin or end after their recording, where its length can be read at once.

    What is published may be shorter, by the silence around the voice; an import knows.
    """
    legends = folder.legends
    return [problem for legend in legends for problem in _too_late(legend, folder, length_of)]


def _too_late(legend: Legend, folder: Folder, length_of: LengthOf) -> Iterator[Problem]:
    for stop in legend.stops:
        for recording in stop.narration.values():
            if recording.captions is not None:
                media = media_path(folder.root, legend.slug, "")
                yield from _check(media, recording, recording.captions, length_of)


def _check(
    media: Path, recording: NarrationFile, name: str, length_of: LengthOf
) -> Iterator[Problem]:
    captions, _problems = read_captions(media, name)
    sound = find_medium(media, recording.file)
    length_s = None if captions is None or sound is None else length_of(sound)
    if captions is not None and length_s is not None:
        yield from place_problems(captions.shown, read_webvtt(captions.text, length_s).problems)
