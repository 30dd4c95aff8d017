"""Frozen, numbered revisions of legends; the database refuses to change their content."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select, update

from odyssee.db.legend_rows import LEGEND
from odyssee.db.session import Tx
from odyssee.db.tables import RevisionRow
from odyssee.domain.errors import NotFound, Stale
from odyssee.domain.media import MediaAsset
from odyssee.domain.publication import Revision, RevisionState, Served

_MEDIA: TypeAdapter[Mapping[str, MediaAsset]] = TypeAdapter(dict[str, MediaAsset])


def next_number(tx: Tx, slug: str) -> int:
    """The number of the legend's next revision; ask for it under `lock_draft`."""
    last = tx.scalar(select(func.max(RevisionRow.number)).where(RevisionRow.slug == slug))
    return (last or 0) + 1


def add_revision(tx: Tx, revision: Revision) -> None:
    """Keep the revision for good.

    Raises:
        Stale: its number is not the next one.
    """
    if revision.number != next_number(tx, revision.slug):
        raise Stale(legend=revision.slug, revision=str(revision.number))
    row = {
        "slug": revision.slug,
        "number": revision.number,
        "legend": LEGEND.dump_python(revision.legend, mode="json"),
        "media": _MEDIA.dump_python(revision.media, mode="json"),
        "created_at": revision.created_at,
        "created_by": revision.by,
        "reason": revision.reason,
        "state": revision.state,
    }
    tx.execute(insert(RevisionRow).values(row))


def find_revision(tx: Tx, slug: str, number: int) -> Revision | None:
    """The legend's revision of that number."""
    one = (RevisionRow.slug == slug, RevisionRow.number == number)
    row = tx.execute(select(RevisionRow.__table__).where(*one)).first()
    return None if row is None else _revision(row)


def get_revision(tx: Tx, slug: str, number: int) -> Revision:
    """As `find_revision`.

    Raises:
        NotFound: the legend has no such revision.
    """
    revision = find_revision(tx, slug, number)
    if revision is None:
        raise NotFound(legend=slug, revision=str(number))
    return revision


def find_newest(tx: Tx, slug: str) -> Revision | None:
    """The legend's revision of the highest number, whatever became of it."""
    wanted = select(RevisionRow.__table__).where(RevisionRow.slug == slug)
    row = tx.execute(wanted.order_by(RevisionRow.number.desc()).limit(1)).first()
    return None if row is None else _revision(row)


def list_revisions(tx: Tx, slug: str) -> list[Revision]:
    """The legend's revisions, the newest first."""
    wanted = select(RevisionRow.__table__).where(RevisionRow.slug == slug)
    return [_revision(row) for row in tx.execute(wanted.order_by(RevisionRow.number.desc()))]


def list_states(tx: Tx, slug: str) -> list[tuple[int, RevisionState]]:
    """Number and state of the legend's revisions, the newest first, without their content."""
    wanted = select(RevisionRow.number, RevisionRow.state).where(RevisionRow.slug == slug)
    rows = tx.execute(wanted.order_by(RevisionRow.number.desc()))
    return [(row.number, row.state) for row in rows]


def is_any_building(tx: Tx) -> bool:
    """Whether a publication of any legend is under way."""
    building = select(RevisionRow.number).where(RevisionRow.state == "building").limit(1)
    return tx.execute(building).first() is not None


def set_state(tx: Tx, slug: str, number: int, state: RevisionState) -> None:
    """Say what became of the revision.

    Raises:
        NotFound: the legend has no such revision.
    """
    _change(tx, slug, number, state=state)


def set_published(tx: Tx, slug: str, number: int, manifest_sha256: str) -> None:
    """Say that this revision is served with that manifest, and that those before it are not.

    Raises:
        NotFound: the legend has no such revision.
    """
    replaced = (RevisionRow.slug == slug, RevisionRow.number < number)
    superseded = update(RevisionRow).where(*replaced, RevisionRow.state == "published")
    tx.execute(superseded.values(state="superseded"))
    _change(tx, slug, number, state="published", manifest_sha256=manifest_sha256)


def list_served(tx: Tx) -> list[Served]:
    """What is to be served, by slug: the published revision of each legend, without its content.

    One that is building or has failed leaves the one before it.
    """
    columns = select(
        RevisionRow.slug, RevisionRow.number, RevisionRow.manifest_sha256, RevisionRow.created_at
    )
    published = (RevisionRow.state == "published", RevisionRow.manifest_sha256.is_not(None))
    return [
        Served(
            slug=row.slug,
            number=row.number,
            manifest_sha256=row.manifest_sha256,
            published_at=row.created_at,
        )
        for row in sorted(tx.execute(columns.where(*published)), key=lambda row: row.slug)
    ]


def list_withdrawn(tx: Tx) -> list[str]:
    """The slugs of the legends that were published once and are not any more, in their order."""
    gone = select(RevisionRow.slug).where(RevisionRow.state == "unpublished")
    there = select(RevisionRow.slug).where(RevisionRow.state == "published")
    return sorted(set(tx.scalars(gone)) - set(tx.scalars(there)))


def _change(tx: Tx, slug: str, number: int, **values: str) -> None:
    one = (RevisionRow.slug == slug, RevisionRow.number == number)
    changed = update(RevisionRow).where(*one).values(**values)
    if tx.scalar(changed.returning(RevisionRow.number)) is None:
        raise NotFound(legend=slug, revision=str(number))


def _revision(row: Any) -> Revision:
    return Revision(
        slug=row.slug,
        number=row.number,
        legend=LEGEND.validate_python(row.legend),
        media=_MEDIA.validate_python(row.media),
        created_at=row.created_at,
        by=row.created_by,
        reason=row.reason,
        state=row.state,
    )
