"""Who a kiosk is: its key, what the office says of it, an enrolment that is under way."""

import base64
import binascii
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import TypeAdapter, ValidationError

from odyssee.domain.canonical import canonical
from odyssee.domain.errors import Damaged, Misconfigured, Unavailable
from odyssee.domain.kiosk_calls import to_base64
from odyssee.domain.kiosks import Membership
from odyssee.files.kiosk_folder import COUNTS
from odyssee.files.private_file import make_private, replace_private

KEY = "cle-borne"
_MEMBERSHIP = "borne.json"
_ASKED = "inscription.json"
_MEMBER = TypeAdapter(Membership)


class KioskKey:
    """The private half of a kiosk's Ed25519 pair."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    @cached_property
    def public(self) -> str:
        """The public half, in base64url."""
        return to_base64(self._key.public_key().public_bytes_raw())

    def sign(self, told: bytes) -> str:
        """The signature of the bytes, in base64url."""
        return to_base64(self._key.sign(told))


class KioskIdentity:
    """What is kept below `root`, beside the packs; nobody but its owner reads these files."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @property
    def counts(self) -> Path:
        """Where it counts: see `db/counter.py`."""
        return self._root / COUNTS

    def key(self) -> KioskKey:
        """The key of the kiosk; one is made where there is none.

        Raises:
            Misconfigured: the file holds none.
            Unavailable: it can neither be read nor made.
        """
        path = self._root / KEY
        with _told():
            if not path.exists():
                seed = Ed25519PrivateKey.generate().private_bytes_raw()
                make_private(path, base64.urlsafe_b64encode(seed) + b"\n")
            kept = path.read_bytes()
        try:
            return KioskKey(base64.b64decode(kept.strip(), b"-_", validate=True))
        except (binascii.Error, ValueError):
            raise Misconfigured(
                f"{KEY} holds no key: remove it and enrol again", setting="ODYSSEE_HOME"
            ) from None

    def membership(self) -> Membership | None:
        """What the office says of the kiosk; null before it enrolled.

        Raises:
            Damaged: the file holds something else.
            Unavailable: it cannot be read.
        """
        kept = self._read(_MEMBERSHIP)
        if kept is None:
            return None
        try:
            return _MEMBER.validate_json(kept)
        except ValidationError:
            raise Damaged(f"{_MEMBERSHIP}: enrol again, or remove it") from None

    def keep_membership(self, membership: Membership) -> None:
        """Keep what the office says of the kiosk; an enrolment under way is over."""
        with _told():
            replace_private(self._root / _MEMBERSHIP, _MEMBER.dump_json(membership))
            (self._root / _ASKED).unlink(missing_ok=True)

    def asked(self) -> bytes | None:
        """The body of an enrolment that a stick is to carry; null when none is under way."""
        return self._read(_ASKED)

    def ask(self, document: dict[str, Any]) -> None:
        """Keep an enrolment until a stick brings its answer."""
        with _told():
            replace_private(self._root / _ASKED, canonical(document))

    def _read(self, name: str) -> bytes | None:
        with _told():
            try:
                return (self._root / name).read_bytes()
            except FileNotFoundError:
                return None


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise Unavailable(f"the folder of the kiosk: {fault.strerror}") from fault


def membership_from(told: Any, server: str | None) -> Membership | None:
    """What the office says of a kiosk, as the server or a receipt words it; null for less.

    Args:
        told: Parsed JSON, perhaps with more than that.
        server: Where it was told; null by a stick.
    """
    names = ("id", "name", "office", "profile")
    if not isinstance(told, dict) or not set(names) <= set(told):
        return None
    known = {name: told[name] for name in names} | {"server": server}
    try:
        return _MEMBER.validate_json(json.dumps(known))
    except ValidationError:
        return None
