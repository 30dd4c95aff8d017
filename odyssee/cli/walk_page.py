"""A walk at a desk as one page of HTML: no script, nothing that is fetched from elsewhere."""

from collections.abc import Iterable, Sequence
from html import escape

from odyssee.actions.simulating import Heard, StopReport
from odyssee.domain.catalogue import PublishedLegend

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{padding:.3rem .6rem;border-bottom:1px solid #bbb;text-align:left}"
)
_CAUTION = (
    "Marche calculée à partir du parcours publié ou d’une trace : elle ne remplace pas "
    "une marche sur place."
)


def page_of_walk(legend: PublishedLegend, how: str, walk: Sequence[Heard]) -> str:
    """One walk: each event, its time and its distance from the stop.

    Args:
        legend: the legend that was walked.
        how: in French, what was walked: the route or a trace, and how noisily.
        walk: the events, in their order.
    """
    rows = [
        (
            clock_of(heard.elapsed_s),
            heard.event.type,
            heard.event.stop or "",
            "" if heard.distance_m is None else f"{heard.distance_m:.0f} m",
        )
        for heard in walk
    ]
    return _page(legend, how, ("Temps", "Événement", "Étape", "Distance"), rows)


def page_of_walks(legend: PublishedLegend, how: str, reports: Sequence[StopReport]) -> str:
    """Many walks: the share of them that heard each stop; arguments as `page_of_walk`."""
    rows = [
        (
            report.stop,
            f"{report.heard_share:.1%}",
            "jamais" if report.enter_distance_m is None else f"{report.enter_distance_m:.0f} m",
        )
        for report in reports
    ]
    return _page(legend, how, ("Étape", "Entendue", "Distance médiane à l’entrée"), rows)


def clock_of(elapsed_s: float) -> str:
    """Minutes and seconds since the first fix."""
    minutes, seconds = divmod(round(elapsed_s), 60)
    return f"{minutes:3d} min {seconds:02d}"


def _page(
    legend: PublishedLegend, how: str, heads: Sequence[str], rows: Iterable[Sequence[str]]
) -> str:
    title = escape(f"{legend.content('fr')['title']} : marche simulée")
    table = "".join(f"<tr>{_cells('td', row)}</tr>\n" for row in rows)
    return (
        f'<!doctype html>\n<html lang="fr">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width">\n'
        f"<style>{_STYLE}</style>\n<h1>{title}</h1>\n"
        f"<p>{escape(legend.slug)}, révision {legend.revision}. {escape(how)}</p>\n"
        f"<p>{_CAUTION}</p>\n"
        f"<table>\n<thead><tr>{_cells('th', heads)}</tr></thead>\n<tbody>\n{table}</tbody>\n"
        "</table>\n</html>\n"
    )


def _cells(kind: str, words: Sequence[str]) -> str:
    return "".join(f"<{kind}>{escape(word)}</{kind}>" for word in words)
