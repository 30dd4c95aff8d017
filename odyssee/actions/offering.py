"""Offering: the office hands kiosks a version of the software, signed as what it publishes."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

from odyssee.actions.signing import SOFTWARE, Offered, find_release, sign_again
from odyssee.actions.tools import Tools
from odyssee.db import audit
from odyssee.domain.canonical import canonical, sha256_of
from odyssee.domain.errors import Damaged, InputInvalid, NotFound, Problem
from odyssee.domain.software import Software, Wheel, offered, read_offer, to_offer
from odyssee.files.store import FileStore
from odyssee.trust.release import Target


def offer_key(sha256: str) -> str:
    """Where an offer lies in the published store."""
    return f"targets/{sha256}.{SOFTWARE}"


def wheel_key(sha256: str) -> str:
    """Where a wheel lies in the published store."""
    return f"targets/software/{sha256}.whl"


def read_kept_offer(store: FileStore, sha256: str) -> Software:
    """The software of an offer in the published store.

    Raises:
        NotFound: it is not there.
        Damaged: it is something else.
    """
    try:
        return read_offer(json.loads(store.get(offer_key(sha256))))
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Damaged(f"{offer_key(sha256)} is not readable") from fault


def find_offered(store: FileStore) -> Software | None:
    """What is offered to kiosks now; null for nothing.

    Raises:
        Damaged: the published metadata, or the offer, is not readable.
    """
    release = find_release(store)
    target = None if release is None else release.targets_by_path().get(SOFTWARE)
    return None if target is None else read_kept_offer(store, target.sha256)


def offer(tools: Tools, files: Sequence[Path], by: str) -> Software:
    """Offer these wheels to the kiosks: ours, and those that it needs beside what they have.

    Raises:
        InputInvalid: they are no such wheels.
        NotFound: nothing is published yet, so that no kiosk would look.
        Misconfigured: the keys are not here.
        Unavailable: the store does not answer.
    """
    software = _measured(files)
    for wheel in software.wheels:
        path = next(path for path in files if path.name == wheel.name)
        with path.open("rb") as file:
            tools.published.put_if_absent(wheel_key(wheel.sha256), file, sha256=wheel.sha256)
    data = canonical(to_offer(software))
    target = Target(sha256_of(data), len(data))
    tools.published.put(
        offer_key(target.sha256), data, sha256=target.sha256, content_type="application/json"
    )
    _sign(tools, target, by, software.version)
    return software


def take_back(tools: Tools, by: str) -> None:
    """Offer nothing any more; kiosks keep what they run.

    Raises:
        NotFound: nothing is published yet.
        Misconfigured, Unavailable: as `offer`.
    """
    _sign(tools, None, by, None)


def _measured(files: Sequence[Path]) -> Software:
    try:
        return offered([_measure(path) for path in files])
    except (ValueError, OSError) as fault:
        raise InputInvalid(
            [Problem("wheels", "bad_wheel", values={"reason": str(fault)})]
        ) from fault


def _measure(path: Path) -> Wheel:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Wheel(path.name, sha256, file.seek(0, 2))


def _sign(tools: Tools, software: Target | None, by: str, version: str | None) -> None:
    with tools.desk.db.transaction() as tx:
        audit.add_entry(tx, tools.clock(), by, "offer_software", "kiosks", {"version": version})
        if not sign_again(tools, tx, Offered(software)):
            raise NotFound(path="territory")
