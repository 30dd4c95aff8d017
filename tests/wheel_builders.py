"""Wheels of our own software as an office would offer them, made from this checkout."""

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder)]
    command = [sys.executable, "-m", "pip", "wheel", *options, str(ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    (made,) = folder.glob("*.whl")
    return made


def another_version(
    wheel: Path, version: str, changes: Mapping[str, tuple[str, str]] | None = None
) -> Path:
    """The same software under another version; in each file so named one text for another."""
    present = wheel.name.split("-")[1]
    target = wheel.with_name(wheel.name.replace(present, version))
    wanted = dict(changes or {})
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith("/METADATA"):
                data = data.replace(
                    f"\nVersion: {present}\n".encode(), f"\nVersion: {version}\n".encode()
                )
            change = wanted.pop(name.replace(present, "*"), None)
            if change is not None:
                assert change[0].encode() in data
                data = data.replace(change[0].encode(), change[1].encode(), 1)
            new.writestr(name.replace(f"-{present}.dist-info", f"-{version}.dist-info"), data)
    assert not wanted
    return target
