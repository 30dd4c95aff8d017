"""What the code says about itself: everything public is told, every exception has its reason."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROUTE = {"get", "post", "put", "patch", "delete", "head", "api_route"}
_NOQA = re.compile(r"noqa(?P<codes>: ?[A-Z]+\d+(?:, ?[A-Z]+\d+)*)?(?P<rest>.*)")
_IGNORE = re.compile(r"type: ignore(?P<codes>\[[a-z0-9, -]+\])?(?P<rest>.*)")
_LATER = re.compile(r"\b(?:[T]ODO|[F]IXME|[X]XX)\b")
_MACHINE = re.compile(r"(?<![\w.~*}-])/(?:work|root|home|Users)/[\w.]")
_SPEAKS = (".py", ".md", ".toml", ".yml", ".yaml", ".sh", ".js", ".ts", ".html", ".css", "Makefile")

Described = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def _public(body: list[ast.stmt], parents: str = "") -> Iterator[tuple[str, Described]]:
    for node in body:
        if isinstance(node, Described) and not node.name.startswith("_"):
            yield parents + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from _public(node.body, f"{parents}{node.name}.")


def _is_described(node: Described) -> bool:
    if ast.get_docstring(node):
        return True
    for decorator in node.decorator_list:
        name = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
        last = name.rpartition(".")[2]
        if last in {"overload", "override", "setter"}:
            return True
        if isinstance(decorator, ast.Call) and last in _ROUTE:
            return any(keyword.arg == "summary" for keyword in decorator.keywords)
    return False


def _comments(files: dict[str, str], word: str) -> Iterator[tuple[str, str]]:
    for name, text in files.items():
        if name.endswith(".py") and word in text:
            for token in tokenize.generate_tokens(io.StringIO(text).readline):
                if token.type == tokenize.COMMENT:
                    yield f"{name}:{token.start[0]}", token.string


def _is_reason(rest: str) -> bool:
    return len(rest.strip(" -#:–").split()) >= 2


def test_everything_public_is_described(trees: dict[str, ast.Module]) -> None:
    silent = [
        f"{name}:{node.lineno} {told}"
        for name, tree in trees.items()
        for told, node in _public(tree.body)
        if not _is_described(node)
    ]
    silent += [name for name, tree in trees.items() if not ast.get_docstring(tree)]
    assert not silent


@pytest.mark.parametrize(
    ("word", "pattern"), [("noqa", _NOQA), ("type: ignore", _IGNORE)], ids=["noqa", "ignore"]
)
def test_every_exception_names_its_rule_and_its_reason(
    files: dict[str, str], word: str, pattern: re.Pattern[str]
) -> None:
    bare = [
        f"{where} {comment}"
        for where, comment in _comments(files, word)
        if (found := pattern.search(comment)) and not (found["codes"] and _is_reason(found["rest"]))
    ]
    assert not bare


def test_no_fault_is_swallowed(files: dict[str, str]) -> None:
    swallowed = [
        f"{name}:{node.lineno}"
        for name, text in files.items()
        if name.endswith(".py") and "except" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler)
        and all(isinstance(step, ast.Pass) for step in node.body)
    ]
    assert not swallowed


def test_nothing_is_left_for_later(files: dict[str, str]) -> None:
    left = [
        f"{name}: {line.strip()}"
        for name, text in files.items()
        if name.endswith(_SPEAKS)
        for line in text.splitlines()
        if _LATER.search(line)
    ]
    assert not left


def test_no_path_of_one_machine_stands_anywhere(files: dict[str, str]) -> None:
    paths = [
        f"{name}: {line.strip()[:120]}"
        for name, text in files.items()
        if Path(name).suffix not in {".lock", ".svg", ".json"}
        for line in text.splitlines()
        if _MACHINE.search(line)
    ]
    assert not paths
