"""What offices brought: kept with what became of it, changed one version after the other."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, and_, delete, func, or_, select, update

from odyssee.db.inserting import insert_unless_kept
from odyssee.db.media import ASSET
from odyssee.db.session import Tx
from odyssee.db.tables import (
    AssetRow,
    LegendMediaRow,
    LegendRow,
    MediaAssetRow,
    OfficeRow,
    RevisionRow,
    UploadRow,
)
from odyssee.domain.assets import Asset, Reason, Use
from odyssee.domain.canonical import to_rfc3339
from odyssee.domain.errors import NotFound
from odyssee.domain.finishing import NO_EDIT, Edit
from odyssee.domain.media import MediaAsset

_SERVED = ("published", "building", "scheduled")
_EDIT = TypeAdapter(Edit)
Offices = str | None
"""The slug whose things are asked for; `EVERY` for all."""
EVERY = "*"
"""No office has this slug."""


def add_asset(tx: Tx, asset: Asset) -> bool:
    """Keep what was brought; False when the same office brought the same bytes before."""
    row = {
        "id": asset.id,
        "office": asset.office,
        "owned_bytes": _owned_bytes(asset.office, asset.sha256),
        "kind": asset.kind,
        "state": asset.state,
        "file_name": asset.file_name,
        "sha256": asset.sha256,
        "size_bytes": asset.size_bytes,
        "lang": asset.lang,
        "legend": asset.legend,
        "document": _document(asset),
        "medium_key": None,
        "job_id": asset.job,
        "uploaded_by": asset.uploaded_by,
        "created_at": asset.created_at,
        "version": asset.version,
    }
    made = insert_unless_kept(tx, row, gives=AssetRow.id, unique=AssetRow.owned_bytes)
    return made is not None


def find_same(tx: Tx, office: str | None, sha256: str) -> Asset | None:
    """What the office brought before of the same bytes; held by this transaction."""
    same = AssetRow.owned_bytes == _owned_bytes(office, sha256)
    row = tx.execute(_all().where(same).with_for_update(of=AssetRow)).first()
    return None if row is None else _asset(row)


def get_asset(tx: Tx, asset_id: str) -> Asset:
    """The asset of that id.

    Raises:
        NotFound: there is none.
    """
    return _get(tx, asset_id, _all())


def lock_asset(tx: Tx, asset_id: str) -> Asset:
    """As `get_asset`, held by this transaction: nobody else changes it meanwhile."""
    return _get(tx, asset_id, _all().with_for_update(of=AssetRow))


def _get(tx: Tx, asset_id: str, wanted: Select[Any]) -> Asset:
    row = tx.execute(wanted.where(AssetRow.id == asset_id)).first()
    if row is None:
        raise NotFound(asset=asset_id)
    return _asset(row)


def list_assets(
    tx: Tx,
    office: Offices = EVERY,
    limit: int | None = None,
    after: str | None = None,
    **only: str,
) -> list[Asset]:
    """Assets, the newest first.

    Args:
        tx: Any transaction.
        office: Those of this office alone; `EVERY` for all.
        limit: At most so many.
        after: Only those that come after the asset of this id.
        only: Values of `kind` and `state`.

    Raises:
        NotFound: there is no asset of the id `after`.
    """
    wanted = _all().order_by(AssetRow.created_at.desc(), AssetRow.id).limit(limit)
    if office != EVERY:
        wanted = wanted.where(AssetRow.office == office)
    for column, value in only.items():
        wanted = wanted.where(getattr(AssetRow, column) == value)
    if after is not None:
        last = tx.execute(
            select(AssetRow.created_at, AssetRow.office).where(AssetRow.id == after)
        ).first()
        if last is None or office not in {EVERY, last.office}:
            raise NotFound(asset=after)
        later = and_(AssetRow.created_at == last.created_at, AssetRow.id > after)
        wanted = wanted.where(or_(AssetRow.created_at < last.created_at, later))
    return [_asset(row) for row in tx.execute(wanted)]


def find_uses(tx: Tx, brought: Collection[Asset]) -> dict[str, list[Use]]:
    """Where each is used, by its id: in drafts, and in revisions that are served.

    What was encoded of an original counts, whatever was encoded of it besides.
    """
    uses: dict[str, list[Use]] = {asset.id: [] for asset in brought}
    ids: dict[str, list[str]] = {}
    for asset in brought:
        ids.setdefault(asset.sha256, []).append(asset.id)
    if not ids:
        return uses
    original = MediaAssetRow.document["original_sha256"].as_string()
    drafts = (
        select(LegendRow.slug, LegendMediaRow.ref, original.label("sha256"))
        .join(LegendMediaRow, LegendMediaRow.legend_id == LegendRow.id)
        .join(MediaAssetRow, MediaAssetRow.key == LegendMediaRow.asset_key)
        .where(original.in_(list(ids)))
        .order_by(LegendRow.slug, LegendMediaRow.ref)
    )
    for slug, ref, sha256 in tx.execute(drafts):
        for asset_id in ids[sha256]:
            uses[asset_id].append(Use(slug, ref, None))
    served = select(RevisionRow.slug, RevisionRow.number, RevisionRow.media)
    served = served.where(RevisionRow.state.in_(_SERVED)).order_by(
        RevisionRow.slug, RevisionRow.number
    )
    for slug, number, media in tx.execute(served):
        for ref, medium in media.items():
            for asset_id in ids.get(medium.get("original_sha256") or "", ()):
                uses[asset_id].append(Use(slug, ref, number))
    return uses


def find_by_id(tx: Tx, ids: Collection[str]) -> dict[str, Asset]:
    """The assets of these ids, by id; the others are left out."""
    if not ids:
        return {}
    return {row.id: _asset(row) for row in tx.execute(_all().where(AssetRow.id.in_(set(ids))))}


def find_edits(tx: Tx, originals: Collection[str]) -> dict[str, Edit]:
    """What offices say over media, by the hash of the original; the last word counts."""
    rows = tx.execute(
        select(AssetRow.sha256, AssetRow.id, AssetRow.document).where(
            AssetRow.sha256.in_(set(originals))
        )
    )
    said = [
        (at, row.id, row.sha256, edit)
        for row in rows
        for edit, at in [_edited(row.document)]
        if at is not None
    ]
    edits: dict[str, Edit] = {}
    for _at, _id, sha256, edit in sorted(said, key=lambda known: known[:2]):
        known = edits.get(sha256, NO_EDIT)
        captions = known.captions if edit.captions is None else edit.captions
        edits[sha256] = Edit(captions=captions, focal=edit.focal or known.focal)
    return edits


def find_used_media(tx: Tx, sha256: str) -> list[MediaAsset]:
    """What drafts use that was encoded of an original, by legend and place; archived ones not."""
    original = MediaAssetRow.document["original_sha256"].as_string()
    rows = tx.scalars(
        select(MediaAssetRow.document)
        .join(LegendMediaRow, LegendMediaRow.asset_key == MediaAssetRow.key)
        .join(LegendRow, LegendRow.id == LegendMediaRow.legend_id)
        .where(original == sha256, LegendRow.archived_at.is_(None))
        .order_by(LegendRow.slug, LegendMediaRow.ref)
    )
    return [ASSET.validate_python(document) for document in rows]


def list_draft_uses(tx: Tx) -> dict[str, list[Use]]:
    """Where drafts use encoded media, by the media's keys."""
    rows = tx.execute(
        select(LegendMediaRow.asset_key, LegendRow.slug, LegendMediaRow.ref)
        .join(LegendRow, LegendRow.id == LegendMediaRow.legend_id)
        .order_by(LegendRow.slug, LegendMediaRow.ref)
    )
    uses: dict[str, list[Use]] = {}
    for key, slug, ref in rows:
        uses.setdefault(key, []).append(Use(slug, ref, None))
    return uses


def change_asset(tx: Tx, asset: Asset) -> None:
    """Keep the asset as it is now, at its next version; ask for it under a lock first."""
    values = {
        "state": asset.state,
        "document": _document(asset),
        "medium_key": None if asset.medium is None else asset.medium.key,
        "job_id": asset.job,
        "version": AssetRow.version + 1,
    }
    tx.execute(update(AssetRow).where(AssetRow.id == asset.id).values(values))


def remove_asset(tx: Tx, asset_id: str) -> None:
    """Forget the asset; its files stay until nothing has needed them for long enough."""
    tx.execute(delete(AssetRow).where(AssetRow.id == asset_id))


def lock_office(tx: Tx, slug: str | None) -> None:
    """Make what takes room in an office one at a time."""
    held = select(OfficeRow.slug).where(OfficeRow.slug == slug).with_for_update()
    tx.execute(held).all()


def count_bytes(tx: Tx, office: str | None, besides: str | None = None) -> int:
    """What the originals of the office take, with those that are on their way.

    Args:
        tx: Any transaction.
        office: Its slug; null counts what belongs to none.
        besides: The id of an upload that is left out.
    """
    kept = select(func.coalesce(func.sum(AssetRow.size_bytes), 0)).where(_is_of(AssetRow, office))
    coming = select(func.coalesce(func.sum(UploadRow.size_bytes), 0)).where(
        _is_of(UploadRow, office), UploadRow.asset_id.is_(None), UploadRow.id != (besides or "")
    )
    return int(tx.scalar(kept) or 0) + int(tx.scalar(coming) or 0)


def _is_of(table: type[AssetRow | UploadRow], office: str | None) -> Any:
    return table.office.is_(None) if office is None else table.office == office


def _owned_bytes(office: str | None, sha256: str) -> str:
    return f"{office or ''}/{sha256}"


def _all() -> Select[Any]:
    medium = MediaAssetRow.document.label("medium")
    return select(*AssetRow.__table__.columns, medium).join(
        MediaAssetRow, MediaAssetRow.key == AssetRow.medium_key, isouter=True
    )


def _document(asset: Asset) -> dict[str, Any]:
    told: dict[str, Any] = {
        "reasons": [{"code": why.code, "values": dict(why.values)} for why in asset.reasons],
        "alt": dict(asset.alt),
        "credit": asset.credit,
        "licence": asset.licence,
    }
    if asset.edited_at is not None:
        told["edit"] = _EDIT.dump_python(asset.edit, mode="json")
        told["edited_at"] = to_rfc3339(asset.edited_at)
    return told


def _edited(told: Mapping[str, Any]) -> tuple[Edit, datetime | None]:
    """What an office said over its medium, and when; rows of before it could have neither."""
    if "edited_at" not in told:
        return NO_EDIT, None
    return _EDIT.validate_python(told["edit"]), datetime.fromisoformat(told["edited_at"])


def _asset(row: Any) -> Asset:
    told = row.document
    edit, edited_at = _edited(told)
    return Asset(
        id=row.id,
        office=row.office,
        kind=row.kind,
        state=row.state,
        reasons=tuple(Reason(found["code"], found["values"]) for found in told["reasons"]),
        file_name=row.file_name,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        lang=row.lang,
        legend=row.legend,
        alt=told["alt"],
        credit=told["credit"],
        licence=told["licence"],
        medium=None if row.medium is None else ASSET.validate_python(row.medium),
        job=row.job_id,
        uploaded_by=row.uploaded_by,
        created_at=row.created_at,
        version=row.version,
        edit=edit,
        edited_at=edited_at,
    )
