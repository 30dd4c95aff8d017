"""Words, tables and progress bars on a terminal."""

import json
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from odyssee.api.content_texts import say_content
from odyssee.domain.errors import Problem

STAGES = {"media": "Images et sons", "packs": "Paquets"}


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


class Bars:
    """Progress bars on the error stream; silent where it is no terminal."""

    def __init__(self) -> None:
        console = Console(file=sys.stderr)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[name]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bars.add_task("", visible=False, name="")

    def __enter__(self) -> Self:
        """Show the bars."""
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bars away."""
        self._bars.stop()

    def begin(self, what: str, total: int) -> None:
        """A stage begins."""
        self._task = self._bars.add_task(STAGES.get(what, what), total=total, name="")

    def step(self, name: str) -> None:
        """One step is done."""
        self._bars.update(self._task, advance=1, name=name)

    def end(self) -> None:
        """The stage is done."""
        self._bars.update(self._task, name="")
