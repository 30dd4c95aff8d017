"""A simulation as one page of HTML: no script, nothing that is fetched from elsewhere."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from statistics import fmean, median

from odyssee.cli.walk_map import draw_map
from odyssee.cli.walk_style import STYLE
from odyssee.cli.walk_timeline import draw_timeline
from odyssee.cli.walk_words import EVENTS, NARROW, clock_of, counted, metres, percent, seconds
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.walk_report import Report, StopReport, Told

_CAUTION = (
    "Marche calculée à partir du parcours publié ou d’une trace : elle ne remplace pas "
    "une marche sur place."
)
_NOTE = (
    "Trop tôt, trop tard : de combien, le long du chemin, le récit part avant ou après "
    "l’entrée réelle dans la zone, neuf fois sur dix au plus. Retard : médiane. "
    "À faux : le promeneur était à plus d’une fois et demie le rayon."
)
_RECORDED = (
    "D’une marche enregistrée on ne connaît que les positions du téléphone : les distances et les "
    "retards sont mesurés contre elles."
)
_HEADS = ("Étape", "Entendue", "Trop tôt", "Trop tard", "Retard", "Manquée", "Sautée", "Attend")
_MAP_KEY = (
    ("zone", "zone d’une étape"),
    ("route", "parcours publié"),
    ("way", "chemin réellement suivi"),
    ("fixes", "positions du téléphone"),
    ("enter", "réveil d’une étape, relié à la position vue"),
)
_TIME_KEY = (
    ("visit", "le promeneur est dans la zone"),
    ("mark", "réveil"),
    ("story", "le récit parle"),
    ("queue", "le récit attend son tour"),
)


def page_of_walks(legend: PublishedLegend, lang: str, how: str, report: Report) -> str:
    """The report, the first walk on a map and in time, and its events.

    Args:
        legend: the legend that was walked.
        lang: the language of its stories.
        how: in French, what was walked: the route or a trace, and how noisily.
        report: what the walks say.
    """
    words = legend.content(lang)
    title = escape(f"{words['title']} : marche simulée")
    titles = {stop["slug"]: stop["title"] for stop in words["stops"]}
    stories = {s["slug"]: (s["narration"] or {}).get("duration_s", 0.0) for s in words["stops"]}
    first = "" if report.walks == 1 else " : la première marche"
    drawn = draw_timeline(legend, report.first, stories, list(titles.values()))
    body = [
        _head(legend, title, how),
        "<main>",
        _figures(report),
        _section("Étape par étape", _stops(report, titles) + _note(report)),
        _overlaps(report, titles),
        _section(f"Carte{first}", draw_map(legend, report.first) + _key(_MAP_KEY)),
        _section(f"Déroulement{first}", drawn + _key(_TIME_KEY)),
        _section(f"Événements{first}", _events(report, titles)),
        f"</main>\n<footer><p>{_CAUTION}</p></footer>",
    ]
    return (
        f'<!doctype html>\n<html lang="fr">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{title}</title>\n<meta name="viewport" content="width=device-width">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{_joined(body)}\n</body>\n</html>\n"
    )


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(parts)


def _head(legend: PublishedLegend, title: str, how: str) -> str:
    revision = f"révision {legend.revision}" if legend.revision else "brouillon"
    about = f"{escape(legend.slug)}, {revision}. {escape(how)}"
    return f"<header><h1>{title}</h1>\n<p>{about}</p></header>"


def _section(title: str, inside: str) -> str:
    kind = ' class="whole"' if "<svg" in inside else ""
    return f"<section{kind}><h2>{title}</h2>\n{inside}</section>"


def _note(report: Report) -> str:
    return f'<p class="note">{_NOTE} {_RECORDED if report.is_recorded else ""}</p>'


def _figures(report: Report) -> str:
    heard = fmean(stop.heard_share for stop in report.stops) if report.stops else 0.0
    delays = [stop.delay_s for stop in report.stops if stop.delay_s is not None]
    told = (
        (percent(heard), "des récits entendus"),
        (seconds(median(delays) if delays else None), "de retard médian au réveil"),
        (str(report.false_enters), f"réveil(s) à faux sur {report.enters}"),
        (str(report.duplicates), "réveil(s) en double"),
        (str(len(report.overlaps)), "récit(s) rattrapés par l’étape suivante"),
    )
    cards = "".join(f"<li><b>{figure}</b> {words}</li>" for figure, words in told)
    return f'<ul class="figures">{cards}</ul>'


def _stops(report: Report, titles: dict[str, str]) -> str:
    rows = "".join(
        f"<tr>{_stop(number, stop, titles[stop.stop])}</tr>\n"
        for number, stop in enumerate(report.stops, 1)
    )
    return _table(_HEADS, rows)


def _stop(number: int, stop: StopReport, title: str) -> str:
    share = stop.heard_share
    faint = "" if stop.is_passed else ' <small class="warn">le chemin n’y passe pas</small>'
    name = f"<b>{number}. {escape(title)}</b> <small>{escape(stop.stop)}</small>{faint}"
    bar = (
        f'<span class="bar"><i style="width:{100 * share:.1f}%"></i></span>'
        f'<span class="{"warn" if share < 0.95 else ""}">{percent(share)}</span>'
    )
    cells = [
        metres(stop.early_m),
        metres(stop.late_m),
        seconds(stop.delay_s, is_signed=True),
        percent(stop.missed_share),
        percent(stop.skipped_share),
        percent(stop.queued_share),
    ]
    return f"<td>{name}</td><td>{bar}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}"


def _overlaps(report: Report, titles: dict[str, str]) -> str:
    if not report.overlaps:
        return ""
    rows = "".join(
        f"<li><b>{escape(titles[o.stop])}</b> parle encore à l’arrivée à "
        f"<b>{escape(titles[o.next])}</b> dans {percent(o.share)} des marches : récit de "
        f"{seconds(o.story_s)}, arrivée après {seconds(o.to_next_s)}, il en reste "
        f"{seconds(o.spoken_over_s)}.</li>"
        for o in report.overlaps
    )
    return _section("Récits rattrapés", f"<ul>{rows}</ul>")


def _events(report: Report, titles: dict[str, str]) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in _event(told, titles))}</tr>\n"
        for told in report.first.told
    )
    return _table(("Temps", "Événement", "Étape", "Vue à", "En vérité à", ""), rows)


def _event(told: Told, titles: dict[str, str]) -> Iterator[str]:
    event = told.event
    yield clock_of(told.elapsed_s)
    yield EVENTS[event.type]
    yield escape(titles.get(event.stop or "", ""))
    yield metres(told.distance_m) if event.stop else ""
    yield metres(told.true_distance_m) if event.stop else ""
    skipped = counted(len(event.skipped), "étape sautée", "étapes sautées")
    yield skipped if event.skipped else "après attente" if event.after == "queued" else ""


def _table(heads: Sequence[str], rows: str) -> str:
    told = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return f"<table>\n<thead><tr>{told}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"


def _key(entries: Iterable[tuple[str, str]]) -> str:
    told = "".join(
        f'<li><svg width="28" height="16" aria-hidden="true">{_swatch(name)}</svg>'
        f"{NARROW}{words}</li>"
        for name, words in entries
    )
    return f'\n<ul class="key">{told}</ul>'


def _swatch(name: str) -> str:
    drawn = {
        "zone": '<circle class="zone" cx="14" cy="8" r="7"/>',
        "enter": '<circle class="enter" cx="14" cy="8" r="5"/>',
        "mark": '<path class="mark" d="M14 1v14m-5 0h10l-5-8z"/>',
        "visit": '<rect class="visit" x="2" y="1" width="24" height="14"/>',
        "story": '<rect class="story" x="2" y="4" width="24" height="8"/>',
        "fixes": '<path class="fixes" d="M5 6h0M11 11h0M17 5h0M23 9h0"/>',
    }
    return drawn.get(name, f'<path class="{name}" d="M2 8H26"/>')
