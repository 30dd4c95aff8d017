"""Frozen, numbered revisions of legends; the database refuses to change their content."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select, update

from odyssee.db.legend_rows import LEGEND, take_apart
from odyssee.db.session import Tx
from odyssee.db.tables import RevisionRow
from odyssee.domain.errors import NotFound, Stale
from odyssee.domain.legends import Legend
from odyssee.domain.media import MediaAsset
from odyssee.domain.publication import Revision, RevisionHead, RevisionState, Served
from odyssee.domain.reviewing import Planned

_HEAD = (
    RevisionRow.number,
    RevisionRow.created_at,
    RevisionRow.created_by.label("by"),
    RevisionRow.reason,
    RevisionRow.state,
    RevisionRow.publish_at,
    RevisionRow.withdraw_at,
)
_COUNTING = ("scheduled", "building", "published", "unpublished")
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
        "content": revision.content or _content(revision.legend, revision.media),
        "publish_at": revision.publish_at,
        "withdraw_at": revision.withdraw_at,
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


def find_newest(
    tx: Tx, slug: str, states: Collection[RevisionState] | None = None
) -> Revision | None:
    """The legend's revision of the highest number, of those in the states; null for any."""
    wanted = select(RevisionRow.__table__).where(RevisionRow.slug == slug)
    if states is not None:
        wanted = wanted.where(RevisionRow.state.in_(states))
    row = tx.execute(wanted.order_by(RevisionRow.number.desc()).limit(1)).first()
    return None if row is None else _revision(row)


def list_revisions(tx: Tx, slug: str) -> list[Revision]:
    """The legend's revisions, the newest first."""
    wanted = select(RevisionRow.__table__).where(RevisionRow.slug == slug)
    return [_revision(row) for row in tx.execute(wanted.order_by(RevisionRow.number.desc()))]


def list_heads(tx: Tx, slug: str, limit: int, before: int | None = None) -> list[RevisionHead]:
    """Revisions without their content, the newest first.

    Args:
        tx: Any transaction.
        slug: The legend.
        limit: At most so many.
        before: Only those of a lower number: the last one seen, to read on.
    """
    wanted = select(*_HEAD).where(RevisionRow.slug == slug)
    if before is not None:
        wanted = wanted.where(RevisionRow.number < before)
    rows = tx.execute(wanted.order_by(RevisionRow.number.desc()).limit(limit))
    return [RevisionHead(**row._mapping) for row in rows]  # noqa: SLF001  # SQLAlchemy's public name


def list_states(tx: Tx, slug: str) -> list[tuple[int, RevisionState]]:
    """Number and state of the legend's revisions, the newest first, without their content."""
    wanted = select(RevisionRow.number, RevisionRow.state).where(RevisionRow.slug == slug)
    rows = tx.execute(wanted.order_by(RevisionRow.number.desc()))
    return [(row.number, row.state) for row in rows]


def list_counting(tx: Tx) -> list[tuple[str, Planned]]:
    """Those of all legends that are served, were served, or will be, with their slugs.

    The newest first. Those of before their content was named are read whole, which takes
    another statement.
    """
    columns = (RevisionRow.slug, *_HEAD[:1], *_HEAD[4:], RevisionRow.content)
    wanted = select(*columns).where(RevisionRow.state.in_(_COUNTING))
    rows = tx.execute(wanted.order_by(RevisionRow.number.desc())).all()
    unnamed = {} if all(row.content for row in rows) else _find_unnamed(tx)
    return [
        (
            row.slug,
            Planned(
                row.number,
                row.state,
                row.content or unnamed[row.slug, row.number],
                row.publish_at,
                row.withdraw_at,
            ),
        )
        for row in rows
    ]


def _find_unnamed(tx: Tx) -> Mapping[tuple[str, int], str]:
    unnamed = (RevisionRow.state.in_(_COUNTING), RevisionRow.content.is_(None))
    found = [_revision(row) for row in tx.execute(select(RevisionRow.__table__).where(*unnamed))]
    return {(one.slug, one.number): _content(one.legend, one.media) for one in found}


def set_withdrawal(tx: Tx, slug: str, number: int, at: datetime | None) -> None:
    """Say when the revision is to be taken back; null for not by itself.

    Raises:
        NotFound: the legend has no such revision.
    """
    _change(tx, slug, number, withdraw_at=at)


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
        RevisionRow.slug,
        RevisionRow.number,
        RevisionRow.manifest_sha256,
        func.coalesce(RevisionRow.publish_at, RevisionRow.created_at).label("published_at"),
    )
    published = (RevisionRow.state == "published", RevisionRow.manifest_sha256.is_not(None))
    return [
        Served(
            slug=row.slug,
            number=row.number,
            manifest_sha256=row.manifest_sha256,
            published_at=row.published_at,
        )
        for row in sorted(tx.execute(columns.where(*published)), key=lambda row: row.slug)
    ]


def list_withdrawn(tx: Tx) -> list[str]:
    """The slugs of the legends that were published once and are not any more, in their order."""
    gone = select(RevisionRow.slug).where(RevisionRow.state == "unpublished")
    there = select(RevisionRow.slug).where(RevisionRow.state == "published")
    return sorted(set(tx.scalars(gone)) - set(tx.scalars(there)))


def _change(tx: Tx, slug: str, number: int, **values: str | datetime | None) -> None:
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
        content=row.content,
        publish_at=row.publish_at,
        withdraw_at=row.withdraw_at,
    )


def _content(legend: Legend, media: Mapping[str, MediaAsset]) -> str:
    """What a draft that says the same has in its tag."""
    rows = take_apart(legend, {ref: medium.key for ref, medium in media.items()})
    return str(rows.head["content_sha256"])[:16]
