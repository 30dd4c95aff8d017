"""Captioning: what a curator writes for a recording, held against the recording itself."""

from collections.abc import Iterator

from odyssee.content.folder import Folder, media_path
from odyssee.content.media_files import find_medium, place_problems, read_captions
from odyssee.domain.errors import Problem
from odyssee.domain.legends import Legend
from odyssee.domain.stops import NarrationFile
from odyssee.domain.webvtt import read_webvtt
from odyssee.media.decoding import find_length_s


def check_lengths(folder: Folder) -> list[Problem]:
    """Captions that begin or end after their recording, where its length can be read at once.

    What is published may be shorter, by the silence around the voice; an import knows.
    """
    return [problem for legend in folder.legends for problem in _too_late(legend, folder)]


def _too_late(legend: Legend, folder: Folder) -> Iterator[Problem]:
    for stop in legend.stops:
        for recording in stop.narration.values():
            if recording.captions is not None:
                yield from _check(legend.slug, recording, recording.captions, folder)


def _check(slug: str, recording: NarrationFile, name: str, folder: Folder) -> Iterator[Problem]:
    media = media_path(folder.root, slug, "")
    captions, _problems = read_captions(media, name)
    sound = find_medium(media, recording.file)
    length_s = None if captions is None or sound is None else find_length_s(sound)
    if captions is not None and length_s is not None:
        yield from place_problems(captions.shown, read_webvtt(captions.text, length_s).problems)
