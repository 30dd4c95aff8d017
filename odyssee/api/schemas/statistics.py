"""Bodies of the statistics: figures in which no small number stands."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from odyssee.api.schemas.bodies import Body
from odyssee.domain.figures import THRESHOLD, By, DropOff, Line, Told
from odyssee.domain.statistics import EventType

Counts = Annotated[dict[EventType, int | None], Field(description="By type; null: hidden.")]


class LineOut(Body):
    """What was counted under one key, of which it names what is asked for."""

    day: date | None = None
    legend: str | None = None
    stop: str | None = None
    """Null beside a legend: of the whole trail."""
    lang: str | None = None
    source: str | None = None
    """`phones`, or the id of a kiosk."""
    name: str | None = None
    """Of that kiosk."""
    type: EventType | None = None
    counts: Counts
    starts: int | None
    completions: int | None
    listening_rate: float | None
    """Narrations heard to their end, of those that were started; null where either is hidden."""

    @classmethod
    def from_domain(cls, told: Told, line: Line) -> "LineOut":
        """The same as a body."""
        return cls(
            **_key_of(told, line),
            counts=dict(line.counts),
            starts=line.counts.get("trail_started"),
            completions=line.counts.get("trail_completed"),
            listening_rate=line.listening_rate,
        )


def _key_of(told: Told, line: Line) -> dict[str, Any]:
    by = told.asked.by
    if by == "day":
        return {"day": date.fromisoformat(line.key[0])}
    if by == "stop":
        return {"legend": line.key[0], "stop": line.key[1] or None}
    named = {"name": told.kiosks.get(line.key[0])} if by == "source" else {}
    return {by: line.key[0], **named}


class StopReachedOut(Body):
    """How many heard a stop."""

    stop: str
    started: int | None
    share: float | None
    """Of the starts; null where either is hidden, or nobody set out."""


class DropOffOut(Body):
    """A trail, stop by stop in its order."""

    legend: str
    starts: int | None
    stops: list[StopReachedOut]

    @classmethod
    def from_domain(cls, dropped: DropOff) -> "DropOffOut":
        """The same as a body."""
        stops = [
            StopReachedOut(stop=one.stop, started=one.started, share=one.share)
            for one in dropped.stops
        ]
        return cls(legend=dropped.legend, starts=dropped.starts, stops=stops)


class StatisticsOut(Body):
    """Figures of a time; a null among them is hidden, and never nothing."""

    from_: date = Field(alias="from")
    to: date
    legend: str | None
    by: By
    hidden_under: int = THRESHOLD
    """Every smaller number but 0 is hidden, and as many others as keep it from being reckoned."""
    lines: list[LineOut]
    totals: Counts
    drop_off: list[DropOffOut]
    """With `by=stop` only."""

    @classmethod
    def from_domain(cls, told: Told) -> "StatisticsOut":
        """The same as a body."""
        return cls.model_validate(
            {
                "from": told.asked.first,
                "to": told.asked.last,
                "legend": told.asked.legend,
                "by": told.asked.by,
                "hidden_under": THRESHOLD,
                "lines": [LineOut.from_domain(told, line) for line in told.figures.lines],
                "totals": dict(told.figures.totals),
                "drop_off": [DropOffOut.from_domain(one) for one in told.figures.drop_off],
            }
        )
