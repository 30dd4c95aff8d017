"""The command line: `odyssee …`, from content folder to server."""

from odyssee.cli.commands import main

__all__ = ["main"]
