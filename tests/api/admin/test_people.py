"""People, offices and the audit, as an admin sees and changes them."""

from typing import Any

import pytest
from desk_builders import STAFF, bearer, email_of, person_called, session_of
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools

PEOPLE = "/admin/v1/people"


@pytest.fixture
def mine(tools: Tools) -> dict[str, str]:
    return bearer(session_of(tools, "admin"))


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}


def test_somebody_is_added_with_what_is_to_be_handed_over(
    client: TestClient, mine: dict[str, str]
) -> None:
    body = {
        "email": "berthe@perche.example",
        "role": "publisher",
        "office": "thiron",
        "name": "Berthe de l’Étang",
    }
    sent = client.post(PEOPLE, json=body, headers=mine)
    assert sent.status_code == 201, sent.text
    made = sent.json()
    assert made | body == made
    assert made["must_change_password"]
    assert made["otpauth_url"].endswith("&issuer=Perche%20Odyss%C3%A9e")
    assert len(made["password"]) == 24
    there = client.get(sent.headers["location"], headers=mine)
    assert there.headers["etag"] == sent.headers["etag"] == f'"{made["version"]}"'
    handed = {"password", "otp_secret", "otpauth_url"}
    assert there.json() == {name: told for name, told in made.items() if name not in handed}


def test_who_needs_no_codes_gets_none(client: TestClient, mine: dict[str, str]) -> None:
    body = {"email": "berthe@perche.example", "role": "editor", "office": "thiron"}
    made = client.post(PEOPLE, json=body, headers=mine).json()
    assert made["otp_secret"] is made["otpauth_url"] is None


def test_an_email_is_taken_in_any_spelling(client: TestClient, mine: dict[str, str]) -> None:
    body = {"email": email_of("EDITOR"), "role": "editor", "office": "thiron"}
    sent = client.post(PEOPLE, json=body, headers=mine)
    assert (sent.status_code, sent.json()["code"]) == (409, "email_taken")


def test_a_list_comes_in_pages(client: TestClient, mine: dict[str, str]) -> None:
    found, cursor = [], ""
    for _ in STAFF:
        page = client.get(f"{PEOPLE}?limit=2{cursor}", headers=mine).json()
        found += [person["email"] for person in page["items"]]
        cursor = f"&cursor={page['next']}"
        if page["next"] is None:
            break
    assert found == sorted(email_of(name) for name in STAFF)


def test_who_is_disabled_is_out_at_once(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    editor, theirs = person_called(tools, "editor"), bearer(session_of(tools, "editor"))
    assert client.get("/admin/v1/me", headers=theirs).status_code == 200
    address = f"{PEOPLE}/{editor.id}"
    tag = client.get(address, headers=mine).headers["etag"]
    sent = client.patch(address, json={"disabled": True}, headers=mine | {"If-Match": tag})
    assert sent.json()["disabled"]
    assert sent.headers["etag"] != tag
    assert client.get("/admin/v1/me", headers=theirs).status_code == 401


def test_a_change_names_what_was_read(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    editor = person_called(tools, "editor")
    address, now = f"{PEOPLE}/{editor.id}", f'"{editor.version}"'

    def change(tag: str | None) -> int:
        headers = mine if tag is None else mine | {"If-Match": tag}
        status: int = client.patch(address, json={"name": "Zoé"}, headers=headers).status_code
        return status

    stale = ['"99"', f"W/{now}", now.strip('"'), '""', ""]
    assert [change(tag) for tag in (None, *stale)] == [428] + [412] * len(stale)
    assert person_called(tools, "editor").name == "Editor"
    assert [change(now), change(now)] == [200, 412]
    assert [change('"1", "x", *'), change("*")] == [412, 200]


def test_what_is_absent_stays_and_what_is_null_is_not_absent(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    address = f"{PEOPLE}/{person_called(tools, 'editor').id}"

    def change(body: dict[str, Any]) -> Any:
        return client.patch(address, json=body, headers=mine | {"If-Match": "*"})

    assert change({}).json()["office"] == "nogent"
    assert change({"office": "thiron"}).json()["name"] == "Editor"
    assert faults(change({"office": None})) == {"/office": "office_needed"}
    assert faults(change({"role": None})) == {"/role": "not_allowed"}
    assert change({"role": "admin", "office": None}).json()["office"] is None


def test_the_last_admin_stays(client: TestClient, tools: Tools, mine: dict[str, str]) -> None:
    address = f"{PEOPLE}/{person_called(tools, 'admin').id}"
    for body in ({"disabled": True}, {"role": "editor", "office": "nogent"}):
        sent = client.patch(address, json=body, headers=mine | {"If-Match": "*"})
        assert (sent.status_code, sent.json()["code"]) == (409, "last_admin")


def test_a_reset_hands_over_a_password_and_ends_what_was_open(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    publisher, theirs = person_called(tools, "publisher"), bearer(session_of(tools, "publisher"))
    address = f"{PEOPLE}/{publisher.id}/reset"
    first = client.post(address, headers=mine)
    assert first.status_code == 200, first.text
    assert first.json()["otp_secret"] is None
    assert client.get("/admin/v1/me", headers=theirs).status_code == 401
    second = client.post(address, json={"otp": True}, headers=mine).json()
    assert second["otp_secret"]
    assert second["password"] != first.json()["password"]
    proof = {"email": publisher.email, "password": first.json()["password"]}
    assert client.post("/admin/v1/session", json=proof).status_code == 401


def test_offices_are_added_once(client: TestClient, mine: dict[str, str]) -> None:
    body = {"slug": "authon-du-perche", "name": "Office d’Authon-du-Perche"}
    assert client.post("/admin/v1/offices", json=body, headers=mine).json() == body
    again = client.post("/admin/v1/offices", json=body, headers=mine)
    assert (again.status_code, again.json()["code"]) == (409, "office_taken")
    listed = client.get("/admin/v1/offices", headers=mine).json()
    assert [office["slug"] for office in listed["items"]] == [
        "authon-du-perche",
        "nogent",
        "thiron",
    ]


def test_the_audit_tells_who_did_what(
    client: TestClient, tools: Tools, mine: dict[str, str]
) -> None:
    admin, editor = person_called(tools, "admin"), person_called(tools, "editor")
    client.patch(
        f"{PEOPLE}/{editor.id}", json={"role": "publisher"}, headers=mine | {"If-Match": "*"}
    )
    page = client.get("/admin/v1/audit?limit=1", headers=mine).json()
    (entry,) = page["items"]
    assert (entry["who"], entry["deed"], entry["what"]) == (
        admin.id,
        "person_changed",
        f"people/{editor.id}",
    )
    assert entry["detail"] == {"role": "publisher"}
    after = client.get(f"/admin/v1/audit?cursor={page['next']}", headers=mine).json()["items"]
    ids = [each["id"] for each in after]
    assert ids == sorted(ids, reverse=True)
    assert entry["id"] > ids[0]
    assert after[-1]["who"] == "command line"
