"""One way to write a document, a hash and an instant, so that equal things have equal bytes."""

import hashlib
import json
from datetime import datetime


def canonical(document: object) -> bytes:
    """Canonical JSON: sorted keys, no spaces, UTF-8; the same document gives the same bytes."""
    text = json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )
    return text.encode()


def sha256_of(data: bytes) -> str:
    """The SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def to_rfc3339(at: datetime) -> str:
    """An aware instant in UTC with a `Z`, to the microsecond where there is one."""
    return at.isoformat().replace("+00:00", "Z")
