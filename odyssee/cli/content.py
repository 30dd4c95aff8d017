"""Content: check it, take it in, give it back."""

from pathlib import Path

import click

from odyssee.actions import ingesting
from odyssee.actions.tools import Tools
from odyssee.cli.bars import Bars
from odyssee.cli.desk import open_desk
from odyssee.cli.printing import problems_as_json, tell_problems
from odyssee.domain.errors import Problem

FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)


@click.command(epilog="\b\nExemples :\n  odyssee check contenus/\n  odyssee check contenus/ --json")
@click.argument("path", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Une liste JSON au lieu de lignes.")
def check(path: Path, *, as_json: bool) -> None:
    """Vérifier un dossier de contenus : chaque problème sur sa ligne."""
    problems = ingesting.check_folder(path)
    if as_json:
        click.echo(problems_as_json(problems))
    else:
        tell_problems(problems)
        click.echo(_counted(problems), err=True)
    if any(problem.severity == "error" for problem in problems):
        raise click.exceptions.Exit(1)


def _counted(problems: tuple[Problem, ...]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    return f"{errors} erreur(s), {len(problems) - errors} conseil(s)"


@click.command("import", epilog="\b\nExemple :\n  odyssee import contenus/")
@click.argument("path", type=FOLDER)
def import_(path: Path) -> None:
    """Reprendre un dossier de contenus dans les brouillons, en entier ou pas du tout."""
    import_folder(open_desk(signs=False), path)


def import_folder(tools: Tools, path: Path) -> None:
    """Import with progress bars, and say what changed."""
    with Bars() as bars:
        report = ingesting.import_folder(tools, path, bars)
    told = {"créées": report.created, "modifiées": report.changed, "inchangées": report.unchanged}
    parts = [f"{len(slugs)} {word}" for word, slugs in told.items() if slugs]
    click.echo(f"Légendes : {', '.join(parts) or 'aucune'} ; médias fabriqués : {report.encoded}.")
    if report.problems:
        click.echo(f"{len(report.problems)} conseil(s) : odyssee check {path}", err=True)
    tell_problems(report.measured, err=True)


@click.command(epilog="\b\nExemple :\n  odyssee export /tmp/copie")
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
def export(path: Path) -> None:
    """Écrire les brouillons dans un dossier : contenus/ et medias/.

    Ce qui s’y trouve déjà et qui est égal n’est pas touché.
    """
    slugs = ingesting.export_folder(open_desk(signs=False), path)
    click.echo(f"{len(slugs)} légende(s) écrites dans {path}.")
