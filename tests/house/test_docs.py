"""The pages for people: what they name exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from odyssee.cli.commands import odyssee
from odyssee.cli.upkeep import settings_page
from odyssee.settings import Settings

_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
_COMMAND = re.compile(r"(?:^|[\s/`])odyssee ((?:[a-z][a-z-]* ?)+)")
_MAKE = re.compile(r"(?:^|[\s`])make ([a-z][a-z-]*)")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
_SETTING = re.compile(r"\bODYSSEE_[A-Z0-9_]+")
_LAID_OUT = ("README.md", "CHANGELOG.md", "docs/", "deploy/")
_FROM_OUTSIDE = {"ODYSSEE_SHARED_DATA"}
"""Read by the tests alone."""


@pytest.fixture(scope="module")
def pages(files: dict[str, str]) -> dict[str, str]:
    return {
        name: text
        for name, text in files.items()
        if name.endswith(".md") and name.startswith(_LAID_OUT)
    }


def _code(pages: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in pages.items():
        for block in _CODE.findall(text):
            for line in block.strip("`").splitlines():
                yield name, line


def _is_command(words: list[str]) -> bool:
    group: click.Command | None = odyssee
    for word in words:
        if not isinstance(group, click.Group):
            return True  # the rest are arguments
        group = group.commands.get(word)
        if group is None:
            return False
    return not isinstance(group, click.Group)


def test_the_pages_name_only_commands_that_exist(pages: dict[str, str]) -> None:
    unknown = {
        f"{name}: odyssee {found}"
        for name, line in _code(pages)
        for found in _COMMAND.findall(line)
        if not _is_command(found.split())
    }
    assert not unknown


def test_the_pages_name_only_targets_that_make_knows(
    pages: dict[str, str], files: dict[str, str]
) -> None:
    targets = set(re.findall(r"^([a-z-]+):", files["Makefile"], re.MULTILINE))
    named = {found for _name, line in _code(pages) for found in _MAKE.findall(line)}
    assert named <= targets


def test_the_pages_and_files_of_deployment_name_only_settings_that_exist(
    files: dict[str, str],
) -> None:
    known = {f"ODYSSEE_{field.upper()}" for field in Settings.model_fields} | _FROM_OUTSIDE
    laid_out = (*_LAID_OUT, "Dockerfile", "docker-compose.yml", "Makefile", ".ci/")
    unknown = {
        f"{name}: {setting}"
        for name, text in files.items()
        if name.startswith(laid_out)
        for setting in _SETTING.findall(text)
        if setting not in known
    }
    assert not unknown


def test_every_link_of_the_pages_leads_somewhere(pages: dict[str, str], root_folder: Path) -> None:
    broken = [
        f"{name}: {target}"
        for name, text in pages.items()
        for target in _LINK.findall(text)
        if not (root_folder / Path(name).parent / target).exists()
    ]
    assert not broken


def test_every_page_is_reached_from_the_readme(pages: dict[str, str], root_folder: Path) -> None:
    reached: set[str] = set()
    waiting = ["README.md"]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in pages:
            continue
        reached.add(name)
        folder = root_folder / Path(name).parent
        waiting += [
            (folder / target).resolve().relative_to(root_folder).as_posix()
            for target in _LINK.findall(pages[name])
        ]
    assert set(pages) == reached


def test_the_readme_shows_how_to_run_and_to_test(files: dict[str, str]) -> None:
    commands = {line.strip() for _name, line in _code({"README.md": files["README.md"]})}
    assert {"make run", "make test"} <= commands


def test_the_settings_page_is_that_of_the_settings(files: dict[str, str]) -> None:
    assert files["docs/reglages.md"] == settings_page(), "run make openapi"


def test_every_decision_stands_in_the_index(files: dict[str, str]) -> None:
    index = files["docs/adr/README.md"]
    decisions = sorted(
        Path(name).name for name in files if re.match(r"docs/adr/\d{4}-[a-z0-9-]+\.md$", name)
    )
    assert [name[:4] for name in decisions] == [f"{n + 1:04d}" for n in range(len(decisions))]
    assert [name for name in decisions if f"]({name})" not in index] == []
    for name in decisions:
        headings = re.findall(r"^## (.+)$", files[f"docs/adr/{name}"], re.MULTILINE)
        assert headings == ["Context", "Decision", "Alternatives", "Consequences"], name


def test_the_changelog_has_a_place_for_what_is_not_released(files: dict[str, str]) -> None:
    headings = re.findall(r"^## \[(.+?)\]", files["CHANGELOG.md"], re.MULTILINE)
    assert headings[0] == "Unreleased"
