"""The kiosk: its commands by name, and its server, which loads nothing that it does not need."""

import os

import click

from odyssee.cli.configuring import read_settings
from odyssee.cli.on_demand import OnDemand
from odyssee.cli.serving import PORT, run_server
from odyssee.main import build_kiosk

COMMANDS = {
    "enrol": "enrolling:enrol",
    "export-usb": "enrolling:export_usb",
    "import-usb": "following:import_usb",
    "rollback": "following:rollback",
    "scrub": "following:scrub",
    "serve": "kiosk:serve",
    "status": "following:status",
    "sync": "following:sync",
}
"""Module and name of each command."""


@click.group(
    commands=OnDemand(COMMANDS),
    epilog="\b\nExemples :"
    "\n  odyssee kiosk sync --server https://odyssee.example --root racine.json"
    "\n  odyssee kiosk serve --port 8080\n  odyssee kiosk status",
)
def kiosk() -> None:
    """Une borne : elle reprend ce qui est publié et le sert sans réseau."""


@click.command(epilog="\b\nExemple :\n  odyssee kiosk serve --port 8080")
@click.option("--host", default="127.0.0.1", show_default=True, help="Adresse d’écoute.")
@click.option("--port", default=8080, show_default=True, type=PORT, help="Port d’écoute.")
def serve(host: str, port: int) -> None:
    """Servir l’API et les pages depuis la borne, sans réseau ni base."""
    folder = build_kiosk(read_settings())
    # The same server over another store: it reads, takes no jobs and opens no desk.
    os.environ["ODYSSEE_STORE_URL"] = folder.store.resolve().as_uri()
    os.environ["ODYSSEE_WORKER"] = "none"
    os.environ["ODYSSEE_ADMIN"] = "off"
    run_server(host, port, 1)
