"""Builders for kiosks: a key of its own, calls signed by hand, batches and reports."""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from odyssee.actions import enrolling, fleet
from odyssee.actions.tools import Tools
from odyssee.domain.batches import Batch
from odyssee.domain.kiosks import Kiosk
from odyssee.domain.people import COMMAND_LINE
from odyssee.domain.statistics import Cell, EventType

DAY = date(2026, 6, 1)
"""Of the clock of the tests."""
HEALTH: Mapping[str, Any] = {
    "packs": {"dame-de-riants": 4, "le-marcou": 1},
    "content": "fresh",
    "content_age_s": 3600,
    "last_sync": {"at": "2026-06-01T11:00:00Z", "result": "done", "detail": None},
    "free_bytes": 21_000_000_000,
    "scrub": {"at": "2026-05-31T03:00:00Z", "bad": 0},
    "clock_trusted": True,
    "software": "0.1.0",
    "uptime_s": 86_400,
}


def in_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class SomeKiosk:
    """A kiosk that signs by hand, as docs/how-to/use-the-api.md says it."""

    def __init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()

    @property
    def public_key(self) -> str:
        return in_base64(self.key.public_key().public_bytes_raw())

    def headers(
        self, path: str, nonce: str, body: bytes, method: str = "POST", **changes: str
    ) -> dict[str, str]:
        digest = hashlib.sha256(body).hexdigest()
        signed = f"odyssee-kiosk-call/1\n{method}\n{path}\n{nonce}\n{digest}\n"
        known = {
            "Odyssee-Kiosk": self.public_key,
            "Odyssee-Nonce": nonce,
            "Odyssee-Signature": in_base64(self.key.sign(signed.encode())),
            "Content-Type": "application/json",
        }
        return known | changes

    def enrol(self, client: TestClient, code: str, name: str = "borne-1") -> Any:
        body = {"code": code, "public_key": self.public_key, "name": name}
        return client.post("/kiosk/v1/enrolments", json=body)

    def post(self, client: TestClient, what: str, document: Any, **changes: str) -> Any:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        path = f"/kiosk/v1/{what}"
        headers = self.headers(path, take_nonce(client), body, **changes)
        return client.post(path, content=body, headers=headers)


def take_nonce(client: TestClient) -> str:
    nonce: str = client.get("/kiosk/v1/nonce").json()["nonce"]
    return nonce


def settle_kiosk(tools: Tools, some: SomeKiosk, name: str = "Hall de l’Étang") -> Kiosk:
    """A kiosk that is enrolled."""
    issued = fleet.add_kiosk(tools, COMMAND_LINE, name)
    return enrolling.enrol(tools, issued.code, some.public_key, "borne-1", address=None)


def a_cell(
    day: date = DAY, legend: str = "dame-de-riants", kind: EventType = "narration_started"
) -> Cell:
    return Cell(day, legend, "fr", kind)


def a_count(n: int = 3, **changes: Any) -> dict[str, Any]:
    known = a_cell()._asdict() | {"day": DAY.isoformat(), "n": n}
    return known | changes


def a_batch(epoch: str, seq: int, counts: Mapping[Cell, int] | None = None) -> Batch:
    told = {a_cell(): 1} if counts is None else counts
    sha256 = hashlib.sha256(repr((epoch, seq, told)).encode()).hexdigest()
    return Batch(epoch=epoch, seq=seq, counts=tuple(told.items()), sha256=sha256)
