"""Kiosks, as an admin adds, watches, changes and revokes them."""

from typing import Any

import pytest
from desk_builders import bearer, session_of
from fleet_builders import HEALTH, SomeKiosk
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools

KIOSKS = "/admin/v1/kiosks"
ANY = {"If-Match": "*"}


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "admin"))


def add(client: TestClient, mine: dict[str, str], **body: Any) -> Any:
    sent = client.post(KIOSKS, json={"name": "Hall de l’Étang"} | body, headers=mine)
    assert sent.status_code == 201, sent.text
    return sent.json()


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_a_kiosk_is_added_with_a_code_that_is_told_once(
    client: TestClient, mine: dict[str, str]
) -> None:
    profile = {"languages": ["fr", "en"], "layers": ["core", "audio"], "audio": "low"}
    body = {"name": "Gare de l’Ouest", "office": "nogent", "profile": profile}
    sent = client.post(KIOSKS, json=body, headers=mine)
    assert sent.status_code == 201, sent.text
    made = sent.json()
    assert made | body == made
    assert (made["state"], made["content"], made["packs"]) == ("waiting", "none", {})
    assert made["code_expires_at"] == "2026-06-01T12:15:00Z"
    assert len(made.pop("code").replace("-", "")) == 25
    there = client.get(sent.headers["location"], headers=mine)
    assert there.headers["etag"] == sent.headers["etag"] == '"1"'
    assert there.json() == made


def test_a_code_for_a_stick_waits_thirty_days(client: TestClient, mine: dict[str, str]) -> None:
    assert add(client, mine, enrolment="usb")["code_expires_at"] == "2026-07-01T12:00:00Z"


def test_the_list_says_how_each_kiosk_is(
    client: TestClient, mine: dict[str, str], clock: SetClock
) -> None:
    made, some = add(client, mine), SomeKiosk()
    some.enrol(client, made["code"])
    clock.go(minutes=30)
    some.post(client, "health", HEALTH)
    (shown,) = client.get(KIOSKS, headers=mine).json()["items"]
    assert shown["state"] == "enrolled"
    assert shown["machine"] == "borne-1"
    assert shown["health"] == HEALTH
    assert (shown["content"], shown["packs"]) == ("fresh", HEALTH["packs"])
    assert shown["software"] == "0.1.0"
    assert shown["last_seen_at"] == shown["health_at"] == "2026-06-01T12:30:00Z"


def test_a_list_comes_in_pages_in_the_order_of_names(
    client: TestClient, mine: dict[str, str]
) -> None:
    names = ["Gare", "Abbaye", "Gare", "Zone d’Étang", "Gare"]
    for name in names:
        add(client, mine, name=name)
    found, cursor = [], ""
    while True:
        page = client.get(f"{KIOSKS}?limit=2{cursor}", headers=mine).json()
        found += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert [kiosk["name"] for kiosk in found] == sorted(names)
    assert len({kiosk["id"] for kiosk in found}) == 5
    assert faults(client.get(f"{KIOSKS}?cursor=autre", headers=mine)) == {"/cursor": "bad_cursor"}


def test_a_change_names_what_was_read_and_what_is_absent_stays(
    client: TestClient, mine: dict[str, str]
) -> None:
    made = add(client, mine, office="nogent", profile={"audio": "low"})
    at = f"{KIOSKS}/{made['id']}"
    assert client.patch(at, json={"name": "x"}, headers=mine).status_code == 428
    stale = mine | {"If-Match": '"2"'}
    assert client.patch(at, json={"name": "x"}, headers=stale).status_code == 412
    sent = client.patch(at, json={"name": "Mairie"}, headers=mine | {"If-Match": '"1"'})
    assert sent.headers["etag"] == '"2"'
    assert (sent.json()["name"], sent.json()["office"]) == ("Mairie", "nogent")
    assert sent.json()["profile"]["audio"] == "low"
    sent = client.patch(at, json={"office": None}, headers=mine | {"If-Match": '"2"'})
    assert (sent.json()["office"], sent.json()["version"]) == (None, 3)
    same = client.patch(at, json={"name": "Mairie"}, headers=mine | ANY)
    assert same.json()["version"] == 3


def test_a_new_profile_reaches_the_kiosk_with_its_next_report(
    client: TestClient, mine: dict[str, str]
) -> None:
    made, some = add(client, mine), SomeKiosk()
    some.enrol(client, made["code"])
    profile = {"languages": ["fr"], "layers": ["core"], "audio": "high"}
    at = f"{KIOSKS}/{made['id']}"
    assert client.patch(at, json={"profile": profile}, headers=mine | ANY).status_code == 200
    assert some.post(client, "health", HEALTH).json()["profile"] == profile


def test_a_report_does_not_stand_in_the_way_of_who_edits(
    client: TestClient, mine: dict[str, str]
) -> None:
    made, some = add(client, mine), SomeKiosk()
    some.enrol(client, made["code"])
    at = f"{KIOSKS}/{made['id']}"
    tag = client.get(at, headers=mine).headers["etag"]
    some.post(client, "health", HEALTH)
    sent = client.patch(at, json={"name": "Mairie"}, headers=mine | {"If-Match": tag})
    assert sent.status_code == 200


def test_a_revoked_kiosk_stays_on_the_list_and_gets_no_code(
    client: TestClient, mine: dict[str, str]
) -> None:
    made, some = add(client, mine), SomeKiosk()
    some.enrol(client, made["code"])
    at = f"{KIOSKS}/{made['id']}"
    assert client.delete(at, headers=mine).status_code == 428
    assert client.delete(at, headers=mine | {"If-Match": '"1"'}).status_code == 412
    assert client.delete(at, headers=mine | {"If-Match": '"2"'}).status_code == 204
    assert client.delete(at, headers=mine | ANY).status_code == 204
    assert some.post(client, "health", HEALTH).json()["code"] == "kiosk_revoked"
    (shown,) = client.get(KIOSKS, headers=mine).json()["items"]
    assert (shown["state"], shown["revoked_at"]) == ("revoked", "2026-06-01T12:00:00Z")
    again = client.post(f"{at}/code", headers=mine)
    assert (again.status_code, again.json()["code"]) == (409, "kiosk_ended")


def test_a_new_code_is_told_with_its_end(client: TestClient, mine: dict[str, str]) -> None:
    made = add(client, mine)
    at = f"{KIOSKS}/{made['id']}/code"
    sent = client.post(at, headers=mine)
    assert sent.status_code == 201
    assert sent.json()["expires_at"] == "2026-06-01T12:15:00Z"
    assert sent.json()["code"] != made["code"]
    usb = client.post(at, json={"enrolment": "usb"}, headers=mine)
    assert usb.json()["expires_at"] == "2026-07-01T12:00:00Z"
    assert client.post(f"{KIOSKS}/{'a' * 20}/code", headers=mine).status_code == 404


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/name", "missing"),
        ({"name": ""}, "/name", "too_short"),
        ({"name": "a" * 101}, "/name", "too_long"),
        ({"name": "a\x00"}, "/name", "bad_character"),
        ({"name": "a", "office": "authon"}, "/office", "unknown_office"),
        ({"name": "a", "office": "Œuvré"}, "/office", "bad_slug"),
        ({"name": "a", "enrolment": "pigeon"}, "/enrolment", "not_allowed"),
        ({"name": "a", "profile": {"audio": "loud"}}, "/profile/audio", "not_allowed"),
        ({"name": "a", "profile": {"languages": []}}, "/profile/languages", "too_short"),
        (
            {"name": "a", "profile": {"languages": ["fr", "fr"]}},
            "/profile/languages",
            "bad_languages",
        ),
        (
            {"name": "a", "profile": {"languages": ["fr", "Ω"]}},
            "/profile/languages/1",
            "bad_language",
        ),
        ({"name": "a", "profile": {"layers": ["audio"]}}, "/profile/layers", "bad_layers"),
        ({"name": "a", "profile": {"layers": ["core"] * 2}}, "/profile/layers", "bad_layers"),
        (
            {"name": "a", "profile": {"layers": ["core", "smell"]}},
            "/profile/layers/1",
            "not_allowed",
        ),
        ({"name": "a", "id": "b"}, "/id", "unknown_field"),
    ],
)
def test_a_bad_kiosk_is_pointed_at(
    client: TestClient, mine: dict[str, str], body: dict[str, Any], pointer: str, code: str
) -> None:
    assert faults(client.post(KIOSKS, json=body, headers=mine)) == {pointer: code}
    if body:
        at = f"{KIOSKS}/{add(client, mine)['id']}"
        changes = {name: told for name, told in body.items() if name != "enrolment"}
        if changes != {"name": "a"}:
            sent = client.patch(at, json=changes, headers=mine | ANY)
            assert faults(sent) == {pointer: code}


def test_everything_an_admin_does_stands_in_the_audit(
    client: TestClient, mine: dict[str, str]
) -> None:
    made = add(client, mine)
    at = f"{KIOSKS}/{made['id']}"
    client.patch(at, json={"name": "Mairie"}, headers=mine | ANY)
    client.post(f"{at}/code", headers=mine)
    client.delete(at, headers=mine | ANY)
    entries = client.get("/admin/v1/audit?limit=4", headers=mine).json()["items"]
    deeds = ["kiosk_revoked", "kiosk_code_issued", "kiosk_changed", "kiosk_added"]
    assert [entry["deed"] for entry in entries] == deeds
    me = client.get("/admin/v1/me", headers=mine).json()["id"]
    assert {(entry["who"], entry["what"]) for entry in entries} == {(me, f"kiosks/{made['id']}")}
