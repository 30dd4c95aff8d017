"""Publication: of legends, and of the territory's outline."""

from pathlib import Path

import click

from odyssee.actions import packing, publishing, territory, working
from odyssee.actions.tools import Tools
from odyssee.cli.bars import Bars
from odyssee.cli.desk import open_desk


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
