"""A kiosk joins the fleet, and brings its counts by stick where no network is."""

import socket
from pathlib import Path

import click

from odyssee.actions import homing, joining
from odyssee.cli.configuring import read_settings
from odyssee.main import build_identity, build_kiosk, build_stick


@click.command(
    epilog="\b\nExemples :\n  odyssee kiosk enrol --server https://odyssee.example --code XXXX-…"
    "\n  odyssee kiosk enrol --code XXXX-…"
)
@click.option("--server", default="", help="Adresse du serveur ; sans elle, par clé USB.")
@click.option("--code", required=True, help="Code donné par l’office (odyssee kiosks add).")
@click.option("--name", default="", help="Nom de cette machine ; sinon celui du système.")
def enrol(server: str, code: str, name: str) -> None:
    """Inscrire cette borne auprès de l’office ; lire les légendes n’en a pas besoin."""
    settings = read_settings()
    identity, machine = build_identity(settings), name or socket.gethostname()
    if server:
        membership = joining.join(identity, server, code, machine)
        click.echo(f"Borne inscrite : {membership.name}.")
        return
    joining.ask_to_join(identity, code, machine)
    click.echo("Demande gardée. Ensuite : odyssee kiosk export-usb DOSSIER, la clé USB à l’office,")
    click.echo(
        "là-bas odyssee kiosks import-usb DOSSIER, puis ici odyssee kiosk import-usb DOSSIER."
    )


@click.command("export-usb", epilog="\b\nExemple :\n  odyssee kiosk export-usb /media/cle-usb")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
def export_usb(folder: Path) -> None:
    """Mettre sur une clé USB ce qui attend l’office : l’inscription, les comptes."""
    count = homing.load_outbox(build_kiosk(read_settings()), build_stick(folder))
    click.echo(f"{count} message(s) sur la clé ; rien ne part d’ici avant la réponse de l’office.")
