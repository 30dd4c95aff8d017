"""Local actors come in from a Geotrek and a Tourinsoft; what an office wrote stays as it is."""

from collections.abc import Iterator
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest
from builders import a_legend
from partner_builders import (
    PORTE,
    Shared,
    a_car_park,
    a_content,
    a_poi,
    a_shared,
    a_trek,
    an_offer,
    partner_server,
    with_partners,
)
from postgis import wait_for_a_waiter

from odyssee.actions.importing import import_from
from odyssee.actions.tools import Tools
from odyssee.db import amenities, audit, legends, seeds
from odyssee.domain.amenities import Listing
from odyssee.domain.errors import (
    AddressRefused,
    InputInvalid,
    PartnerUnreadable,
    Unavailable,
)
from odyssee.domain.geo import BBox, LonLat
from odyssee.domain.partners import PartnerReport


@pytest.fixture
def shared() -> Iterator[Shared]:
    with partner_server(a_shared()) as shared:
        yield shared


@pytest.fixture
def tools(staff_on_both: Tools, shared: Shared) -> Tools:
    return with_partners(staff_on_both, shared)


def geotrek(tools: Tools, **how: Any) -> PartnerReport:
    return import_from(tools, "geotrek", "rando", by="zoé", **how)


def tourinsoft(tools: Tools, **how: Any) -> PartnerReport:
    return import_from(tools, "tourinsoft", "cdt28", by="zoé", **how)


def listings(tools: Tools) -> dict[str, Listing]:
    with tools.desk.db.reading() as tx:
        return {one.amenity.external_id: one for one in amenities.list_listings(tx, 100)}


def codes(report: PartnerReport) -> dict[str, str]:
    return {problem.where: problem.code for problem in report.problems}


def test_a_geotrek_gives_services_and_a_draft_to_start_from(tools: Tools) -> None:
    report = geotrek(tools)
    assert report.problems == []
    assert report.created == ["trek/7/parking", "poi/40", "touristiccontent/3", "trek/7"]
    kept = listings(tools)
    assert {key: one.amenity.kind for key, one in kept.items()} == {
        "trek/7/parking": "parking",
        "poi/40": "parking",
        "touristiccontent/3": "lodging",
    }
    gite = kept["touristiccontent/3"].amenity
    assert gite.name == {"fr": "Gîte du Perche"}
    assert gite.text == {"fr": "Six chambres."}
    assert gite.opening == {"fr": "Ouvert toute l’année"}
    assert gite.contact.email == "gite@perche.example"
    assert gite.licence == "etalab-2.0"
    with tools.desk.db.reading() as tx:
        draft = legends.get_draft(tx, "le-chemin-de-la-dame").legend
    assert draft.route.status == "traced"
    assert len(draft.route.line) == 13
    assert [stop.slug for stop in draft.stops] == ["l-etang-de-l-herbage-oeuvre-12"]
    assert draft.stops[0].location == PORTE
    assert draft.stops[0].texts["fr"].text == r"On y entend pleurer : \* la Dame \*."
    assert draft.duration_min == 150
    assert draft.texts["fr"].summary == "Par les étangs."
    assert draft.texts["fr"].story == "Prendre à gauche.\n\nDescendre."
    assert draft.rights.licence == "etalab-2.0"


def test_a_tourinsoft_feed_gives_services_with_contact_and_opening(tools: Tools) -> None:
    report = tourinsoft(tools)
    assert (report.created, report.problems) == (["HOTCEN0280010001"], [])
    hotel = listings(tools)["HOTCEN0280010001"].amenity
    assert hotel.kind == "lodging"
    assert hotel.place == LonLat(0.914, 48.27)
    assert hotel.contact.phone == "02 37 00 00 00"
    assert hotel.contact.website == "http://www.hotel.example"
    assert hotel.contact.address == "Rue de la Bruyère, 28400, NOGENT-LE-ROTROU"
    assert hotel.text == {"fr": "Trente chambres au calme."}
    expected = "du 01/01/2025 au 21/07/2025, 08:00–15:00 et 18:00–22:00 (fermé : lundi)"
    assert hotel.opening == {"fr": expected}
    assert hotel.told_at == "2019-01-02T19:32:55Z"
    assert hotel.licence is None


def test_the_same_again_changes_nothing_and_raises_no_version(tools: Tools) -> None:
    first, second = geotrek(tools), geotrek(tools)
    assert second.unchanged == first.created
    assert (second.created, second.changed, second.problems) == ([], [], [])
    assert {one.version for one in listings(tools).values()} == {1}


def test_a_dry_run_tells_the_same_and_writes_nothing(tools: Tools) -> None:
    told = geotrek(tools, dry_run=True)
    with tools.desk.db.reading() as tx:
        assert amenities.list_listings(tx, 10) == []
        assert audit.list_entries(tx) == []
        assert not legends.has_legend(tx, "le-chemin-de-la-dame")
    assert told.dry_run
    assert told.created == geotrek(tools).created


def test_what_changed_is_taken_over_and_a_corrected_place_stays(
    tools: Tools, shared: Shared
) -> None:
    geotrek(tools)
    kept = listings(tools)["poi/40"]
    right = LonLat(0.92, 48.27)
    with tools.desk.db.transaction() as tx:
        amenities.save_listing(tx, replace(kept, corrected=right, hidden=True, version=2))
    moved = {"type": "Point", "coordinates": [0.9, 48.2]}
    shared.collections["poi"] = [a_poi(), a_car_park(name={"fr": "La mairie"}, geometry=moved)]
    assert geotrek(tools).changed == ["poi/40"]
    now = listings(tools)["poi/40"]
    assert now.amenity.name == {"fr": "La mairie"}
    assert (now.place, now.hidden, now.version) == (right, True, 3)
    assert now.id == kept.id


def test_nothing_is_removed_because_it_is_not_sent_any_more(tools: Tools, shared: Shared) -> None:
    geotrek(tools)
    shared.collections["poi"] = []
    report = geotrek(tools)
    assert report.not_seen == 1
    assert "poi/40" in listings(tools)
    inside = BBox(0.8, 48.0, 1.0, 48.5)
    assert geotrek(tools, bbox=inside).not_seen == 0, "nobody asked for what lies elsewhere"


def test_a_broken_row_stops_no_other_and_is_told_with_its_field(
    tools: Tools, shared: Shared
) -> None:
    shared.collections["poi"] = [
        a_car_park(1, name={}),
        a_car_park(2, geometry=None),
        a_car_park(3, geometry={"type": "Point", "coordinates": [48.2, 191.0]}),
        a_car_park(4, geometry={"type": "Point", "coordinates": ["x", None]}),
        {"name": {"fr": "Sans identifiant"}},
        "nothing",
        a_car_park(5, name={"en": "Only English"}),
        a_car_park(6, published={"fr": False, "en": False}),
        a_car_park(7),
    ]
    shared.collections["trek"] = [
        a_trek(8, geometry={"type": "LineString", "coordinates": [[1, 2]]})
    ]
    report = geotrek(tools)
    assert report.created == ["poi/5", "poi/7", "touristiccontent/3"]
    assert codes(report) == {
        "trek/8/geometry": "line_missing",
        "poi/1/name": "name_missing",
        "poi/2/geometry": "place_missing",
        "poi/3/geometry": "place_impossible",
        "poi/4/geometry": "place_impossible",
        "poi/?": "row_unreadable",
        "poi/?/name": "name_missing",
        "poi/?/geometry": "place_missing",
        "poi/5/name": "name_not_french",
    }


def test_broken_offers_stop_no_other(tools: Tools, shared: Shared) -> None:
    shared.offers = [
        an_offer(1, GmapLatitude="", GmapLongitude=None),
        an_offer(2, SyndicObjectName=""),
        an_offer(3, ObjectTypeName="Fêtes et manifestations"),
        an_offer(4, MoyenDeCom="Mél|pas une adresse#Site web (URL)|javascript:alert(1)"),
        an_offer(5, GmapLatitude="48,27", GmapLongitude="0,914"),
        None,
    ]
    report = tourinsoft(tools)
    assert report.created == ["HOTCEN0280010004", "HOTCEN0280010005"]
    assert listings(tools)["HOTCEN0280010004"].amenity.contact.website is None
    assert report.problem_count == 8


def test_problems_are_counted_beyond_those_that_are_told(tools: Tools, shared: Shared) -> None:
    shared.collections["poi"] = [a_car_park(number, name={}) for number in range(700)]
    report = geotrek(tools)
    assert (len(report.problems), report.problem_count) == (500, 700)


def test_many_rows_come_page_by_page_and_next_is_never_followed(
    tools: Tools, shared: Shared
) -> None:
    shared.collections["poi"] = [a_car_park(number) for number in range(1, 1_102)]
    shared.offers = [an_offer(number) for number in range(1, 1_002)]
    assert len(geotrek(tools).created) == 1_104
    assert len(tourinsoft(tools).created) == 1_001
    pages = [path for path in shared.asked if path.startswith("/api/v2/poi/")]
    assert len(pages) == 3
    assert sum("syndications" in path for path in shared.asked) == 3


def test_a_draft_that_a_curator_has_is_never_touched(tools: Tools, shared: Shared) -> None:
    geotrek(tools)
    with tools.desk.db.transaction() as tx:
        draft = legends.get_draft(tx, "le-chemin-de-la-dame").legend
        legends.save_draft(tx, replace(draft, duration_min=45), {}, tools.clock())
    shared.collections["trek"] = [a_trek(duration=4), a_trek(9)]
    report = geotrek(tools)
    assert codes(report) == {"trek/7": "trek_changed", "trek/9": "slug_taken"}
    with tools.desk.db.reading() as tx:
        assert legends.get_draft(tx, "le-chemin-de-la-dame").legend.duration_min == 45


def test_a_draft_that_somebody_begins_during_the_import_is_never_touched(
    staff_on_postgis: Tools, shared: Shared
) -> None:
    tools, reports = with_partners(staff_on_postgis, shared), list[PartnerReport]()
    mine = a_legend("le-chemin-de-la-dame")
    importing = Thread(target=lambda: reports.append(geotrek(tools)))
    with tools.desk.db.transaction() as tx:
        assert legends.add_draft(tx, mine, {}, tools.clock())
        importing.start()
        wait_for_a_waiter(tools.desk.db)
    importing.join()
    (report,) = reports
    assert codes(report)["trek/7"] == "slug_taken"
    assert "trek/7" not in report.created
    with tools.desk.db.reading() as tx:
        assert legends.get_draft(tx, mine.slug).legend == mine
        assert seeds.find_seeds(tx, "rando") == {}


def test_a_draft_that_was_put_away_does_not_come_back(tools: Tools) -> None:
    geotrek(tools)
    with tools.desk.db.transaction() as tx:
        legends.archive_draft(tx, "le-chemin-de-la-dame", tools.clock())
    assert "trek/7" in geotrek(tools).unchanged
    with tools.desk.db.reading() as tx:
        assert not legends.has_legend(tx, "le-chemin-de-la-dame")


def test_the_box_is_asked_of_a_geotrek_and_kept_to_for_a_feed(tools: Tools, shared: Shared) -> None:
    elsewhere = BBox(2.0, 47.0, 2.5, 47.5)
    geotrek(tools, bbox=elsewhere)
    assert sum("in_bbox=2.0000000,47.0000000" in path for path in shared.asked) == 3
    assert tourinsoft(tools, bbox=elsewhere).created == []
    with pytest.raises(InputInvalid):
        tourinsoft(tools, bbox=BBox(2.0, 47.0, 1.0, 47.5))


def test_a_partner_that_the_settings_do_not_name_is_not_asked(tools: Tools, shared: Shared) -> None:
    with pytest.raises(InputInvalid) as refused:
        import_from(tools, "geotrek", "cdt28", by="zoé")
    assert refused.value.problems[0].values == {"known": "rando"}
    assert shared.asked == []


ANSWERS = {
    "no json": (200, {}, b"<html>", PartnerUnreadable),
    "not a page": (200, {}, b"[]", PartnerUnreadable),
    "not finite": (200, {}, b'{"results": [NaN]}', PartnerUnreadable),
    "deep": (200, {}, b"[" * 100_000, PartnerUnreadable),
    "compressed": (200, {"Content-Encoding": "gzip"}, b"x", PartnerUnreadable),
    "down": (503, {}, b"", Unavailable),
    "to itself": (302, {"Location": "/api/v2/poi/"}, b"", Unavailable),
    "elsewhere": (302, {"Location": "http://169.254.169.254/"}, b"", AddressRefused),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_will_not_do_takes_nothing(
    tools: Tools, shared: Shared, answer: str
) -> None:
    status, headers, body, refusal = ANSWERS[answer]
    shared.raw["/api/v2/poi/"] = (status, headers, body)
    with pytest.raises(refusal):
        geotrek(tools)
    assert listings(tools) == {}


def test_an_address_that_is_no_geotrek_is_told(tools: Tools, shared: Shared) -> None:
    shared.collections.clear()
    with pytest.raises(PartnerUnreadable):
        geotrek(tools)


def test_a_machine_of_our_own_network_is_never_asked(tools: Tools, shared: Shared) -> None:
    closed = replace(tools, curation=replace(tools.desk, asks_private=False))
    with pytest.raises(AddressRefused):
        geotrek(closed)
    assert shared.asked == []


def test_older_systems_without_a_collection_are_read_all_the_same(
    tools: Tools, shared: Shared
) -> None:
    for missing in ("touristiccontent_category", "informationdesk"):
        del shared.collections[missing]
    shared.collections["touristiccontent"] = [a_content()]
    assert "touristiccontent/3" in geotrek(tools).created
    assert listings(tools)["touristiccontent/3"].amenity.kind == "other"
