"""A kiosk's software: taken over from the office, and handed over to at each start."""

import os
import sys
import threading
from importlib.metadata import version
from pathlib import Path

import click

from odyssee.actions import keyholding, updating
from odyssee.actions.updating import Updated, Updating
from odyssee.cli.bars import Bars
from odyssee.cli.configuring import read_settings
from odyssee.cli.following import ROOT, address_of
from odyssee.domain.errors import Unavailable
from odyssee.domain.software import BESIDE
from odyssee.main import build_kiosk, build_source, now

_STANDS_AFTER_S = 60.0
_RESULTS = {
    "updated": "version {version} en place, essayée ; elle sert au prochain démarrage",
    "unchanged": "rien de nouveau : c’est la version {version}",
    "nothing": "l’office ne propose aucun logiciel",
    "refused": "la version {version} n’a pas tenu : --again pour l’essayer encore",
    "unfit": "cette version ne tient pas ici ; l’ancienne reste",
    "busy": "une synchronisation est en cours ; réessayez",
    "unreachable": "la source ne répond pas ; l’ancienne version reste",
    "not_trusted": "ce logiciel n’est pas signé comme il faut ; l’ancienne version reste",
    "damaged": "ce qui est venu est abîmé ; l’ancienne version reste",
    "disk_full": "plus assez de place ; l’ancienne version reste",
}
_WELL = {"updated", "unchanged", "nothing"}


@click.command(
    epilog="\b\nExemples :\n  odyssee kiosk update --server https://odyssee.example"
    "\n  odyssee kiosk update --from /media/cle-usb"
)
@click.option("--server", default="", help="Adresse du serveur ; sinon celle d’ODYSSEE_SERVER.")
@click.option(
    "--from",
    "stick",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Clé USB (odyssee packs export-usb), au lieu du serveur.",
)
@ROOT
@click.option("--again", is_flag=True, help="Essayer aussi une version qui n’a pas tenu.")
def update(server: str, stick: Path | None, root_file: Path | None, *, again: bool) -> None:
    """Reprendre le logiciel que l’office propose, s’il tient ici (code 1 : il n’est pas en place).

    La version est installée à côté de l’ancienne, mise en marche sur le contenu
    de la borne et interrogée ; elle n’est choisie que si tout répond. Si elle
    tombe trois fois ensuite, la borne revient d’elle-même à la précédente.
    """
    settings = read_settings()
    running = version("perche-odyssee")
    with Bars() as bars:
        updated = updating.update(
            Updating(
                folder=build_kiosk(settings),
                source=build_source(stick or address_of(server)),
                present=running,
                by_hand=os.environ.get(BESIDE, running),
                now=now(),
                root=None if root_file is None else keyholding.read_root_file(root_file),
                again=again,
                reserve_bytes=settings.kiosk_reserve_mb * 1_000_000,
                progress=bars,
            )
        )
    _tell(updated)


def _tell(updated: Updated) -> None:
    sentence = _RESULTS[updated.result].format(version=updated.version)
    click.echo(sentence, err=updated.result not in _WELL)
    if updated.detail:
        click.echo(updated.detail, err=True)
    if updated.result not in _WELL:
        raise click.exceptions.Exit(1)


def hand_over(command: str | None) -> None:
    """Run the chosen version instead of this one, with the same words; usually it is this one.

    Whatever is wrong with the disk, the version that was installed by hand runs.
    """
    if BESIDE in os.environ:
        return
    by_hand = version("perche-odyssee")
    try:
        folder = build_kiosk(read_settings())
        environment = updating.what_to_run(folder, by_hand, counts=command == "serve")
    except Unavailable:
        return
    if environment is not None:
        os.execve(  # noqa: S606 - this Python, and the words that it was given
            sys.executable, [sys.executable, "-P", "-m", "odyssee", *sys.argv[1:]], environment
        )


def tell_that_it_stands() -> None:
    """Note in a minute that the version that serves stands, if it still does then."""
    folder = build_kiosk(read_settings())
    timer = threading.Timer(_STANDS_AFTER_S, updating.note_that_it_stands, [folder])
    timer.daemon = True
    timer.start()
