"""Files that come in by pieces: how far each has come, and where its parts lie."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from odyssee.db.session import Tx
from odyssee.db.tables import UploadRow
from odyssee.domain.errors import NotFound
from odyssee.domain.uploads import Labels, Part, Upload


def add_upload(tx: Tx, upload: Upload) -> None:
    """Begin an upload."""
    row = {
        "id": upload.id,
        "office": upload.office,
        "person": upload.person,
        "size_bytes": upload.size_bytes,
        "received_bytes": upload.received_bytes,
        "document": _document(upload.labels, upload.parts),
        "asset_id": upload.asset,
        "expires_at": upload.expires_at,
    }
    tx.execute(insert(UploadRow).values(row))


def get_upload(tx: Tx, upload_id: str) -> Upload:
    """The upload of that id.

    Raises:
        NotFound: there is none.
    """
    row = tx.execute(select(UploadRow.__table__).where(UploadRow.id == upload_id)).first()
    if row is None:
        raise NotFound(upload=upload_id)
    return _upload(row)


def advance(tx: Tx, upload: Upload, parts: tuple[Part, ...], expires_at: datetime) -> bool:
    """Say that these parts came; False, and nothing is written, when others came meanwhile.

    Args:
        tx: A transaction that may write.
        upload: As it was read.
        parts: All of them, the new ones at the end.
        expires_at: When it is over if nothing more comes.
    """
    unchanged = (
        UploadRow.id == upload.id,
        UploadRow.received_bytes == upload.received_bytes,
        UploadRow.asset_id.is_(None),
    )
    values = {
        "received_bytes": sum(part.size_bytes for part in parts),
        "document": _document(upload.labels, parts),
        "expires_at": expires_at,
    }
    moved = update(UploadRow).where(*unchanged).values(values)
    return tx.scalar(moved.returning(UploadRow.id)) is not None


def set_asset(tx: Tx, upload_id: str, asset_id: str) -> None:
    """Say what the upload became; its parts are no more."""
    one = update(UploadRow).where(UploadRow.id == upload_id)
    tx.execute(one.values(asset_id=asset_id))


def remove_upload(tx: Tx, upload_id: str) -> None:
    """Forget the upload."""
    tx.execute(delete(UploadRow).where(UploadRow.id == upload_id))


def list_uploads(tx: Tx) -> list[Upload]:
    """Every upload, those that are over too."""
    rows = tx.execute(select(UploadRow.__table__).order_by(UploadRow.id))
    return [_upload(row) for row in rows]


def _document(labels: Labels, parts: tuple[Part, ...]) -> dict[str, Any]:
    return {
        "file_name": labels.file_name,
        "lang": labels.lang,
        "legend": labels.legend,
        "sha256": labels.sha256,
        "parts": [[part.key, part.size_bytes] for part in parts],
    }


def _upload(row: Any) -> Upload:
    told = dict(row.document)
    parts = tuple(Part(key, size) for key, size in told.pop("parts"))
    return Upload(
        id=row.id,
        office=row.office,
        person=row.person,
        labels=Labels(**told),
        size_bytes=row.size_bytes,
        received_bytes=row.received_bytes,
        parts=parts,
        asset=row.asset_id,
        expires_at=row.expires_at,
    )
