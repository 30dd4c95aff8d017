"""Commands whose modules are loaded when they are asked for."""

import gc
from collections import UserDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module

import click


class OnDemand(UserDict[str, click.Command]):
    """The commands of a group by name, each as `module:attribute` of this package.

    What `import` and `publish` load takes a second and 60 MB: `serve` does without.
    """

    def __init__(self, places: Mapping[str, str]) -> None:
        super().__init__(dict.fromkeys(places, click.Command(None)))  # names to list
        self._places = places

    def __getitem__(self, name: str) -> click.Command:
        """The command of that name, loaded."""
        module, _, attribute = self._places[name].partition(":")
        with _sparing_the_collector():
            loaded = import_module(f"odyssee.cli.{module}")
        command: click.Command = getattr(loaded, attribute)
        return command


@contextmanager
def _sparing_the_collector() -> Iterator[None]:
    """Modules stay as long as the program: looking for garbage among them takes a tenth of it."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
