"""A kiosk shows its one-time code, and is known by its key from then on."""

from datetime import timedelta
from typing import Any

import pytest
from fleet_builders import HEALTH, SomeKiosk
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions import fleet, staffing
from odyssee.actions.fleet import Issued
from odyssee.actions.tools import Tools
from odyssee.domain.enrolment_codes import write_code
from odyssee.domain.people import COMMAND_LINE

UNKNOWN = write_code(7)


@pytest.fixture
def issued(tools: Tools) -> Issued:
    return fleet.add_kiosk(tools, COMMAND_LINE, "Hall de l’Étang")


def refused(answer: Any) -> bool:
    return (answer.status_code, answer.json()["code"]) == (403, "enrolment_refused")


def test_the_code_that_was_told_makes_the_key_known(
    client: TestClient, tools: Tools, some: SomeKiosk, issued: Issued
) -> None:
    sent = some.enrol(client, issued.code)
    assert sent.status_code == 201, sent.text
    assert sent.json() == {
        "id": issued.kiosk.id,
        "name": "Hall de l’Étang",
        "office": None,
        "profile": {
            "languages": None,
            "layers": ["core", "audio", "pictures", "map"],
            "audio": "high",
        },
    }
    kiosk = fleet.show_kiosk(tools, COMMAND_LINE, issued.kiosk.id)
    assert (kiosk.state, kiosk.machine, kiosk.code_expires_at) == ("enrolled", "borne-1", None)
    assert some.post(client, "health", HEALTH).status_code == 200


@pytest.mark.parametrize("spell", [str.lower, lambda code: code.replace("-", " "), " {} ".format])
def test_a_code_is_typed_as_people_type(
    client: TestClient, some: SomeKiosk, issued: Issued, spell: Any
) -> None:
    assert some.enrol(client, spell(issued.code)).status_code == 201


def test_a_mistyped_code_is_told_and_costs_no_attempt(
    client: TestClient, some: SomeKiosk, issued: Issued
) -> None:
    wrong = ("0" if issued.code[0] != "0" else "2") + issued.code[1:]
    for code in [wrong, issued.code[:-1], "", "bonjour", "U" * 25] * 10:
        sent = some.enrol(client, code)
        assert sent.status_code == 422, sent.text
        assert [(e["pointer"], e["code"]) for e in sent.json()["errors"]] == [
            ("/code", "mistyped_code")
        ]
    assert some.enrol(client, issued.code).status_code == 201


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "é" * 43, "+" * 100])
def test_a_key_that_is_none_is_told(client: TestClient, issued: Issued, key: str) -> None:
    body = {"code": issued.code, "public_key": key, "name": ""}
    sent = client.post("/kiosk/v1/enrolments", json=body)
    assert [e["pointer"] for e in sent.json()["errors"]] == ["/public_key"]


def test_a_code_counts_once_but_a_lost_answer_is_given_again(
    client: TestClient, some: SomeKiosk, issued: Issued, clock: SetClock
) -> None:
    first = some.enrol(client, issued.code)
    clock.go(hours=1)
    assert some.enrol(client, issued.code).json() == first.json()
    assert refused(SomeKiosk().enrol(client, issued.code))
    assert some.post(client, "health", HEALTH).status_code == 200


@pytest.mark.parametrize(
    ("delivery", "lives"), [("online", timedelta(minutes=15)), ("usb", timedelta(days=30))]
)
def test_a_code_waits_as_long_as_its_way_takes(
    client: TestClient, tools: Tools, clock: SetClock, delivery: Any, lives: timedelta
) -> None:
    codes = [
        fleet.add_kiosk(tools, COMMAND_LINE, "Borne", delivery=delivery).code for _ in range(2)
    ]
    clock.at += lives - timedelta(seconds=1)
    assert SomeKiosk().enrol(client, codes[0]).status_code == 201
    clock.go(seconds=1)
    assert refused(SomeKiosk().enrol(client, codes[1]))


def test_an_unknown_code_and_that_of_a_revoked_kiosk_are_refused_alike(
    client: TestClient, tools: Tools, some: SomeKiosk, issued: Issued
) -> None:
    fleet.revoke_kiosk(tools, COMMAND_LINE, issued.kiosk.id, 1)
    answers = [some.enrol(client, code) for code in (issued.code, UNKNOWN)]
    assert all(refused(answer) for answer in answers)
    assert answers[0].json() == answers[1].json()


def test_a_new_code_brings_a_new_key_and_the_old_one_ends(
    client: TestClient, tools: Tools, some: SomeKiosk, issued: Issued
) -> None:
    some.enrol(client, issued.code)
    again = fleet.issue_code(tools, COMMAND_LINE, issued.kiosk.id)
    assert some.post(client, "health", HEALTH).status_code == 200
    renewed = SomeKiosk()
    assert renewed.enrol(client, again.code).json()["id"] == issued.kiosk.id
    assert renewed.post(client, "health", HEALTH).status_code == 200
    assert some.post(client, "health", HEALTH).status_code == 401


def test_a_new_code_ends_the_one_before(
    client: TestClient, tools: Tools, some: SomeKiosk, issued: Issued
) -> None:
    again = fleet.issue_code(tools, COMMAND_LINE, issued.kiosk.id, "usb")
    assert refused(some.enrol(client, issued.code))
    assert some.enrol(client, again.code).status_code == 201


def test_a_key_is_of_one_kiosk(
    client: TestClient, tools: Tools, some: SomeKiosk, issued: Issued
) -> None:
    some.enrol(client, issued.code)
    other = fleet.add_kiosk(tools, COMMAND_LINE, "Gare de l’Ouest")
    sent = some.enrol(client, other.code)
    assert (sent.status_code, sent.json()["code"]) == (409, "key_taken")
    assert SomeKiosk().enrol(client, other.code).status_code == 201


def test_guessing_has_to_wait_and_the_audit_is_told(
    client: TestClient, tools: Tools, some: SomeKiosk, issued: Issued, clock: SetClock
) -> None:
    for _ in range(30):
        assert refused(some.enrol(client, UNKNOWN))
    waiting = some.enrol(client, issued.code)
    assert (waiting.status_code, waiting.json()["code"]) == (429, "too_many_attempts")
    clock.go(seconds=int(waiting.headers["retry-after"]))
    assert some.enrol(client, issued.code).status_code == 201
    told = [entry for entry in staffing.list_audit(tools).items if entry.who == "somebody"]
    assert [(entry.deed, entry.what) for entry in told] == [("enrolment_refused", "kiosks")]


def test_the_audit_says_who_came_and_holds_no_code(
    client: TestClient, tools: Tools, some: SomeKiosk, issued: Issued
) -> None:
    some.enrol(client, issued.code)
    some.enrol(client, issued.code)
    entries = staffing.list_audit(tools).items
    what = f"kiosks/{issued.kiosk.id}"
    assert [(e.who, e.deed, e.what) for e in entries] == [
        (what, "kiosk_enrolled", what),
        ("command line", "kiosk_added", what),
    ]
    assert issued.code not in repr(entries) + repr(issued)
