"""The desk brings services in, looks through them, hides them, puts them where they are."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from builders import NOON
from desk_builders import bearer, session_of
from partner_builders import Shared, a_shared, an_amenity, partner_server
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.app import build_app
from odyssee.db import amenities, audit
from odyssee.domain.errors import Misconfigured
from odyssee.main import build_tools
from odyssee.settings import Settings

SERVICES = "/admin/v1/services"
FIRST = "a" * 20


@pytest.fixture
def shared() -> Iterator[Shared]:
    with partner_server(a_shared()) as shared:
        yield shared


@pytest.fixture
def desk(tools: Tools, shared: Shared) -> Tools:
    return replace(tools, curation=replace(tools.desk, partners=shared.partners, asks_private=True))


@pytest.fixture
def client(desk: Tools) -> Iterator[TestClient]:
    app = build_app(desk, lambda: "2026-06-01T12:00:00Z", desk=lambda: desk)
    with TestClient(app, base_url="https://perche.example") as client:
        client.headers.update(bearer(session_of(desk, "editor")))
        yield client


def keep(tools: Tools, count: int = 1) -> None:
    new = [(letter * 20, an_amenity(n)) for n, letter in enumerate("abcdefg"[:count])]
    with tools.desk.db.transaction() as tx:
        amenities.add_amenities(tx, new, NOON)


def test_an_import_reports_what_it_did_and_is_written_down(client: TestClient, desk: Tools) -> None:
    tried = client.post("/admin/v1/imports/geotrek?dry_run=true", json={"source": "rando"})
    done = client.post("/admin/v1/imports/geotrek", json={"source": "rando"})
    assert tried.json() == {**done.json(), "dry_run": True}
    assert done.json() == {
        "dry_run": False,
        "created": ["trek/7/parking", "poi/40", "touristiccontent/3", "trek/7"],
        "changed": [],
        "unchanged": [],
        "not_seen": 0,
        "problem_count": 0,
        "problems": [],
    }
    with desk.desk.db.reading() as tx:
        whats = [entry.what for entry in audit.list_entries(tx)]
    assert whats[:2] == ["geotrek:rando", "le-chemin-de-la-dame"]


def test_what_is_wrong_with_a_row_is_told_in_the_language_that_is_asked(
    client: TestClient, shared: Shared
) -> None:
    shared.offers[0]["SyndicObjectName"] = None
    body = {"source": "cdt28", "bbox": [0.7, 48.1, 1.3, 48.8]}
    sent = client.post("/admin/v1/imports/tourinsoft?lang=en", json=body).json()
    assert sent["problems"] == [
        {
            "severity": "error",
            "where": "offre/HOTCEN0280010001/SyndicObjectName",
            "code": "name_missing",
            "text": "the name is missing.",
        }
    ]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"source": "elsewhere"}, ["/source"]),
        ({"source": "http://169.254.169.254/"}, ["/source"]),
        ({"source": "rando", "url": "http://10.0.0.1"}, ["/url"]),
        ({"source": "rando", "bbox": [1, 2, 3]}, ["/bbox/3"]),
        ({"source": "rando", "bbox": [1.3, 48.1, 0.7, 48.8]}, ["/bbox"]),
        ({}, ["/source"]),
    ],
)
def test_a_bad_request_is_told_with_its_pointer_and_asks_nobody(
    client: TestClient, shared: Shared, body: object, pointers: list[str]
) -> None:
    sent = client.post("/admin/v1/imports/geotrek", json=body)
    assert sent.status_code == 422
    told = [error["pointer"] for error in sent.json()["errors"]]
    assert [pointer for pointer in told if pointer.startswith(tuple(pointers))] or told == pointers
    assert shared.asked == []


def test_a_partner_that_answers_nonsense_is_a_bad_gateway(
    client: TestClient, shared: Shared
) -> None:
    shared.raw["/api/v2/trek/"] = (200, {}, b"oops")
    sent = client.post("/admin/v1/imports/geotrek", json={"source": "rando"})
    assert (sent.status_code, sent.json()["code"]) == (502, "partner_unreadable")
    shared.raw["/api/v2/trek/"] = (500, {}, b"")
    assert client.post("/admin/v1/imports/geotrek", json={"source": "rando"}).status_code == 503
    assert client.get(SERVICES).json()["items"] == []


def test_services_are_listed_a_page_at_a_time(client: TestClient, desk: Tools) -> None:
    keep(desk, 5)
    page = client.get(f"{SERVICES}?limit=2").json()
    assert [one["id"][0] for one in page["items"]] == ["a", "b"]
    rest = client.get(f"{SERVICES}?limit=3&cursor={page['next']}").json()
    assert [one["id"][0] for one in rest["items"]] == ["c", "d", "e"]
    assert rest["next"] is None
    named = client.get(SERVICES, params={"q": "ÉTÉ à oeuvre"}).json()["items"]
    assert named == [], "œ is a letter of its own"
    assert len(client.get(SERVICES, params={"q": "ETE A ŒUVRE 3"}).json()["items"]) == 1
    assert client.get(f"{SERVICES}?kind=food").json()["items"] == []
    for wrong in ("limit=201", "kind=casino", "cursor=%00"):
        assert client.get(f"{SERVICES}?{wrong}").status_code == 422


def test_one_is_hidden_and_put_right_by_whoever_read_it(client: TestClient, desk: Tools) -> None:
    keep(desk)
    address = f"{SERVICES}/{FIRST}"
    tag = client.get(address).headers["etag"]
    place = {"type": "Point", "coordinates": [0.95, 48.3]}
    body = {"hidden": True, "location": place}
    assert client.patch(address, json=body).status_code == 428
    sent = client.patch(address, json=body, headers={"If-Match": tag})
    assert sent.status_code == 200
    assert (sent.json()["hidden"], sent.json()["corrected"]) == (True, True)
    assert sent.json()["location"] == place
    assert client.patch(address, json=body, headers={"If-Match": tag}).status_code == 412
    tag = sent.headers["etag"]
    back = client.patch(address, json={"location": None}, headers={"If-Match": tag}).json()
    assert (back["corrected"], back["hidden"]) == (False, True)
    assert back["location"]["coordinates"] == [0.9136123, 48.2694411]
    with desk.desk.db.reading() as tx:
        assert [entry.deed for entry in audit.list_entries(tx)][:2] == ["change_service"] * 2


@pytest.mark.parametrize(
    "body",
    [
        {"hidden": "yes"},
        {"name": "x"},
        {"location": {"type": "Point", "coordinates": [181, 0]}},
        {"location": {"type": "Point", "coordinates": [0, 0]}},
        {"location": [0.9, 48.2]},
    ],
)
def test_changes_that_will_not_do_change_nothing(
    client: TestClient, desk: Tools, body: object
) -> None:
    keep(desk)
    address = f"{SERVICES}/{FIRST}"
    sent = client.patch(address, json=body, headers={"If-Match": '"1"'})
    assert sent.status_code == 422
    assert client.get(address).headers["etag"] == '"1"'


def test_a_service_that_is_none_is_not_found(client: TestClient) -> None:
    for name in (FIRST, "x", "%00", "services"):
        assert client.get(f"{SERVICES}/{name}").status_code == 404


def test_partners_come_from_the_settings(tmp_path: object) -> None:
    settings = Settings(
        store_url="memory://",
        home=tmp_path,
        geotrek_sources="rando=https://rando.example",
        tourinsoft_sources="cdt28=https://feed.example/x#etalab-2.0",
    )
    tools = build_tools(settings, curation=True)
    assert [(p.kind, p.name, p.licence) for p in tools.desk.partners] == [
        ("geotrek", "rando", None),
        ("tourinsoft", "cdt28", "etalab-2.0"),
    ]
    assert not tools.desk.asks_private
    tools.desk.db.close()
    wrong = settings.model_copy(update={"tourinsoft_sources": "cdt28=file:///etc/passwd"})
    with pytest.raises(Misconfigured) as refused:
        build_tools(wrong, curation=True)
    assert refused.value.values == {"setting": "ODYSSEE_TOURINSOFT_SOURCES"}
