"""Settings as the commands read them: what is wrong with one is told in a line."""

from typing import IO, Any

import click
from pydantic import ValidationError

from odyssee.settings import Settings


class BadSettings(click.ClickException):
    """Settings that cannot be used: exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Write a line for each of them to the error stream."""
        click.echo(self.message, file=file, err=True)


def read_settings() -> Settings:
    """The settings of this process.

    Raises:
        BadSettings: some of them cannot be used; all are told, and no value of theirs.
    """
    try:
        return Settings()
    except ValidationError as error:
        told = [
            f"odyssee : réglage ODYSSEE_{'_'.join(map(str, found['loc'])).upper()} : {found['msg']}"
            for found in error.errors()
        ]
        raise BadSettings("\n".join(told)) from None
