"""The commands by name; what each does stands in the module of its theme."""

import os
import sys

import click

from odyssee.api.texts import ERRORS, say
from odyssee.cli.on_demand import OnDemand
from odyssee.cli.printing import tell_problems
from odyssee.domain.errors import OdysseeError, ProblemsFound

EPILOG = """\b
Exemples :
  odyssee check contenus/
  odyssee import contenus/ && odyssee publish --all
  odyssee serve --port 8000
  odyssee simulate procession-du-dragon
"""


COMMANDS = {
    "check": "content:check",
    "closure": "closing:closure",
    "contact-sheet": "pictures:contact_sheet",
    "db": "upkeep:db",
    "demo": "demo:demo",
    "doctor": "upkeep:doctor",
    "export": "content:export",
    "import": "content:import_",
    "keys": "keys:keys",
    "kiosk": "kiosk:kiosk",
    "kiosks": "fleet:kiosks",
    "media": "media:media",
    "office": "people:office_",
    "openapi": "upkeep:openapi",
    "packs": "packs:packs",
    "person": "people:person",
    "publish": "publishing:publish",
    "serve": "serving:serve",
    "services": "partners:services",
    "settings": "upkeep:settings",
    "software": "software:software",
    "simulate": "walking:simulate",
    "territory": "publishing:territory_",
    "unpublish": "closing:unpublish",
    "worker": "serving:worker",
}
"""Module and name of each command."""


@click.group(
    commands=OnDemand(COMMANDS),
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="perche-odyssee", prog_name="odyssee")
def odyssee() -> None:
    """Parcours de légendes du Perche : écrire, publier, servir, marcher.

    L’état vit sous ODYSSEE_HOME (./var par défaut) ; les autres réglages sont
    dans docs/reglages.md. Codes de sortie : 0 fait, 1 problèmes trouvés,
    2 mauvais usage ou mauvais réglage.
    """


def main() -> None:
    """Run the command; a refusal is one line and an exit code, never a stack trace."""
    try:
        # Not standalone, click gives back the code of an Exit instead of raising it.
        sys.exit(odyssee(standalone_mode=False))
    except click.ClickException as wrong:
        wrong.show()
        sys.exit(2)
    except click.Abort:
        click.echo("Interrompu.", err=True)
        sys.exit(130)
    except ProblemsFound as found:
        tell_problems(found.problems, err=True)
        click.echo(f"odyssee : {_sentence(found)}", err=True)
        sys.exit(1)
    except OdysseeError as error:
        click.echo(f"odyssee : {_sentence(error)}", err=True)
        sys.exit(2)
    except OSError as error:
        told = f"{error.strerror} : {error.filename}" if error.filename else str(error)
        click.echo(f"odyssee : {told}", err=True)
        sys.exit(2)
    except Exception as error:
        if os.environ.get("ODYSSEE_DEBUG"):
            raise
        name = type(error).__name__
        click.echo(f"odyssee : erreur interne ({name}) ; ODYSSEE_DEBUG=1 pour le détail", err=True)
        sys.exit(2)


def _sentence(error: OdysseeError) -> str:
    about = " ".join(f"{name}={value}" for name, value in error.values.items())
    if error.code == "not_found":
        return f"introuvable : {about or error}"
    told = say(ERRORS, error.code, "fr", error.values)
    if isinstance(error, ProblemsFound) or str(error) == error.code:
        return told
    return f"{told} ({' '.join(str(error).split())})"
