"""Content: check it, take it in, give it back, publish it."""

from pathlib import Path

import click

from odyssee.actions import ingesting, packing, picturing, publishing, territory, working
from odyssee.actions.tools import Tools
from odyssee.cli.bars import Bars
from odyssee.cli.desk import open_desk
from odyssee.cli.printing import problems_as_json, tell_problems, write_page
from odyssee.cli.sheet_page import page_of_pictures
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
    import_folder(open_desk(), path)


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
    slugs = ingesting.export_folder(open_desk(), path)
    click.echo(f"{len(slugs)} légende(s) écrites dans {path}.")


@click.command(
    epilog="\b\nExemples :\n  odyssee publish procession-du-dragon\n  odyssee publish --all"
)
@click.argument("slugs", nargs=-1, metavar="SLUG…")
@click.option("--all", "everything", is_flag=True, help="Toutes les légendes.")
def publish(slugs: tuple[str, ...], *, everything: bool) -> None:
    """Publier des brouillons : figer une révision et bâtir son paquet."""
    if bool(slugs) == everything:
        raise click.UsageError("Nommez des légendes, ou donnez --all.")
    publish_legends(open_desk(), slugs, everything=everything)


def publish_legends(tools: Tools, slugs: tuple[str, ...], *, everything: bool) -> None:
    """Publish and build at once: the command answers when the legends are served."""
    wanted = publishing.list_publishable(tools) if everything else list(slugs)
    if not wanted:
        click.echo("Aucun brouillon à publier : commencez par odyssee import contenus/", err=True)
    for slug in wanted:
        ordered = publishing.publish(tools, slug, by="odyssee publish")
        if tools.desk.signer is None:
            told = "inchangée" if ordered.job is None else "en file, le signataire la publiera"
            click.echo(f"{slug} : {told}, révision {ordered.revision}.")
            continue
        with Bars() as bars:
            if ordered.job is None:
                packing.build_pack(tools, slug, ordered.revision, bars)
            else:
                working.work_off(tools, ordered.job, bars)
        told = "inchangée, révision" if ordered.job is None else "publiée, révision"
        click.echo(f"{slug} : {told} {ordered.revision}.")


@click.group("territory", epilog="\b\nExemple :\n  odyssee territory set contour.geojson")
def territory_() -> None:
    """Le territoire : son contour."""


@territory_.command("set", epilog="\b\nExemple :\n  odyssee territory set contour.geojson")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def set_territory(file: Path) -> None:
    """Remplacer le contour schématique par un contour officiel (GeoJSON)."""
    tools = open_desk()
    job = territory.set_outline(tools, file)
    if job is None:
        click.echo("Contour officiel en place ; il sera publié avec la première légende.")
    elif tools.desk.signer is None:
        click.echo("Contour officiel en place ; le signataire le publiera.")
    else:
        working.work_off(tools, job)
        click.echo("Contour officiel en place, et publié.")


@click.command(
    "contact-sheet",
    epilog="\b\nExemple :\n  odyssee contact-sheet contenus/ --output planche.html",
)
@click.argument("path", type=FOLDER)
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
