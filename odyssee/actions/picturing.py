"""Looking at the pictures of a content folder, all of them, before anything is imported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from odyssee.actions.ingesting import read
from odyssee.content.folder import media_path
from odyssee.content.media_files import find_medium
from odyssee.domain.errors import MediumRefused, Problem
from odyssee.domain.legends import FALLBACK_LANG, Legend
from odyssee.domain.slugs import is_slug
from odyssee.media.images import draw_small
from odyssee.media.picture_forms import HEAD_BYTES, tell_form

_SHOWN_AS_THEY_ARE = {
    "SVG": "image/svg+xml",
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "WebP": "image/webp",
    "AVIF": "image/avif",
}
"""Media types of the forms that every browser shows; HEIC and TIFF are not among them."""


class Shown(NamedTuple):
    """What a page can show of a picture."""

    type: str
    """Media type."""
    data: bytes
    """The file itself, or a small WebP of one that browsers cannot show."""


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
    size_bytes: int
    """Of the file; 0 when there is none."""
    shown: Shown | None
    """None when there is no such file, or it was refused."""
    refused: Problem | None = None
    """Why it cannot be read, where it cannot."""


def list_pictures(path: Path) -> tuple[list[PictureFile], list[Problem]]:
    """Every picture that the legends of a folder name, in the order of the visit.

    A legend that cannot be read has no pictures here; the errors of the folder say so.

    Raises:
        NotFound: there is no such folder.
    """
    folder = read(path)
    shown = [picture for legend in folder.legends for picture in _pictures(legend, folder.root)]
    return shown, [*folder.errors] + [
        picture.refused for picture in shown if picture.refused is not None
    ]


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
    path = _find(root, legend.slug, file)
    shown, refused = None, None
    try:
        shown = None if path is None else _to_show(path)
    except MediumRefused as problem:
        values = problem.values
        code = values.get("code", problem.code)
        refused = Problem(f"medias/{legend.slug}/{file}", code, values=values)
    return PictureFile(
        name=file,
        legend=title,
        place=place,
        alts=alts,
        size_bytes=0 if path is None else path.stat().st_size,
        shown=shown,
        refused=refused,
    )


def _find(root: Path, slug: str, file: str) -> Path | None:
    """The file where it truly lies in the legend's folder of media, else None.

    The folder may still break rules: names that lead elsewhere, and links, count as absent.
    """
    return find_medium(media_path(root, slug, ""), file) if is_slug(slug) else None


def _to_show(path: Path) -> Shown:
    """The file as it is where browsers show it, told by its bytes; else a small rendition.

    Raises:
        MediumRefused: it is no picture that can be read.
    """
    with path.open("rb") as source:
        media_type = _SHOWN_AS_THEY_ARE.get(tell_form(source.read(HEAD_BYTES)))
    if media_type is not None:
        return Shown(media_type, path.read_bytes())
    return Shown("image/webp", draw_small(path))
