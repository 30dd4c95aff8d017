"""The kiosk: its commands by name, and its server, which loads nothing that it does not need."""

import logging
import os

import click

from odyssee.cli.configuring import read_settings
from odyssee.cli.on_demand import OnDemand
from odyssee.cli.serving import LOG_FORMAT, PORT, run_server
from odyssee.domain.software import BESIDE, CHOSEN_FILE, TRIAL
from odyssee.main import build_kiosk, build_server

COMMANDS = {
    "enrol": "enrolling:enrol",
    "export-usb": "enrolling:export_usb",
    "import-usb": "following:import_usb",
    "rollback": "following:rollback",
    "scrub": "following:scrub",
    "serve": "kiosk:serve",
    "status": "following:status",
    "sync": "following:sync",
    "update": "renewing:update",
}
"""Module and name of each command."""


@click.group(
    commands=OnDemand(COMMANDS),
    epilog="\b\nExemples :"
    "\n  odyssee kiosk sync --server https://odyssee.example --root racine.json"
    "\n  odyssee kiosk serve --port 8080\n  odyssee kiosk status",
)
@click.pass_context
def kiosk(context: click.Context) -> None:
    """Une borne : elle reprend ce qui est publié et le sert sans réseau."""
    if (build_kiosk(read_settings()).root / CHOSEN_FILE).exists():
        from odyssee.cli.renewing import hand_over  # noqa: PLC0415 - loads what `serve` does without

        hand_over(context.invoked_subcommand)


@click.command(epilog="\b\nExemple :\n  odyssee kiosk serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=8080, show_default=True, type=PORT, help="Port d’écoute.")
def serve(host: str, port: int) -> None:
    """Servir l’API et les pages depuis la borne, sans réseau ni base."""
    settings = read_settings()
    folder = build_kiosk(settings)
    if settings.server:  # QR codes lead phones to the office, which they can reach anywhere
        os.environ.setdefault("ODYSSEE_PUBLIC_URL", settings.server.rstrip("/"))
    # The same server over another store: it reads, takes no jobs and opens no desk.
    os.environ["ODYSSEE_STORE_URL"] = folder.store.resolve().as_uri()
    os.environ["ODYSSEE_WORKER"] = "none"
    os.environ["ODYSSEE_ADMIN"] = "off"
    if os.environ.get(BESIDE, TRIAL) != TRIAL:
        from odyssee.cli.renewing import tell_that_it_stands  # noqa: PLC0415 - as above

        tell_that_it_stands()
    run_server(host, port, 1, factory="odyssee.cli.kiosk:build")


def build() -> object:
    """The server of a kiosk: it adds what visitors tell to its own counts."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    settings = read_settings()
    return build_server(settings, worker=False, counts=build_kiosk(settings).counts)
