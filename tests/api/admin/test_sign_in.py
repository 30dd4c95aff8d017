"""Signing in: with a password and a code, by bearer or cookie; refusals tell nothing."""

from typing import Any

import pytest
from desk_builders import (
    PASSWORD,
    bearer,
    caller_of,
    code_of,
    email_of,
    person_called,
    session_of,
)
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions import accounts, staffing
from odyssee.actions.tools import Tools
from odyssee.domain.people import COMMAND_LINE

SESSION = "/admin/v1/session"


def enter(client: TestClient, name: str, **more: Any) -> Any:
    body = {"email": email_of(name), "password": PASSWORD} | more
    return client.post(SESSION, json=body)


def enrol(tools: Tools, name: str) -> accounts.Enrolment:
    return accounts.renew_otp(tools, caller_of(tools, session_of(tools, name)))


def test_a_password_opens_a_session(client: TestClient) -> None:
    sent = enter(client, "contributor")
    assert sent.status_code == 200, sent.text
    told = sent.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 12 * 3600)
    assert "set-cookie" not in sent.headers
    me = client.get("/admin/v1/me", headers=bearer(told["access_token"])).json()
    assert (me["email"], me["role"], me["office"]) == (
        email_of("contributor"),
        "contributor",
        "nogent",
    )
    assert me["duties"] == []
    assert me["credential"]["kind"] == "session"


def test_somebody_new_changes_the_one_time_password_before_all_else(
    client: TestClient, tools: Tools
) -> None:
    added = staffing.add_person(tools, COMMAND_LINE, "berthe@perche.example", "editor", "thiron")
    opened = client.post(
        SESSION, json={"email": "Berthe@Perche.example", "password": added.password}
    )
    mine = bearer(opened.json()["access_token"])
    assert client.get("/admin/v1/me", headers=mine).json()["duties"] == ["password"]
    for method, path in (("GET", "/tokens"), ("POST", "/me/otp"), ("GET", "/offices")):
        sent = client.request(method, f"/admin/v1{path}", headers=mine)
        assert (sent.status_code, sent.json()["code"]) == (403, "password_change_required")
    change = {"old": added.password, "new": "la fontaine aux trois pucelles"}
    assert client.post("/admin/v1/me/password", headers=mine, json=change).status_code == 204
    assert client.get("/admin/v1/tokens", headers=mine).status_code == 200
    again = {"email": added.person.email, "password": change["new"]}
    assert client.post(SESSION, json=again).status_code == 200


def test_who_was_promoted_takes_one_time_codes_before_all_else(
    client: TestClient, tools: Tools
) -> None:
    admin = caller_of(tools, session_of(tools, "admin"))
    editor = person_called(tools, "editor")
    staffing.change_person(tools, admin, editor.id, editor.version, role="publisher")
    mine = bearer(enter(client, "editor").json()["access_token"])
    assert client.get("/admin/v1/me", headers=mine).json()["duties"] == ["otp"]
    refused = client.get("/admin/v1/tokens", headers=mine)
    assert (refused.status_code, refused.json()["code"]) == (403, "otp_enrolment_required")
    made = client.post("/admin/v1/me/otp", headers=mine).json()
    assert made["otpauth_url"].startswith("otpauth://totp/")
    assert made["otp_qr_svg"].startswith("<svg")
    assert len(made["recovery_codes"]) == 10
    assert client.get("/admin/v1/tokens", headers=mine).status_code == 200


def test_a_code_is_asked_of_those_who_have_one_and_counts_once(
    client: TestClient, tools: Tools, clock: SetClock
) -> None:
    made = enrol(tools, "admin")
    code = code_of(made.otp_secret, clock)
    assert enter(client, "admin", otp=code).status_code == 200
    assert enter(client, "admin", otp=code).status_code == 401
    recovery = made.recovery_codes[3].upper().replace("-", " ")
    assert enter(client, "admin", otp=recovery).status_code == 200
    assert enter(client, "admin", otp=recovery).status_code == 401


def test_every_refusal_is_the_same(client: TestClient, tools: Tools, clock: SetClock) -> None:
    enrol(tools, "publisher")
    admin = caller_of(tools, session_of(tools, "admin"))
    gone = person_called(tools, "editor")
    staffing.change_person(tools, admin, gone.id, gone.version, disabled=True)
    late = staffing.add_person(tools, COMMAND_LINE, "tard@perche.example", "editor", "thiron")
    clock.go(days=8)
    bodies = {
        "nobody": {"email": "personne@perche.example", "password": PASSWORD},
        "no e-mail at all": {"email": "personne", "password": PASSWORD},
        "another password": {"email": email_of("contributor"), "password": "autre"},
        "no code": {"email": email_of("publisher"), "password": PASSWORD},
        "another code": {"email": email_of("publisher"), "password": PASSWORD, "otp": "000000"},
        "disabled": {"email": email_of("editor"), "password": PASSWORD},
        "too late": {"email": "tard@perche.example", "password": late.password},
    }
    sent = {why: client.post(SESSION, json=body) for why, body in bodies.items()}
    told = {
        why: (answer.status_code, answer.text, sorted(answer.headers.items()))
        for why, answer in sent.items()
    }
    assert set(map(str, told.values())) == {str(told["nobody"])}
    assert sent["nobody"].status_code == 401
    assert sent["nobody"].json()["code"] == "sign_in_failed"
    assert sent["nobody"].headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("name", ["contributor", "personne"])
def test_guessing_has_to_wait_whether_somebody_is_there_or_not(
    client: TestClient, clock: SetClock, name: str
) -> None:
    statuses = [enter(client, name, password=f"essai {n}").status_code for n in range(6)]
    assert statuses == [401] * 5 + [429]
    wrong = {"password": "encore"}
    sent = enter(client, name, **wrong)
    assert sent.json()["code"] == "too_many_attempts"
    wait_s = int(sent.headers["retry-after"])
    assert 1 <= wait_s <= 2
    assert str(wait_s) in sent.json()["detail"]
    clock.go(seconds=wait_s)
    assert enter(client, name, **wrong).status_code == 401


def test_a_known_device_does_not_wait_for_the_failures_of_others(
    client: TestClient,
) -> None:
    device = enter(client, "contributor").json()["device"]
    for number in range(8):
        enter(client, "contributor", password=f"essai {number}")
    assert enter(client, "contributor").status_code == 429
    assert enter(client, "contributor", device=device).status_code == 200


def test_signing_out_ends_the_session_at_once(client: TestClient, tools: Tools) -> None:
    mine = bearer(session_of(tools, "contributor"))
    assert client.delete(SESSION, headers=mine).status_code == 204
    for again in (client.delete(SESSION, headers=mine), client.get("/admin/v1/me", headers=mine)):
        assert (again.status_code, again.json()["code"]) == (401, "not_signed_in")
        assert again.headers["www-authenticate"] == "Bearer"


def test_a_session_ends_by_itself(client: TestClient, tools: Tools, clock: SetClock) -> None:
    mine = bearer(session_of(tools, "contributor"))
    for _ in range(7):
        clock.go(minutes=100)
        assert client.get("/admin/v1/me", headers=mine).status_code == 200
    clock.go(minutes=100)
    assert client.get("/admin/v1/me", headers=mine).status_code == 401
    idle = bearer(session_of(tools, "contributor"))
    clock.go(hours=2)
    assert client.get("/admin/v1/me", headers=idle).status_code == 401


def test_another_password_ends_the_other_sessions(client: TestClient, tools: Tools) -> None:
    mine, other = (bearer(session_of(tools, "contributor")) for _ in range(2))
    change = {"old": PASSWORD, "new": "la fontaine aux trois pucelles"}
    assert client.post("/admin/v1/me/password", headers=mine, json=change).status_code == 204
    assert client.get("/admin/v1/me", headers=mine).status_code == 200
    assert client.get("/admin/v1/me", headers=other).status_code == 401


def test_a_bad_password_is_told_beside_its_field(client: TestClient, tools: Tools) -> None:
    mine = bearer(session_of(tools, "contributor"))
    sent = client.post(
        "/admin/v1/me/password?lang=en", headers=mine, json={"old": "autre", "new": "nogent"}
    )
    assert sent.status_code == 422
    told = {error["pointer"]: (error["code"], error["detail"]) for error in sent.json()["errors"]}
    assert told["/old"][0] == "wrong_password"
    assert told["/new"] == ("too_short", "Too short: 12 at least.")
    guessed = {"old": PASSWORD, "new": "Contributor2026!"}
    sent = client.post("/admin/v1/me/password", headers=mine, json=guessed)
    assert sent.json()["errors"][0]["code"] == "weak_password"


def test_codes_are_renewed_only_soon_after_signing_in(
    client: TestClient, tools: Tools, clock: SetClock
) -> None:
    mine = bearer(session_of(tools, "admin"))
    clock.go(minutes=10)
    sent = client.post("/admin/v1/me/otp", headers=mine)
    assert (sent.status_code, sent.json()["code"]) == (403, "sign_in_again")
