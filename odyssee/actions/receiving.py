"""Receiving: bytes that come in are put away part by part, and become an asset once whole."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from odyssee.actions import credentials
from odyssee.actions.stowing import original_key
from odyssee.actions.tools import Tools
from odyssee.db import assets, audit, jobs, legends, media, uploads
from odyssee.db.session import Tx
from odyssee.domain.assets import GAVE_UP, Asset
from odyssee.domain.errors import (
    ChecksumMismatch,
    EmptyFile,
    FileTooLarge,
    InputInvalid,
    OfficeFull,
    Problem,
    Unavailable,
    UnknownMedium,
)
from odyssee.domain.media import MediaKind
from odyssee.domain.people import Caller
from odyssee.domain.uploads import (
    HEAD_BYTES,
    PART_BYTES,
    Labels,
    Part,
    check_labels,
    name_form,
    tell_kind,
)
from odyssee.files.parts import open_joined

ENCODE_MEDIUM = "encode_medium"
"""The kind of job that encodes what was brought."""
STAGING = "staging/"
"""Where bytes lie in the private store until their file is whole."""
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in, as the asset that it is now."""

    asset: Asset
    is_new: bool
    """Whether work was ordered; not where the office brought the same bytes before."""


class Reception:
    """Takes the bytes of one stretch of a file; no more than a part of them is in memory."""

    def __init__(self, tools: Tools, staged_id: str, room_bytes: int) -> None:
        """Take at most so many bytes, and put them away under the id of a file on its way."""
        self._files = tools.desk.files
        self._max_bytes = tools.desk.limits.max_file_bytes
        self._under = f"{STAGING}{staged_id}"
        self._room = room_bytes
        self._buffer = bytearray()
        self._digest = hashlib.sha256()
        self.parts: list[Part] = []
        self.head = b""
        """The first bytes of the stretch."""

    def take(self, piece: bytes) -> bool:
        """Keep the piece in memory; True when a part is full and `put` is due.

        Raises:
            FileTooLarge: more comes than there is room for.
        """
        self._room -= len(piece)
        if self._room < 0:
            raise too_large(self._max_bytes)
        self._digest.update(piece)
        if len(self.head) < HEAD_BYTES:
            self.head += piece[: HEAD_BYTES - len(self.head)]
        self._buffer += piece
        return len(self._buffer) >= PART_BYTES

    def put(self) -> None:
        """Put away what is in memory, as one part."""
        if not self._buffer:
            return
        # The name is new each time: of two senders, neither writes over the other's part.
        part = Part(f"{self._under}/{credentials.new_id()}", len(self._buffer))
        self._files.put(part.key, bytes(self._buffer))
        self._buffer = bytearray()
        self.parts.append(part)

    def drop(self) -> None:
        """Take back everything that was put away."""
        for part in self.parts:
            self._files.delete(part.key)
        self.parts = []

    @property
    def sha256(self) -> str:
        """The hash of the bytes as they came."""
        return self._digest.hexdigest()


def too_large(max_bytes: int) -> FileTooLarge:
    """The refusal of a file over the limit."""
    return FileTooLarge(max_mb=str(max_bytes // _MB))


def check_kind(head: bytes) -> MediaKind:
    """What a file that begins so can be.

    Raises:
        EmptyFile: there is nothing.
        UnknownMedium: no sound and no picture begins so.
    """
    if not head:
        raise EmptyFile
    kind = tell_kind(head)
    if kind is None:
        raise UnknownMedium(found=name_form(head) or "?")
    return kind


def check_room(tools: Tools, caller: Caller, size_bytes: int) -> None:
    """Refuse at once what could not be kept.

    Raises:
        FileTooLarge: it is larger than a file may be.
        OfficeFull: the office's originals would take too much.
    """
    if size_bytes > tools.desk.limits.max_file_bytes:
        raise too_large(tools.desk.limits.max_file_bytes)
    with tools.desk.db.reading() as tx:
        check_quota(tools, tx, caller.person.office, size_bytes)


def check_quota(
    tools: Tools, tx: Tx, office: str | None, size_bytes: int, besides: str | None = None
) -> None:
    """Refuse what the office has no room for; `besides` is an upload that is left out.

    Raises:
        OfficeFull: its originals would take too much.
    """
    used, most = assets.count_bytes(tx, office, besides), tools.desk.limits.office_bytes
    if used + size_bytes > most:
        raise OfficeFull(used_mb=str(used // _MB), max_mb=str(most // _MB))


def check_said(tools: Tools, labels: Labels) -> None:
    """Refuse what was said of a file where it will not do.

    Raises:
        InputInvalid: all of it is told at once.
    """
    found = check_labels(labels)
    if labels.legend is not None and not any(problem.where == "legend" for problem in found):
        with tools.desk.db.reading() as tx:
            if not legends.has_legend(tx, labels.legend):
                found.append(Problem("legend", "unknown_legend"))
    if found:
        raise InputInvalid(found)


def receive(
    tools: Tools,
    person: str,
    office: str | None,
    labels: Labels,
    parts: Sequence[Part],
    sha256: str,
    upload: str | None = None,
) -> Received:
    """Make an asset of parts that were put away, and order its encoding in the same transaction.

    The same bytes from the same office are the same asset, and no new work.

    Args:
        tools: The desk.
        person: The id of whoever brought it.
        office: The slug of the office that it belongs to; null for an admin of none.
        labels: What they say of it.
        parts: The whole file, in order; they are gone afterwards.
        sha256: Of the whole file, as it came over the wire.
        upload: The id of the upload that it came by, if it was one.

    Raises:
        EmptyFile: there is nothing.
        UnknownMedium: it can be no sound and no picture.
        ChecksumMismatch: the sender promised other bytes.
        InputInvalid: what is said of it will not do.
        OfficeFull: the office has no room for it.
        Damaged: what lies in the store is not what came; send it again.
    """
    check_said(tools, labels)
    files = tools.desk.files
    keys = [part.key for part in parts]
    kind = check_kind(open_joined(files, keys).read(HEAD_BYTES))
    if labels.sha256 not in {None, sha256}:
        raise ChecksumMismatch
    # Always put anew: it heals a copy that was damaged, and makes its age that of today.
    files.put(original_key(sha256), open_joined(files, keys), sha256=sha256)
    size_bytes = sum(part.size_bytes for part in parts)
    brought = _as_brought(person, office, labels, (kind, sha256, size_bytes), tools.clock())
    with tools.desk.db.transaction() as tx:
        media.lock_files(tx)
        if not files.exists(original_key(sha256)):
            raise Unavailable("the original was taken away meanwhile; send it again")
        received = _keep(tools, tx, brought, upload)
        if upload is not None:
            uploads.set_asset(tx, upload, received.asset.id)
    for key in keys:
        files.delete(key)
    return received


def _as_brought(
    person: str,
    office: str | None,
    labels: Labels,
    found: tuple[MediaKind, str, int],
    now: datetime,
) -> Asset:
    """The asset of a file of that kind, hash and size."""
    kind, sha256, size_bytes = found
    return Asset(
        id=credentials.new_id(),
        office=office,
        kind=kind,
        state="processing",
        reasons=(),
        file_name=labels.file_name,
        sha256=sha256,
        size_bytes=size_bytes,
        lang=labels.lang,
        legend=labels.legend,
        alt={},
        credit="",
        licence="",
        medium=None,
        job=None,
        uploaded_by=person,
        created_at=now,
        version=1,
    )


def _keep(tools: Tools, tx: Tx, brought: Asset, upload: str | None) -> Received:
    assets.lock_office(tx, brought.office)
    known = assets.find_same(tx, brought.office, brought.sha256)
    if known is not None:
        return _again(tx, known, brought)
    check_quota(tools, tx, brought.office, brought.size_bytes, upload)
    now = brought.created_at
    ordered = replace(brought, job=_order(tx, brought, now))
    if not assets.add_asset(tx, ordered):  # an admin of no office has no row to lock
        raise Unavailable("the same file comes in twice at once; send it again")
    detail = {
        "kind": brought.kind,
        "sha256": brought.sha256,
        "size_bytes": brought.size_bytes,
        "office": brought.office,
    }
    audit.add_entry(tx, now, brought.uploaded_by, "medium_added", f"media/{brought.id}", detail)
    return Received(ordered, is_new=True)


def _again(tx: Tx, known: Asset, brought: Asset) -> Received:
    """The asset of before; one that failed by our own fault is tried anew."""
    if GAVE_UP not in {reason.code for reason in known.reasons}:
        return Received(known, is_new=False)
    now = brought.created_at
    retried = replace(known, state="processing", reasons=(), job=_order(tx, known, now))
    assets.change_asset(tx, retried)
    audit.add_entry(tx, now, brought.uploaded_by, "medium_retried", f"media/{known.id}", {})
    return Received(assets.get_asset(tx, known.id), is_new=True)


def _order(tx: Tx, asset: Asset, now: datetime) -> int:
    key = f"{ENCODE_MEDIUM}:{asset.id}:{asset.version}"
    return jobs.add_job(tx, ENCODE_MEDIUM, {"asset": asset.id}, now, key=key)
