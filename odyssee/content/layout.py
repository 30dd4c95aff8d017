"""How content files are written: YAML as a person would lay it out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from odyssee.content.documents import to_scalar
from odyssee.domain.geo import LonLat

Scalar = str | int | float | bool | None
Value = object
"""A mapping, a list, a position or a scalar."""

WIDTH = 120
"""A mapping or list that fits on such a line stands on it, unless its key says otherwise."""
DECIMALS = 5
"""Positions are written with five decimals at least, a metre, so that columns agree."""

_LEADING = frozenset("-?:,[]{}#&*!|>'\"%@`.=<~")
_ESCAPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\\": "\\\\", '"': '\\"'}


@dataclass(frozen=True, slots=True)
class Layout:
    """Which keys of a file open over several lines and which never do."""

    flow: frozenset[str] = frozenset()
    """Always on one line, however long: coordinates."""
    block: frozenset[str] = frozenset()
    """Always over several lines."""
    block_items: frozenset[str] = frozenset()
    """Lists whose mappings open too."""
    all_block: bool = False
    """Everything opens: front matter, which is mostly sentences."""


LEGEND = Layout(
    flow=frozenset({"route", "shape", "location"}),
    block=frozenset({"stops", "zones"}),
    block_items=frozenset({"stops"}),
)
TERRITORY = Layout(flow=frozenset({"outline"}), block=frozenset({"communes"}))
FRONT_MATTER = Layout(all_block=True)
LEXICON = Layout(all_block=True)


def to_yaml(value: Mapping[str, Value], layout: Layout) -> str:
    """The mapping as a YAML document that reads back to the same value."""
    return "".join(f"{line}\n" for line in _mapping(value, "", layout))


def _mapping(value: Mapping[str, Value], indent: str, layout: Layout) -> list[str]:
    lines = []
    for key, below in value.items():
        lines += _entry(key, below, indent, layout)
    return lines


def _entry(key: str, value: Value, indent: str, layout: Layout) -> list[str]:
    name = f"{indent}{_quoted(key)}:"
    if isinstance(value, str):
        return _text(name, value, indent)
    line = f"{name} {_flow(value)}"
    if not _opens(key, value, layout, len(line)):
        return [line]
    if isinstance(value, Mapping):
        return [name, *_mapping(value, f"{indent}  ", layout)]
    lines = [name]
    for item in value if isinstance(value, Sequence) else ():
        lines += _item(key, item, f"{indent}  ", layout)
    return lines


def _opens(key: str, value: Value, layout: Layout, width: int) -> bool:
    is_container = isinstance(value, Mapping | list | tuple) and not isinstance(value, LonLat)
    if not is_container or not value or key in layout.flow:
        return False
    return layout.all_block or key in layout.block or width > WIDTH


def _item(key: str, item: Value, indent: str, layout: Layout) -> list[str]:
    opens = layout.all_block or key in layout.block_items
    if isinstance(item, Mapping) and item and opens:
        first, *rest = _mapping(item, f"{indent}  ", layout)
        return [f"{indent}- {first.lstrip(' ')}", *rest]
    return [f"{indent}- {_flow(item)}"]


def _flow(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_quoted(k)}: {_flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, LonLat):
        return f"[{_degrees(value.lon)}, {_degrees(value.lat)}]"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _quoted(value) if isinstance(value, str) else _plain(value)


def _plain(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def _degrees(value: float) -> str:
    for decimals in (DECIMALS, 6, 7):
        if round(value, decimals) == value:
            return f"{value:.{decimals}f}"
    return repr(value)


def _text(name: str, text: str, indent: str) -> list[str]:
    """A string that has its line, or lines, to itself."""
    if _is_plain(text):
        return [f"{name} {text}"]
    if _is_literal(text):
        lines = text.split("\n")
        return [f"{name} |-", *(f"{indent}  {line}" if line else "" for line in lines)]
    if "'" not in text and not _ESCAPED.search(text):
        return [f"{name} '{text}'"]
    return [f"{name} {_double(text)}"]


def _is_literal(text: str) -> bool:
    """Whether several lines can stand as they are, indented."""
    lines = text.split("\n")
    trimmed = all(line == line.rstrip() for line in lines)
    framed = bool(text[:1].strip()) and bool(lines[-1])
    return len(lines) > 1 and trimmed and framed and not _ESCAPED.search("".join(lines))


def _quoted(text: str) -> str:
    """A string among others on one line."""
    if _is_plain(text) and not re.search(r"[,\[\]{}:]", text):
        return text
    if ('"' in text or "\\" in text) and not _ESCAPED.search(text):
        return "'" + text.replace("'", "''") + "'"
    return _double(text)


def _double(text: str) -> str:
    safe = "".join(_ESCAPES.get(c, c) for c in text)
    return '"' + _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", safe) + '"'


def _is_plain(text: str) -> bool:
    """Whether the bare words mean this very string and nothing else."""
    return (
        bool(text)
        and text == text.strip()
        and text[0] not in _LEADING
        and isinstance(to_scalar(text), str)
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and not _ESCAPED.search(text)
    )
