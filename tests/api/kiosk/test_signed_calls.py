"""A call counts when a known kiosk signed this very call with a nonce that nobody used."""

import hashlib
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from fleet_builders import HEALTH, SomeKiosk, a_count, in_base64, settle_kiosk, take_nonce
from people_builders import SetClock
from sqlalchemy import func, select
from starlette.testclient import TestClient

from odyssee.actions import calling, fleet
from odyssee.actions.tools import Tools
from odyssee.db.fleet_tables import SpentNonceRow
from odyssee.db.nonces import count_spent, spend_nonce
from odyssee.domain.kiosk_calls import MAX_CALLS
from odyssee.domain.kiosks import Kiosk
from odyssee.domain.people import COMMAND_LINE

HEALTH_AT, COUNTS_AT = "/kiosk/v1/health", "/kiosk/v1/counts"
BODY = json.dumps(HEALTH).encode()


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def revoke(tools: Tools, kiosk: Kiosk) -> None:
    version = fleet.show_kiosk(tools, COMMAND_LINE, kiosk.id).version
    fleet.revoke_kiosk(tools, COMMAND_LINE, kiosk.id, version)


def test_a_good_signature_is_heard(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk, clock: SetClock
) -> None:
    clock.go(hours=2)
    sent = some.post(client, "health", HEALTH)
    assert sent.status_code == 200, sent.text
    kiosk = fleet.show_kiosk(tools, COMMAND_LINE, enrolled.id)
    assert kiosk.last_seen_at == kiosk.health_at == clock()


def test_what_is_signed_is_told_to_the_byte(
    client: TestClient, some: SomeKiosk, enrolled: Kiosk
) -> None:
    """The words of docs/how-to/use-the-api.md, with nothing of ours in between."""
    nonce = take_nonce(client)
    lines = ["odyssee-kiosk-call/1", "POST", HEALTH_AT, nonce, hashlib.sha256(BODY).hexdigest()]
    signature = some.key.sign("".join(f"{line}\n" for line in lines).encode())
    headers = {
        "Odyssee-Kiosk": some.public_key,
        "Odyssee-Nonce": nonce,
        "Odyssee-Signature": in_base64(signature),
    }
    assert client.post(HEALTH_AT, content=BODY, headers=headers).status_code == 200
    assert enrolled.public_key == some.public_key


@pytest.mark.parametrize(
    "change",
    [
        {"Odyssee-Signature": in_base64(bytes(64))},
        {"Odyssee-Signature": "?"},
        {"Odyssee-Signature": ""},
        {"Odyssee-Kiosk": in_base64(bytes(32))},
        {"Odyssee-Kiosk": SomeKiosk().public_key},
        {"Odyssee-Kiosk": ""},
        {"Odyssee-Kiosk": "A" * 4000},
    ],
)
def test_another_key_or_signature_is_nobodys(
    client: TestClient, some: SomeKiosk, enrolled: Kiosk, change: dict[str, str]
) -> None:
    sent = some.post(client, "health", HEALTH, **change)
    assert told(sent) == (401, "kiosk_unknown")
    assert sent.headers["www-authenticate"] == "Odyssee-Kiosk"
    assert enrolled.last_seen_at is None


def test_a_signature_is_of_one_body_one_address_and_one_method(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    changed = BODY.replace(b"21000000000", b"91000000000")
    assert changed != BODY
    for headers, body in [
        (some.headers(HEALTH_AT, take_nonce(client), BODY), changed),
        (some.headers(COUNTS_AT, take_nonce(client), BODY), BODY),
        (some.headers(HEALTH_AT, take_nonce(client), BODY, method="PUT"), BODY),
        (some.headers(HEALTH_AT + "?a=1", take_nonce(client), BODY), BODY),
    ]:
        sent = client.post(HEALTH_AT, content=body, headers=headers)
        assert told(sent) == (401, "kiosk_unknown")
    assert fleet.show_kiosk(tools, COMMAND_LINE, enrolled.id).health is None


def test_a_nonce_counts_once(client: TestClient, some: SomeKiosk, enrolled: Kiosk) -> None:
    headers = some.headers(HEALTH_AT, take_nonce(client), BODY)
    assert client.post(HEALTH_AT, content=BODY, headers=headers).status_code == 200
    for _ in range(2):
        again = client.post(HEALTH_AT, content=BODY, headers=headers)
        assert told(again) == (401, "nonce_refused")
    other = some.headers(COUNTS_AT, headers["Odyssee-Nonce"], BODY)
    assert told(client.post(COUNTS_AT, content=BODY, headers=other)) == (401, "nonce_refused")
    assert enrolled.state == "enrolled"


def test_a_nonce_expires_by_the_clock_of_the_server(
    client: TestClient, some: SomeKiosk, enrolled: Kiosk, clock: SetClock
) -> None:
    assert client.get("/kiosk/v1/nonce").json()["expires_in"] == 300
    early, late = take_nonce(client), take_nonce(client)
    clock.go(seconds=299)
    headers = some.headers(HEALTH_AT, early, BODY)
    assert client.post(HEALTH_AT, content=BODY, headers=headers).status_code == 200
    clock.go(seconds=1)
    headers = some.headers(HEALTH_AT, late, BODY)
    assert told(client.post(HEALTH_AT, content=BODY, headers=headers)) == (401, "nonce_refused")
    assert enrolled.state == "enrolled"


def test_a_nonce_is_ours_to_make(client: TestClient, some: SomeKiosk, enrolled: Kiosk) -> None:
    real = take_nonce(client)
    expires, chance, tag = real.split("-")
    later = f"{int(expires, 16) + 86_400:08x}"
    forged = ["", "0", f"{later}-{chance}-{tag}", f"{expires}-{'0' * 32}-{tag}", real.upper()]
    for nonce in [*forged, f"{real}0", f"{'f' * 12}-{chance}-{tag}"]:
        headers = some.headers(HEALTH_AT, nonce, BODY)
        sent = client.post(HEALTH_AT, content=BODY, headers=headers)
        assert told(sent) == (401, "nonce_refused"), nonce
    assert enrolled.state == "enrolled"


def test_of_two_calls_with_one_nonce_at_once_one_is_heard(
    tools: Tools, client: TestClient, some: SomeKiosk, enrolled: Kiosk
) -> None:
    headers = some.headers(HEALTH_AT, take_nonce(client), BODY)
    answers: list[int] = []
    together = threading.Barrier(4)

    def call() -> None:
        together.wait()
        answers.append(client.post(HEALTH_AT, content=BODY, headers=headers).status_code)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 401, 401, 401]
    assert fleet.show_kiosk(tools, COMMAND_LINE, enrolled.id).health is not None


def test_a_revoked_kiosk_is_told_so_at_its_next_call(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    assert some.post(client, "health", HEALTH).status_code == 200
    revoke(tools, enrolled)
    for what, document in (
        ("health", HEALTH),
        ("counts", {"epoch": "e", "seq": 1, "counts": [a_count()]}),
    ):
        assert told(some.post(client, what, document)) == (403, "kiosk_revoked")
    stranger = SomeKiosk().post(client, "health", HEALTH, **{"Odyssee-Kiosk": some.public_key})
    assert told(stranger) == (401, "kiosk_unknown")


def test_a_kiosk_whose_clock_says_1970_is_heard_like_any_other(
    client: TestClient, tools: Tools, some: SomeKiosk, enrolled: Kiosk
) -> None:
    told_by_clock = HEALTH | {
        "clock_trusted": False,
        "last_sync": {"at": "1970-01-01T00:00:41Z", "result": "done"},
    }
    assert some.post(client, "health", told_by_clock).status_code == 200
    kiosk = fleet.show_kiosk(tools, COMMAND_LINE, enrolled.id)
    assert kiosk.health is not None
    assert kiosk.health.clock_trusted is False
    assert kiosk.last_seen_at == tools.clock()


def test_who_calls_without_rest_waits_and_nonces_that_expired_are_forgotten(
    tools: Tools, client: TestClient, some: SomeKiosk, enrolled: Kiosk, clock: SetClock
) -> None:
    calls = MAX_CALLS - 1
    with tools.desk.db.transaction() as tx:
        for number in range(calls):
            expires_at = clock.at.replace(minute=5)
            assert spend_nonce(tx, f"n{number}", enrolled.id, expires_at)
    assert some.post(client, "health", HEALTH).status_code == 200
    sent = some.post(client, "health", HEALTH)
    assert told(sent) == (429, "too_many_attempts")
    assert sent.headers["retry-after"] == "60"
    neighbour = SomeKiosk()
    settle_kiosk(tools, neighbour, "Gare de l’Ouest")
    assert neighbour.post(client, "health", HEALTH).status_code == 200
    clock.go(minutes=6)
    assert some.post(client, "health", HEALTH).status_code == 200
    with tools.desk.db.reading() as tx:
        assert count_spent(tx, enrolled.id) == 1


def test_nonces_that_nobody_used_are_not_kept(tools: Tools, client: TestClient) -> None:
    found = {take_nonce(client) for _ in range(50)}
    assert len(found) == 50
    with tools.desk.db.reading() as tx:
        assert tx.scalar(select(func.count()).select_from(SpentNonceRow)) == 0
    assert calling.new_nonce(tools) not in found


@pytest.mark.parametrize(
    ("send", "status"),
    [
        (lambda: {"content": BODY, "headers": {"Content-Type": "text/plain"}}, 415),
        (lambda: {"content": b"x" * (256 * 1024 + 1)}, 413),
        (lambda: {"content": b"{"}, 401),
    ],
)
def test_a_body_is_read_in_bounds_and_understood_only_for_who_signed_it(
    client: TestClient, send: Callable[[], dict[str, Any]], status: int
) -> None:
    assert client.post(HEALTH_AT, **send()).status_code == status


def test_what_is_answered_to_kiosks_is_kept_by_nobody_and_closed_to_other_sites(
    client: TestClient, some: SomeKiosk, enrolled: Kiosk
) -> None:
    origin = {"Origin": "https://ailleurs.example"}
    for sent in (
        client.get("/kiosk/v1/nonce", headers=origin),
        some.post(client, "health", HEALTH, **origin),
        client.post(HEALTH_AT, content=BODY, headers=origin),
        client.get("/kiosk/v1/nulle-part", headers=origin),
    ):
        assert sent.headers["cache-control"] == "no-store"
        assert not [name for name in sent.headers if name.startswith("access-control-")]
    assert enrolled.state == "enrolled"
