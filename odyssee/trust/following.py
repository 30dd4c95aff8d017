"""Following signed metadata: python-tuf's client over any carrier, with floors of its own.

python-tuf syncs nothing to the disk, forgets rollbacks when its cache is lost
and believes the system's clock (design: packs, section 2). The folder is synced
here, a floor of version and time is kept beside it, and one place sets the time.
"""

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tuf.api.exceptions import (
    DownloadError,
    DownloadHTTPError,
    ExpiredMetadataError,
    RepositoryError,
)
from tuf.ngclient import FetcherInterface, Updater

from odyssee.domain.errors import Damaged, Expired, Misconfigured, NotFound, Unavailable
from odyssee.domain.roles import LIVES
from odyssee.trust.keyring import sync_to_disk
from odyssee.trust.release import TIMESTAMP, Target

Carry = Callable[[str], Iterator[bytes]]
"""Gives the bytes of a metadata file by its name; NotFound or Unavailable otherwise."""

_BASE = "odyssee:///"
_FLOOR = "floor.json"
_FIRST_ROOT = "first-root.json"
_BUILT = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock that says less has lost its battery."""
_AHEAD = timedelta(days=2)
"""So far may clocks differ; a signature from further ahead would bar all that is signed rightly."""
_MAX_VERSION = 2**53
_MAX_YEAR = 9000
_IN_THE_WAY = frozenset(
    {errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ELOOP, errno.ENOTEMPTY, errno.ENOENT}
)
"""Something else lies where a file of the cache belongs."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What was seen last: nothing older is believed."""

    version: int
    """Of the timestamp."""
    signed_at: datetime
    expires_at: datetime
    keyids: tuple[str, ...] = ()
    """The keys that might sign timestamps then: with other keys the numbers begin anew."""


@dataclass(frozen=True, slots=True)
class Trusted:
    """What is vouched for now."""

    targets: Mapping[str, Target]
    floor: Floor


def read_floor(folder: Path) -> Floor | None:
    """What was seen last; null before the first time, or when its file is broken."""
    try:
        kept = json.loads((folder / _FLOOR).read_bytes())
        floor = Floor(
            kept["version"],
            datetime.fromisoformat(kept["signed_at"]),
            datetime.fromisoformat(kept["expires_at"]),
            tuple(kept.get("keyids", ())),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    sound = isinstance(floor.version, int) and 0 < floor.version < _MAX_VERSION
    sound = sound and None not in {floor.signed_at.tzinfo, floor.expires_at.tzinfo}
    return floor if sound and floor.expires_at.year < _MAX_YEAR else None


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
        root: the root that a person brought: it counts, and where it does not
            belong to what is known here, all that is known begins anew.
        carry: brings files from server or stick.
        now: the system's clock; one that lies before what was seen is not believed.

    Raises:
        Misconfigured: there is no root to begin with.
        Expired: it is signed rightly, and too long ago.
        Damaged: it is signed by others, changed, older than what was seen, or no metadata at all.
        Unavailable: it cannot be brought.
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if root is not None and not _belongs(folder, root):
        _begin_anew(folder)
    first, floor = _bootstrap(folder, root), read_floor(folder)
    trusted = _refreshed(folder, first, carry, now if floor is None else max(now, floor.signed_at))
    timestamp = trusted.timestamp
    keyids = tuple(sorted(trusted.root.roles["timestamp"].keyids))
    if floor is not None and floor.keyids not in {(), keyids}:
        floor = None  # its key was exchanged: what a thief counted up to is void
    seen = Floor(
        timestamp.version, timestamp.expires - LIVES["timestamp"], timestamp.expires, keyids
    )
    if floor is not None and seen.version < floor.version:
        _clear_cache(folder)
        raise Damaged(f"timestamp {seen.version} is older than {floor.version}, seen before")
    believed = now >= (_BUILT if floor is None else floor.signed_at)
    if believed and seen.signed_at > now + _AHEAD:
        _clear_cache(folder)  # else what comes next would look older than this
        raise Damaged("this was signed in the future: a clock is wrong, here or there")
    if seen != floor:
        _write(folder / _FIRST_ROOT, first)
        _keep(folder, seen)
    targets = trusted.targets.targets
    return Trusted({p: Target(t.hashes["sha256"], t.length) for p, t in targets.items()}, seen)


def _refreshed(folder: Path, first: bytes, carry: Carry, at: datetime) -> Any:
    """The metadata after one look at the source."""
    try:
        updater = Updater(str(folder), _BASE, fetcher=_Carrier(carry), bootstrap=first)
        # No public way to say what time it is; a test holds this place.
        updater._trusted_set.reference_time = at  # noqa: SLF001 - the reason above
        updater.refresh()
    except ExpiredMetadataError as late:
        raise Expired(str(late)) from late
    except RepositoryError as wrong:
        raise Damaged(f"{type(wrong).__name__}: {wrong}") from wrong
    except DownloadError as lost:
        raise _cause(lost) from lost
    except OSError as fault:
        if fault.errno not in _IN_THE_WAY or not _clear_cache(folder):
            raise
        return _refreshed(folder, first, carry, at)
    return updater._trusted_set  # noqa: SLF001 - `get_targetinfo` needs the paths beforehand


def _clear_cache(folder: Path) -> bool:
    """Remove what lies where python-tuf keeps its files; whether there was anything."""
    lay = [path for path in folder.iterdir() if path.name not in {_FLOOR, _FIRST_ROOT}]
    for path in lay:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return bool(lay)


def _begin_anew(folder: Path) -> None:
    _clear_cache(folder)
    for name in (_FLOOR, _FIRST_ROOT):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)


def _belongs(folder: Path, root: bytes) -> bool:
    """Whether a root is one of those that are known here, or nothing is known yet."""
    known = [folder / _FIRST_ROOT, *folder.glob("root_history/*.root.json")]
    found = [data for path in known if (data := _read(path)) is not None]
    return root in found if found else read_floor(folder) is None


def _bootstrap(folder: Path, root: bytes | None) -> bytes:
    """The root to begin with: what a person brought, else what is known."""
    found = root or _read(folder / _FIRST_ROOT) or _read(folder / "root.json")
    if not found:
        raise Misconfigured(
            "no root is known here: bring the file of `odyssee keys root`", setting="--root"
        )
    return found


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() or None
    except OSError:
        return None


def _keep(folder: Path, seen: Floor) -> None:
    told = {
        "version": seen.version,
        "signed_at": seen.signed_at.astimezone(UTC).isoformat(),
        "expires_at": seen.expires_at.astimezone(UTC).isoformat(),
        "keyids": seen.keyids,
    }
    for path in folder.rglob("*.json"):
        if path.is_file():
            sync_to_disk(path)
    _write(folder / _FLOOR, json.dumps(told).encode())


def _write(path: Path, data: bytes) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    beside = path.with_name(f".{path.name}")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    sync_to_disk(path.parent)


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
