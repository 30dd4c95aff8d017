"""Walking at a desk: what walks along a published trail would make heard."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import click
from click.core import ParameterSource

from odyssee.actions.reading import refresh
from odyssee.actions.simulating import simulate as simulate_walks
from odyssee.actions.tracing import read_trace
from odyssee.api.content_texts import say_content
from odyssee.cli.bars import Bars
from odyssee.cli.configuring import read_settings
from odyssee.cli.printing import write_page
from odyssee.cli.walk_options import SHARE, BadTrace, FiniteRange
from odyssee.cli.walk_page import page_of_walks
from odyssee.cli.walk_table import tell_report
from odyssee.cli.walk_words import percent
from odyssee.domain.errors import InputInvalid
from odyssee.domain.synthetic_walks import MAX_WALKS, Synthetic
from odyssee.domain.traces import Trace
from odyssee.domain.walk_report import Report
from odyssee.domain.walk_report_document import report_document
from odyssee.main import build_tools

EPILOG = """\b
Exemples :
  odyssee simulate procession-du-dragon
  odyssee simulate procession-du-dragon --walks 200 --html marche.html
  odyssee simulate procession-du-dragon --gpx balade.gpx
  odyssee simulate procession-du-dragon --trace balade.csv --json
  odyssee simulate procession-du-dragon --walks 100 --noise 20 --under-trees 30%
  odyssee simulate procession-du-dragon --walks 100 --bicycle --no-pauses
  odyssee simulate procession-du-dragon --walks 1000 --sampling 5 --jobs 2

\b
Une trace : GPX (les points datés des pistes), GeoJSON (LineString avec coordTimes,
ou des Point avec time) ou CSV (t ou time, lon, lat et, si connus, accuracy_m,
speed, heading ; les noms en première ligne).
"""
_FILE = click.Path(path_type=Path, dir_okay=False, exists=True)
_OF_WALKERS = {
    "walks": "--walks",
    "seed": "--seed",
    "sigma_m": "--noise",
    "correlation_s": "--correlation",
    "sampling_s": "--sampling",
    "backwards": "--reverse",
    "bicycle": "--bicycle",
    "shortcut": "--shortcut",
    "under_trees": "--under-trees",
    "dropouts": "--dropouts",
    "bad_phone": "--bad-phone",
    "no_pauses": "--no-pauses",
    "jobs": "--jobs",
}
"""Options that make up walks: a recorded one has its own."""
_BAD_OUTLIERS, _BAD_CLAIM = 0.05, 0.5


@click.command(epilog=EPILOG)
@click.argument("slug")
@click.option("--gpx", type=_FILE, help="Suivre une marche enregistrée (GPX).")
@click.option("--trace", type=_FILE, help="De même : GPX, GeoJSON ou CSV.")
@click.option(
    "--walks", type=click.IntRange(1, MAX_WALKS), default=1, show_default=True, help="Marches."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Même graine, mêmes marches.")
@click.option(
    "--noise",
    "sigma_m",
    type=FiniteRange(0, 100),
    default=10.0,
    show_default=True,
    metavar="SIGMA_M",
    help="Erreur de position du téléphone, en mètres ; 0 : parfait.",
)
@click.option(
    "--correlation",
    "correlation_s",
    type=FiniteRange(0, 600),
    default=27.0,
    show_default=True,
    metavar="S",
    help="En combien de secondes l’erreur change.",
)
@click.option(
    "--sampling",
    "sampling_s",
    type=FiniteRange(0.2, 60),
    default=1.0,
    show_default=True,
    metavar="S",
    help="Secondes d’une position à la suivante.",
)
@click.option("--reverse", "backwards", is_flag=True, help="Le parcours à rebours.")
@click.option("--bicycle", is_flag=True, help="À vélo (4,2 m/s) au lieu de marcher (1,3 m/s).")
@click.option(
    "--shortcut", type=SHARE, default=0.0, help="Couper cette part du parcours, au milieu."
)
@click.option("--under-trees", type=SHARE, default=0.0, help="Part du chemin sous les arbres.")
@click.option("--dropouts", type=SHARE, default=0.0, help="Part du temps sans aucune position.")
@click.option(
    "--bad-phone",
    is_flag=True,
    help="5 % de positions aberrantes, une précision surfaite du double.",
)
@click.option("--no-pauses", is_flag=True, help="Sans s’arrêter pendant les récits.")
@click.option("--lang", default="fr", show_default=True, help="Langue des récits.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processus à la fois."
)
@click.option("--json", "as_json", is_flag=True, help="JSON au lieu d’un tableau.")
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE",
    help="Écrire aussi une page HTML : carte, déroulement, tableau ; sans script.",
)
@click.pass_context
def simulate(
    context: click.Context,
    /,
    slug: str,
    gpx: Path | None,
    trace: Path | None,
    lang: str,
    *,
    as_json: bool,
    page: Path | None,
    **asked: Any,
) -> None:
    """Marcher une légende publiée : ce que l’on entend, trop tôt, trop tard, ou pas.

    Des promeneurs inventés suivent le parcours, chacun avec son téléphone qui
    se trompe ; ou bien une marche enregistrée est rejouée telle quelle.
    """
    walked = _recorded(context, gpx, trace)
    tools = build_tools(read_settings(), curation=False)
    refresh(tools)
    legend = tools.shelf.current().get_legend(slug)
    if lang not in legend.contents:
        known = ", ".join(sorted(legend.contents))
        raise click.BadParameter(f"langues de cette légende : {known}", param_hint="--lang")
    jobs = asked.pop("jobs")
    synthetic = _synthetic(**asked)
    try:
        with Bars() as bars, _collecting_only_what_is_new():
            report = simulate_walks(
                legend, walked or synthetic, lang=lang, progress=bars, jobs=jobs
            )
    except InputInvalid as refused:
        if walked is None:
            raise
        _refuse(refused)
    if walked is not None:
        _note(walked, report)
    if as_json:
        click.echo(json.dumps(report_document(report), ensure_ascii=False, indent=2))
    else:
        tell_report(legend, lang, report)
    if page is not None:
        how = _how(synthetic) if walked is None else "Trace enregistrée."
        write_page(page, page_of_walks(legend, lang, how, report))


@contextmanager
def _collecting_only_what_is_new() -> Iterator[None]:
    """Let the garbage collector be: over and over it would go through all that was imported."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _recorded(context: click.Context, gpx: Path | None, trace: Path | None) -> Trace | None:
    if gpx is not None and trace is not None:
        raise click.UsageError("--gpx ou --trace : une seule trace à la fois.")
    path = gpx or trace
    if path is None:
        return None
    given = [
        option
        for name, option in _OF_WALKERS.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if given:
        raise click.UsageError(f"Une trace est suivie telle quelle : sans {', '.join(given)}.")
    try:
        return read_trace(path, gpx_only=gpx is not None)
    except InputInvalid as refused:
        _refuse(refused)


def _refuse(refused: InputInvalid) -> NoReturn:
    """One line, wrong input: exit code 2."""
    problem, more = refused.problems[0], len(refused.problems) - 1
    told = f"{problem.where}: {problem.code}: {say_content(problem, 'fr')}"
    raise BadTrace(f"{told} (et {more} autre(s))" if more else told) from None


def _synthetic(*, backwards: bool, bad_phone: bool, no_pauses: bool, **asked: Any) -> Synthetic:
    return Synthetic(
        direction="reverse" if backwards else "forward",
        rests=not no_pauses,
        outliers=_BAD_OUTLIERS if bad_phone else 0.0,
        claimed=_BAD_CLAIM if bad_phone else 1.0,
        **asked,
    )


def _note(trace: Trace, report: Report) -> None:
    """What was left out of a trace, and whether it has anything to do with the legend."""
    if trace.untimed:
        click.echo(f"{trace.untimed} point(s) sans heure laissés de côté.", err=True)
    if trace.repeated:
        click.echo(f"{trace.repeated} point(s) à une heure déjà prise laissés de côté.", err=True)
    if not any(stop.is_passed for stop in report.stops):
        click.echo("La trace ne passe dans aucune zone de cette légende.", err=True)


def _how(asked: Synthetic) -> str:
    """The walks in words."""
    parts = [
        "parcours publié" + (" à rebours" if asked.direction == "reverse" else ""),
        "à vélo" if asked.bicycle else "",
        f"coupé de {percent(asked.shortcut)} en son milieu" if asked.shortcut else "",
        "" if asked.rests else "sans pause aux étapes",
        f"erreur de position {asked.sigma_m:g} m",
        f"corrélée sur {asked.correlation_s:g} s",
        f"une position toutes les {asked.sampling_s:g} s" if asked.sampling_s != 1 else "",
        f"{percent(asked.under_trees)} sous les arbres" if asked.under_trees else "",
        f"{percent(asked.dropouts)} du temps sans position" if asked.dropouts else "",
        f"{percent(asked.outliers)} de positions aberrantes" if asked.outliers else "",
        "précision surfaite" if asked.claimed < 1 else "",
        f"{asked.walks} marche(s), graine {asked.seed}",
    ]
    told = ", ".join(part for part in parts if part)
    return f"{told[0].upper()}{told[1:]}."
