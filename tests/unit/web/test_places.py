"""Places as they are written at the desk: none is guessed, and circles go with their stop."""

import json
from pathlib import Path
from typing import Any

import pytest
from nodejs import node, run

from odyssee.web.assets import STATIC

RUNNER = Path(__file__).with_name("read_places.mjs")
SPOT = [0.9136, 48.2694]


def told(tmp_path: Path, **asked: Any) -> dict[str, Any]:
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps({"written": [], "moves": [], "pairs": []} | asked))
    found: dict[str, Any] = json.loads(
        run([node(), RUNNER, STATIC / "bureau_places.js", cases], tmp_path)
    )
    return found


@pytest.mark.parametrize(
    "written",
    [
        "48.2694, 0.9136",
        "48.2694,0.9136",
        " 48,2694 ; 0,9136 ",
        "48,2694 0,9136",
        "48.2694° N 0.9136° E",
        "48.2694°N, 0.9136°E",
    ],
)
def test_a_place_is_read_as_maps_and_people_write_it(tmp_path: Path, written: str) -> None:
    assert told(tmp_path, written=[written])["read"] == [SPOT]


@pytest.mark.parametrize(
    "written", ["", "ici", "48,26", "48.26", "95, 0.9", "1, 2, 3", "48.2 / 0.9"]
)
def test_what_may_be_something_else_is_no_place(tmp_path: Path, written: str) -> None:
    assert told(tmp_path, written=[written])["read"] == [None]


def test_west_and_south_are_less_than_nothing(tmp_path: Path) -> None:
    read = told(tmp_path, written=["48.1 N 1.5 O", "33.9 S 18.4 E", "-33.9, 18.4"])["read"]
    assert read == [[-1.5, 48.1], [18.4, -33.9], [18.4, -33.9]]


def test_circles_around_a_stop_go_with_it_and_others_are_counted(tmp_path: Path) -> None:
    here = {"id": "z1", "shape": {"type": "Point", "coordinates": SPOT}, "radius_m": 35}
    there = {"id": "z2", "shape": {"type": "Point", "coordinates": [0.92, 48.28]}, "radius_m": 20}
    line = {"id": "z3", "shape": {"type": "LineString", "coordinates": [SPOT, [0.92, 48.28]]}}
    move = {"zones": [here, there, line], "from": SPOT, "to": [0.915, 48.27]}
    (moved,) = told(tmp_path, moves=[move])["moved"]
    gone = here | {"shape": {"type": "Point", "coordinates": [0.915, 48.27]}}
    assert moved == {"zones": [gone, there, line], "left": 2}


def test_a_place_further_than_a_walk_goes_is_told(tmp_path: Path) -> None:
    pairs = [[SPOT, [0.95, 48.3]], [SPOT, [48.2694, 0.9136]]]
    near, swapped = told(tmp_path, pairs=pairs)["far"]
    assert near == 0
    assert swapped > 5000
