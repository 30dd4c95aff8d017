"""A survey is the median of what was read on the spot, and says how far that spread."""

import math
from dataclasses import replace

import pytest
from builders import HERBAGE, a_stop, a_zone
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.errors import InputInvalid
from odyssee.domain.geo import LineString, LonLat, distance_m, point, projection_at
from odyssee.domain.surveying import (
    MAX_SPREAD_M,
    MIN_FIXES,
    MIN_PRECISION_M,
    SurveyFix,
    lay_survey,
    survey,
)

GROUND = projection_at(HERBAGE)
METRES = st.tuples(st.floats(-20, 20), st.floats(-20, 20))
SPOT = st.lists(METRES, min_size=MIN_FIXES, max_size=60)


def fixes_at(metres: list[tuple[float, float]], **told: float) -> list[SurveyFix]:
    return [SurveyFix(GROUND.to_lonlat(x, y), **told) for x, y in metres]


def code_of(fixes: list[SurveyFix]) -> str:
    with pytest.raises(InputInvalid) as refused:
        survey(fixes)
    (problem,) = refused.value.problems
    assert problem.where == "fixes"
    return problem.code


@given(SPOT)
def test_the_place_is_among_the_readings_and_no_better_than_a_phone(
    metres: list[tuple[float, float]],
) -> None:
    found = survey(fixes_at(metres))
    x, y = GROUND.to_xy(found.location)
    assert min(x for x, _ in metres) - 0.02 <= x <= max(x for x, _ in metres) + 0.02
    assert min(y for _, y in metres) - 0.02 <= y <= max(y for _, y in metres) + 0.02
    assert MIN_PRECISION_M <= found.precision_m <= MAX_SPREAD_M + 10
    within = sum(math.hypot(a - x, b - y) <= found.precision_m + 0.05 for a, b in metres)
    assert within >= 0.95 * len(metres)


@given(SPOT, st.randoms(use_true_random=False))
def test_the_order_of_the_readings_does_not_matter(
    metres: list[tuple[float, float]], luck: object
) -> None:
    mixed = list(metres)
    luck.shuffle(mixed)  # type: ignore[attr-defined]  # Hypothesis gives a random.Random
    one, other = survey(fixes_at(metres)), survey(fixes_at(mixed))
    assert distance_m(one.location, other.location) < 0.05
    assert abs(one.precision_m - other.precision_m) <= 0.1 + 1e-9


def test_one_wild_reading_of_forty_moves_nothing() -> None:
    still = [(0.0, 0.0)] * 39
    found = survey(fixes_at([*still, (3_000.0, 0.0)]))
    assert distance_m(found.location, HERBAGE) < 0.1
    assert found.precision_m == MIN_PRECISION_M


def test_too_few_too_coarse_and_too_spread_readings_are_refused() -> None:
    still = [(0.0, 0.0)] * MIN_FIXES
    assert code_of([]) == "fixes_too_few"
    assert code_of(fixes_at(still[1:])) == "fixes_too_few"
    assert code_of(fixes_at(still, accuracy_m=30.1)) == "fixes_inaccurate"
    assert code_of(fixes_at(still, accuracy_m=math.nan)) == "fixes_inaccurate"
    assert code_of([SurveyFix(LonLat(0.0, 0.0))] * MIN_FIXES) == "fixes_inaccurate"
    walk = [(7.0 * n, 0.0) for n in range(MIN_FIXES)]
    assert code_of(fixes_at(walk)) == "fixes_spread"
    assert survey(fixes_at(still, accuracy_m=30.0)).fixes == MIN_FIXES
    assert survey(fixes_at(still, accuracy_m=-1.0)).fixes == MIN_FIXES


def test_circles_around_the_old_place_come_along_and_other_shapes_stay() -> None:
    line = LineString("LineString", (HERBAGE, LonLat(0.92, 48.27)))
    aside = point(LonLat(0.92, 48.27))
    zones = (a_zone(), a_zone(id="z2", shape=line), a_zone(id="z3", shape=aside))
    stop = replace(a_stop(), zones=zones)
    found = survey(fixes_at([(12.0, 5.0)] * MIN_FIXES))
    laid = lay_survey(stop, found, None)
    assert (laid.site.status, laid.site.source) == ("surveyed", "vicheres-fr")
    assert laid.location == found.location
    assert [zone.shape for zone in laid.zones] == [point(found.location), line, aside]
    assert lay_survey(stop, found, "releve").site.source == "releve"
