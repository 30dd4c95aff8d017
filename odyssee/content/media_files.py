"""Files of a legend's folder of media: found without leaving it, and captions read."""

from dataclasses import replace
from pathlib import Path

from odyssee.content.documents import decode, read_bytes
from odyssee.domain.checks import is_file_name
from odyssee.domain.errors import Problem
from odyssee.domain.finishing import CaptionsFile
from odyssee.domain.webvtt import read_webvtt


def find_medium(media: Path, name: str) -> Path | None:
    """The file of that name in a legend's folder of media, None where there is none.

    Names that lead out of the folder and links count as absent;
    `medias/` itself may be a link, to another disk; what lies below may not.
    """
    if not is_file_name(name):  # a file system may even refuse to look for it
        return None
    path = media / name
    inside = media.parent.resolve() / media.name / name
    return path if path.is_file() and path.resolve() == inside else None


def read_captions(media: Path, name: str) -> tuple[CaptionsFile | None, list[Problem]]:
    """A curator's WebVTT in a legend's folder of media, or all that is wrong with it.

    Whether it goes with its sound, only who knows the sound can say. Both are empty
    where there is no such file.
    """
    path = find_medium(media, name)
    if path is None:
        return None, []
    shown = f"medias/{media.name}/{name}"
    data = read_bytes(path)
    text, problems = decode(data, shown)
    if text is None:
        return None, problems
    captions = CaptionsFile(data, text, shown)
    found = read_webvtt(text).problems
    return None if found else captions, place_problems(captions.shown, found)


def place_problems(shown: str, found: tuple[Problem, ...]) -> list[Problem]:
    """Problems of a text, which say their line, as those of a file."""
    return [replace(problem, where=f"{shown}:{problem.where}") for problem in found]
