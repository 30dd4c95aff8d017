"""Small modules, small functions."""

import ast


def test_no_module_has_more_than_400_lines(
    trees: dict[str, ast.Module], files: dict[str, str]
) -> None:
    long = {name: lines for name in trees if (lines := files[name].count("\n")) > 400}
    assert not long


def test_no_function_has_more_than_50_lines(trees: dict[str, ast.Module]) -> None:
    long = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno + 1 > 50
    ]
    assert not long
