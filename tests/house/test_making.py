"""What builds and locks the product: the Makefile, the lock files, continuous integration."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]*")
_LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def _canonical(requirement: str) -> str:
    found = _NAME.match(requirement.strip().lower())
    assert found, requirement
    return re.sub(r"[-_.]+", "-", found.group())


def _asked(project: dict[str, Any], lock: str) -> set[str]:
    asked = list(project["project"]["dependencies"])
    if lock == "requirements-dev.lock":
        asked += project["dependency-groups"]["dev"]
    return {_canonical(requirement) for requirement in asked}


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_locked_by_version_and_hash(
    files: dict[str, str], project: dict[str, Any], lock: str
) -> None:
    blocks = re.split(r"^(?=[a-z0-9])", files[lock], flags=re.MULTILINE)
    locked = {_canonical(block) for block in blocks if block}
    assert _asked(project, lock) <= locked
    assert all("--hash=sha256:" in block for block in blocks if block)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_no_lock_file_names_a_host(files: dict[str, str], lock: str) -> None:
    assert "://" not in files[lock]
    assert "index-url" not in files[lock]


def test_both_lock_files_agree(files: dict[str, str]) -> None:
    served = set(_LOCKED.findall(files["requirements.lock"]))
    assert served <= set(_LOCKED.findall(files["requirements-dev.lock"]))


def test_make_alone_lists_the_targets(root_folder: Path) -> None:
    done = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=root_folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=10,
    )
    listed = set(re.findall(r"^make ([a-z]+) ", done.stdout, re.MULTILINE))
    wanted = {"setup", "run", "test", "check", "bench", "openapi", "migration", "lock", "clean"}
    assert wanted <= listed


def test_continuous_integration_ends_in_make_test(root_folder: Path, files: dict[str, str]) -> None:
    script = files[".ci/run"]
    lines = [line for line in script.splitlines() if line.strip() and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-1] == "make test"
    assert "export CI=true" in lines
    assert (root_folder / ".ci/run").stat().st_mode & 0o111


def test_every_shell_script_parses_and_can_be_run(root_folder: Path, files: dict[str, str]) -> None:
    scripts = [
        name
        for name, text in files.items()
        if text.startswith(("#!/bin/sh", "#!/usr/bin/env bash"))
    ]
    assert scripts
    for name in scripts:
        subprocess.run(["bash", "-n", name], cwd=root_folder, check=True, timeout=10)
        assert (root_folder / name).stat().st_mode & 0o100, name


def test_the_licences_are_whole_and_every_file_has_one(
    files: dict[str, str], project: dict[str, Any]
) -> None:
    assert project["project"]["license"] == "AGPL-3.0-or-later"
    code = files["LICENSES/AGPL-3.0-or-later.txt"]
    content = files["LICENSES/CC-BY-SA-4.0.txt"]
    assert code.startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert "END OF TERMS AND CONDITIONS" in code
    assert all(f"Section {number} -- " in content for number in range(1, 9))
    named = set(re.findall(r'SPDX-License-Identifier = "(.+)"', files["REUSE.toml"]))
    assert named == {Path(name).stem for name in files if name.startswith("LICENSES/")}
