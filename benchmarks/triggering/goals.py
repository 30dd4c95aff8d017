"""What our rule must reach: fixed bounds in the simulated world, other rules on recorded phones."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from triggering.measures import Tally
from triggering.running import BARE, OURS, WRITTEN, Tallies

Measure = Callable[[Tally], float]


@dataclass(frozen=True)
class Bounds:
    """Percent, percent, percent, a walk, seconds: none may be exceeded."""

    missed: float
    false: float
    decoys: float
    duplicates: float
    delay_s: float


SIMULATED = {
    "27 s, 1 Hz, sigma 5 m": Bounds(0.0, 0.0, 0.0, 0.0, 4.0),
    "27 s, 1 Hz, sigma 10 m": Bounds(0.1, 0.3, 0.0, 0.0, 8.0),
    "27 s, 1 Hz, sigma 20 m": Bounds(2.5, 4.0, 0.5, 0.0, 14.0),
}
"""Of the first release of the engine; sigma 20 names no duplicates, and none are wanted."""


@dataclass(frozen=True)
class Verdict:
    """One goal and whether it is met."""

    what: str
    goal: str
    value: str
    met: bool

    @property
    def verdict(self) -> str:
        """In one word."""
        return "met" if self.met else "**missed**"


def judge_goals(tallies: Mapping[str, Tallies], rule: str = OURS) -> Iterator[Verdict]:
    """The goals of the rows that were measured."""
    for name, bounds in SIMULATED.items():
        if rule in tallies.get(name, {}):
            yield from _within(name, tallies[name][rule], bounds)
    for name, measured in tallies.items():
        if name.startswith("R ") and not name.endswith("clock set"):
            dense = name.endswith("as recorded")
            yield from _against(name, measured, rule, WRITTEN if dense else BARE)
    yield from _false_of_small_zones(tallies, rule)
    yield from _lying_still(tallies, rule)


def _within(name: str, measured: tuple[Tally, Tally], bounds: Bounds) -> Iterator[Verdict]:
    once, every = measured
    checked = (
        ("missed", once.missed_percent, bounds.missed, "%"),
        ("false", once.false_percent, bounds.false, "%"),
        ("decoys", once.decoy_percent, bounds.decoys, "%"),
        ("duplicates a walk", every.duplicates_a_walk, bounds.duplicates, ""),
        ("median delay", once.delay_s(50), bounds.delay_s, "s"),
    )
    for what, value, bound, unit in checked:
        yield verdict_of(f"{name}: {what}", value, bound, unit)


def _against(name: str, measured: Tallies, rule: str, other: str) -> Iterator[Verdict]:
    """As recorded no worse than the specification; thinned no worse than `d < R`."""
    if rule not in measured or other not in measured:
        return
    mine, theirs = measured[rule][0], measured[other][0]
    measures: dict[str, Measure] = {
        "missed": lambda tally: tally.missed_percent,
        "false": lambda tally: tally.false_percent,
    }
    for what, read in measures.items():
        yield verdict_of(f"{name}: {what}, against {other}", read(mine), read(theirs), "%")
    if other == WRITTEN:
        what = f"{name}: median delay, against {other}"
        yield verdict_of(what, mine.delay_s(50), theirs.delay_s(50), "s")
    doubled = measured[rule][1].duplicates_a_walk
    yield verdict_of(f"{name}: duplicates a walk", doubled, 0.0, "")


def _false_of_small_zones(tallies: Mapping[str, Tallies], rule: str) -> Iterator[Verdict]:
    name = "R 25 m, as recorded"
    measured = tallies.get(name, {})
    if rule in measured and BARE in measured:
        mine, theirs = (measured[r][0].false_percent for r in (rule, BARE))
        yield verdict_of(f"{name}: false, against {BARE}", mine, theirs, "%")


def _lying_still(tallies: Mapping[str, Tallies], rule: str) -> Iterator[Verdict]:
    """No enters but at most the first: none beside the phone, no second one around it."""
    for name, measured in tallies.items():
        if name.startswith("zone of") and rule in measured:
            once, every = measured[rule]
            what = f"lying still, {name}"
            if once.decoys:
                yield verdict_of(f"{what}: zones that fired", once.decoy_percent, 0.0, "%")
            else:
                yield verdict_of(f"{what}: duplicates", every.duplicates_a_walk, 0.0, "")


def verdict_of(what: str, value: float, bound: float, unit: str) -> Verdict:
    """A goal that is a bound from above."""
    return Verdict(
        what, f"≤ {bound:.4g} {unit}".strip(), f"{value:.4g} {unit}".strip(), value <= bound
    )
