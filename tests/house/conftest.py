"""The product's own text, read once for all the rules about it."""

import ast
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

_LEFT_ASIDE = {".venv", "var", "dist", "node_modules", "__pycache__", ".git"}


def _files_of(root: Path) -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = {name for name in listed.stdout.decode().split("\0") if name}
    else:  # an archive without its history
        names = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    return sorted(
        name
        for name in names
        if not _LEFT_ASIDE.intersection(Path(name).parts) and (root / name).is_file()
    )


@pytest.fixture(scope="session")
def files(root_folder: Path) -> dict[str, str]:
    """Every text file of the project by its path; what is no UTF-8 is left aside."""
    found = {}
    for name in _files_of(root_folder):
        try:
            found[name] = (root_folder / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


@pytest.fixture(scope="session")
def trees(files: dict[str, str]) -> dict[str, ast.Module]:
    """Every module of the product by its path, parsed."""
    return {
        name: ast.parse(text)
        for name, text in files.items()
        if name.startswith("odyssee/") and name.endswith(".py")
    }


@pytest.fixture(scope="session")
def project(root_folder: Path) -> dict[str, Any]:
    """What pyproject.toml says."""
    return tomllib.loads((root_folder / "pyproject.toml").read_text(encoding="utf-8"))
