"""Pictures of a content folder, looked at before anything is imported."""

from pathlib import Path

import click

from odyssee.actions import picturing
from odyssee.cli.printing import tell_problems, write_page
from odyssee.cli.sheet_page import page_of_pictures


@click.command(
    "contact-sheet",
    epilog="\b\nExemple :\n  odyssee contact-sheet contenus/ --output planche.html",
)
@click.argument("path", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("planche.html"),
    show_default=True,
    help="La page à écrire.",
)
def contact_sheet(path: Path, output: Path) -> None:
    """Réunir toutes les images sur une page, à 400 px, avec leurs descriptions.

    La page se suffit à elle-même : elle s’ouvre sans réseau et s’envoie par courriel.
    """
    pictures, errors = picturing.list_pictures(path)
    write_page(output, page_of_pictures(pictures))
    click.echo(f"{len(pictures)} image(s) dans {output}.")
    tell_problems(errors, err=True)
    if errors:
        raise click.exceptions.Exit(1)
