"""The timeline of a simulated walk, as SVG: visits, enters, stories and what waited."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil

from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.walk_report import Outing, Told

WIDTH, LABELS, ROW, TOP = 960, 250, 30, 30
TICKS_MIN = (1, 2, 5, 10, 15, 30, 60, 120, 240)
MOST_TICKS = 12
LABEL_CHARS = 30


@dataclass(frozen=True, slots=True)
class _Axis:
    """Seconds since the beginning, from left to right."""

    lasts_s: float

    def x(self, elapsed_s: float) -> float:
        share = min(1.0, max(0.0, elapsed_s / self.lasts_s))
        return LABELS + (WIDTH - LABELS - 12) * share


def draw_timeline(
    legend: PublishedLegend, outing: Outing, stories_s: Mapping[str, float], titles: Sequence[str]
) -> str:
    """The first walk in time, a row for each stop.

    Args:
        legend: what was walked.
        outing: the walk.
        stories_s: how long each stop's story is, by slug.
        titles: of the stops, in their order.
    """
    began_s = outing.true.moments[0].at_s
    ends = [outing.true.moments[-1].at_s - began_s, 60.0]
    ends += [
        told.elapsed_s + stories_s[told.event.stop]
        for told in outing.told
        if told.event.type == "play" and told.event.stop
    ]
    axis = _Axis(max(ends))
    height = TOP + ROW * len(titles) + 10
    rows: list[str] = []
    for number, stop in enumerate(legend.trail["stops"]):
        told = [one for one in outing.told if one.event.stop == stop["slug"]]
        visits = [(v.from_s - began_s, v.until_s - began_s) for v in outing.true.visits[number]]
        name = f"{stop['position']}. {titles[number]}"
        rows += _row(axis, TOP + ROW * number, name, visits, told, stories_s[stop["slug"]])
    return "\n".join(
        [
            f'<svg class="time" viewBox="0 0 {WIDTH} {height}" role="img">',
            "<title>Déroulement de la marche, une ligne par étape</title>",
            *_ticks(axis, height),
            *rows,
            "</svg>",
        ]
    )


def _ticks(axis: _Axis, height: int) -> Iterator[str]:
    minutes = axis.lasts_s / 60
    fitting = (t for t in TICKS_MIN if minutes / t <= MOST_TICKS)
    every = next(fitting, ceil(minutes / MOST_TICKS))
    for minute in range(0, int(minutes) + 1, every):
        x = axis.x(minute * 60)
        yield f'<path class="tick" d="M{x:.1f} {TOP - 8}V{height - 8}"/>'
        if x < WIDTH - 50:
            yield f'<text class="small" x="{x + 3:.1f}" y="{TOP - 12}">{minute} min</text>'


def _row(
    axis: _Axis,
    top: float,
    name: str,
    visits: Sequence[tuple[float, float]],
    told: Sequence[Told],
    story_s: float,
) -> Iterator[str]:
    middle = top + ROW / 2
    label = name if len(name) <= LABEL_CHARS else f"{name[: LABEL_CHARS - 1].rstrip()}…"
    yield f'<text class="label" x="0" y="{middle + 5:.1f}">{escape(label)}</text>'
    for from_s, until_s in visits:
        yield _bar("visit", axis, (from_s, until_s), top + 2, ROW - 4)
    entered_s: float | None = None
    for one in told:
        if one.event.type == "enter":
            entered_s = one.elapsed_s
        elif one.event.type == "play":
            if one.event.after == "queued" and entered_s is not None:
                ends = f"M{axis.x(entered_s):.1f} {middle}H{axis.x(one.elapsed_s):.1f}"
                yield f'<path class="queue" d="{ends}"/>'
            yield _bar("story", axis, (one.elapsed_s, one.elapsed_s + story_s), top + 8, ROW - 16)
    for one in told:
        if one.event.type == "enter":
            x = axis.x(one.elapsed_s)
            yield f'<path class="mark" d="M{x:.1f} {top + 4:.1f}v{ROW - 8}m-5 0h10l-5-8z"/>'
    if not any(one.event.type == "play" for one in told):
        x = max((axis.x(until_s) for _, until_s in visits), default=float(LABELS))
        x, anchor = (x - 8, "end") if x > WIDTH - 120 else (x + 8, "start")
        yield (
            f'<text class="unheard" x="{x:.1f}" y="{middle + 5:.1f}" text-anchor="{anchor}">'
            "pas entendue</text>"
        )


def _bar(kind: str, axis: _Axis, span: tuple[float, float], top: float, high: float) -> str:
    x = axis.x(span[0])
    wide = max(1.5, axis.x(span[1]) - x)
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'
    )
