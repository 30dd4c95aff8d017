"""Resuming: a file comes in by pieces over a slow line, goes on where it stopped, and ends whole.

What came is on the store before it is told: a server that is killed forgets
no more than the part that was in its memory.
"""

from dataclasses import replace

from odyssee.actions import credentials
from odyssee.actions.receiving import (
    STAGING,
    Reception,
    check_kind,
    check_quota,
    check_said,
    receive,
    too_large,
)
from odyssee.actions.tools import Tools
from odyssee.db import assets, uploads
from odyssee.domain.assets import sees
from odyssee.domain.errors import (
    BadTusHeader,
    ChecksumMismatch,
    EmptyFile,
    InputInvalid,
    NotFound,
    UnknownMedium,
    UploadOver,
    WrongOffset,
)
from odyssee.domain.people import Caller
from odyssee.domain.uploads import MAX_PARTS, Labels, Upload
from odyssee.files.parts import sha256_of_kept


def begin_upload(tools: Tools, caller: Caller, size_bytes: int, labels: Labels) -> Upload:
    """Announce a file that will come by pieces; room is kept for it.

    Raises:
        EmptyFile: nothing is announced.
        FileTooLarge: it is larger than a file may be.
        InputInvalid: what is said of it will not do.
        OfficeFull: the office has no room for it.
    """
    limits, now = tools.desk.limits, tools.clock()
    if size_bytes < 1:
        raise EmptyFile
    if size_bytes > limits.max_file_bytes:
        raise too_large(limits.max_file_bytes)
    check_said(tools, labels)
    upload = Upload(
        id=credentials.new_id(),
        office=caller.person.office,
        person=caller.person.id,
        labels=labels,
        size_bytes=size_bytes,
        received_bytes=0,
        parts=(),
        asset=None,
        expires_at=now + limits.expires_after,
    )
    with tools.desk.db.transaction() as tx:
        assets.lock_office(tx, upload.office)
        check_quota(tools, tx, upload.office, size_bytes)
        uploads.add_upload(tx, upload)
    return upload


def show_upload(tools: Tools, caller: Caller, upload_id: str) -> Upload:
    """How far it has come; one that came whole and was cut before its end is ended now.

    Raises:
        NotFound: there is none, or not for the caller.
        UploadOver: it expired.
    """
    upload = _find(tools, caller, upload_id)
    if upload.asset is None and upload.received_bytes == upload.size_bytes:
        return finish(tools, upload)
    return upload


def take_up(tools: Tools, caller: Caller, upload_id: str, offset: int) -> Upload:
    """The upload, when it goes on at that offset.

    Raises:
        NotFound: there is none, or not for the caller.
        UploadOver: it expired, or has come in too many pieces.
        WrongOffset: it goes on elsewhere.
    """
    upload = _find(tools, caller, upload_id)
    if upload.received_bytes != offset:
        raise WrongOffset(offset=str(upload.received_bytes))
    if len(upload.parts) >= MAX_PARTS:
        end_upload(tools, upload)
        raise UploadOver
    return upload


def advance(tools: Tools, upload: Upload, reception: Reception) -> Upload:
    """Say that what the reception has put away belongs to the upload now.

    Raises:
        WrongOffset: another sender was quicker; nothing of this one is kept.
    """
    if not reception.parts:
        return upload
    parts = (*upload.parts, *reception.parts)
    expires_at = tools.clock() + tools.desk.limits.expires_after
    with tools.desk.db.transaction() as tx:
        is_first = uploads.advance(tx, upload, parts, expires_at)
    if not is_first:
        reception.drop()
        raise WrongOffset(offset="?")
    reception.parts = []
    received = sum(part.size_bytes for part in parts)
    return replace(upload, parts=parts, received_bytes=received, expires_at=expires_at)


def check_start(tools: Tools, upload: Upload, reception: Reception) -> None:
    """Refuse at its first bytes what can be no medium; the upload is over then.

    Raises:
        UnknownMedium: no sound and no picture begins so.
    """
    try:
        check_kind(reception.head)
    except UnknownMedium:
        reception.drop()
        end_upload(tools, upload)
        raise


def finish(tools: Tools, upload: Upload) -> Upload:
    """Make an asset of an upload that came whole; twice gives the same.

    Raises:
        UnknownMedium: it is no medium; the upload is over.
        ChecksumMismatch: the sender promised other bytes; the upload is over.
        InputInvalid: what was said of it will not do any more; the upload is over.
        OfficeFull: the office has no room any more; it may be ended again later.
    """
    try:
        sha256, _size = sha256_of_kept(tools.desk.files, [part.key for part in upload.parts])
        received = receive(
            tools,
            upload.person,
            upload.office,
            upload.labels,
            upload.parts,
            sha256,
            upload.id,
        )
    except (UnknownMedium, ChecksumMismatch, InputInvalid):
        end_upload(tools, upload)
        raise
    except NotFound:
        return _ended_meanwhile(tools, upload)
    return replace(upload, asset=received.asset.id)


def end_upload(tools: Tools, upload: Upload) -> None:
    """Forget the upload and its parts; what it became stays."""
    with tools.desk.db.transaction() as tx:
        uploads.remove_upload(tx, upload.id)
    for key in list(tools.desk.files.list_keys(f"{STAGING}{upload.id}/")):
        tools.desk.files.delete(key)


def stop_upload(tools: Tools, caller: Caller, upload_id: str) -> None:
    """End an upload because its sender asks so.

    Raises:
        NotFound: there is none, or not for the caller.
    """
    end_upload(tools, _get(tools, caller, upload_id))


def check_sum(reception: Reception, promised: str | None) -> None:
    """Refuse a piece that is not what was promised; nothing of it is kept.

    Raises:
        ChecksumMismatch: its hash is another.
    """
    if promised is not None and reception.sha256 != promised:
        reception.drop()
        raise ChecksumMismatch


def too_long() -> BadTusHeader:
    """The refusal of more bytes than were announced."""
    return BadTusHeader(header="Upload-Length")


def _ended_meanwhile(tools: Tools, upload: Upload) -> Upload:
    """Parts are gone: somebody else ended it, or the store lost them."""
    with tools.desk.db.reading() as tx:
        try:
            present = uploads.get_upload(tx, upload.id)
        except NotFound:
            raise UploadOver from None
    if present.asset is None:
        end_upload(tools, upload)
        raise UploadOver
    return present


def _get(tools: Tools, caller: Caller, upload_id: str) -> Upload:
    with tools.desk.db.reading() as tx:
        upload = uploads.get_upload(tx, upload_id)
    if not sees(caller, upload.office):
        raise NotFound(upload=upload_id)
    return upload


def _find(tools: Tools, caller: Caller, upload_id: str) -> Upload:
    upload = _get(tools, caller, upload_id)
    if upload.expires_at <= tools.clock():
        raise UploadOver
    return upload
