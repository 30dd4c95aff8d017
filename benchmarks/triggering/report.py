"""The tables: plain for the terminal, Markdown for the repository, JSON for whoever tunes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from math import isnan
from typing import Any

from triggering.cells import Cell
from triggering.goals import Verdict
from triggering.measures import Tally
from triggering.running import OURS, TRACED, Tallies, add_all
from triggering.thin import HEAD as THIN_HEAD
from triggering.thin import Asked, to_cells
from triggering.timing import Timing

HEAD = (
    "rule",
    "walks",
    "missed",
    "false",
    "decoys",
    "doubled",
    "delay",
    "p95",
    "missed, raw",
    "false, raw",
)
PARTS = {
    "headline": "Simulated phones",
    "worlds": "Simulated: other worlds",
    "phones": "Simulated: other phones",
    "recorded": "Recorded phones",
    "aligned": "Recorded phones, the reference's clock set by the fixes",
    "still": "A phone that lies still for hours",
}
NOTES = """\
A stop is *missed* when it was truly entered and no enter came within 2 R of its centre, at the
latest 30 s after the true exit; an enter is *false* more than 1.5 R from the centre, decoys
included; *delay* is the first good enter less the true entry (design/triggers.md, section 6).
Counts stand in brackets. The first columns take the first enter of each place, as a story plays
once, with the median delay and its 95th percentile; *doubled*, the enters of a place beyond its
first, a walk, and the two *raw* columns take every enter.

The simulated world: ten stops of 25 m on a path with bends, 150 m apart, passed at 1.3 m/s with a
rest of 45 s at each; three decoys 45 to 70 m beside the path; drifting errors and 5 % of outliers
of 30 to 100 m; the accuracy that is told is honest. Decoys stand last in the order of the legend
where nothing else is said.

Recorded phones: virtual stops each 120 m along the planned path in eight layouts, decoys 60 m
beside it in a legend of their own, thinned in six phases. Layouts and phases share three records,
so that their counts are no independent trials. Truth is the reference track of the record; that of
walk_to_caltrain_0 runs some 20 s behind its phone, hence the rows with its clock set. Zones beside
the phone that lies still count as decoys."""

THIN = "Clients that sleep by `next_check`"
THIN_NOTES = """\
Two clients of docs/how-to/use-the-api.md on the simulated world, on stops 150 m and 400 m apart.
*Told late* is the post less the fix that decided an enter: the median, the 95th percentile, the
most. Whoever collects positions hears what a client hears that never sleeps, only later; whoever
lets the receiver rest gives the engine less to decide by. In brackets the client that never
sleeps; delays are medians."""

Named = tuple[str, str, Tallies]
"""Part, name of the row, tallies."""


def pooled(measured: Iterable[tuple[Cell, Tallies]]) -> tuple[list[Named], list[Named]]:
    """The rows, and those of single records, which the rows of recorded phones add up."""
    rows: dict[tuple[str, str], Tallies] = {}
    single: list[Named] = []
    for cell, tallies in measured:
        add_all(rows.setdefault((cell.part, cell.name), {}), tallies)
        if cell.record:
            single.append((cell.part, f"{cell.name}; {cell.record}", tallies))
    return [(part, name, tallies) for (part, name), tallies in rows.items()], single


def to_text(rows: Sequence[Named]) -> str:
    """Columns of equal width, each case under its name."""
    lines: list[str] = []
    for title, named in _titled(rows, ()):
        cells = [cells for row in named for cells in _lines(row)]
        head, *columns = _columns(HEAD, [row[1:] for row in cells])
        lines += ["", title, "=" * len(title), head]
        for (name, *_), column in zip(cells, columns, strict=True):
            lines += [f"-- {name}", column] if name else [column]
    return "\n".join(lines)


def to_markdown(
    rows: Sequence[Named],
    single: Sequence[Named],
    verdicts: Sequence[Verdict],
    thin: Sequence[Asked],
    timings: Sequence[Timing],
    machine: Sequence[str],
) -> str:
    """The page that is kept under `benchmarks/results/`."""
    page = ["# Triggers", "", "Written by `make bench`.", ""]
    page += [f"- {fact}" for fact in machine]
    page += [
        "",
        NOTES,
        "",
        "## Goals",
        "",
        "| what | goal | result | verdict |",
        "|---|---|---|---|",
    ]
    page += [f"| {v.what} | {v.goal} | {v.value} | {v.verdict} |" for v in verdicts]
    for title, named in _titled(rows, single):
        page += ["", f"## {title}", "", f"| case | {' | '.join(HEAD)} |"]
        page.append("|---|---|" + "---:|" * (len(HEAD) - 1))
        for row in named:
            page += [f"| {' | '.join(cells)} |" for cells in _lines(row)]
    if thin:
        page += ["", f"## {THIN}", "", THIN_NOTES, "", f"| case | {' | '.join(THIN_HEAD)} |"]
        page.append("|---|---|" + "---:|" * (len(THIN_HEAD) - 1))
        page += [f"| {row.where} | {' | '.join(to_cells(row))} |" for row in thin]
    if timings:
        page += ["", "## Speed", "", "| what | value | goal |", "|---|---:|---|"]
        page += [f"| {' | '.join(_timed(timing))} |" for timing in timings]
    return "\n".join(page) + "\n"


def goals_to_text(
    verdicts: Sequence[Verdict], thin: Sequence[Asked], timings: Sequence[Timing]
) -> str:
    """Clients that sleep, the goals with their verdicts, then what was timed."""
    lines: list[str] = []
    if thin:
        cells = [[row.where, *to_cells(row)] for row in thin]
        lines += ["", THIN, "=" * len(THIN), *_columns(["case", *THIN_HEAD], cells)]
    if verdicts:
        cells = [[v.what, v.goal, v.value, v.verdict.strip("*")] for v in verdicts]
        lines += ["", "Goals", "=====", *_columns(["what", "goal", "result", "verdict"], cells)]
    if timings:
        lines += ["", "Speed", "====="]
        lines += _columns(["what", "value", "goal"], [_timed(timing) for timing in timings])
    return "\n".join(lines)


def to_json(
    rows: Sequence[Named],
    single: Sequence[Named],
    thin: Sequence[Asked],
    timings: Sequence[Timing],
) -> dict[str, Any]:
    """Every count; delays as percentiles."""
    return {
        "rows": [_counts(row) for row in rows],
        "single": [_counts(row) for row in single],
        "thin": [[row.where, *to_cells(row)] for row in thin],
        "speed": [asdict(timing) for timing in timings],
    }


def _counts(row: Named) -> dict[str, Any]:
    part, name, tallies = row
    rules = {
        rule: {"once": _numbers(once), "every": _numbers(every)}
        for rule, (once, every) in tallies.items()
    }
    return {"part": part, "name": name, "rules": rules}


def _numbers(tally: Tally) -> dict[str, float | None]:
    counts: dict[str, Any] = asdict(tally)
    delays = counts.pop("delays_s")
    for percentile in (5, 50, 95):
        counts[f"delay_p{percentile}_s"] = tally.delay_s(percentile) if delays else None
    return counts


def _titled(
    rows: Sequence[Named], single: Sequence[Named]
) -> Iterator[tuple[str, Sequence[Named]]]:
    for part, title in PARTS.items():
        named = [row for row in rows if row[0] == part]
        if named:
            yield title, named
    if single:
        yield "Recorded phones, one by one", single


def _lines(row: Named) -> Iterator[list[str]]:
    _, name, tallies = row
    for rule, (once, every) in tallies.items():
        if rule == TRACED and OURS in tallies and tallies[OURS] == (once, every):
            continue  # both drawings decide the same
        yield [name, rule, *_cells(once, every)]
        name = ""


def _cells(once: Tally, every: Tally) -> list[str]:
    return [
        str(once.walks),
        _share(once.missed_percent, once.missed, once.stops),
        _share(once.false_percent, once.false, once.enters),
        _share(once.decoy_percent, once.decoys_fired, once.decoys),
        _number(every.duplicates_a_walk, ".2f"),
        _number(once.delay_s(50), "+.0f", " s"),
        _number(once.delay_s(95), "+.0f", " s"),
        _share(every.missed_percent, every.missed, every.stops),
        _share(every.false_percent, every.false, every.enters),
    ]


def _share(percent: float, part: int, whole: int) -> str:
    return f"{percent:.2f} % ({part}/{whole})" if whole else "–"


def _number(value: float, shape: str, unit: str = "") -> str:
    return "–" if isnan(value) else f"{value:{shape}}{unit}"


def _timed(timing: Timing) -> list[str]:
    goal = "" if timing.goal is None else f"≤ {timing.goal:g} {timing.unit}"
    if timing.met is not None:
        goal += ", met" if timing.met else ", **missed**"
    return [timing.what, f"{timing.value:.3g} {timing.unit}", goal]


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
