"""The values that `odyssee simulate` takes, and how it refuses a trace."""

import math
from typing import IO, Any

import click


class FiniteRange(click.FloatRange):
    """A number between two bounds; NaN, which no bound stops, is none."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The number.

        Raises:
            click.BadParameter: no number, not finite, or out of its bounds.
        """
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail("un nombre fini est attendu", param, ctx)
        return number


class Share(click.ParamType[float]):
    """A part of a whole: `0.2` or `20%`, up to nine tenths."""

    name = "part"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The part, from 0 to 0.9.

        Raises:
            click.BadParameter: it is something else.
        """
        text = str(value).strip().replace(",", ".")
        try:
            share = float(text.rstrip("%\u202f\u00a0 ")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = math.nan
        if not 0.0 <= share <= 0.9:  # NaN compares false
            self.fail("une part est attendue, de 0 à 90% : 0.2 ou 20%", param, ctx)
        return share


SHARE = Share()


class BadTrace(click.ClickException):
    """A trace that cannot be followed: one line, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Write the line to the error stream."""
        click.echo(f"odyssee : {self.message}", file=file, err=True)
