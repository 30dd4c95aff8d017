"""One legend's folder: `legende.yaml`, and its texts beside it by language."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from odyssee.content.documents import Document, decode, parse_yaml, read_bytes
from odyssee.content.forms import Form
from odyssee.content.media_files import find_medium, read_captions
from odyssee.content.texts import LEGEND_FORM, STOP_FORM, TextFile, TextReading, read_text
from odyssee.domain.checks import LANGUAGE, advise, check_rules, is_file_name, list_files
from odyssee.domain.errors import Problem
from odyssee.domain.legends import Legend
from odyssee.domain.media import Lengths, narration_ref
from odyssee.domain.territory import Territory

Measure = Callable[[Legend, Mapping[str, Path]], Lengths]
"""How long narrations last, of a legend and its recordings: files by the places of narrations."""

LEGEND_FILE = "legende.yaml"
LEGEND_TEXT = "legende.md"

FORM = Form(Legend, (("texts",), ("stops", "*", "texts")))
"""`legende.yaml`: a legend without the words, which stand in files of their own."""

_STOP_TEXT = re.compile(r"([0-9]+)-(.+)\.md")


def stop_file(position: int, slug: str) -> str:
    """The name of a stop's text file; positions count from 1."""
    return f"{position:02d}-{slug}.md"


def read_document(path: Path, shown: str) -> tuple[Document | None, list[Problem]]:
    """Read a YAML file; `shown` is its name in problems."""
    if not path.is_file():
        return None, [Problem(f"{shown}:1", "file_missing")]
    if path.is_symlink():
        return None, [Problem(f"{shown}:1", "link_refused")]
    text, problems = decode(read_bytes(path), shown)
    return parse_yaml(text, shown) if text is not None else (None, problems)


def read_legend(
    folder: Path, shown: str, territory: Territory | None, media: Path
) -> "LegendFolder":
    """Read the folder of one legend.

    Args:
        folder: the folder itself.
        shown: its name in problems.
        territory: what the legend is checked against.
        media: the folder of the legend's media; of these only captions are read.
    """
    reading = _Reading(folder, shown)
    reading.read()
    rules = [] if reading.mended is None else check_rules(reading.mended, territory)
    of_media = (*reading.missing_media(media), *reading.captions_problems(media))
    return LegendFolder(reading, rules, of_media, territory, media)


@dataclass(frozen=True, slots=True)
class LegendFolder:
    """The folder of one legend, read; advice waits until somebody asks for it."""

    _reading: "_Reading"
    _rules: Sequence[Problem]
    """What breaks a rule, by pointers into the legend."""
    _of_media: tuple[Problem, ...]
    """Files that are not there, and captions that cannot be read, as `file:line`."""
    _territory: Territory | None
    _media: Path

    @property
    def legend(self) -> Legend | None:
        """The legend, when all its files have the right form."""
        return self._reading.whole

    @property
    def errors(self) -> list[Problem]:
        """Every error, as `file:line`."""
        found = self._reading.placed(self._rules)
        told = [*self._reading.problems, *found, *self._of_media]
        return sorted((p for p in told if p.severity == "error"), key=_by_place)

    def problems(self, measure: Measure) -> list[Problem]:
        """All errors and all advice, as `file:line`, with stories as long as they are measured."""
        legend, told = self._reading.mended, [*self._rules]
        if legend is not None:
            lengths = measure(legend, self._recordings(legend))
            told += advise(legend, self._territory, self._rules, lengths)
        found = [*self._reading.problems, *self._reading.placed(told), *self._of_media]
        return sorted(found, key=_by_place)

    def _recordings(self, legend: Legend) -> dict[str, Path]:
        """The files of the recordings that are there, by the places of their narrations."""
        named = [
            (narration_ref(stop.slug, lang), recording.file)
            for stop in legend.stops
            for lang, recording in stop.narration.items()
        ]
        found = {ref: find_medium(self._media, file) for ref, file in named}
        return {ref: path for ref, path in found.items() if path is not None}


def _by_place(problem: Problem) -> tuple[str, int]:
    file, _, line = problem.where.rpartition(":")
    return file, int(line)


@dataclass(slots=True)
class _Reading:
    """The state of reading one folder: its files, and what is known of each part."""

    folder: Path
    shown: str
    problems: list[Problem] = field(default_factory=list)
    tainted: set[str] = field(default_factory=set)
    """JSON pointers into the legend of which nothing sure can be said."""
    document: Document | None = None
    files: dict[str, TextFile | None] = field(default_factory=dict)
    """Text files by the pointer of the text; None where one could not be split."""
    whole: Legend | None = None
    mended: Legend | None = None

    def read(self) -> None:
        self.document, problems = read_document(self.folder / LEGEND_FILE, self._name(LEGEND_FILE))
        self.problems += problems
        document, legend = self.document, None
        if document is not None:
            parsed = FORM.parse(document.value)
            self.problems += [_at(problem, document) for problem in parsed.problems]
            self.tainted |= parsed.tainted | document.tainted
            self.mended, legend = parsed.mended, None if problems else parsed.value
        mended, values = self._texts()
        if self.mended is not None:
            self.mended = _with_texts(self.mended, mended)
        if legend is not None and values is not None:
            self.whole = _with_texts(legend, values)
            self._check_name(legend.slug)

    def placed(self, found: Sequence[Problem]) -> list[Problem]:
        """The problems of the rules, each at its file and line."""
        return [self._placed(problem) for problem in found if self._is_sure(problem.where)]

    def missing_media(self, media: Path) -> Iterator[Problem]:
        """Files that the legend names and that are not there; links count as absent."""
        if self.mended is None:
            return
        for where, name in list_files(self.mended):
            if not is_file_name(name):
                continue  # told by the rules; a file system may refuse to look for it
            if find_medium(media, name) is None and self._is_sure(where):
                yield self._placed(Problem(where, "media_missing", values={"file": name[:255]}))

    def captions_problems(self, media: Path) -> Iterator[Problem]:
        """What is wrong with the captions that the legend names, each file once."""
        stops = () if self.mended is None else self.mended.stops
        sounds = [sound for stop in stops for sound in stop.narration.values()]
        for name in dict.fromkeys(sound.captions for sound in sounds if sound.captions):
            yield from read_captions(media, name)[1]

    def _name(self, *parts: str) -> str:
        return "/".join((self.shown, *(_printable(part) for part in parts)))

    def _texts(self) -> tuple[Mapping[str, Any], Mapping[str, Any] | None]:
        """Texts by pointer: mended ones, and whole ones unless some file is not whole."""
        readings = dict(self._read_texts())
        for pointer, reading in readings.items():
            self.files[pointer] = reading.file
            self.problems += reading.problems
            self.tainted |= {f"{pointer}/{at}".rstrip("/") for at in reading.tainted}
        mended = {pointer: r.mended for pointer, r in readings.items() if r.mended is not None}
        values = {pointer: r.value for pointer, r in readings.items() if r.value is not None}
        return mended, values if len(values) == len(readings) else None

    def _read_texts(self) -> Iterator[tuple[str, TextReading[Any]]]:
        for entry in sorted(self.folder.iterdir()):
            if entry.name.startswith(".") or entry.name == LEGEND_FILE:
                continue
            if entry.is_symlink():
                self._tell("link_refused", entry.name)
            elif entry.is_dir() and LANGUAGE.fullmatch(entry.name):
                yield from self._read_language(entry)
            else:
                self._tell("file_unexpected", entry.name, advice=True)

    def _read_language(self, folder: Path) -> Iterator[tuple[str, TextReading[Any]]]:
        slugs = [] if self.mended is None else [stop.slug for stop in self.mended.stops]
        unsure = self.mended is None or not self._is_sure("stops")
        names = {stop_file(i, slug): f"stops/{i - 1}" for i, slug in enumerate(slugs, start=1)}
        taken = set()
        # Rightly named files first: a leftover under an old number gives way to them.
        for path in sorted(folder.iterdir(), key=lambda path: (path.name not in names, path.name)):
            if path.name.startswith("."):
                continue
            if path.is_symlink():
                self._tell("link_refused", folder.name, path.name)
                continue
            holder = self._holder(path, names, slugs, unsure=unsure)
            if holder is None or holder in taken:
                self._tell("file_unexpected", folder.name, path.name, advice=path.suffix != ".md")
                continue
            taken.add(holder)
            pointer = f"{holder}/texts/{folder.name}".removeprefix("/")
            yield pointer, self._read_text(path, folder.name, is_legend=not holder)

    def _holder(
        self, path: Path, names: Mapping[str, str], slugs: list[str], *, unsure: bool
    ) -> str | None:
        """Whose text the file is: `""` the legend's, `stops/1` a stop's, None nobody's."""
        if not path.is_file():
            return None
        if path.name == LEGEND_TEXT:
            return ""
        if path.name in names:
            return names[path.name]
        named = _STOP_TEXT.fullmatch(path.name)
        if named is None:
            return None
        if named[2] in slugs:
            index = slugs.index(named[2])
            expected = stop_file(index + 1, named[2])
            if not unsure:
                self._tell("file_misnumbered", path.parent.name, path.name, expected=expected)
            return f"stops/{index}"
        return f"unsure/{path.name}" if unsure else None

    def _read_text(self, path: Path, lang: str, *, is_legend: bool) -> TextReading[Any]:
        shown = self._name(lang, path.name)
        form: Form[Any] = LEGEND_FORM if is_legend else STOP_FORM
        return read_text(read_bytes(path), shown, form)

    def _check_name(self, slug: str) -> None:
        if slug != self.folder.name and self.document is not None:
            where = self.document.where("slug")
            values = {"expected": _printable(self.folder.name)}
            self.problems.append(Problem(where, "folder_misnamed", values=values))

    def _tell(self, code: str, *parts: str, advice: bool = False, **values: str) -> None:
        where = f"{self._name(*parts)}:1"
        self.problems.append(Problem(where, code, "advice" if advice else "error", values))

    def _is_sure(self, where: str) -> bool:
        """Whether neither the place nor anything in it or around it is a stand-in."""
        return not any(
            at in {where, ""} or where.startswith(f"{at}/") or at.startswith(f"{where}/")
            for at in self.tainted
        )

    def _placed(self, problem: Problem) -> Problem:
        """The problem at its file and line; a text that is not there stands at the line 1."""
        parts = problem.where.split("/")
        depth = 2 if parts[0] == "texts" else 4
        if "texts" in (parts[0], *parts[2:3]):
            pointer, rest = "/".join(parts[:depth]), "/".join(parts[depth:])
            file = self.files.get(pointer)
            where = file.where(rest) if file else f"{self._text_name(parts[:depth])}:1"
            return replace(problem, where=where)
        return problem if self.document is None else _at(problem, self.document)

    def _text_name(self, parts: list[str]) -> str:
        if parts[0] == "texts" or self.mended is None:
            return self._name(parts[-1], LEGEND_TEXT)
        index = int(parts[1])
        return self._name(parts[-1], stop_file(index + 1, self.mended.stops[index].slug))


def _at(problem: Problem, document: Document) -> Problem:
    return replace(problem, where=document.where(problem.where))


def _printable(name: str) -> str:
    """A file name as far as it can be printed; file systems take any bytes."""
    return "".join(c if c.isprintable() else "�" for c in name)


def _with_texts(legend: Legend, texts: Mapping[str, Any]) -> Legend:
    """The legend with texts put in by their pointers."""
    own = {p.removeprefix("texts/"): t for p, t in texts.items() if p.startswith("texts/")}
    stops = tuple(
        replace(
            stop,
            texts={
                pointer.rpartition("/")[2]: text
                for pointer, text in texts.items()
                if pointer.startswith(f"stops/{index}/texts/")
            },
        )
        for index, stop in enumerate(legend.stops)
    )
    return replace(legend, texts=own, stops=stops)
