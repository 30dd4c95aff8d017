"""Software for kiosks: the office offers a version, each kiosk takes it over and tries it."""

from pathlib import Path

import click

from odyssee.actions import offering
from odyssee.api.texts import say_field
from odyssee.cli.configuring import read_settings
from odyssee.cli.desk import open_desk
from odyssee.domain.errors import InputInvalid
from odyssee.domain.people import COMMAND_LINE
from odyssee.main import build_tools

_WHEEL = click.Path(path_type=Path, dir_okay=False, exists=True)


@click.group(
    epilog="\b\nExemples :\n  odyssee software offer dist/perche_odyssee-1.2.0-py3-none-any.whl"
    "\n  odyssee software status\n  odyssee software withdraw"
)
def software() -> None:
    """Le logiciel que les bornes reprennent d’elles-mêmes, signé comme le contenu."""


@software.command(
    epilog="\b\nExemples :\n  odyssee software offer dist/perche_odyssee-1.2.0-py3-none-any.whl"
    "\n  odyssee software offer dist/*.whl"
)
@click.argument("wheels", metavar="ROUES…", nargs=-1, required=True, type=_WHEEL)
def offer(wheels: tuple[Path, ...]) -> None:
    """Proposer une version aux bornes : la roue du logiciel, et celles qu’il lui faut en plus.

    Une borne garde les bibliothèques de son installation : ne joignez que celles
    dont la nouvelle version a besoin en plus, ou plus récentes, pour le même
    système. Chaque borne l’essaie avant de l’adopter, et garde la sienne sinon.
    """
    try:
        offered = offering.offer(open_desk(), wheels, COMMAND_LINE)
    except InputInvalid as refused:
        raise click.ClickException(say_field(refused.problems[0], "fr")) from None
    size_mb = offered.size_bytes / 1e6
    click.echo(
        f"Version {offered.version} proposée : {len(offered.wheels)} roue(s), {size_mb:.1f} Mo."
    )


@software.command(epilog="\b\nExemple :\n  odyssee software withdraw")
def withdraw() -> None:
    """Ne plus rien proposer ; les bornes gardent ce qu’elles ont."""
    offering.take_back(open_desk(), COMMAND_LINE)
    click.echo("Plus rien n’est proposé aux bornes.")


@software.command(epilog="\b\nExemple :\n  odyssee software status")
def status() -> None:
    """Dire ce qui est proposé aux bornes."""
    found = offering.find_offered(build_tools(read_settings(), curation=False).published)
    if found is None:
        click.echo("Rien n’est proposé aux bornes.")
        return
    click.echo(f"Version {found.version} :")
    for wheel in found.wheels:
        click.echo(f"  {wheel.name}, {wheel.size_bytes / 1e6:.1f} Mo")
