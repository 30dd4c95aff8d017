"""Following signed metadata: python-tuf's client over any carrier, with floors of its own.

python-tuf syncs nothing to the disk, forgets rollbacks when its cache is lost
and believes the system's clock (design: packs, section 2). The folder is synced
here, a floor of version and time is kept beside it, and one place sets the time.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    RepositoryError,
)
from tuf.ngclient import FetcherInterface, Updater

from odyssee.domain.errors import Damaged, Expired, Misconfigured, NotFound, Unavailable
from odyssee.domain.roles import LIVES
from odyssee.trust.release import TIMESTAMP, Target

Carry = Callable[[str], Iterator[bytes]]
"""Gives the bytes of a metadata file by its name; NotFound or Unavailable otherwise."""

_BASE = "odyssee:///"
_FLOOR = "floor.json"
_FIRST_ROOT = "first-root.json"


@dataclass(frozen=True, slots=True)
class Floor:
    """What was seen last: nothing older is believed."""

    version: int
    """Of the timestamp."""
    signed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Trusted:
    """What is vouched for now."""

    targets: Mapping[str, Target]
    floor: Floor


def read_floor(folder: Path) -> Floor | None:
    """What was seen last; null before the first time, or when its file is broken."""
    try:
        kept = json.loads((folder / _FLOOR).read_bytes())
        return Floor(
            int(kept["version"]),
            datetime.fromisoformat(kept["signed_at"]),
            datetime.fromisoformat(kept["expires_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_known(folder: Path, timestamp: bytes) -> bool:
    """Whether this is the timestamp that was taken over last, to the byte."""
    try:
        return (folder / TIMESTAMP).read_bytes() == timestamp
    except OSError:
        return False


def follow(folder: Path, root: bytes | None, carry: Carry, now: datetime) -> Trusted:
    """Take over the newest metadata that is signed rightly.

    Args:
        folder: what was seen before lies there, and is renewed.
        root: the root that a person brought; null to go on with the one that is known.
        carry: brings files from server or stick.
        now: the system's clock; one that lies before what was seen is not believed.

    Raises:
        Misconfigured: there is no root to begin with.
        Expired: it is signed rightly, and too long ago.
        Damaged: it is signed by others, changed, older than what was seen, or no metadata at all.
        Unavailable: it cannot be brought, or the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    floor = read_floor(folder)
    first = _bootstrap(folder, floor, root)
    try:
        updater = Updater(str(folder), _BASE, fetcher=_Carrier(carry), bootstrap=first)
        # No public way to say what time it is; a test holds this place.
        updater._trusted_set.reference_time = now if floor is None else max(now, floor.signed_at)  # noqa: SLF001 - the reason above
        updater.refresh()
    except ExpiredMetadataError as late:
        raise Expired(str(late)) from late
    except RepositoryError as wrong:
        raise Damaged(f"{type(wrong).__name__}: {wrong}") from wrong
    except DownloadError as lost:
        raise _cause(lost) from lost
    trusted = updater._trusted_set  # noqa: SLF001 - `get_targetinfo` needs the paths beforehand
    timestamp = trusted.timestamp
    if floor is not None and timestamp.version < floor.version:
        raise Damaged(f"timestamp {timestamp.version} is older than {floor.version}, seen before")
    seen = Floor(timestamp.version, timestamp.expires - LIVES["timestamp"], timestamp.expires)
    if seen != floor:
        _write(folder / _FIRST_ROOT, first)
        _keep(folder, seen)
    return Trusted(
        {p: Target(t.hashes["sha256"], t.length) for p, t in trusted.targets.targets.items()},
        seen,
    )


def _bootstrap(folder: Path, floor: Floor | None, root: bytes | None) -> bytes:
    """The root to begin with: one that is brought counts until something was trusted by it."""
    known = folder / _FIRST_ROOT
    if root is not None and floor is None:
        return root
    if not known.exists():
        raise Misconfigured(
            "no root is known here: bring the file of `odyssee keys root`", setting="--root"
        )
    return known.read_bytes()


def _keep(folder: Path, seen: Floor) -> None:
    told = {
        "version": seen.version,
        "signed_at": seen.signed_at.astimezone(UTC).isoformat(),
        "expires_at": seen.expires_at.astimezone(UTC).isoformat(),
    }
    for path in folder.rglob("*.json"):
        _sync(path)
    _write(folder / _FLOOR, json.dumps(told).encode())


def _write(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _cause(lost: DownloadError) -> Exception:
    inner = lost.__cause__
    if isinstance(inner, (Unavailable, Damaged)):
        return inner
    if type(lost) is DownloadError or isinstance(lost, DownloadHTTPError):
        return Unavailable(str(lost))
    return Damaged(f"{type(lost).__name__}: {lost}")


class _Carrier(FetcherInterface):
    def __init__(self, carry: Carry) -> None:
        self._carry = carry

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            return self._carry(url.removeprefix(_BASE))
        except NotFound as missing:
            raise DownloadHTTPError("not there", 404) from missing
