"""What a kiosk signs: the exact bytes, and the forms of its key, its nonces, its signatures.

Each kind of thing that is signed begins with a line of its own, so that no
signature can stand for something else (docs/how-to/use-the-api.md).
"""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from odyssee.domain.canonical import sha256_of
from odyssee.domain.errors import Problem

CALLER = "Odyssee-Kiosk"
NONCE = "Odyssee-Nonce"
SIGNATURE = "Odyssee-Signature"
"""The headers of a signed call."""

NONCE_LIFETIME = timedelta(minutes=5)
MAX_CALLS = 300
"""Of one kiosk while a nonce lives: more are sent away, so that what is kept has a bound."""
_KEY_BYTES = 32
_SIGNATURE_BYTES = 64

Carried = Literal["counts", "enrolment"]
"""What is carried on a stick: there it has no nonce, and may be taken twice without harm."""


@dataclass(frozen=True, slots=True)
class Message:
    """Something that a stick carries from a kiosk; nothing of it is believed yet."""

    kind: Carried
    public_key: str
    signature: str
    body: bytes

    @property
    def signed(self) -> bytes:
        """What the signature must be of."""
        return carried_bytes(self.kind, self.body)


@dataclass(frozen=True, slots=True)
class SignedCall:
    """A call as it came, with what is to prove whose it is; nothing of it is believed yet."""

    public_key: str
    nonce: str
    signature: str
    method: str
    path: str
    body: bytes

    @property
    def signed(self) -> bytes:
        """What the signature must be of."""
        return call_bytes(self.method, self.path, self.nonce, self.body)


def call_bytes(method: str, path: str, nonce: str, body: bytes) -> bytes:
    """What a kiosk signs of a call: five lines, each ended by a line feed.

    Args:
        method: in capitals.
        path: from `/kiosk/v1/` on, without query.
        nonce: as the server gave it.
        body: the bytes as they are sent.
    """
    return _lines("odyssee-kiosk-call/1", method, path, nonce, sha256_of(body))


def carried_bytes(kind: Carried, body: bytes) -> bytes:
    """What a kiosk signs of something that a stick carries: three lines."""
    return _lines("odyssee-kiosk-usb/1", kind, sha256_of(body))


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def read_public_key(text: str) -> str | None:
    """The public key as we write it: its 32 bytes in base64url without padding; null for others.

    Plain base64 is read as well, padded or not.
    """
    raw = _from_base64(text, _KEY_BYTES)
    return None if raw is None else to_base64(raw)


def check_public_key(text: str, *, where: str = "public_key") -> list[Problem]:
    """Whether it is an Ed25519 key by its form."""
    return [] if read_public_key(text) else [Problem(where, "bad_public_key")]


def read_signature(text: str) -> bytes | None:
    """The 64 bytes of a signature in base64url or base64; null for anything else."""
    return _from_base64(text, _SIGNATURE_BYTES)


def to_base64(raw: bytes) -> str:
    """The bytes in base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _from_base64(text: str, size_bytes: int) -> bytes | None:
    if not re.fullmatch(r"[A-Za-z0-9_+/-]{1,128}={0,2}", text):
        return None
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        raw = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error:
        return None
    return raw if len(raw) == size_bytes else None
