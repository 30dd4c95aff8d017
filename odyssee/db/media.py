"""Media that are encoded and kept, by the key of their input and settings."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, exists, or_, select, text, update

from odyssee.db.inserting import insert_unless_kept
from odyssee.db.session import Tx
from odyssee.db.tables import AssetRow, LegendMediaRow, MediaAssetRow, RevisionRow
from odyssee.domain.finishing import bare
from odyssee.domain.media import MediaAsset

ASSET = TypeAdapter(MediaAsset)
"""Reads and writes an asset's document."""
_LOCK = 7_306_018
"""Any number, always the same: who removes files and who begins to need them take turns."""


def find_assets(tx: Tx, keys: Iterable[str]) -> dict[str, MediaAsset]:
    """The assets that are kept of these, by key; the others are left out."""
    wanted = select(MediaAssetRow.key, MediaAssetRow.document).where(
        MediaAssetRow.key.in_(set(keys))
    )
    return {row.key: ASSET.validate_python(row.document) for row in tx.execute(wanted)}


def find_encoded(tx: Tx, keys: Collection[str]) -> list[MediaAsset]:
    """What was encoded under these keys, bare of whatever was laid over it since.

    A key may come several times, with bytes of different days: some may be gone.
    """
    encoded = MediaAssetRow.document["encoded_key"].as_string()
    rows = tx.scalars(
        select(MediaAssetRow.document)
        .where(or_(MediaAssetRow.key.in_(keys), encoded.in_(keys)))
        .order_by(MediaAssetRow.key)
    )
    return [bare(ASSET.validate_python(document)) for document in rows]


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


def lock_files(tx: Tx) -> None:
    """Take turns with everybody who removes files of the private store, or begins to need them.

    On SQLite the transaction has the only lock already.
    """
    if tx.connection().dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def list_media(tx: Tx) -> Iterator[MediaAsset]:
    """Every medium that is encoded and kept, by its key."""
    rows = tx.scalars(select(MediaAssetRow.document).order_by(MediaAssetRow.key))
    return (ASSET.validate_python(document) for document in rows)


def list_used(tx: Tx) -> set[str]:
    """The keys that drafts, archived ones too, and assets use."""
    drafts = tx.scalars(select(LegendMediaRow.asset_key))
    return {
        *drafts,
        *tx.scalars(select(AssetRow.medium_key).where(AssetRow.medium_key.is_not(None))),
    }


def list_brought(tx: Tx) -> set[str]:
    """The hashes of the originals that assets need; one that was refused needs none."""
    needed = select(AssetRow.sha256).where(AssetRow.state != "refused")
    return set(tx.scalars(needed))


def list_frozen(tx: Tx) -> Iterator[MediaAsset]:
    """The media of every revision, as they were frozen: any of them may be published again."""
    for frozen in tx.scalars(select(RevisionRow.media)):
        yield from (ASSET.validate_python(document) for document in frozen.values())


def remove_media(tx: Tx, keys: Collection[str]) -> None:
    """Forget those media that no draft and no asset uses; the others stay."""
    drafts = exists().where(LegendMediaRow.asset_key == MediaAssetRow.key)
    assets = exists().where(AssetRow.medium_key == MediaAssetRow.key)
    tx.execute(delete(MediaAssetRow).where(MediaAssetRow.key.in_(keys), ~drafts, ~assets))
