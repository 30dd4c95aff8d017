"""Amenities as partners tell them and offices mend them; none is ever removed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import bindparam, func, select, text, update

from odyssee.db.amenity_tables import AmenityRow
from odyssee.db.inserting import insert_all
from odyssee.db.session import Tx
from odyssee.db.spatial import SRID
from odyssee.domain.amenities import (
    Amenity,
    AmenityKind,
    Listing,
    amenity_from_document,
    amenity_to_document,
    is_called,
    sha256_of_amenity,
)
from odyssee.domain.errors import NotFound
from odyssee.domain.geo import BBox, LonLat
from odyssee.domain.legends import FALLBACK_LANG
from odyssee.domain.partners import PartnerKind

_ALL = select(AmenityRow.__table__)
_LOCK = 7_306_029
"""Any number, always the same: imports from partners go one after the other."""


def lock_imports(tx: Tx) -> None:
    """Take turns with other imports from partners; on SQLite the transaction is alone already."""
    if tx.connection().dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def find_hashes(tx: Tx, kind: PartnerKind, partner: str) -> dict[str, tuple[str, str]]:
    """Id and content hash of everything that a partner ever sent, by its external id."""
    columns = select(AmenityRow.external_id, AmenityRow.id, AmenityRow.content_sha256)
    own = (AmenityRow.partner_kind == kind, AmenityRow.partner == partner)
    return {
        row.external_id: (row.id, row.content_sha256) for row in tx.execute(columns.where(*own))
    }


def add_amenities(tx: Tx, new: Iterable[tuple[str, Amenity]], now: datetime) -> None:
    """Keep those that come for the first time, under their ids."""
    rows = [
        {
            "id": amenity_id,
            "partner_kind": amenity.partner_kind,
            "partner": amenity.partner,
            "external_id": amenity.external_id,
            "place": _point(amenity.place),
            "is_corrected": False,
            "hidden": False,
            "version": 1,
            "created_at": now,
            "updated_at": now,
            "last_seen_at": now,
            **_told(amenity),
        }
        for amenity_id, amenity in new
    ]
    insert_all(tx, AmenityRow, rows)


def change_amenities(tx: Tx, changed: Sequence[tuple[str, Amenity]], now: datetime) -> None:
    """Take over what the partner tells anew; a corrected place and a hidden one stay so."""
    for amenity_id, amenity in changed:
        told = {**_told(amenity), "updated_at": now, "version": AmenityRow.version + 1}
        one = AmenityRow.id == amenity_id
        tx.execute(update(AmenityRow).where(one).values(told))  # and holds the row from here on
        moved = update(AmenityRow).where(one, AmenityRow.is_corrected.is_(False))
        tx.execute(moved.values(place=_point(amenity.place)))


def note_seen(tx: Tx, ids: Sequence[str], now: datetime) -> None:
    """Write down that the partner still sends them; no version rises."""
    if ids:
        seen = update(AmenityRow.__table__).where(AmenityRow.id == bindparam("seen"))  # type: ignore[arg-type]  # a mapped class has a table
        tx.execute(seen.values(last_seen_at=now), [{"seen": one} for one in ids])


def get_listing(tx: Tx, amenity_id: str, *, locked: bool = False) -> Listing:
    """The one of that id; locked, nobody else changes it until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    wanted = _ALL.where(AmenityRow.id == amenity_id)
    row = tx.execute(wanted.with_for_update() if locked else wanted).first()
    if row is None:
        raise NotFound(service=amenity_id)
    return _listing(row)


def list_listings(
    tx: Tx,
    limit: int,
    after: str | None = None,
    kind: AmenityKind | None = None,
    called: str = "",
) -> list[Listing]:
    """By their ids, hidden ones too.

    Args:
        tx: Any transaction.
        limit: At most so many.
        after: Only those after this id.
        kind: Only those of the kind.
        called: Only those in whose name these words stand, whatever the accents and the case.
    """
    wanted = _ALL.order_by(AmenityRow.id)
    if kind is not None:
        wanted = wanted.where(AmenityRow.kind == kind)
    if after is not None:
        wanted = wanted.where(AmenityRow.id > after)
    if not called.strip():
        return [_listing(row) for row in tx.execute(wanted.limit(limit))]
    # Accents are folded in Python, where both databases agree: a territory has some thousands.
    found: list[Listing] = []
    for row in tx.execute(wanted):
        listing = _listing(row)
        if is_called(listing, called.strip()):
            found.append(listing)
        if len(found) == limit:
            break
    return found


def list_within(tx: Tx, bbox: BBox) -> list[Listing]:
    """Those in the box that are published, by their ids."""
    meets = func.ST_Intersects(AmenityRow.place, func.ST_MakeEnvelope(*bbox, SRID))
    wanted = _ALL.where(AmenityRow.hidden.is_(False), meets).order_by(AmenityRow.id)
    return [_listing(row) for row in tx.execute(wanted)]


def save_listing(tx: Tx, listing: Listing) -> None:
    """Keep what an office says of it: hidden or not, its place, its version."""
    values = {
        "hidden": listing.hidden,
        "is_corrected": listing.corrected is not None,
        "place": _point(listing.place),
        "version": listing.version,
        "updated_at": listing.updated_at,
    }
    tx.execute(update(AmenityRow).where(AmenityRow.id == listing.id).values(values))


def _told(amenity: Amenity) -> dict[str, Any]:
    return {
        "kind": amenity.kind,
        "name": amenity.name[FALLBACK_LANG],
        "document": amenity_to_document(amenity),
        "content_sha256": sha256_of_amenity(amenity),
    }


def _point(place: LonLat) -> shapely.Point:
    return shapely.Point(place.lon, place.lat)


def _listing(row: Any) -> Listing:
    place = LonLat(row.place.x, row.place.y)
    return Listing(
        id=row.id,
        amenity=amenity_from_document(row.document),
        corrected=place if row.is_corrected else None,
        hidden=row.hidden,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        last_seen_at=row.last_seen_at,
    )
