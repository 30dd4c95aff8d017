"""Previews: an address that shows one state of a draft to whoever has it, for some hours."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from odyssee.domain.errors import NotFound
from odyssee.domain.review_errors import PreviewOver

DEFAULT_HOURS = 24
MAX_HOURS = 24 * 14
MAX_TOKEN = 400
_TAG_BYTES = 16


@dataclass(frozen=True, slots=True)
class Preview:
    """What an address shows, and until when."""

    legend: str
    draft_etag: str
    ends_at: datetime
    """To the second."""


def to_token(preview: Preview, key: bytes) -> str:
    """The preview as a part of an address, which only the key can make."""
    ends_s = int(preview.ends_at.timestamp())
    told = json.dumps([preview.legend, preview.draft_etag, ends_s], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(_tag(told, key) + told).decode().rstrip("=")


def from_token(token: str, key: bytes, now: datetime) -> Preview:
    """The preview that a token stands for.

    Raises:
        NotFound: the token was not made with the key, or was changed or cut.
        PreviewOver: it has ended.
    """
    if len(token) > MAX_TOKEN or not token.isascii():
        raise NotFound
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
    except binascii.Error:
        raise NotFound from None
    tag, told = raw[:_TAG_BYTES], raw[_TAG_BYTES:]
    if not hmac.compare_digest(tag, _tag(told, key)):
        raise NotFound
    legend, draft_etag, ends_s = json.loads(told)
    preview = Preview(legend, draft_etag, datetime.fromtimestamp(ends_s, UTC))
    if preview.ends_at <= now:
        raise PreviewOver(legend=legend)
    return preview


def _tag(told: bytes, key: bytes) -> bytes:
    return hmac.digest(key, told, hashlib.sha256)[:_TAG_BYTES]
