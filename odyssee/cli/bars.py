"""Progress bars on a terminal."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

TOLD_EVERY = 10
STAGES = {"media": "Images et sons", "packs": "Paquets", "walks": "Marches"}


class Bars:
    """Progress bars on the error stream; now and then a line where it is no terminal.

    What draws them is loaded when a stage begins on a terminal: most deeds have none.
    """

    def __init__(self) -> None:
        self._is_log = not sys.stderr.isatty()
        self._bars: Progress | None = None
        self._what, self._done, self._total = "", 0, 0
        self._task: TaskID

    def __enter__(self) -> Self:
        """Nothing is shown before a stage begins."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bars away."""
        if self._bars is not None:
            self._bars.stop()

    def begin(self, what: str, total: int) -> None:
        """A stage begins."""
        self._what, self._done, self._total = what, 0, total
        if self._is_log:
            return
        if self._bars is None:
            self._bars = build_bars()
            self._bars.start()
        self._task = self._bars.add_task(STAGES.get(what, what), total=total, name="")

    def step(self, name: str) -> None:
        """One step is done; a log is told of every tenth medium."""
        self._done += 1
        if self._is_log and self._what == "media" and self._done % TOLD_EVERY == 0:
            click.echo(f"{self._done}/{self._total} {name}", err=True)
        if self._bars is not None:
            self._bars.update(self._task, advance=1, name=name)

    def end(self) -> None:
        """The stage is done."""
        if self._bars is not None:
            self._bars.update(self._task, name="")


def build_bars() -> "Progress":
    """The bars of a terminal, not shown yet."""
    # Loaded here: a twentieth of a second that an import where nothing changed does without.
    from rich.console import Console  # noqa: PLC0415 - the reason above
    from rich.progress import (  # noqa: PLC0415 - the reason above
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[name]}"),
        console=Console(file=sys.stderr),
    )
