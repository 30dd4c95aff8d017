"""Progress bars on a terminal."""

import sys
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

TOLD_EVERY = 10
STAGES = {"media": "Images et sons", "packs": "Paquets", "walks": "Marches"}


class Bars:
    """Progress bars on the error stream; now and then a line where it is no terminal."""

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
        self._is_log = not console.is_terminal
        self._what, self._done, self._total = "", 0, 0
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
        self._what, self._done, self._total = what, 0, total
        self._task = self._bars.add_task(STAGES.get(what, what), total=total, name="")

    def step(self, name: str) -> None:
        """One step is done; a log is told of every tenth medium."""
        self._done += 1
        if self._is_log and self._what == "media" and self._done % TOLD_EVERY == 0:
            click.echo(f"{self._done}/{self._total} {name}", err=True)
        self._bars.update(self._task, advance=1, name=name)

    def end(self) -> None:
        """The stage is done."""
        self._bars.update(self._task, name="")
