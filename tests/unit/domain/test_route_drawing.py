"""A recorded line becomes a route of as few positions as tell the same way."""

import math

import shapely
from builders import HERBAGE
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.geo import LonLat, projection_at
from odyssee.domain.route_drawing import FINEST_M, MAX_POSITIONS, check_route, simplify_route

GROUND = projection_at(HERBAGE)
METRES = st.tuples(st.integers(-500, 500), st.integers(-500, 500))
LINES = st.lists(METRES, min_size=2, max_size=40)


def line_of(metres: list[tuple[float, float]]) -> list[LonLat]:
    places = [GROUND.to_lonlat(x, y) for x, y in metres]
    return [LonLat(round(p.lon, 7), round(p.lat, 7)) for p in places]


@given(LINES)
def test_the_ends_stay_and_nothing_left_out_is_seen(metres: list[tuple[float, float]]) -> None:
    line = line_of(metres)
    drawn = simplify_route(line)
    assert (drawn[0], drawn[-1]) == (line[0], line[-1])
    assert set(drawn) <= set(line)
    if len(drawn) > 1:
        whole = shapely.LineString([GROUND.to_xy(place) for place in drawn])
        away = [whole.distance(shapely.Point(GROUND.to_xy(place))) for place in line]
        assert max(away) <= FINEST_M + 0.01
    assert check_route(drawn) == [] or len(set(line)) == 1


def test_a_day_of_noisy_readings_becomes_two_thousand_positions() -> None:
    metres = [(n * 1.5, 40 * math.sin(n / 9) + 3 * math.sin(n * 7.1)) for n in range(20_000)]
    assert 2 < len(simplify_route(line_of(metres))) <= MAX_POSITIONS


def test_a_zigzag_that_narrows_is_drawn_at_once_however_long_it_is() -> None:
    count = 100_000
    line = [
        LonLat(round(n * 350 / count - 175, 7), (-1) ** n * round(80 - 80 * n / count, 7))
        for n in range(count)
    ]
    drawn = simplify_route(line)
    assert 2 < len(drawn) <= MAX_POSITIONS
    assert (drawn[0], drawn[-1]) == (line[0], line[-1])


def test_a_walk_around_comes_back_where_it_began() -> None:
    square = line_of([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)])
    assert simplify_route(square) == tuple(square)


def test_standing_still_is_no_route() -> None:
    assert [p.code for p in check_route(simplify_route([HERBAGE] * 5))] == ["too_few"]
    assert [p.code for p in check_route(simplify_route([]))] == ["too_few"]
