"""Packs: onto a stick, for a kiosk that no network reaches."""

from pathlib import Path

import click

from odyssee.actions import kiosk_upkeep
from odyssee.cli.bars import Bars
from odyssee.cli.configuring import read_settings
from odyssee.main import build_tools


@click.group(epilog="\b\nExemple :\n  odyssee packs export-usb /media/cle-usb")
def packs() -> None:
    """Les paquets publiés."""


@packs.command("export-usb", epilog="\b\nExemple :\n  odyssee packs export-usb /media/cle-usb")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export_usb(folder: Path) -> None:
    """Écrire ce qui est publié sur une clé USB, pour une borne sans réseau."""
    store = build_tools(read_settings(), curation=False).published
    with Bars() as bars:
        count = kiosk_upkeep.export_packs(store, folder, bars)
    click.echo(
        f"{count} fichier(s) dans {folder} ; sur la borne : odyssee kiosk import-usb DOSSIER"
    )
