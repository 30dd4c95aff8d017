"""Trail files for others: KML, DATAtourisme, the national schema; a sketch leaves as places."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from builders import a_legend, publish_into, reading_tools
from starlette.testclient import TestClient

from odyssee.api.app import build_app
from odyssee.domain.legends import Route
from odyssee.files.memory import MemoryStore

LEGEND = "/v1/legends/dame-de-riants"
FILES = ("trail.kml", "trail.jsonld", "itinerary.geojson")


def client_of(status: Any) -> TestClient:
    store = MemoryStore()
    line = a_legend().route.line
    publish_into(store, a_legend(route=Route(status=status, line=line), loop=status == "walked"))
    return TestClient(build_app(reading_tools(store=store), lambda: None))


@pytest.mark.parametrize("name", FILES)
def test_each_file_has_its_media_type_and_a_name_to_save_it_under(name: str) -> None:
    sent = client_of("walked").get(f"{LEGEND}/{name}?lang=en")
    assert sent.headers["content-type"] in {
        "application/vnd.google-earth.kml+xml", "application/ld+json", "application/geo+json"
    }  # fmt: skip
    saved = f"dame-de-riants{'-' if name[0] == 'i' else ''}{name.removeprefix('trail')}"
    assert sent.headers["content-disposition"] == f'attachment; filename="{saved}"'
    assert sent.headers["etag"]


def test_kml_has_the_stops_and_the_line_that_somebody_walked() -> None:
    def shapes(status: str) -> list[str]:
        root = ET.fromstring(client_of(status).get(f"{LEGEND}/trail.kml").content)  # noqa: S314 - our own
        assert root.tag == "{http://www.opengis.net/kml/2.2}kml"
        tags = [element.tag.rpartition("}")[2] for element in root.iter()]
        return [tag for tag in tags if tag in {"Point", "LineString"}]

    assert shapes("walked") == ["Point", "Point", "Point", "LineString"]
    assert shapes("sketch") == ["Point", "Point", "Point"]


def test_an_itinerary_is_valid_by_the_national_schema(shared_data: Path) -> None:
    schema = json.loads((shared_data / "schemas" / "randonnee" / "schema.json").read_text())
    found = client_of("walked").get(f"{LEGEND}/itinerary.geojson").json()
    jsonschema.Draft7Validator(schema).validate(found)
    (trail,) = found["features"]
    assert trail["properties"]["type_itineraire"] == "boucle"
    assert trail["properties"]["depart"] == trail["properties"]["arrivee"]
    sketch = client_of("sketch").get(f"{LEGEND}/itinerary.geojson").json()
    jsonschema.Draft7Validator(schema).validate(sketch)
    assert sketch["features"] == []
    assert sketch["warnings"][0]["code"] == "unsurveyed"


def test_json_ld_speaks_the_words_of_datatourisme_in_every_language(shared_data: Path) -> None:
    folder = shared_data / "datatourisme"
    (ontology,) = folder.glob("*.ttl")
    known = set(re.findall(r"^:(\w+)", ontology.read_text(), re.MULTILINE))
    # It is of 2.0; what came since stands in an export of theirs.
    known |= terms_of(json.loads((folder / "exemple-export-walkingtour.jsonld").read_text()))
    told = client_of("walked").get(f"{LEGEND}/trail.jsonld").json()
    named = {word for word in terms_of(told) if ":" not in word}
    assert named <= known
    assert set(told["rdfs:label"]) == {"fr", "en"}
    (described,) = told["hasDescription"]
    assert "relevé sur le terrain" in described["dc:description"]["fr"][0]
    assert told["olo:length"] == 3
    assert [slot["olo:index"] for slot in told["olo:slot"]] == [1, 2, 3]


def terms_of(node: Any) -> set[str]:
    """Every key and type of a JSON-LD document but its context and its texts by language."""
    if isinstance(node, list):
        return {word for one in node for word in terms_of(one)}
    if not isinstance(node, dict) or set(node) <= {"fr", "en"}:
        return set()
    kinds = node.get("@type", [])
    own = {key for key in node if not key.startswith("@")} | set(kinds)
    below = [value for key, value in node.items() if key not in {"@context", "@type"}]
    return own | terms_of(below)
