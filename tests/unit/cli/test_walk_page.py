"""The page of a simulation: every shape drawn, every word escaped, nothing fetched."""

import math
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from builders import HERBAGE, NOON, a_legend, a_stop_text, a_zone, media_of
from hypothesis import given
from hypothesis import strategies as st

from odyssee.actions.simulating import preview, simulate
from odyssee.cli.walk_page import page_of_walks
from odyssee.cli.walk_words import metres, percent, seconds
from odyssee.domain.catalogue import PublishedLegend
from odyssee.domain.geo import LineString, LonLat, Polygon
from odyssee.domain.proximity import Fix
from odyssee.domain.publication import Draft
from odyssee.domain.synthetic_walks import Synthetic
from odyssee.domain.traces import Trace

HOSTILE = "L’étang <script>alert(1)</script> & l’Œuvré"


def around(place: LonLat, *steps: tuple[float, float]) -> tuple[LonLat, ...]:
    return tuple(LonLat(place.lon + x, place.lat + y) for x, y in steps)


@pytest.fixture(scope="module")
def legend() -> PublishedLegend:
    """A circle, a corridor and a polygon, and words that would break a careless page."""
    made = a_legend()
    first, second, third = made.stops
    corridor = LineString("LineString", around(second.location, (0, -4e-4), (0, 4e-4)))
    square = ((-5e-4, -3e-4), (5e-4, -3e-4), (5e-4, 3e-4), (-5e-4, 3e-4), (-5e-4, -3e-4))
    area = Polygon("Polygon", (around(third.location, *square),))
    stops = (
        replace(first, texts={"fr": a_stop_text(HOSTILE)}),
        replace(second, zones=(a_zone(shape=corridor, radius_m=20.0),)),
        replace(third, zones=(a_zone(shape=area, radius_m=None),)),
    )
    media, _ = media_of(made)
    draft = Draft(
        legend=replace(made, stops=stops), media=media, version=1, etag="v1", updated_at=NOON
    )
    return preview(draft)


def drawings(page: str) -> list[ET.Element]:
    """The map and the timeline, as an XML reader sees them."""
    return [
        ET.fromstring(found)  # noqa: S314 - our own page
        for found in re.findall(r'<svg class="(?:map|time)".*?</svg>', page, re.DOTALL)
    ]


def test_every_shape_and_every_stop_is_drawn(legend: PublishedLegend) -> None:
    page = page_of_walks(legend, "fr", "Essai.", simulate(legend, Synthetic()))
    on_map, in_time = drawings(page)
    classes = [element.get("class") for element in on_map.iter()]
    assert classes.count("zone") == 2
    assert classes.count("corridor") == 1
    assert classes.count("badge") == classes.count("enter") == 3
    assert [e.get("class") for e in in_time.iter()].count("story") == 3


def test_what_a_curator_wrote_is_never_taken_as_html(legend: PublishedLegend) -> None:
    page = page_of_walks(legend, "fr", "<b>Essai</b>", simulate(legend, Synthetic(walks=2)))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; l’Œuvré" in page
    assert "<b>Essai" not in page
    assert not re.search(r"url\(|@import|https?://|src=|href=", page)
    assert "brouillon" in page


def test_a_stop_that_nobody_hears_says_so(legend: PublishedLegend) -> None:
    page = page_of_walks(legend, "fr", "Essai.", simulate(legend, Synthetic(direction="reverse")))
    assert "pas entendue" in page


def test_a_trace_of_elsewhere_leaves_the_map_on_the_trail(legend: PublishedLegend) -> None:
    near = [Fix(float(n), *HERBAGE, 8.0) for n in range(20)]
    far = [Fix(float(n), 2.35, 48.85, 8.0) for n in range(1_000, 1_020)]
    page = page_of_walks(legend, "fr", "Trace.", simulate(legend, Trace((*near, *far))))
    badges = [e for e in drawings(page)[0].iter() if e.get("class") == "badge"]
    places = [float(circle.get("cx", "nan")) for badge in badges for circle in badge.iter("circle")]
    assert len(places) == 3
    assert max(places) - min(places) > 100


def test_a_long_walk_makes_no_heavy_page(legend: PublishedLegend) -> None:
    fixes = [
        Fix(float(n), HERBAGE.lon, HERBAGE.lat + 1e-4 * math.sin(n), 8.0) for n in range(20_000)
    ]
    page = page_of_walks(legend, "fr", "Trace.", simulate(legend, Trace(tuple(fixes))))
    assert len(page) < 500_000


@pytest.mark.parametrize("lasts_s", [50 * 365.25 * 86_400, 253_402_128_000.0])
def test_a_trace_over_many_years_makes_a_small_page(
    legend: PublishedLegend, lasts_s: float
) -> None:
    trace = Trace((Fix(0.0, *HERBAGE, 8.0), Fix(lasts_s, *HERBAGE, 8.0)))
    page = page_of_walks(legend, "fr", "Trace.", simulate(legend, trace))
    ticks = [e for e in drawings(page)[1].iter() if e.get("class") == "tick"]
    assert 2 <= len(ticks) <= 13
    assert len(page) < 100_000


@given(st.floats(-1e4, 1e4))
def test_figures_are_written_in_french(value: float) -> None:
    for told in (metres(value), seconds(value, is_signed=True), percent(abs(value) / 1e4)):
        assert "." not in told
        assert "-" not in told
        assert not told.startswith(("−0\u202f", "+0\u202f"))
