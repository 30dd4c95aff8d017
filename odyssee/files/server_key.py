"""The server's own secret key, given or kept in a file; other keys are derived from it."""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from functools import cached_property
from pathlib import Path

from odyssee.domain.errors import Misconfigured, Unavailable
from odyssee.files.private_file import make_private

FILE = "cle-serveur"
"""The file under ODYSSEE_HOME."""
SIZE = 32


class ServerKey:
    """The key, read when it is first needed: commands that need none make none."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        self._read = read

    @cached_property
    def _key(self) -> bytes:
        return self._read()

    def derive(self, label: str) -> bytes:
        """A key of 32 bytes for one use, named by the label.

        Raises:
            Misconfigured: the file of the key holds none.
            Unavailable: it can neither be read nor made.
        """
        return hmac.digest(self._key, label.encode(), hashlib.sha256)

    def tag(self, label: str, text: str) -> str:
        """What stands for the text where it must not be known, in 64 hexadecimal digits.

        Equal texts have equal tags; nobody without the key can try texts out.
        """
        told = text.encode("utf-8", "surrogatepass")
        return hmac.digest(self.derive(label), told, hashlib.sha256).hex()


def read_key(path: Path) -> bytes:
    """The key in the file; one is made where there is none, readable by its owner only.

    Of servers that start together, one makes it and all get the same.

    Raises:
        Misconfigured: the file holds no key.
        Unavailable: it can neither be read nor made.
    """
    try:
        if not path.exists():
            made = base64.urlsafe_b64encode(secrets.token_bytes(SIZE))
            make_private(path, made + b"\n")
        return _parse(path.read_bytes())
    except OSError as fault:
        raise Unavailable(f"the key of the server: {fault.strerror}") from fault


def _parse(kept: bytes) -> bytes:
    try:
        key = base64.b64decode(kept.strip(), b"-_", validate=True)
    except binascii.Error:
        key = b""
    if len(key) != SIZE:
        raise Misconfigured(f"{FILE} holds no key of {SIZE} bytes", setting="ODYSSEE_HOME")
    return key
