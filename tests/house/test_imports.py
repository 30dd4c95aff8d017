"""Who may import whom: every room has its place, and the contracts hold."""

import ast
import re
import subprocess
import sys
from pathlib import Path
from typing import Any


def _layers(project: dict[str, Any]) -> set[str]:
    contracts = project["tool"]["importlinter"]["contracts"]
    layered = next(contract for contract in contracts if contract["type"] == "layers")
    return {room for layer in layered["layers"] for room in re.findall(r"\w+", layer)}


def test_every_room_is_placed(root_folder: Path, project: dict[str, Any]) -> None:
    package = root_folder / "odyssee"
    folders = {path.parent.relative_to(package).parts[0] for path in package.glob("*/**/*.py")}
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    assert folders | modules <= _layers(project)


def test_every_contract_of_the_house_is_there(project: dict[str, Any]) -> None:
    names = {contract["name"] for contract in project["tool"]["importlinter"]["contracts"]}
    assert names == {
        "Doors call verbs, verbs use hands, hands know rules",
        "Only verbs (and the wiring) touch hands",
        "Table rows never leave db/",
        "Only the wiring reads settings",
        "Rules are pure",
        "SQLAlchemy lives in db/",
        "HTTP lives in the doors",
        "No knots between siblings",
    }


def test_the_contracts_hold(root_folder: Path) -> None:
    # In a process of its own: it sets up logging anew, and later tests read their logs.
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-logo"], check=False, cwd=root_folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_no_module_is_imported_inside_a_function_of_the_rules(trees: dict[str, ast.Module]) -> None:
    hidden = [
        f"{name}:{inner.lineno}"
        for name, tree in trees.items()
        if name.startswith("odyssee/domain/")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not hidden
