"""Private keys: Ed25519, one file each, readable by its owner only (PKCS#8, RFC 5958)."""

import errno
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from odyssee.domain.errors import Misconfigured, Unavailable

SUFFIX = ".pem"
_IDENTIFIER = 16
"""Characters of an identifier: it only has to tell the keys of a root apart, and stands in every
timestamp, which is all that a kiosk fetches when nothing is new."""
MAX_KEY_BYTES = 10_000
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""What file systems without hard links answer, such as FAT on a stick."""
_SETTING = "ODYSSEE_KEYS_DIR"


def make_key(path: Path, passphrase: str | None = None) -> CryptoSigner:
    """A new key in a new file; with a passphrase the file is of no use without it.

    Raises:
        Misconfigured: the file is there already; a key is never written over.
        Unavailable: it cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    sealed: KeySerializationEncryption = NoEncryption()
    if passphrase:
        sealed = BestAvailableEncryption(passphrase.encode())
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed)
    try:
        write_new(path, written)
    except FileExistsError as taken:
        raise Misconfigured(f"{path.name} is there already", setting=_SETTING) from taken
    except OSError as fault:
        raise Unavailable(f"{path.name}: {fault.strerror}") from fault
    return _signer(key)


def _signer(key: Ed25519PrivateKey) -> CryptoSigner:
    public = SSlibKey.from_crypto(key.public_key())
    public.keyid = public.keyid[:_IDENTIFIER]
    return CryptoSigner(key, public)


def write_new(path: Path, data: bytes) -> None:
    """Write a file of its owner's that is not there yet, whole or not at all.

    Raises:
        FileExistsError: it is there already.
        OSError: it cannot be written.
    """
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(beside, data)
        try:
            os.link(beside, path)
        except FileExistsError:
            raise
        except OSError as fault:
            if fault.errno not in _NO_LINKS:
                raise
            _write(path, data)
    finally:
        beside.unlink(missing_ok=True)
    sync_to_disk(path.parent)


def sync_to_disk(path: Path) -> None:
    """Make a file, or the names in a folder, last through a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write(path: Path, data: bytes) -> None:
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:  # half a key is worse than none
        path.unlink(missing_ok=True)
        raise


def read_key(path: Path, passphrase: str | None = None) -> CryptoSigner:
    """The key in a file.

    Raises:
        Misconfigured: there is no Ed25519 key in it, or the passphrase is missing or wrong.
        Unavailable: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            kept = file.read(MAX_KEY_BYTES)
    except OSError as fault:
        raise Unavailable(f"{path.name}: {fault.strerror}") from fault
    try:
        key = load_pem_private_key(kept, passphrase.encode() if passphrase else None)
    except TypeError as wrong:  # a passphrase that lacks, or that nothing asks for
        needed = "needs its passphrase" if not passphrase else "has no passphrase"
        raise Misconfigured(f"{path.name} {needed}", setting=_SETTING) from wrong
    except ValueError as wrong:
        raise Misconfigured(
            f"{path.name} holds no key, or the passphrase is wrong", setting=_SETTING
        ) from wrong
    if not isinstance(key, Ed25519PrivateKey):
        raise Misconfigured(f"{path.name} holds no Ed25519 key", setting=_SETTING)
    return _signer(key)


def is_sealed(path: Path) -> bool:
    """Whether a passphrase protects the key."""
    with path.open("rb") as file:
        return file.readline(MAX_KEY_BYTES).strip() == b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


def read_keys(folder: Path) -> Mapping[str, CryptoSigner]:
    """The keys of a folder that need no passphrase, by their identifier; none where it lacks."""
    found = {}
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        if not is_sealed(path):
            signer = read_key(path)
            found[signer.public_key.keyid] = signer
    return found
