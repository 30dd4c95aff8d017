"""The content folder `contenus/`, read whole: its territory, its legends, all its problems."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TypeVar

from odyssee.content.forms import Form
from odyssee.content.legend_folder import (
    LEGEND_FILE,
    LegendFolder,
    Measure,
    read_document,
    read_legend,
)
from odyssee.domain.checks import check_territory
from odyssee.domain.errors import Problem
from odyssee.domain.legends import Legend
from odyssee.domain.media import NO_LENGTHS
from odyssee.domain.pronunciation import check_pronunciations
from odyssee.domain.territory import Lexicon, Territory

T = TypeVar("T")

CONTENT_FOLDER = "contenus"
LEGENDS_FOLDER = "legendes"
TERRITORY_FILE = "territoire.yaml"

LEXICON_FILE = "prononciation.yaml"

TERRITORY_FORM = Form(Territory, (("pronunciations",),))
LEXICON_FORM = Form(Lexicon)


@dataclass(frozen=True, slots=True)
class Folder:
    """What a content folder holds."""

    root: Path
    """The folder `contenus/` itself; media lie beside it."""
    territory: Territory | None
    read: tuple[LegendFolder, ...]
    """The folders of its legends, by name."""
    others: tuple[Problem, ...]
    """What is wrong outside of them."""
    pronunciations: Mapping[str, Mapping[str, str]] | None = None
    """Respellings by language; None where the folder has neither them nor a territory."""

    @property
    def legends(self) -> tuple[Legend, ...]:
        """Those whose files all have the right form, by slug; they may still break rules."""
        return tuple(one.legend for one in self.read if one.legend is not None)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Every error; `where` is `file:line`, relative to the root."""
        others = [problem for problem in self.others if problem.severity == "error"]
        return (*others, *chain.from_iterable(one.errors for one in self.read))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Errors and advice, with every story as long as its words."""
        return self.problems_with(lambda _legend, _recordings: NO_LENGTHS)

    def problems_with(self, measure: Measure) -> tuple[Problem, ...]:
        """Errors and advice, with stories as long as they were measured."""
        return (*self.others, *chain.from_iterable(one.problems(measure) for one in self.read))


def media_path(root: Path, slug: str, file: str) -> Path:
    """Where a medium of a legend lies: `medias/<slug>/<file>` beside `contenus/`."""
    return root.parent / "medias" / slug / file


def read_folder(path: Path) -> Folder:
    """Read `contenus/`, the folder that holds it, or the folder of a single legend.

    Nothing is followed out of the folder, and one broken file does not keep the
    others from being read.
    """
    path = path.resolve()
    if (path / LEGEND_FILE).is_file():
        root = path.parent.parent if path.parent.name == LEGENDS_FOLDER else path.parent
        return _read(root, [path])
    if not _is_root(path) and _is_root(path / CONTENT_FOLDER):
        path = path / CONTENT_FOLDER
    if not _is_root(path):
        return Folder(path, None, (), (Problem(f"{path.name}:1", "folder_unknown"),))
    return _read(path, None)


def _is_root(path: Path) -> bool:
    return (path / TERRITORY_FILE).is_file() or (path / LEGENDS_FOLDER).is_dir()


def _read(root: Path, chosen: list[Path] | None) -> Folder:
    territory, problems = _read_territory(root)
    lexicon, found = _read_lexicon(root)
    problems += found
    if territory is not None and lexicon is not None:
        territory = replace(territory, pronunciations=lexicon.words)
    held = lexicon.words if lexicon is not None else (None if territory is None else {})
    read = []
    for folder in _list_folders(root) if chosen is None else chosen:
        shown = folder.relative_to(root).as_posix()
        if folder.is_symlink():
            problems.append(Problem(f"{shown}:1", "link_refused"))
            continue
        media = media_path(root, folder.name, "")
        read.append(read_legend(folder, shown, territory, media))
    return Folder(root, territory, tuple(read), tuple(problems), held)


def _list_folders(root: Path) -> list[Path]:
    above = root / LEGENDS_FOLDER
    if not above.is_dir():
        return []
    return sorted(path for path in above.iterdir() if path.is_dir() and path.name[0] != ".")


def _read_territory(root: Path) -> tuple[Territory | None, list[Problem]]:
    if not (root / TERRITORY_FILE).is_file():
        return None, [Problem(f"{TERRITORY_FILE}:1", "territory_missing", "advice")]
    return _read_file(root, TERRITORY_FILE, TERRITORY_FORM, check_territory)


def _read_lexicon(root: Path) -> tuple[Lexicon | None, list[Problem]]:
    """The respellings; a folder without the file has none, which is no problem."""
    if not (root / LEXICON_FILE).exists():
        return None, []
    return _read_file(
        root,
        LEXICON_FILE,
        LEXICON_FORM,
        lambda lexicon: check_pronunciations("words", lexicon.words),
    )


def _read_file(
    root: Path, name: str, form: Form[T], check: Callable[[T], Iterable[Problem]]
) -> tuple[T | None, list[Problem]]:
    document, problems = read_document(root / name, name)
    if document is None:
        return None, problems
    parsed = form.parse(document.value)
    found = parsed.problems
    if parsed.value is not None:
        found = [*found, *check(parsed.value)]
    problems += [replace(problem, where=document.where(problem.where)) for problem in found]
    return None if document.tainted or problems else parsed.value, problems
