"""Calling: a kiosk proves each call by its signature over the body and a nonce of ours.

A nonce tells by itself that it is ours and when it expires, so nothing is kept of those that are
given out; of those that a kiosk signed with, each is kept until it has expired.
"""

import hmac
import re
import secrets
from datetime import UTC, datetime

from odyssee.actions.credentials import is_signed
from odyssee.actions.tools import Tools
from odyssee.db import kiosks, nonces
from odyssee.domain.errors import KioskRevoked, KioskUnknown, NonceRefused, TooManyAttempts
from odyssee.domain.kiosk_calls import (
    MAX_CALLS,
    NONCE_LIFETIME,
    SignedCall,
    read_public_key,
    read_signature,
)
from odyssee.domain.kiosks import Kiosk

_LABEL = "kiosk nonces"
_NONCE = re.compile(r"([0-9a-f]{8,12})-([0-9a-f]{32})-([0-9a-f]{64})")
_WAIT_S = 60
"""Until a kiosk that calls without rest is looked at again."""


def new_nonce(tools: Tools) -> str:
    """A nonce that one call may be signed with; it expires in five minutes.

    Raises:
        Unavailable: the key of the server can neither be read nor made.
    """
    expires_s = int((tools.clock() + NONCE_LIFETIME).timestamp())
    told = f"{expires_s:08x}-{secrets.token_hex(16)}"
    return f"{told}-{tools.desk.key.tag(_LABEL, told)}"


def admit_kiosk(tools: Tools, call: SignedCall) -> Kiosk:
    """Whose call it is; its nonce is spent.

    Raises:
        NonceRefused: the nonce is none of ours, has expired, or was spent.
        KioskUnknown: no kiosk has this key, or the signature is not of this call.
        KioskRevoked: the office ended it.
        TooManyAttempts: it calls without rest.
    """
    now = tools.clock()
    expires_at = _expiry_of(tools, call.nonce)
    key, signature = read_public_key(call.public_key), read_signature(call.signature)
    if key is None or signature is None or not is_signed(key, call.signed, signature):
        raise KioskUnknown
    if expires_at is None or expires_at <= now:
        raise NonceRefused
    with tools.desk.db.transaction() as tx:
        kiosk = kiosks.find_by_key(tx, key)
        if kiosk is None:
            raise KioskUnknown
        if kiosk.revoked_at is not None:
            raise KioskRevoked
        nonces.drop_expired_nonces(tx, now)
        if nonces.count_spent(tx, kiosk.id) >= MAX_CALLS:
            raise TooManyAttempts(_WAIT_S)
        if not nonces.spend_nonce(tx, call.nonce, kiosk.id, expires_at):
            raise NonceRefused
        kiosks.note_call(tx, kiosk.id, now)
    return kiosk


def _expiry_of(tools: Tools, nonce: str) -> datetime | None:
    """When the nonce expires; null where it is none that we gave."""
    written = _NONCE.fullmatch(nonce)
    if written is None:
        return None
    expires, chance, tag = written.groups()
    if not hmac.compare_digest(tools.desk.key.tag(_LABEL, f"{expires}-{chance}"), tag):
        return None
    return datetime.fromtimestamp(int(expires, 16), UTC)
