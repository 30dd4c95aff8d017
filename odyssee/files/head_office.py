"""The server, as a kiosk calls it: signed, in bounds of time and size, led nowhere else."""

import json
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from odyssee.domain.canonical import canonical
from odyssee.domain.errors import (
    EnrolmentRefused,
    KeyTaken,
    KioskRevoked,
    KioskUnknown,
    NonceRefused,
    OdysseeError,
    SequenceGap,
    Unavailable,
)
from odyssee.domain.kiosk_calls import CALLER, NONCE, SIGNATURE, call_bytes
from odyssee.domain.kiosks import Membership
from odyssee.files.kiosk_identity import KioskKey, membership_from

PREFIX = "/kiosk/v1"
_CONNECT_S = 10.0
_READ_S = 30.0
_MAX_ANSWER = 64 * 1024
_REFUSALS: dict[str, type[OdysseeError]] = {
    refusal.code: refusal
    for refusal in (EnrolmentRefused, KeyTaken, KioskRevoked, KioskUnknown, NonceRefused)
}


class HeadOffice:
    """Speaks for one kiosk to one server."""

    def __init__(self, server: str, key: KioskKey) -> None:
        """Take the address of the server, as visitors have it, and the kiosk's key."""
        self.server = server.rstrip("/")
        self._key = key
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=_CONNECT_S, read=_READ_S), retries=False
        )

    def close(self) -> None:
        """End the connections."""
        self._pool.clear()

    def enrol(self, code: str, machine: str) -> Membership:
        """Show the one-time code; the kiosk is known by its key from then on.

        Raises:
            EnrolmentRefused: the code does not count.
            KeyTaken: another kiosk has this key.
            Unavailable: the server does not answer, or not as it should.
        """
        body = canonical({"code": code, "public_key": self._key.public, "name": machine})
        return self._member(self._ask("POST", f"{PREFIX}/enrolments", body, {}))

    def send_counts(self, body: bytes) -> str:
        """Send a batch, byte for byte.

        Returns:
            The SHA-256 of what the server has under its epoch and number.

        Raises:
            SequenceGap: the server lacks batches that come before.
            KioskRevoked: the office ended this kiosk.
            KioskUnknown: the server does not know this key.
            Unavailable: the server does not answer, or not as it should.
        """
        answer = self._call(f"{PREFIX}/counts", body)
        recorded = answer.get("sha256")
        if not isinstance(recorded, str):
            raise _odd("it acknowledges nothing")
        return recorded

    def send_health(self, report: dict[str, Any]) -> Membership:
        """Tell how the kiosk is.

        Returns:
            What the office says of it now.

        Raises:
            As `send_counts`, without the gap.
        """
        return self._member(self._call(f"{PREFIX}/health", canonical(report)))

    def _call(self, path: str, body: bytes) -> dict[str, Any]:
        """A signed call; a nonce that came too late is replaced once."""
        try:
            return self._call_once(path, body)
        except NonceRefused:
            return self._call_once(path, body)

    def _call_once(self, path: str, body: bytes) -> dict[str, Any]:
        nonce = self._ask("GET", f"{PREFIX}/nonce", None, {}).get("nonce")
        if not isinstance(nonce, str):
            raise _odd("it gives no nonce")
        signature = self._key.sign(call_bytes("POST", path, nonce, body))
        headers = {CALLER: self._key.public, NONCE: nonce, SIGNATURE: signature}
        return self._ask("POST", path, body, headers)

    def _ask(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> dict[str, Any]:
        sent = headers | ({} if body is None else {"Content-Type": "application/json"})
        try:
            answer = self._pool.request(
                method,
                self.server + path,
                body=body,
                headers=sent,
                redirect=False,
                preload_content=False,
            )
            try:
                raw = answer.read(_MAX_ANSWER + 1)
            finally:
                answer.close()
        except (HTTPError, ValueError) as fault:
            raise Unavailable(f"the server does not answer: {type(fault).__name__}") from fault
        return _understand(answer.status, raw)

    def _member(self, answer: dict[str, Any]) -> Membership:
        member = membership_from(answer, self.server)
        if member is None:
            raise _odd("it does not say what this kiosk is")
        return member


def _understand(status: int, raw: bytes) -> dict[str, Any]:
    """The JSON of a good answer; of any other, the refusal that it tells."""
    try:
        told = json.loads(raw)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise _odd(f"status {status}")
    if 200 <= status < 300:
        return told
    code, last = told.get("code"), told.get("last")
    if code == SequenceGap.code and isinstance(last, int):
        raise SequenceGap(last)
    if isinstance(code, str) and code in _REFUSALS:
        raise _REFUSALS[code]
    raise _odd(f"status {status}")


def _odd(what: str) -> Unavailable:
    return Unavailable(f"the server answers otherwise than it should: {what}")
