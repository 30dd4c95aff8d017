"""Rows of a Geotrek and a Tourinsoft become amenities, sights and treks, or tell their faults."""

import json
import math
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from partner_builders import a_car_park, a_content, a_poi, a_trek, an_offer

from odyssee.content import geotrek, tourinsoft
from odyssee.content.markup import escape_commonmark, to_commonmark, to_line, to_paragraphs
from odyssee.content.plain import to_paragraphs as spoken
from odyssee.domain.amenities import (
    Amenity,
    amenity_from_document,
    amenity_to_document,
    sha256_of_amenity,
)
from odyssee.domain.geo import LonLat
from odyssee.domain.partners import Partner

RANDO = Partner(kind="geotrek", name="rando", url="https://rando.example")
FEED = Partner(kind="tourinsoft", name="cdt28", url="https://feed.example/x", licence="etalab-2.0")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def taken_from(collection: str, row: Any) -> tuple[geotrek.Taken, list[str]]:
    taken = geotrek.Taken(RANDO)
    problems = geotrek.take(collection, row, taken)
    return taken, [problem.code for problem in problems]


def offered(row: Any) -> tuple[list[Amenity], list[str]]:
    taken: list[Amenity] = []
    problems = tourinsoft.take(row, FEED, taken)
    return taken, [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Parking", "parking"),
        ("Aire de stationnement", "parking"),
        ("Toilettes publiques", "toilets"),
        ("Point d’eau potable", "water"),
        ("Point d'eau", "water"),
        ("Gare SNCF", "transport"),
        ("Office de tourisme", "information"),
        ("Hébergements", "lodging"),
        ("Gîtes", "lodging"),
        ("Restaurant", "food"),
        ("Épicerie", "shop"),
        ("Écomusée", "museum"),
        ("Patrimoine", None),
        ("Fontaine", None),
        ("Regard sur l’agitation", None),
    ],
)
def test_the_words_of_a_category_say_its_kind(label: str, kind: str | None) -> None:
    assert geotrek.kind_of(label) == kind


def test_a_museum_is_a_service_and_a_sight() -> None:
    taken, _ = taken_from("poi", a_poi(type_label={"fr": "Musée"}))
    assert [one.kind for one in taken.amenities] == ["museum"]
    assert len(taken.sights) == 1


def test_texts_without_a_language_are_french() -> None:
    taken, codes = taken_from("poi", a_car_park(name="La halle", type_label="Parking"))
    assert (taken.amenities[0].name, codes) == ({"fr": "La halle"}, [])


def test_a_line_in_parts_is_one_line_without_repeats() -> None:
    parts = [[[0.9, 48.2], [0.91, 48.2, 120]], [[0.91, 48.2, 121], [0.92, 48.21]]]
    geometry = {"type": "MultiLineString", "coordinates": parts}
    taken, codes = taken_from("trek", a_trek(geometry=geometry))
    assert codes == []
    assert taken.treks[0].line == (LonLat(0.9, 48.2), LonLat(0.91, 48.2), LonLat(0.92, 48.21))


def test_a_car_park_nowhere_leaves_the_trek() -> None:
    taken, codes = taken_from("trek", a_trek(parking_location=[500, 48]))
    assert (len(taken.treks), taken.amenities, codes) == (1, [], ["place_impossible"])


def test_links_and_addresses_that_are_none_are_left_out() -> None:
    row = a_content(email="à l’accueil", website="javascript:alert(1)")
    taken, codes = taken_from("touristiccontent", row)
    contact = taken.amenities[0].contact
    assert (contact.email, contact.website) == (None, None)
    assert codes == ["contact_unreadable", "link_unreadable"]


def test_the_feeds_of_both_versions_are_read() -> None:
    offer = an_offer()
    assert tourinsoft.list_rows({"odata.count": "1", "value": [offer]}) == ([offer], 1)
    assert tourinsoft.list_rows({"@odata.count": 3, "value": []}) == ([], 3)
    assert tourinsoft.list_rows({"d": {"results": [offer], "__count": "801"}}) == ([offer], 801)
    assert tourinsoft.list_rows({"d": [offer]}) == ([offer], None)
    for wrong in ([], {}, {"value": {}}, {"d": "x"}, None, "x"):
        assert tourinsoft.list_rows(wrong) is None


def test_a_real_offer_and_a_real_event_are_read(shared_data: Any) -> None:
    folder = shared_data / "tourinsoft"
    page = json.loads((folder / "tourinsoft-cdt28-hebergement-v3-extrait.json").read_text())
    rows, count = tourinsoft.list_rows(page) or ([], None)
    assert (len(rows), count) == (1, 1)
    (hotel,), codes = offered(rows[0])
    assert (hotel.external_id, hotel.kind) == ("HOTCEN0280010001", "lodging")
    assert hotel.place == LonLat(0.804899, 48.3295)
    assert codes == ["contact_unreadable", "contact_unreadable"], "they were blackened"
    assert "(fermé : lundi)" in hotel.opening["fr"]
    page = json.loads((folder / "tourinsoft-cdt28-evenement-v1-extrait.json").read_text())
    rows, count = tourinsoft.list_rows(page) or ([], None)
    assert count == 801
    assert offered(rows[0]) == ([], ["not_an_amenity"])


@given(st.sampled_from(sorted(geotrek.COLLECTIONS)), JSON, st.dictionaries(st.text(), JSON))
def test_no_row_of_a_geotrek_breaks_the_reading(collection: str, row: Any, below: Any) -> None:
    taken_from(collection, row)
    fields = geotrek.COLLECTIONS[collection].split(",")
    for name in fields:
        taken_from(collection, {"id": 1, name: row} | below)
        taken, codes = taken_from(collection, a_trek() | a_content() | {name: row})
        assert all(math.isfinite(value) for one in taken.amenities for value in one.place)
        assert (
            codes
            or taken.amenities
            or taken.treks
            or taken.sights
            or taken.categories
            or name in {"published", "label"}
            or collection == "touristiccontent_category"  # one without a name is of no use
        )


@given(st.sampled_from(sorted(an_offer())), JSON)
def test_no_row_of_a_tourinsoft_breaks_the_reading(name: str, told: Any) -> None:
    offered(told)
    taken, codes = offered(an_offer() | {name: told})
    assert taken or codes
    for amenity in taken:
        assert amenity_from_document(amenity_to_document(amenity)) == amenity
        assert len(sha256_of_amenity(amenity)) == 64


@given(st.text())
def test_html_becomes_words_that_are_spoken_as_they_were(html: str) -> None:
    words = to_paragraphs(html)
    said = " ".join(spoken(to_commonmark(html)))
    assert said.split() == " ".join(words).split()


@given(st.text(alphabet="<>&*_`[]()#-+=1.\\!|~ \nab;:/\"'"))
def test_no_mark_of_commonmark_gets_through(text: str) -> None:
    words = to_paragraphs(text)
    said = " ".join(spoken("\n\n".join(map(escape_commonmark, words))))
    assert said.split() == " ".join(words).split()


@given(st.text(), st.integers(2, 50))
def test_a_line_is_never_longer_than_there_is_room(html: str, room: int) -> None:
    line = to_line(html, room)
    assert len(line) <= room
    assert "\n" not in line


def test_what_a_browser_does_not_show_is_not_said() -> None:
    html = "<style>p{}</style><p>Un &eacute;tang</p><script>alert(1)</script><ul><li>a<li>b</ul>"
    assert to_paragraphs(html) == ["Un étang", "a", "b"]


@pytest.mark.parametrize("bad", ["\ud800", "\x00", "\ufffe"])
@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("AdresseComplete", "1 rue du Gu{}é|||28400|NOGENT"),
        ("PeriodeOuverture", "01/01{}|02/02||||||"),
        ("MoyenDeCom", "Mél|a{}@b.example#Site web|www.a{}.example#Téléphone|02{}"),
    ],
)
def test_letters_that_no_database_keeps_stop_no_import(bad: str, field: str, told: str) -> None:
    (amenity,), _codes = offered(an_offer(**{field: told.replace("{}", bad)}))
    assert bad not in str(amenity_to_document(amenity))
    assert sha256_of_amenity(amenity)


def test_an_english_text_by_language_is_taken_whatever_languages_it_has() -> None:
    told = {"DescriptionCommerciale": "Au calme.", "DescriptionCommercialeUK": {"en": "Quiet."}}
    (amenity,), _codes = offered(an_offer(**told))
    assert amenity.text == {"fr": "Au calme.", "en": "Quiet."}


@pytest.mark.parametrize("tail", ["", ">"])
@pytest.mark.parametrize("mark", ["<a ", "<!--", "</", "<a a='", "<![CDATA[", "<?", "<textarea>"])
def test_markup_without_an_end_costs_no_time(mark: str, tail: str) -> None:
    begun_at = time.process_time()
    to_paragraphs(mark * 70_000 + tail)
    assert time.process_time() - begun_at < 1.0
