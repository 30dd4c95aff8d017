"""Everything at once: from a folder of contents to a server."""

import os
import time
from pathlib import Path

import click

from odyssee.cli.content import import_folder
from odyssee.cli.desk import open_desk
from odyssee.cli.people import add_first_admin
from odyssee.cli.publishing import publish_legends
from odyssee.cli.serving import PORT, run_server

FIRST_ADMIN = "bureau@perche-odyssee.example"
"""Who may do everything on a machine where nobody was added yet."""


@click.command(hidden=True)
@click.option("--port", default=8000, show_default=True, type=PORT)
@click.option("--content", default=Path("contenus"), type=click.Path(path_type=Path, exists=True))
def demo(port: int, content: Path) -> None:
    """Tout d’un coup : reprendre les contenus, les publier, servir."""
    url = f"http://localhost:{port}"
    os.environ.setdefault("ODYSSEE_PUBLIC_URL", url)  # exports name the address that is served
    click.echo("Reprise des contenus ; la première fois, les médias prennent quelques minutes.")
    began = time.monotonic()
    tools = open_desk()
    import_folder(tools, content)
    publish_legends(tools, (), everything=True)
    add_first_admin(tools, FIRST_ADMIN)
    click.echo(f"Prêt en {time.monotonic() - began:.0f} s.")
    click.echo(f"\n  Les légendes   {url}/\n  L’API          {url}/v1/legends")
    click.echo(f"  Sa description {url}/docs\n  Le bureau      {url}/bureau/connexion")
    click.echo("\n  Arrêt : Ctrl-C\n")
    run_server("127.0.0.1", port, 1)
