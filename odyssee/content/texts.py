"""Text files: front matter in YAML between two lines `---`, then the body in CommonMark."""

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from odyssee.content.documents import Document, decode, parse_yaml
from odyssee.content.forms import Form
from odyssee.content.plain import find_raw_html
from odyssee.domain.errors import Problem
from odyssee.domain.legends import LegendText
from odyssee.domain.stops import StopText

T = TypeVar("T", LegendText, StopText)

FENCE = "---"
BODY_KEY = {LegendText: "story", StopText: "text"}
"""The attribute that the body fills; front matter may not have it."""

LEGEND_FORM = Form(LegendText, (("story",),))
STOP_FORM = Form(StopText, (("text",),))


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file that was split: its front matter and its body."""

    front: Document
    body: str
    body_line: int
    """Line of the file, from 1, on which the body begins."""

    def where(self, pointer: str) -> str:
        """`file:line` of a front matter key, or of the body by its attribute's name."""
        if pointer in BODY_KEY.values():
            return f"{self.front.path}:{self.body_line}"
        return self.front.where(pointer)


@dataclass(frozen=True, slots=True)
class TextReading(Generic[T]):
    """What became of one text file."""

    file: TextFile | None
    """Where its parts stand, when it could be split."""
    value: T | None
    """The text, when it was whole."""
    mended: T | None
    """The text with stand-ins for what was wrong: for further checks only."""
    tainted: frozenset[str]
    """Where the stand-ins are; `""` when there is nothing else."""
    problems: list[Problem]
    """All of them, as `file:line`."""


def read_text(data: bytes, path: str, form: Form[T]) -> TextReading[T]:
    """Read one text file into a text of the domain."""
    file, unsplit = split(data, path)
    if file is None:
        return TextReading(None, None, None, frozenset({""}), unsplit)
    front = file.front
    parsed = form.parse({} if front.value is None else front.value)
    html: list[Problem] = [
        Problem(f"{path}:{file.body_line + line}", "raw_html") for line in find_raw_html(file.body)
    ]
    shape: list[Problem] = [
        replace(problem, where=front.where(problem.where)) for problem in parsed.problems
    ]
    value = parsed.value if not unsplit else None
    return TextReading(
        file,
        _with_body(value, file.body),
        _with_body(parsed.mended, file.body),
        parsed.tainted | front.tainted,
        unsplit + shape + html,
    )


def split(data: bytes, path: str) -> tuple[TextFile | None, list[Problem]]:
    """Part front matter from body; blank lines around the body do not count."""
    text, problems = decode(data, path)
    if text is None:
        return None, problems
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        return None, [Problem(f"{path}:1", "front_matter_missing")]
    end = next((i for i, line in enumerate(lines) if i and line.rstrip() == FENCE), None)
    if end is None:
        return None, [Problem(f"{path}:1", "front_matter_open")]
    front, problems = parse_yaml("\n".join(lines[1:end]) + "\n", path, first_line=2)
    if front is None:
        return None, problems
    first = next((i for i in range(end + 1, len(lines)) if lines[i].strip()), end + 1)
    return TextFile(front, "\n".join(lines[first:]).rstrip(), first + 1), problems


def _with_body(text: T | None, body: str) -> T | None:
    if isinstance(text, LegendText):
        return replace(text, story=body)
    return None if text is None else replace(text, text=body)
