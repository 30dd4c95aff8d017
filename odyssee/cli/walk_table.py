"""A simulation on a terminal: what each stop got, what went wrong, and the events of one walk."""

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from odyssee.cli.walk_words import EVENTS, clock_of, counted, metres, percent, seconds
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.walk_report import Report

_HEADS = ("Entendue", "Tôt", "Tard", "Retard", "Manquée", "Sautée", "Attend")


def tell_report(legend: PublishedLegend, lang: str, report: Report) -> None:
    """Print the tables; of a single walk its events come first."""
    console = Console()
    if report.walks == 1:
        console.print(_events(report))
    console.print(_stops(report))
    heard = sum(told.event.type == "play" for told in report.first.told)
    if report.walks == 1:
        click.echo(f"{counted(heard, 'récit joué', 'récits joués')}.")
    click.echo(
        f"Réveils : {report.enters}, dont {report.false_enters} à faux et "
        f"{report.duplicates} en double."
    )
    titles = {stop["slug"]: stop["title"] for stop in legend.content(lang)["stops"]}
    for overlap in report.overlaps:
        click.echo(
            f"« {titles[overlap.stop]} » parle encore à l’arrivée à « {titles[overlap.next]} » "
            f"({percent(overlap.share)} des marches) : récit de {seconds(overlap.story_s)}, "
            f"arrivée après {seconds(overlap.to_next_s)}."
        )


def _events(report: Report) -> Table:
    table = Table(
        "Temps", "Événement", "Étape", "Vue à", "En vérité à", box=SIMPLE_HEAD, pad_edge=False
    )
    for told in report.first.told:
        away = (told.distance_m, told.true_distance_m)
        table.add_row(
            clock_of(told.elapsed_s),
            EVENTS[told.event.type],
            told.event.stop or "",
            *(metres(far) if told.event.stop else "" for far in away),
        )
    return table


def _stops(report: Report) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Étape", no_wrap=True, min_width=16)
    for head in _HEADS:
        table.add_column(head, justify="right", no_wrap=True)
    for stop in report.stops:
        table.add_row(
            stop.stop,
            percent(stop.heard_share),
            metres(stop.early_m),
            metres(stop.late_m),
            seconds(stop.delay_s, is_signed=True),
            percent(stop.missed_share),
            percent(stop.skipped_share),
            percent(stop.queued_share),
        )
    return table
