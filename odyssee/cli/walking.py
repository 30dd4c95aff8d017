"""Walking at a desk: what a walk along a published trail would make heard."""

import json
import math
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from odyssee.actions.reading import refresh
from odyssee.actions.simulating import (
    Heard,
    StopReport,
    report_walks,
    walk_route,
    walk_trace,
)
from odyssee.actions.tracing import read_trace
from odyssee.cli.configuring import read_settings
from odyssee.cli.walk_page import clock_of, page_of_walk, page_of_walks
from odyssee.domain.catalogue import PublishedLegend
from odyssee.main import build_tools

EPILOG = """\b
Exemples :
  odyssee simulate procession-du-dragon
  odyssee simulate procession-du-dragon --gpx balade.gpx
  odyssee simulate procession-du-dragon --noise 10 --walks 50 --seed 7
  odyssee simulate procession-du-dragon --html marche.html
"""


@click.command(epilog=EPILOG)
@click.argument("slug")
@click.option(
    "--gpx",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Suivre une trace enregistrée au lieu du parcours.",
)
@click.option(
    "--noise",
    "noise_m",
    type=click.FloatRange(0, 100),
    default=0.0,
    show_default=True,
    metavar="SIGMA_M",
    help="Erreur de position du téléphone, en mètres.",
)
@click.option("--walks", type=click.IntRange(1, 10_000), default=1, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Même graine, même marche.")
@click.option("--lang", default="fr", show_default=True, help="Langue des récits.")
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu d’un tableau.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Écrire aussi une page HTML, sans script.",
)
def simulate(  # noqa: PLR0913 - one argument for each option
    slug: str,
    gpx: Path | None,
    noise_m: float,
    walks: int,
    seed: int,
    lang: str,
    *,
    as_json: bool,
    page: Path | None,
) -> None:
    """Marcher une légende publiée et dire chaque événement, son heure, sa distance."""
    if not math.isfinite(noise_m):
        raise click.BadParameter("un nombre fini est attendu", param_hint="--noise")
    if gpx is not None and (walks > 1 or noise_m):
        raise click.UsageError("--gpx suit une trace telle quelle : sans --noise ni --walks.")
    tools = build_tools(read_settings(), curation=False)
    refresh(tools)
    legend = tools.shelf.current().get_legend(slug)
    if gpx is not None:
        done = [walk_trace(legend, read_trace(gpx), lang)]
        how = "Trace enregistrée."
    else:
        done = _walk_route(legend, lang, noise_m, range(seed, seed + walks), quiet=as_json)
        how = (
            f"Parcours publié, erreur de position {noise_m:g} m, {walks} marche(s), graine {seed}."
        )
    if len(done) == 1:
        told = page_of_walk(legend, how, done[0])
        _tell_walk(done[0], as_json=as_json)
    else:
        reports = report_walks(done, legend)
        told = page_of_walks(legend, how, reports)
        _tell_walks(reports, walks, seed, as_json=as_json)
    if page is not None:
        page.write_text(told, encoding="utf-8")


def _walk_route(
    legend: PublishedLegend, lang: str, noise_m: float, seeds: range, *, quiet: bool
) -> list[list[Heard]]:
    hidden = quiet or len(seeds) == 1
    with click.progressbar(seeds, label="Marches", hidden=hidden, file=sys.stderr) as left:
        return [walk_route(legend, lang, noise_m=noise_m, seed=seed) for seed in left]


def _tell_walk(walk: list[Heard], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "elapsed_s": round(heard.elapsed_s, 1),
                "type": heard.event.type,
                "stop": heard.event.stop,
                "distance_m": None if heard.distance_m is None else round(heard.distance_m, 1),
                "skipped": list(heard.event.skipped),
                "after": heard.event.after,
            }
            for heard in walk
        ]
        click.echo(json.dumps({"events": rows}, ensure_ascii=False, indent=2))
        return
    table = Table("Temps", "Événement", "Étape", "Distance")
    for heard in walk:
        away = "" if heard.distance_m is None else f"{heard.distance_m:.0f} m"
        table.add_row(clock_of(heard.elapsed_s), heard.event.type, heard.event.stop or "", away)
    Console().print(table)
    click.echo(f"{sum(heard.event.type == 'play' for heard in walk)} récit(s) joués.")


def _tell_walks(reports: list[StopReport], walks: int, seed: int, *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "stop": report.stop,
                "heard_share": report.heard_share,
                "enter_distance_m": report.enter_distance_m,
            }
            for report in reports
        ]
        document = {"walks": walks, "seed": seed, "stops": rows}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    table = Table("Étape", "Entendue", "Distance médiane à l’entrée")
    for report in reports:
        away = report.enter_distance_m
        table.add_row(
            report.stop, f"{report.heard_share:.1%}", "jamais" if away is None else f"{away:.0f} m"
        )
    Console().print(table)
