"""Which amenities are near a trail, in its order; who the partners are."""

from typing import Any

import pytest
from builders import NOON
from hypothesis import given
from hypothesis import strategies as st

from odyssee.domain.amenities import (
    Amenity,
    Listing,
    is_called,
)
from odyssee.domain.errors import InputInvalid
from odyssee.domain.geo import LonLat, distance_m, projection_at
from odyssee.domain.partners import Partner, get_partner, partners_from
from odyssee.domain.seeds import to_slug
from odyssee.domain.slugs import is_slug
from odyssee.domain.vicinity import MAX_NEARBY, NEAR_M, box_around, list_nearby

START = LonLat(0.91361, 48.26944)
GROUND = projection_at(START)
ROUTE = [START, GROUND.to_lonlat(1_000, 0), GROUND.to_lonlat(1_000, 1_000)]


def a_listing(number: int, place: LonLat, **changes: Any) -> Listing:
    amenity = Amenity(
        partner_kind="geotrek",
        partner="rando",
        external_id=f"poi/{number}",
        kind="food",
        place=place,
        name={"fr": f"L’Auberge de l’Été {number}"},
    )
    known: dict[str, Any] = {
        "id": f"{number:020d}",
        "amenity": amenity,
        "corrected": None,
        "hidden": False,
        "version": 1,
        "created_at": NOON,
        "updated_at": NOON,
        "last_seen_at": NOON,
    }
    return Listing(**(known | changes))


def at(x_m: float, y_m: float) -> LonLat:
    return GROUND.to_lonlat(x_m, y_m)


def test_they_come_in_the_order_of_the_route_with_both_distances() -> None:
    places = [at(1_100, 600), at(300, -40), at(900, 2_990), at(900, 3_010)]
    near = list_nearby(ROUTE, [a_listing(n, place) for n, place in enumerate(places)])
    told = [(one.listing.amenity.external_id, one.along_m, one.off_m) for one in near]
    assert told == [("poi/1", 300, 40), ("poi/0", 1_600, 100), ("poi/2", 2_000, 1_993)]


def test_hidden_ones_are_left_out_and_corrected_ones_lie_where_they_are() -> None:
    far = at(0, 9_000)
    listings = [
        a_listing(1, START, hidden=True),
        a_listing(2, far, corrected=at(10, 0)),
        a_listing(3, START, corrected=far),
    ]
    assert [one.listing.id[-1] for one in list_nearby(ROUTE, listings)] == ["2"]


def test_a_sketch_is_longer_than_it_looks() -> None:
    (one,) = list_nearby(ROUTE, [a_listing(1, at(500, 0))], detour=1.3)
    assert (one.along_m, one.off_m) == (650, 0)


@given(st.lists(st.tuples(st.floats(-4e3, 4e3), st.floats(-4e3, 4e3)), max_size=120))
def test_the_nearest_sixty_at_most_and_none_beyond_two_kilometres(
    metres: list[tuple[float, float]],
) -> None:
    listings = [a_listing(n, at(x, y)) for n, (x, y) in enumerate(metres)]
    near = list_nearby(ROUTE, listings)
    along = [one.along_m for one in near]
    assert along == sorted(along)
    assert len(near) <= MAX_NEARBY
    assert all(0 <= one.off_m <= NEAR_M for one in near)
    assert all(0 <= one.along_m <= 2_000 for one in near)
    box = box_around(ROUTE)
    for one in near:
        place = one.listing.place
        assert box.west <= place.lon <= box.east
        assert box.south <= place.lat <= box.north
    if len(near) == MAX_NEARBY:
        return
    left = {one.id for one in listings} - {one.listing.id for one in near}
    assert all(distance_m(START, one.place) > NEAR_M * 0.99 for one in listings if one.id in left)


def test_names_are_found_whatever_the_accents() -> None:
    assert is_called(a_listing(1, START), "auberge de l’ete")
    assert not is_called(a_listing(1, START), "hiver")


def test_partners_are_read_from_a_setting() -> None:
    told = "rando=https://rando.example/ cdt28=http://x.example:8080/a?b=c#etalab-2.0"
    assert partners_from("geotrek", told) == (
        Partner(kind="geotrek", name="rando", url="https://rando.example"),
        Partner(
            kind="geotrek", name="cdt28", url="http://x.example:8080/a?b=c", licence="etalab-2.0"
        ),
    )
    assert partners_from("geotrek", "") == ()


@pytest.mark.parametrize(
    "wrong",
    [
        "https://rando.example",
        "rando=",
        "rando=ftp://x.example",
        "rando=https://me:secret@x.example",
        "rando=https://x.example:99999",
        "Rando=https://x.example",
        "rando=file:///etc/passwd",
        "rando=https://x.example#a/b",
        "a=https://x.example a=https://y.example",
    ],
)
def test_a_setting_that_is_written_otherwise_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        partners_from("geotrek", wrong)


def test_a_partner_of_another_kind_is_not_known() -> None:
    known = partners_from("geotrek", "rando=https://rando.example")
    with pytest.raises(InputInvalid):
        get_partner(known, "tourinsoft", "rando")


@given(st.text())
def test_any_name_makes_a_slug_or_none(name: str) -> None:
    slug = to_slug(name)
    assert slug == "" or is_slug(slug)


def test_a_slug_reads_like_the_name() -> None:
    assert to_slug("L’Étang de l'Herbage-Œuvré (boucle)") == "l-etang-de-l-herbage-oeuvre-boucle"
