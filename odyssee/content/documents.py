"""YAML 1.2 in plain values, with the line of each, and nothing else of YAML's powers."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from odyssee.domain.errors import Problem

MAX_BYTES = 1_000_000
"""A content file is text written by people; the longest known one is under 100 KB."""
MAX_DEPTH = 24
MAX_VALUES = 100_000
"""Counted after aliases are followed, so that no small file becomes a large value."""

_CORE_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,9})?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_BAD_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its value, and where each part of it stands."""

    path: str
    """As people see it, relative to the folder that is read."""
    value: object
    lines: dict[str, int]
    """Line (from 1) by JSON pointer without the leading slash; `""` is the whole."""
    tainted: frozenset[str] = frozenset()
    """Pointers to values that were refused and stand here as something harmless."""

    def where(self, pointer: str = "") -> str:
        """`file:line` of the value, or of the nearest thing around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return f"{self.path}:{self.lines.get(pointer, 1)}"


def join_pointer(parent: str, key: str | int) -> str:
    """The pointer one level down, escaped after RFC 6901, section 3."""
    step = str(key).replace("~", "~0").replace("/", "~1")
    return f"{parent}/{step}" if parent else step


def read_bytes(path: Path) -> bytes:
    """As much of a file as tells whether it is too large.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def decode(data: bytes, path: str) -> tuple[str | None, list[Problem]]:
    """The file's text with Unix line ends and no byte order mark, or why it is none."""
    if len(data) > MAX_BYTES:
        return None, [Problem(f"{path}:1", "file_too_large", values={"max_bytes": str(MAX_BYTES)})]
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Problem(f"{path}:{line}", "not_utf8")]
    bad = _BAD_CHARACTER.search(text)
    if bad:
        line = text.count("\n", 0, bad.start()) + 1
        return None, [Problem(f"{path}:{line}", "bad_character")]
    return text, []


def parse_yaml(text: str, path: str, first_line: int = 1) -> tuple[Document | None, list[Problem]]:
    """Parse one YAML document, lines counted from `first_line`.

    Plain words mean what the core schema of YAML 1.2.2 (section 10.3) says, so
    `no` is a text and a date stays one. Tags are refused, duplicate keys too.

    Returns:
        The document, or None when nothing can be said about its values; and all problems.
    """
    composer = _Composer(path, first_line)
    try:
        value = composer.compose(iter(YAML(typ="safe", pure=True).parse(text)))
    except _Refused as refused:
        return None, [*composer.problems, refused.problem]
    except (YAMLError, ValueError, IndexError) as error:  # ruamel lets a few plain errors through
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line = first_line + (mark.line if mark else 0)
        reason = getattr(error, "problem", None) or "unreadable"
        broken = Problem(f"{path}:{line}", "yaml_broken", values={"reason": str(reason)})
        return None, [*composer.problems, broken]
    tainted = frozenset(composer.tainted)
    return Document(path, value, composer.lines, tainted), composer.problems


class _Refused(Exception):
    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@dataclass(slots=True)
class _Composer:
    """Builds values from parser events; ruamel's own composer knows no limit of depth."""

    path: str
    first_line: int
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    tainted: set[str] = field(default_factory=set)
    anchors: dict[str, tuple[object, int]] = field(default_factory=dict)
    count: int = 0

    def compose(self, events: Iterator[Any]) -> object:
        value: object = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(self._problem(event, "yaml_broken", reason="two documents"))
                value = self._node(next(events), events, "")
            elif isinstance(event, DocumentEndEvent | StreamEndEvent):
                continue
        return value

    def _node(self, event: Any, events: Iterator[Any], pointer: str) -> object:
        self.lines.setdefault(pointer, self._line(event))
        before = self.count
        self._add(event, 1)
        if pointer.count("/") >= MAX_DEPTH:
            raise _Refused(self._problem(event, "too_deep", max=str(MAX_DEPTH)))
        if isinstance(event, AliasEvent):
            return self._alias(event)
        if getattr(event, "tag", None) is not None:
            self.problems.append(self._problem(event, "yaml_tag"))
        value = self._value(event, events, pointer)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.count - before)
        return value

    def _value(self, event: Any, events: Iterator[Any], pointer: str) -> object:
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, pointer)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, pointer)
        return self._scalar(event, pointer)

    def _mapping(self, events: Iterator[Any], pointer: str) -> dict[str, object]:
        found: dict[str, object] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            if not isinstance(event, ScalarEvent):
                raise _Refused(self._problem(event, "yaml_broken", reason="a key must be a word"))
            key = str(event.value)
            below = join_pointer(pointer, key)
            if key in found:
                self.problems.append(self._problem(event, "duplicate_key", key=key[:64]))
            if _BAD_CHARACTER.search(key):
                raise _Refused(self._problem(event, "bad_character"))
            self.lines.setdefault(below, self._line(event))
            found[key] = self._node(next(events), events, below)
        return found

    def _sequence(self, events: Iterator[Any], pointer: str) -> list[object]:
        found: list[object] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            found.append(self._node(event, events, join_pointer(pointer, len(found))))
        return found

    def _scalar(self, event: Any, pointer: str) -> object:
        text = str(event.value)
        if _BAD_CHARACTER.search(text):  # by an escape; raw ones were refused before
            return self._refuse(event, pointer, "bad_character", "x")
        if event.style is not None:
            return text
        value = to_scalar(text)
        unbounded = isinstance(value, float) and not math.isfinite(value)
        if unbounded or _NOT_FINITE.fullmatch(text):
            return self._refuse(event, pointer, "not_finite", 0)
        return value

    def _refuse(self, event: Any, pointer: str, code: str, instead: object) -> object:
        self.problems.append(self._problem(event, code))
        self.tainted.add(pointer)
        return instead

    def _alias(self, event: Any) -> object:
        known = self.anchors.get(event.anchor)
        if known is None:
            raise _Refused(self._problem(event, "yaml_broken", reason="unknown alias"))
        self._add(event, known[1])
        return known[0]

    def _add(self, event: Any, count: int) -> None:
        self.count += count
        if self.count > MAX_VALUES:
            raise _Refused(self._problem(event, "too_many_values", max=str(MAX_VALUES)))

    def _line(self, event: Any) -> int:
        return int(event.start_mark.line) + self.first_line

    def _problem(self, event: Any, code: str, **values: str) -> Problem:
        return Problem(f"{self.path}:{self._line(event)}", code, values=values)


def to_scalar(text: str) -> object:
    """What a plain scalar means in the core schema of YAML 1.2.2, section 10.3.2.

    Octal and hexadecimal numbers stay texts: nobody writes a place in them.
    """
    if text in _CORE_WORDS:
        return _CORE_WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
