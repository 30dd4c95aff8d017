"""Drafts: legends as their authors left them."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, func, select, update

from odyssee.db.inserting import insert_all, insert_unless_kept
from odyssee.db.legend_rows import LegendRows, put_together, take_apart
from odyssee.db.media import ASSET
from odyssee.db.session import Tx
from odyssee.db.spatial import SRID
from odyssee.db.tables import LegendMediaRow, LegendRow, MediaAssetRow, StopRow, TextRow, ZoneRow
from odyssee.domain.errors import NotFound
from odyssee.domain.geo import EARTH_RADIUS_M, BBox, LonLat, distance_m
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset
from odyssee.domain.publication import Draft

Saved = Literal["created", "changed", "unchanged"]


class StopNearby(NamedTuple):
    """A stop of a draft and how far it is."""

    legend: str
    stop: str
    distance_m: float


def find_draft(tx: Tx, slug: str) -> Draft | None:
    """The draft of that slug; None when there is none or it was archived.

    Read it in `reading()`, or lock it: elsewhere on PostgreSQL another writer
    may commit between the statements.
    """
    return next(iter(_load(tx, LegendRow.slug == slug)), None)


def get_draft(tx: Tx, slug: str) -> Draft:
    """As `find_draft`.

    Raises:
        NotFound: there is none, or it was archived.
    """
    draft = find_draft(tx, slug)
    if draft is None:
        raise NotFound(legend=slug)
    return draft


def lock_draft(tx: Tx, slug: str) -> Draft:
    """The draft of that slug, which nobody else changes or publishes until the transaction ends.

    Raises:
        NotFound: there is none, or it was archived.
    """
    _lock(tx, slug)
    return get_draft(tx, slug)


def hold_draft(tx: Tx, slug: str) -> Draft | None:
    """As `lock_draft`; None when there is none or it was archived."""
    _lock(tx, slug)
    return find_draft(tx, slug)


def lock_legend(tx: Tx, slug: str) -> None:
    """Keep others from changing, publishing or closing the legend until the transaction ends.

    Raises:
        NotFound: there never was one; an archived one may still be served.
    """
    if _lock(tx, slug) is None:
        raise NotFound(legend=slug)


def get_office(tx: Tx, slug: str) -> str | None:
    """The office of a legend, archived or not; null for one that was imported.

    Raises:
        NotFound: there never was one.
    """
    row = tx.execute(select(LegendRow.office).where(LegendRow.slug == slug)).first()
    if row is None:
        raise NotFound(legend=slug)
    office: str | None = row.office
    return office


def has_legend(tx: Tx, slug: str) -> bool:
    """Whether there is a draft of that slug that was not archived."""
    there = (LegendRow.slug == slug, LegendRow.archived_at.is_(None))
    return tx.scalar(select(LegendRow.id).where(*there)) is not None


def has_slug(tx: Tx, slug: str) -> bool:
    """Whether a legend has that slug, be it archived."""
    return tx.scalar(select(LegendRow.id).where(LegendRow.slug == slug)) is not None


def list_drafts(tx: Tx) -> list[Draft]:
    """All drafts but the archived ones, by slug, in five statements however many there are."""
    return _load(tx)


def save_draft(tx: Tx, legend: Legend, media: Mapping[str, str], now: datetime) -> Saved:
    """Keep the legend with its media; an archived one comes back.

    Args:
        tx: A transaction that may write; the draft is locked until its end.
        legend: Whole or not.
        media: Keys of assets by the place where the legend uses them.
        now: When it changes, if it does.

    Returns:
        "unchanged" when this is what is kept: then nothing is written.

    Raises:
        NotFound: an asset of that key is not kept.
        ValueError: NaN, an infinity or half a character stands in the legend.
    """
    kept = _lock(tx, legend.slug)
    if kept is None:
        if add_draft(tx, legend, media, now):
            return "created"
        kept = _lock(tx, legend.slug)  # another transaction made it while we waited
    rows = take_apart(legend, media)
    return "unchanged" if kept is None else _replace(tx, kept, rows, media, now)


def add_draft(
    tx: Tx, legend: Legend, media: Mapping[str, str], now: datetime, office: str | None = None
) -> bool:
    """Keep a new legend as that office's; False when its slug is taken, by an archived one too.

    Raises:
        NotFound: an asset of that key is not kept.
        ValueError: NaN, an infinity or half a character stands in the legend.
    """
    rows = take_apart(legend, media)
    _check_assets(tx, media)
    new = {"version": 1, "created_at": now, "updated_at": now, "office": office}
    made = insert_unless_kept(tx, {**rows.head, **new}, gives=LegendRow.id, unique=LegendRow.slug)
    if made is not None:
        _insert_parts(tx, made, rows, media)
    return made is not None


def archive_draft(tx: Tx, slug: str, now: datetime) -> None:
    """Put the draft away: no list tells it any more, its revisions stay.

    Raises:
        NotFound: there is none, or it was archived.
    """
    there = (LegendRow.slug == slug, LegendRow.archived_at.is_(None))
    put_away = (
        update(LegendRow)
        .where(*there)
        .values(archived_at=now, updated_at=now, version=LegendRow.version + 1)
    )
    if tx.scalar(put_away.returning(LegendRow.id)) is None:
        raise NotFound(legend=slug)


def list_slugs_within(tx: Tx, bbox: BBox) -> list[str]:
    """The slugs of the drafts whose route meets the box, in their order."""
    meets = func.ST_Intersects(LegendRow.route, func.ST_MakeEnvelope(*bbox, SRID))
    return sorted(tx.scalars(select(LegendRow.slug).where(LegendRow.archived_at.is_(None), meets)))


def list_stops_near(tx: Tx, place: LonLat, within_m: float) -> list[StopNearby]:
    """The stops of the drafts within so many metres of the place, the nearest first."""
    box = func.ST_MakeEnvelope(*_box_around(place, within_m), SRID)
    columns = select(LegendRow.slug.label("legend"), StopRow.slug.label("stop"), StopRow.location)
    candidates = columns.join(LegendRow, LegendRow.id == StopRow.legend_id).where(
        LegendRow.archived_at.is_(None), func.ST_Intersects(StopRow.location, box)
    )
    stops = [
        StopNearby(row.legend, row.stop, distance_m(place, LonLat(row.location.x, row.location.y)))
        for row in tx.execute(candidates)
    ]
    near = (stop for stop in stops if stop.distance_m <= within_m)
    return sorted(near, key=lambda stop: (stop.distance_m, stop.legend, stop.stop))


def _box_around(place: LonLat, within_m: float) -> BBox:
    """A box that holds every place within so many metres, a little larger than it must be."""
    reach = math.degrees(within_m / EARTH_RADIUS_M) * 1.001
    south, north = max(place.lat - reach, -90.0), min(place.lat + reach, 90.0)
    shortest = math.cos(math.radians(max(abs(south), abs(north))))
    aside = reach / shortest if shortest > reach / 360 else 360.0
    return BBox(max(place.lon - aside, -180.0), south, min(place.lon + aside, 180.0), north)


def _lock(tx: Tx, slug: str) -> Any | None:
    # SQLite leaves FOR UPDATE out: there the transaction has the only lock already.
    head = select(
        LegendRow.id, LegendRow.version, LegendRow.content_sha256, LegendRow.archived_at
    ).where(LegendRow.slug == slug)
    return tx.execute(head.with_for_update()).first()


def _check_assets(tx: Tx, media: Mapping[str, str]) -> None:
    keys = set(media.values())
    kept = set(tx.scalars(select(MediaAssetRow.key).where(MediaAssetRow.key.in_(keys))))
    for missing in sorted(keys - kept):
        raise NotFound(asset=missing)


def _replace(tx: Tx, kept: Any, rows: LegendRows, media: Mapping[str, str], now: datetime) -> Saved:
    if kept.content_sha256 == rows.head["content_sha256"] and kept.archived_at is None:
        return "unchanged"
    _check_assets(tx, media)
    for part in (TextRow, ZoneRow, StopRow, LegendMediaRow):
        tx.execute(delete(part).where(part.legend_id == kept.id))
    dates = {"version": kept.version + 1, "updated_at": now, "archived_at": None}
    tx.execute(update(LegendRow).where(LegendRow.id == kept.id).values({**rows.head, **dates}))
    _insert_parts(tx, kept.id, rows, media)
    return "changed"


def _insert_parts(tx: Tx, legend_id: int, rows: LegendRows, media: Mapping[str, str]) -> None:
    own = {"legend_id": legend_id}
    insert_all(tx, StopRow, [{**own, **row} for row in rows.stops])
    insert_all(tx, ZoneRow, [{**own, **row} for row in rows.zones])
    insert_all(tx, TextRow, [{**own, **row} for row in rows.texts])
    uses = [{**own, "ref": ref, "asset_key": key} for ref, key in media.items()]
    insert_all(tx, LegendMediaRow, uses)


def _load(tx: Tx, *which: ColumnElement[bool]) -> list[Draft]:
    heads = tx.execute(_of_drafts(select(LegendRow.__table__), which)).all()
    if not heads:
        return []
    stops, zones, texts, media = (
        _by_legend(tx.execute(_of_drafts(parts, which)))
        for parts in (
            _parts(StopRow).order_by(StopRow.position),
            _parts(ZoneRow).order_by(ZoneRow.stop_position, ZoneRow.position),
            _parts(TextRow).order_by(TextRow.lang),
            _parts(LegendMediaRow).join(MediaAssetRow).add_columns(MediaAssetRow.document),
        )
    )
    return [
        Draft(
            legend=put_together(head, stops[head.id], zones[head.id], texts[head.id]),
            media=_media(media[head.id]),
            version=head.version,
            etag=f"{head.version}-{head.content_sha256[:16]}",
            updated_at=head.updated_at,
            office=head.office,
        )
        for head in sorted(heads, key=lambda head: head.slug)
    ]


def _of_drafts(statement: Select[Any], which: Iterable[ColumnElement[bool]]) -> Select[Any]:
    return statement.where(LegendRow.archived_at.is_(None), *which)


def _parts(table: type[StopRow | ZoneRow | TextRow | LegendMediaRow]) -> Select[Any]:
    # Columns, not entities: a session would answer with what it read before.
    return select(table.__table__).join(LegendRow, LegendRow.id == table.legend_id)


def _by_legend(rows: Iterable[Any]) -> Mapping[int, Sequence[Any]]:
    grouped: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        grouped[row.legend_id].append(row)
    return grouped


def _media(rows: Sequence[Any]) -> dict[str, MediaAsset]:
    return {row.ref: ASSET.validate_python(row.document) for row in rows}
