"""Words on a terminal."""

import json
import uuid
from collections.abc import Sequence
from pathlib import Path

import click

from odyssee.api.content_texts import say_content
from odyssee.domain.errors import Problem


def tell_problems(problems: Sequence[Problem], *, err: bool = False) -> None:
    """Each problem as `file:line: code: sentence`; advice says so."""
    for problem in problems:
        kind = "" if problem.severity == "error" else "conseil : "
        line = f"{problem.where}: {problem.code}: {kind}{say_content(problem, 'fr')}"
        click.echo(line, err=err)


def problems_as_json(problems: Sequence[Problem]) -> str:
    """The problems as a JSON list, for other programs."""
    rows = [
        {
            "where": problem.where,
            "code": problem.code,
            "severity": problem.severity,
            "text": say_content(problem, "fr"),
        }
        for problem in problems
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


def write_page(path: Path, page: str) -> None:
    """Write a page whole or not at all; folders on the way are made.

    Raises:
        OSError: it cannot be written; what was there before stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        beside.write_text(page, "utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
