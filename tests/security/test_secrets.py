"""No secret lies in the files or in the history, and the scan that says so finds planted ones."""

import json
import os
import secrets
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import pytest

_HERE = Path(__file__).parent
_NOTHING, _FOUND = 0, 200
"""Exit statuses of Kingfisher; others are its own failures."""
_COMMAND = (
    *("scan", "--no-validate", "--no-update-check", "--quiet", "--format", "json"),
    *("--confidence", "low", "--rules-path", str(_HERE / "secret-rules.yml")),
)
"""Offline: nothing that is found is tried on anyone's service."""


class Finding(NamedTuple):
    """Where something looks like a secret; never the secret itself."""

    path: str
    rule: str
    sha256: str


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def scan(root: Path, paths: Sequence[Path]) -> list[Finding]:
    """What looks like a secret in files and repositories, their whole history included."""
    done = subprocess.run(
        [Path(sys.executable).with_name("kingfisher"), *_COMMAND, *paths],
        cwd=root,
        env={**os.environ, "KF_RULE_CACHE_DIR": str(Path(sys.prefix) / "kingfisher-rules")},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode in {_NOTHING, _FOUND}, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [
        Finding(
            one["finding"]["path"].removeprefix("./"),
            one["rule"]["id"],
            sha256(one["finding"]["snippet"].encode()).hexdigest(),
        )
        for one in found
    ]


def everything(root: Path, scratch: Path) -> list[Path]:
    """What is to be scanned: all commits of the branch, and the files that are not committed yet.

    An archive without a history is scanned as it lies.
    """
    if not (root / ".git").exists():
        return [root]
    clone = scratch / "history.git"
    # Not by hard links: those would bring the objects of all other branches.
    _git(root, "clone", "--quiet", "--bare", "--single-branch", "--no-local", str(root), str(clone))
    changed = _git(root, "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    names = {name for name in changed.split("\0") if name}
    return [clone, *(root / name for name in sorted(names) if (root / name).is_file())]


def test_neither_the_files_nor_the_history_hold_a_secret(root_folder: Path, tmp_path: Path) -> None:
    listed = tomllib.loads((_HERE / "reviewed-secrets.toml").read_text(encoding="utf-8"))
    reviewed = {Finding(one["path"], one["rule"], one["sha256"]) for one in listed["reviewed"]}
    found = set(scan(root_folder, everything(root_folder, tmp_path)))
    assert found - reviewed == set(), "take it out and renew it; no secret: list it as reviewed"
    assert reviewed - found == set(), "no longer there: take it off the list"


def _private_key() -> str:
    lines = "\n".join(secrets.token_urlsafe(48) for _ in range(4))
    return f"-----BEGIN {'EC'} PRIVATE KEY-----\n{lines}\n-----END {'EC'} PRIVATE KEY-----"


_PLANTED: dict[str, Callable[[], str]] = {
    "odyssee.token: a session": lambda: "ody_s_" + secrets.token_urlsafe(32),
    "odyssee.token: a personal token": lambda: "ody_t_" + secrets.token_urlsafe(32),
    "betterleaks.private-key": _private_key,
    "betterleaks.generic-credential-uri": lambda: (
        f"postgresql://odyssee:{secrets.token_hex(12)}@db/odyssee"
    ),
}


@pytest.mark.parametrize("kind", _PLANTED)
def test_a_planted_key_is_found_even_after_it_was_removed(tmp_path: Path, kind: str) -> None:
    repository = tmp_path / "planted"
    repository.mkdir()
    _git(repository, "init", "--quiet")
    _git(repository, "config", "user.name", "Test")
    _git(repository, "config", "user.email", "test@example.org")
    leak = repository / "réglages.py"
    for text in (f'KEY = "{_PLANTED[kind]()}"\n', "KEY = None\n"):
        leak.write_text(text, encoding="utf-8")
        _git(repository, "add", ".")
        _git(repository, "commit", "--quiet", "--message", "Change the key")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = scan(repository, everything(repository, scratch))
    assert [(one.path, one.rule) for one in found] == [("réglages.py", kind.split(":", 1)[0])]


def test_a_planted_key_is_found_before_it_is_committed(tmp_path: Path) -> None:
    repository = tmp_path / "planted"
    repository.mkdir()
    _git(repository, "init", "--quiet")
    (repository / "notes.md").write_text(f"Jeton : ody_t_{secrets.token_urlsafe(32)}\n")
    assert [one.rule for one in scan(repository, [repository / "notes.md"])] == ["odyssee.token"]
