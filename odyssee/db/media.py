"""Media that are encoded and kept, by the key of their input and settings."""

from collections.abc import Iterable
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select, update

from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Tx
from odyssee.db.tables import MediaAssetRow
from odyssee.domain.media import MediaAsset

ASSET = TypeAdapter(MediaAsset)
"""Reads and writes an asset's document."""


def find_assets(tx: Tx, keys: Iterable[str]) -> dict[str, MediaAsset]:
    """The assets that are kept of these, by key; the others are left out."""
    wanted = select(MediaAssetRow.key, MediaAssetRow.document).where(
        MediaAssetRow.key.in_(set(keys))
    )
    return {row.key: ASSET.validate_python(row.document) for row in tx.execute(wanted)}


def save_asset(tx: Tx, asset: MediaAsset, now: datetime) -> None:
    """Keep the asset, in place of what is kept under its key: it may have been encoded anew.

    The drafts that use the key have the new one from then on; revisions are frozen.
    """
    row = {
        "key": asset.key,
        "kind": asset.kind,
        "document": ASSET.dump_python(asset, mode="json"),
        "created_at": now,
    }
    if insert_unless_kept(tx, row, gives=MediaAssetRow.key, unique=MediaAssetRow.key) is not None:
        return
    if find_assets(tx, [asset.key]).get(asset.key) != asset:
        changed = update(MediaAssetRow).where(MediaAssetRow.key == asset.key)
        tx.execute(changed.values(document=row["document"]))
