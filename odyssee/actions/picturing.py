"""Looking at the pictures of a content folder, all of them, before anything is imported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from odyssee.actions.ingesting import read
from odyssee.content.folder import media_path
from odyssee.content.media_files import find_medium
from odyssee.domain.errors import Problem
from odyssee.domain.legends import FALLBACK_LANG, Legend
from odyssee.domain.slugs import is_slug


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureFile:
    """A picture as its curator brought it, and its words."""

    name: str
    """File name under `medias/<slug>/`."""
    legend: str
    """The legend's title."""
    place: str
    """Where it is shown: `Couverture`, or the stop's number and title."""
    alts: Mapping[str, str]
    """Descriptions by language; a language without one is absent."""
    data: bytes | None
    """The file's bytes; None when there is no such file."""


def list_pictures(path: Path) -> tuple[list[PictureFile], list[Problem]]:
    """Every picture that the legends of a folder name, in the order of the visit.

    A legend that cannot be read has no pictures here; the errors of the folder say so.

    Raises:
        NotFound: there is no such folder.
    """
    folder = read(path)
    shown = [picture for legend in folder.legends for picture in _pictures(legend, folder.root)]
    return shown, [problem for problem in folder.problems if problem.severity == "error"]


def _pictures(legend: Legend, root: Path) -> Iterator[PictureFile]:
    title = legend.texts[FALLBACK_LANG].title if FALLBACK_LANG in legend.texts else legend.slug
    if legend.cover is not None:
        covers = {lang: text.cover_alt for lang, text in legend.texts.items() if text.cover_alt}
        yield _picture(legend, root, title, "Couverture", legend.cover.file, covers)
    for position, stop in enumerate(legend.stops, start=1):
        text = stop.texts.get(FALLBACK_LANG)
        place = f"{position}. {stop.slug if text is None else text.title}"
        for index, illustration in enumerate(stop.illustrations):
            alts = {
                lang: words.illustrations[index].alt
                for lang, words in stop.texts.items()
                if index < len(words.illustrations)
            }
            yield _picture(legend, root, title, place, illustration.file, alts)


def _picture(
    legend: Legend, root: Path, title: str, place: str, file: str, alts: Mapping[str, str]
) -> PictureFile:
    data = _read(root, legend.slug, file)
    return PictureFile(name=file, legend=title, place=place, alts=alts, data=data)


def _read(root: Path, slug: str, file: str) -> bytes | None:
    """The bytes of a file that truly lies in the legend's folder of media, else None.

    The folder may still break rules: names that lead elsewhere, and links, count as absent.
    """
    if not is_slug(slug):
        return None
    path = find_medium(media_path(root, slug, ""), file)
    return None if path is None else path.read_bytes()
