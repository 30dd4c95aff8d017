"""Names say what a thing is about; words that could name anything name nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

_EMPTY_ROOMS = {"utils", "util", "helpers", "helper", "common", "core", "services"}
_EMPTY_NOUNS = re.compile(r"[a-z](Item|Data|Info|Manager|Helper|Utils?|Service|Object)$")


def _classes(tree: ast.Module) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def test_no_room_is_named_for_nothing(files: dict[str, str]) -> None:
    empty = [
        name
        for name in files
        if name.startswith(("odyssee/", "tests/", "benchmarks/"))
        and _EMPTY_ROOMS.intersection(Path(name).with_suffix("").parts)
    ]
    assert not empty


def test_no_class_is_named_for_nothing(trees: dict[str, ast.Module]) -> None:
    empty = [
        f"{name}:{found.lineno} {found.name}"
        for name, tree in trees.items()
        for found in _classes(tree)
        if _EMPTY_NOUNS.search(found.name)
    ]
    assert not empty
