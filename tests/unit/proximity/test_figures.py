"""The figures of design/triggers.md, section 6, on a small sample with a fixed seed."""

import math
import random
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from odyssee.domain.proximity import Trail, follow
from odyssee.domain.walks import Moment, Noise, observe, pace_out

WALKS = 50
STOPS = 10
RADIUS_M = 25.0
APART_M = 120.0


@dataclass
class Score:
    """As defined in the design: counted over all walks."""

    entered: int = 0
    missed: int = 0
    fired: int = 0
    wrong: int = 0
    duplicates: int = 0
    delays_s: list[float] = field(default_factory=list)


def judge(
    score: Score, trail: Trail, moments: list[Moment], enters: list[tuple[str, float]]
) -> None:
    places = {stop.slug: trail.places[n] for n, stop in enumerate(trail.stops)}
    true = {m.at_s: (m.x, m.y) for m in moments}
    score.duplicates += len(enters) - len({slug for slug, _ in enters})
    score.fired += len(enters)
    for slug, at_s in enters:
        score.wrong += math.dist(true[at_s], places[slug]) > 1.5 * RADIUS_M
    for slug, place in places.items():
        within = [m.at_s for m in moments if math.dist((m.x, m.y), place) < RADIUS_M]
        if not within:
            continue
        score.entered += 1
        good = [
            at_s
            for s, at_s in enters
            if s == slug and math.dist(true[at_s], place) < 2 * RADIUS_M and at_s <= within[-1] + 30
        ]
        score.missed += not good
        score.delays_s += [at_s - within[0] for at_s in good[:1]]


def simulate(tell: SimpleNamespace, sigma_m: float) -> Score:
    score = Score()
    trail = tell.a_trail(*tell.stops_in_a_row(STOPS, APART_M, radius_m=RADIUS_M))
    for seed in range(WALKS):
        dice = random.Random(f"{sigma_m}/{seed}")  # noqa: S311 - a walk that repeats, no secret
        line = [(-100.0, 0.0), (APART_M * STOPS, 0.0)]
        moments = list(pace_out(line, start_s=tell.start_s))
        noise = Noise(sigma_m, 27.0, outlier_share=0.05)
        told = follow(trail, list(observe(moments, tell.projection, noise, dice)), None)
        judge(score, trail, moments, [(e.stop, e.at_s) for e in told.events if e.type == "enter"])
    return score


@pytest.mark.parametrize(("sigma_m", "missed", "wrong"), [(5.0, 0.002, 0.002), (10.0, 0.02, 0.02)])
def test_noisy_walks_wake_each_stop_once(
    tell: SimpleNamespace, sigma_m: float, missed: float, wrong: float
) -> None:
    score = simulate(tell, sigma_m)
    assert score.missed / score.entered <= missed
    assert score.wrong / score.fired <= wrong
    assert score.duplicates == 0
    assert sorted(score.delays_s)[len(score.delays_s) // 2] <= 15
