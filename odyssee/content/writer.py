"""Writes the content folder; a file that says the same already stays as its curator left it."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from odyssee.content.documents import read_bytes
from odyssee.content.folder import (
    LEGENDS_FOLDER,
    LEXICON_FILE,
    LEXICON_FORM,
    TERRITORY_FILE,
    TERRITORY_FORM,
    read_folder,
)
from odyssee.content.forms import Form
from odyssee.content.layout import FRONT_MATTER, LEGEND, LEXICON, TERRITORY, to_yaml
from odyssee.content.legend_folder import (
    FORM,
    LEGEND_FILE,
    LEGEND_TEXT,
    read_document,
    stop_file,
)
from odyssee.content.texts import BODY_KEY, FENCE, LEGEND_FORM, STOP_FORM, read_text
from odyssee.domain.checks import LANGUAGE
from odyssee.domain.errors import ContentInvalid, Problem
from odyssee.domain.geo import LonLat
from odyssee.domain.legends import Audience, Legend, LegendText, Practical
from odyssee.domain.slugs import is_slug
from odyssee.domain.stops import StopText
from odyssee.domain.territory import Lexicon, Territory
from odyssee.domain.zones import Zone

Text = LegendText | StopText

_BRIEF = (Zone, Audience, Practical)
"""Types whose defaults go without saying; elsewhere a curator wants to see them."""
_ASSUMED = frozenset({"state"})
"""What goes without saying at its default, whoever writes."""
_NEVER = frozenset({"texts", "pronunciations"})
"""What stands in files of its own."""


def write_folder(
    root: Path,
    territory: Territory | None,
    legends: Iterable[Legend],
    *,
    canonical: bool = False,
) -> list[Path]:
    """Write `contenus/`, each file whole or not at all.

    A file that reads to the same value stays as it is, comments and all, unless
    `canonical` asks for our own layout. Text files that a written legend does
    not have any more are removed; other legends' folders are not touched.

    Returns:
        The files that were written or removed, sorted.

    Raises:
        ContentInvalid: a slug or a language cannot be the name of a file, or a
            link stands where a folder should.
    """
    kept = list(legends)
    problems = [problem for legend in kept for problem in _check_names(root, legend)]
    if problems:
        raise ContentInvalid(problems)
    changed = []
    if territory is not None:
        changed += _write_territory(root, territory, canonical=canonical)
    for legend in kept:
        changed += _write_legend(root / LEGENDS_FOLDER / legend.slug, legend, canonical=canonical)
    return sorted(changed)


def rewrite_folder(path: Path) -> list[Path]:
    """Bring a content folder into our own layout; what it says stays the same.

    Returns:
        The files that were written, sorted.

    Raises:
        ContentInvalid: the folder has errors; nothing was written.
    """
    folder = read_folder(path)
    if folder.errors:
        raise ContentInvalid(folder.problems)
    return write_folder(folder.root, folder.territory, folder.legends, canonical=True)


def _write_territory(root: Path, territory: Territory, *, canonical: bool) -> list[Path]:
    changed: list[Path] = []
    bare = replace(territory, pronunciations={})
    if canonical or _read_value(root / TERRITORY_FILE, TERRITORY_FORM) != bare:
        changed += _write(root / TERRITORY_FILE, territory_yaml(territory))
    if not territory.pronunciations:
        return changed  # a curator may have written the file since: it is not ours to remove
    path = root / LEXICON_FILE
    lexicon = Lexicon(format=1, words=territory.pronunciations)
    if canonical or _read_value(path, LEXICON_FORM) != lexicon:
        changed += _write(path, lexicon_yaml(lexicon))
    return changed


def lexicon_yaml(lexicon: Lexicon) -> str:
    """`prononciation.yaml`, the names of each language in alphabetical order."""
    document = {
        "format": lexicon.format,
        "words": {lang: dict(sorted(words.items())) for lang, words in lexicon.words.items()},
    }
    return to_yaml(document, LEXICON)


def legend_yaml(legend: Legend) -> str:
    """`legende.yaml` of a legend."""
    return to_yaml(_to_document(legend), LEGEND)


def territory_yaml(territory: Territory) -> str:
    """`territoire.yaml` of a territory."""
    return to_yaml(_to_document(territory), TERRITORY)


def text_file(text: Text) -> str:
    """A text file: front matter, then the body."""
    document = _to_document(text)
    body = str(document.pop(BODY_KEY[type(text)], ""))
    front = to_yaml(document, FRONT_MATTER)
    return f"{FENCE}\n{front}{FENCE}\n{body}\n" if body else f"{FENCE}\n{front}{FENCE}\n"


def _to_document(value: Any) -> Any:
    """The value in mappings and lists, what goes without saying left out."""
    if isinstance(value, LonLat):
        return value
    if is_dataclass(value):
        brief = isinstance(value, _BRIEF)
        return {
            field.name: _to_document(getattr(value, field.name))
            for field in fields(value)
            if field.name not in _NEVER
            and not _is_silent(field, getattr(value, field.name), brief=brief)
        }
    if isinstance(value, Mapping):
        return {key: _to_document(below) for key, below in value.items()}
    return [_to_document(below) for below in value] if isinstance(value, tuple) else value


def _is_silent(field: Field[Any], value: object, *, brief: bool) -> bool:
    """Whether a value goes without saying: nothing where nothing is the default."""
    if field.default is not MISSING:
        is_default = bool(value == field.default)
        is_assumed = brief or field.name in _ASSUMED
        return is_default and (is_assumed or value is None or value in ("", ()))
    if field.default_factory is not MISSING:
        return value in ({}, *(kind() for kind in (Audience, Practical)))
    return False


def _write_legend(folder: Path, legend: Legend, *, canonical: bool) -> list[Path]:
    changed = []
    bare = _without_texts(legend)
    if canonical or _read_value(folder / LEGEND_FILE, FORM) != bare:
        changed += _write(folder / LEGEND_FILE, legend_yaml(legend))
    wanted = dict(_list_texts(legend))
    for name, text in wanted.items():
        path = folder / name
        if canonical or _read_text(path, text) != text:
            changed += _write(path, text_file(text))
    return changed + _remove_others(folder, wanted)


def _list_texts(legend: Legend) -> Iterator[tuple[str, Text]]:
    for lang, text in legend.texts.items():
        yield f"{lang}/{LEGEND_TEXT}", text
    for position, stop in enumerate(legend.stops, start=1):
        for lang, words in stop.texts.items():
            yield f"{lang}/{stop_file(position, stop.slug)}", words


def _without_texts(legend: Legend) -> Legend:
    return replace(legend, texts={}, stops=tuple(replace(stop, texts={}) for stop in legend.stops))


def _read_value(path: Path, form: Form[Any]) -> object:
    """What a YAML file says now, or None when it is absent or broken."""
    document, problems = read_document(path, path.name)
    return None if document is None or problems else form.parse(document.value).value


def _read_text(path: Path, like: Text) -> Text | None:
    if path.is_symlink() or not path.is_file():
        return None
    form: Form[Any] = LEGEND_FORM if isinstance(like, LegendText) else STOP_FORM
    found: Text | None = read_text(read_bytes(path), path.name, form).value
    return found


def _check_names(root: Path, legend: Legend) -> Iterator[Problem]:
    """What would make a file name of something that is none."""
    if not is_slug(legend.slug):
        yield Problem("slug", "slug_invalid")
        return
    for index, stop in enumerate(legend.stops):
        if not is_slug(stop.slug):
            yield Problem(f"stops/{index}/slug", "slug_invalid")
    languages = {*legend.texts, *(lang for stop in legend.stops for lang in stop.texts)}
    folder = root.resolve() / LEGENDS_FOLDER / legend.slug
    for lang in sorted(languages):
        if not LANGUAGE.fullmatch(lang):
            yield Problem(f"texts/{lang}", "language_invalid")
        elif (folder / lang).resolve() != folder / lang:
            yield Problem(f"texts/{lang}", "link_refused")
    if folder.resolve() != folder:
        yield Problem("slug", "link_refused")


def _write(path: Path, text: str) -> list[Path]:
    """Write a file by a temporary one beside it, unless it holds these very bytes."""
    data = text.encode("utf-8")
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return [path]


def _remove_others(folder: Path, wanted: Mapping[str, Text]) -> list[Path]:
    """Remove text files of languages and stops that the legend has no more."""
    removed = []
    for inner in folder.iterdir():
        if inner.is_symlink() or not inner.is_dir() or not LANGUAGE.fullmatch(inner.name):
            continue
        for path in inner.glob("*.md"):
            if f"{inner.name}/{path.name}" not in wanted and (path.is_file() or path.is_symlink()):
                path.unlink()
                removed.append(path)
        if not any(inner.iterdir()):
            inner.rmdir()
    return removed
