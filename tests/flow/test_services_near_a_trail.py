"""Visitors find local actors near a trail: from its pack, in its order, once published."""

import json
from dataclasses import replace

import pytest
from builders import HERBAGE
from partner_builders import an_amenity
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions import amenities
from odyssee.actions.publishing import publish, unpublish
from odyssee.actions.reading import find_territory_document, object_key, read_manifest, refresh
from odyssee.actions.tools import Shelf, Tools
from odyssee.actions.working import work_once
from odyssee.api.app import build_app
from odyssee.db import amenities as kept
from odyssee.domain.amenities import AmenityKind
from odyssee.domain.errors import Damaged
from odyssee.domain.geo import LonLat, projection_at

SLUG = "dame-de-riants"
SERVICES = f"/v1/legends/{SLUG}/services"
GROUND = projection_at(HERBAGE)


def work_all(tools: Tools) -> None:
    while (job := work_once(tools)) is not None:
        assert job.state == "done", job


def add(tools: Tools, number: int, x_m: float, y_m: float, kind: AmenityKind = "food") -> str:
    """A service so many metres east and north of the first stop."""
    amenity_id = f"{number:020d}".replace("0", "a").replace("1", "b")
    amenity = an_amenity(number, place=GROUND.to_lonlat(x_m, y_m), kind=kind)
    with tools.desk.db.transaction() as tx:
        kept.add_amenities(tx, [(amenity_id, amenity)], tools.clock())
    return amenity_id


def reader(tools: Tools) -> TestClient:
    refresh(tools)
    return TestClient(build_app(tools, lambda: "2026-06-01T12:00:00Z"))


def manifest_of(tools: Tools) -> str:
    document = find_territory_document(tools.published)
    assert document is not None
    sha256: str = document["legends"][SLUG]["manifest"]
    return sha256


@pytest.fixture
def served(desk: Tools) -> Tools:
    """The desk with its legend published, and two services near it."""
    add(desk, 1, 60, 20, kind="lodging")
    add(desk, 2, -30, 10)
    add(desk, 3, 60_000, 0)
    publish(desk, SLUG, by="test")
    work_all(desk)
    return desk


def test_they_are_told_in_the_order_of_the_route(served: Tools) -> None:
    sent = reader(served).get(SERVICES, params={"lang": "en"})
    told = sent.json()
    assert told["revision"] == 1
    assert [one["kind"] for one in told["services"]] == ["food", "lodging"]
    first = told["services"][0]
    assert (first["name"], first["lang"]) == ("Summer", "en")
    assert first["text"] == "Sous l’église.", "what English lacks comes in French"
    assert first["contact"] == {"phone": "02 37 00 00 00"}
    assert first["location"]["type"] == "Point"
    assert first["source"] == {"name": "cdt28", "url": None, "licence": None}
    assert first["along_m"] <= told["services"][1]["along_m"]
    assert first["off_m"] > 0


def test_some_kinds_alone_are_asked_for_and_a_wrong_one_is_told(served: Tools) -> None:
    client = reader(served)
    only = client.get(f"{SERVICES}?kind=lodging").json()["services"]
    assert [one["kind"] for one in only] == ["lodging"]
    both = client.get(f"{SERVICES}?kind=lodging&kind=food").json()["services"]
    assert len(both) == 2
    wrong = client.get(f"{SERVICES}?kind=casino")
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["pointer"] == "/kind"


def test_the_answer_is_kept_and_revalidated_as_every_reading(served: Tools) -> None:
    client = reader(served)
    sent = client.get(SERVICES)
    assert sent.headers["cache-control"].startswith("public, max-age=60")
    again = client.get(SERVICES, headers={"If-None-Match": sent.headers["etag"]})
    assert again.status_code == 304
    assert client.head(SERVICES).headers["etag"] == sent.headers["etag"]


def test_unknown_legends_have_none_and_withdrawn_ones_are_gone(served: Tools) -> None:
    assert reader(served).get("/v1/legends/nulle-part/services?kind=food").status_code == 404
    unpublish(served, SLUG, by="test")
    work_all(served)
    client = reader(served)
    for address in (SERVICES, f"{SERVICES}?kind=food"):
        assert client.get(address).status_code == 410


def test_a_pack_without_services_is_what_it_was_before_there_were_any(desk: Tools) -> None:
    publish(desk, SLUG, by="test")
    work_all(desk)
    manifest = read_manifest(desk.published, manifest_of(desk), SLUG)
    assert "services.json" not in manifest["files"]
    assert reader(desk).get(SERVICES).json() == {"services": [], "revision": 1}
    before = manifest_of(desk)
    amenities.publish_amenities(desk, by="test")
    work_all(desk)
    assert manifest_of(desk) == before, "nothing near it changed"


def test_the_manifest_names_them_in_the_layer_that_everybody_takes(served: Tools) -> None:
    manifest = read_manifest(served.published, manifest_of(served), SLUG)
    file = manifest["files"]["services.json"]
    assert (file["layer"], file["type"]) == ("core", "application/json")
    told = json.loads(served.published.get(object_key(file["sha256"])))
    assert [one["name"]["fr"] for one in told["services"]] == [
        "L’Été à Œuvré 2",
        "L’Été à Œuvré 1",
    ]


def test_a_hidden_one_leaves_and_a_corrected_one_moves_under_the_same_revision(
    served: Tools,
) -> None:
    client = reader(served)
    before = client.get(SERVICES)
    food, lodging = before.json()["services"]
    amenities.change_listing(served, food["id"], amenities.Changes(hidden=True), by="zoé")
    right = LonLat(round(HERBAGE.lon, 7), round(HERBAGE.lat, 7))
    amenities.change_listing(served, lodging["id"], amenities.Changes(place=right), by="zoé")
    assert client.get(SERVICES).json() == before.json(), "only what is published is told"
    amenities.publish_amenities(served, by="zoé")
    work_all(served)
    after = reader(served).get(SERVICES)
    assert after.headers["etag"] != before.headers["etag"]
    assert after.json()["revision"] == 1
    (only,) = after.json()["services"]
    assert only["location"]["coordinates"] == list(right)


def test_a_second_server_that_begins_anew_reads_the_same(served: Tools) -> None:
    told = reader(served).get(SERVICES).json()
    other = replace(served, shelf=Shelf(), curation=None, clock=SetClock())
    assert reader(other).get(SERVICES).json() == told


def test_a_pack_whose_services_are_of_another_form_is_not_served(served: Tools) -> None:
    manifest = read_manifest(served.published, manifest_of(served), SLUG)
    sha256 = manifest["files"]["services.json"]["sha256"]
    served.published.delete(object_key(sha256))
    with pytest.raises(Damaged):
        refresh(replace(served, shelf=Shelf()))
