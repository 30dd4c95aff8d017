"""Nothing of a password, a code or a token stands in a problem, a log, the audit, the database."""

import io
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desk_builders import PASSWORD, bearer, code_of, email_of, session_of
from people_builders import SetClock
from starlette.testclient import TestClient

from odyssee.actions.tools import Tools
from odyssee.api.accesslog import AccessLog
from odyssee.api.app import build_app

CHOSEN = "la fontaine aux trois pucelles"


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def log(out: io.StringIO) -> AccessLog:
    return AccessLog(out)


@pytest.fixture
def client(tools: Tools, log: AccessLog) -> Iterator[TestClient]:
    app = build_app(tools, lambda: None, log=log, desk=lambda: tools)
    with TestClient(app, base_url="https://perche.example") as client:
        yield client


class Played:
    """Calls that were made, with what was refused in them."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.refusals: list[str] = []

    def call(self, method: str, path: str, token: str = "", **body: Any) -> Any:
        headers = bearer(token) if token else {}
        sent = self._client.request(method, f"/admin/v1{path}", json=body or None, headers=headers)
        if sent.status_code >= 400:
            self.refusals.append(sent.text + str(sent.headers))
        return sent.json() if sent.content else None


def play(client: TestClient, tools: Tools, clock: SetClock) -> tuple[list[str], list[str]]:
    """A day at the desk with its mistakes; gives every secret of it, and every refusal."""
    played, admin = Played(client), session_of(tools, "admin")
    body = {"email": "berthe@perche.example", "role": "publisher", "office": "nogent"}
    handed = played.call("POST", "/people", admin, **body)
    proof = {"email": body["email"], "password": handed["password"]}
    wrong = [proof | {"otp": "271828"}, proof | {"password": "secret de Polichinelle"}]
    for attempt in [*wrong * 4, proof | {"otp": "x" * 50}, proof | {"email": 1}]:
        played.call("POST", "/session", **attempt)
    clock.go(minutes=10)
    first = code_of(handed["otp_secret"], clock)
    opened = played.call("POST", "/session", **proof, otp=first)
    session = opened["access_token"]
    for new in ("271828", handed["password"], CHOSEN):
        played.call("POST", "/me/password", session, old=handed["password"], new=new)
    made = played.call("POST", "/me/otp", session)
    program = played.call("POST", "/tokens", session, name="export")
    played.call("POST", "/tokens", program["token"], name="encore")
    played.call("GET", "/people", session)
    played.call("GET", "/me", session[:-1])
    played.call("DELETE", "/session", session)
    played.call("GET", "/me", session)
    known = [
        *(handed["password"], handed["otp_secret"], first, session, opened["device"]),
        *(made["otp_secret"], *made["recovery_codes"], program["token"], CHOSEN, PASSWORD),
        *("271828", "secret de Polichinelle"),
    ]
    return known, played.refusals


def test_a_day_at_the_desk_leaves_no_secret_behind(
    client: TestClient,
    tools: Tools,
    clock: SetClock,
    log: AccessLog,
    out: io.StringIO,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    known, refusals = play(client, tools, clock)
    audit = client.get("/admin/v1/audit", headers=bearer(session_of(tools, "admin"))).text
    log.flush()
    assert len(refusals) >= 14
    assert "sign_in_refused" in audit
    assert "POST /admin/v1/session 401" in out.getvalue()
    for place in (*refusals, caplog.text, out.getvalue(), audit):
        assert [secret for secret in known if secret in place] == []
    tools.desk.db.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    # Six digits may stand in a hash by chance.
    assert [secret for secret in known if len(secret) > 6 and secret.encode() in kept] == []


def test_a_log_names_nobody(
    client: TestClient,
    tools: Tools,
    log: AccessLog,
    out: io.StringIO,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "odyssee")
    client.post("/admin/v1/session", json={"email": email_of("editor"), "password": "x"})
    client.get("/admin/v1/me", headers=bearer(session_of(tools, "editor")))
    log.flush()
    told = out.getvalue() + caplog.text
    assert "perche.example" not in told.replace("https://perche.example", "")
    assert "testclient" not in told
